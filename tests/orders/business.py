"""A trading company for tests of stock and money, and what its books must say at any time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from inventory.models import (
    LayerEntry,
    Location,
    Product,
    StockLayer,
    StockLevel,
    StockTransfer,
)
from inventory.reports.cost_of_goods import cost_accounts, cost_of_goods
from inventory.services.components import ComponentInput, set_components
from ledger.domain.accounts import AccountRole
from ledger.models import Account, AccountMonth, JournalLine
from ledger.selectors import balances_of_roles
from ledger.services.books import change_book, current_book
from ledger.spans import Span
from network.models import Contact
from orders.models import (
    Bill,
    BillLine,
    BoughtFor,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    Payment,
    PurchaseMatch,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
)
from orders.services.bills import approve_bill, bill_order
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.payments import PaymentInput, pay
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.receiving import ReceiptHeader, ReceiptInput, receive_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.settlements import Allocation, ItemKey
from orders.services.shipping import ShipmentHeader, ShipmentInput, ship_order
from tests.cast import Company, make_company

DAY = date(2026, 5, 4)
ZERO = Decimal(0)


class Business:
    """A company with a supplier, a customer and two stock products; prices without tax."""

    def __init__(
        self, *, costing: str = "fifo", accrual: bool = True, company: Company | None = None
    ) -> None:
        self.company: Company = company or make_company("Trader")
        self.supplier: Contact = self.company.contact("Mill")
        self.customer: Contact = self.company.contact("Café", kind="customer")
        self.beans: Product = self.company.product("BEANS")
        self.filters: Product = self.company.product("FILTERS")
        self.freight: Product = self.company.product("FREIGHT", kind="service")
        with self.company.inside():
            change_book({"costing": costing, "accrual": accrual})
            self.bank: UUID = Account.objects.get(role=AccountRole.BANK).id
            self.location: UUID = Location.objects.get().id

    # --- Verbs, each in its own transaction --------------------------------------------------
    def order(
        self, quantity: str, price: str, *, product: Product | None = None, on: date = DAY, **v: Any
    ) -> PurchaseOrder:
        """An authorised purchase order of one line."""
        with self.company.inside():
            order = create_purchase_order(
                self.supplier.id,
                {"issued_on": on, **v},
                [self._line(product or self.beans, quantity, price)],
            )
            return authorise_purchase_order(order.id)

    def sale(
        self, quantity: str, price: str = "10", *, product: Product | None = None, on: date = DAY
    ) -> SalesOrder:
        """An authorised sales order of one line."""
        with self.company.inside():
            order = create_sales_order(
                self.customer.id,
                {"issued_on": on},
                [self._line(product or self.beans, quantity, price)],
            )
            return authorise_sales_order(order.id)

    def kit(self, *, beans: str, filters: str) -> Product:
        """A set of both stock products."""
        kit = self.company.product("SET", "Coffee set", kind="kit", sale_price=Decimal(40))
        with self.company.inside():
            held = [ComponentInput(self.beans.id, "", beans)]
            set_components(kit.id, [*held, ComponentInput(self.filters.id, "", filters)])
        return kit

    @staticmethod
    def _line(product: Product, quantity: str, price: str) -> LineInput:
        return LineInput(product=product.id, quantity=quantity, unit_price=price)

    def receive(self, order: PurchaseOrder, quantity: str | None = None, on: date = DAY) -> Receipt:
        """Receive an order of one line, all of it or a part."""
        with self.company.inside():
            lines = None
            if quantity is not None:
                line = order.lines.get()
                lines = [ReceiptInput(quantity, line_id=line.line_id)]
            return receive_order(order.id, lines, ReceiptHeader(happened_on=on))

    def bill(
        self,
        order: PurchaseOrder,
        price: str | None = None,
        quantity: str | None = None,
        on: date = DAY,
    ) -> Bill:
        """Bill an order of one line, all that is not billed or a part, and approve."""
        with self.company.inside():
            line = order.lines.get()
            bill = bill_order(
                order.id,
                quantities=None if quantity is None else {line.line_id: quantity},
                prices=None if price is None else {line.line_id: price},
                values={"issued_on": on},
            )
            return approve_bill(bill.id)

    def ship(self, order: SalesOrder, quantity: str | None = None, on: date = DAY) -> Shipment:
        """Ship an order of one line."""
        with self.company.inside():
            lines = None
            if quantity is not None:
                lines = [ShipmentInput(order.lines.get().line_id, quantity)]
            return ship_order(order.id, lines, ShipmentHeader(happened_on=on))

    def invoice(self, order: SalesOrder, quantity: str | None = None, on: date = DAY) -> Invoice:
        """Invoice an order of one line and authorise."""
        with self.company.inside():
            quantities = None
            if quantity is not None:
                quantities = {order.lines.get().line_id: quantity}
            invoice = invoice_sales_order(order.id, issued_on=on, quantities=quantities)
            return authorise_invoice(invoice.id)

    def pay_invoice(self, invoice: Invoice, amount: str, used: str | None = None) -> Payment:
        """Money from the customer, (`used` of it) for an invoice."""
        key = ItemKey("invoice", invoice.id)
        return self._pay((CreditSide.SALE, Direction.IN), invoice, key, amount, used)

    def pay_bill(self, bill: Bill, amount: str, used: str | None = None) -> Payment:
        """Money to the supplier, (`used` of it) for a bill."""
        key = ItemKey("bill", bill.id)
        return self._pay((CreditSide.PURCHASE, Direction.OUT), bill, key, amount, used)

    def _pay(
        self,
        way: tuple[CreditSide, Direction],
        row: Invoice | Bill,
        key: ItemKey,
        amount: str,
        used: str | None,
    ) -> Payment:
        part = Decimal(amount if used is None else used)
        wanted = PaymentInput(*way, row.contact_id, self.bank, Decimal(amount), paid_on=DAY)
        with self.company.inside():
            return pay(wanted, [Allocation(key, part)] if part else [])

    # --- Figures ------------------------------------------------------------------------------
    def balance(self, role: AccountRole) -> Decimal:
        """Debits less credits of the account of a role."""
        with self.company.inside():
            return balances_of_roles([role])[role]

    def balances(self) -> dict[str, Decimal]:
        """Every account that does not stand at zero, by role."""
        with self.company.inside():
            found = balances_of_roles(list(AccountRole))
        return {role.value: value for role, value in found.items() if value}

    def level(self, product: Product | None = None) -> tuple[Decimal, Decimal, Decimal]:
        """On hand, allocated, on order."""
        with self.company.inside():
            row = StockLevel.objects.filter(product=product or self.beans).first()
        if row is None:
            return ZERO, ZERO, ZERO
        return row.on_hand, row.allocated, row.on_order

    def level_now(self, product: Product | None = None) -> tuple[Decimal, Decimal, Decimal]:
        """On hand, allocated, on order, inside a transaction that is open already."""
        row = StockLevel.objects.get(product=product or self.beans)
        return row.on_hand, row.allocated, row.on_order

    def check(self, *, cost_by_hand: Decimal = ZERO) -> None:
        """The invariants that hold after any verb (facts of stock accounting, 1 to 5 and 8)."""
        with self.company.inside():
            self._check_book()
            self._check_stock()
            self._check_accruals()
            self._check_owed()
            self._check_transit()
            self._check_cost(cost_by_hand)

    def check_book(self) -> None:
        """Every account sums to zero, and the monthly sums to its lines."""
        with self.company.inside():
            self._check_book()

    @staticmethod
    def _check_book() -> None:
        assert JournalLine.objects.aggregate(s=Sum("amount"))["s"] in (None, ZERO)
        lines = {
            row["account"]: row["s"]
            for row in JournalLine.objects.values("account").annotate(s=Sum("amount"))
        }
        months = {
            row["account"]: row["s"]
            for row in AccountMonth.objects.values("account").annotate(
                s=Sum(F("debit") - F("credit"))
            )
        }
        assert lines == months

    @staticmethod
    def _check_stock() -> None:
        layers = StockLayer.objects.aggregate(q=Sum("remaining"), v=Sum("remaining_value"))
        entries = LayerEntry.objects.aggregate(q=Sum("quantity"), v=Sum("value"))
        assert layers == entries
        levels = StockLevel.objects.aggregate(q=Sum("on_hand"), a=Sum("allocated"))
        assert (levels["q"] or ZERO) == (layers["q"] or ZERO)
        promised = SalesOrderLine.with_parts.aggregate(a=Sum("allocated"))["a"] or ZERO
        assert (levels["a"] or ZERO) == promised
        over = SalesOrderLine.with_parts.filter(
            quantity__lt=F("shipped") + F("allocated") + F("bought")
        )
        assert not over.exists()
        links = BoughtFor.objects.values("sales_order", "sale_line").annotate(
            q=Sum(F("quantity") - F("received"))
        )
        assert {(x["sales_order"], x["sale_line"]): x["q"] for x in links if x["q"]} == {
            (row.order_id, row.line_id): row.bought
            for row in SalesOrderLine.with_parts.exclude(bought=0)
        }
        empty = StockLayer.objects.filter(remaining=0).exclude(remaining_value=0)
        assert not empty.exists()
        places = ("product", "location")
        # Parts of a kit leave together: whole kits only.
        for part in SalesOrderLine.with_parts.filter(kit_line__isnull=False):
            assert part.kit_line is not None
            kit = SalesOrderLine.objects.get(order=part.order_id, line_id=part.kit_line)
            assert part.shipped == kit.shipped * (part.per_kit or 0)
            assert part.quantity == kit.quantity * (part.per_kit or 0)
        at_levels = StockLevel.objects.filter(on_hand__gt=0).values_list(*places, "on_hand")
        at_layers = StockLayer.objects.filter(remaining__gt=0).values(*places)
        assert {(p, x): q for p, x, q in at_levels} == {
            (row["product"], row["location"]): row["q"]
            for row in at_layers.annotate(q=Sum("remaining"))
        }

    def _check_accruals(self) -> None:
        found = balances_of_roles([AccountRole.INVENTORY, AccountRole.GRNI, AccountRole.GINR])
        value = StockLayer.objects.aggregate(v=Sum("remaining_value"))["v"] or ZERO
        accrued = _total(ReceiptLine, "accrued_value", receipt__status="received")
        by_bills = PurchaseMatch.objects.filter(bill_line__bill_id=F("made_by"))
        accrued -= by_bills.aggregate(s=Sum("accrued"))["s"] or ZERO
        transit = _total(BillLine, "transit_value", bill__status__in=["approved", "paid"])
        by_others = PurchaseMatch.objects.filter(bill_line__isnull=False).exclude(
            bill_line__bill_id=F("made_by")
        )
        transit -= by_others.aggregate(s=Sum("billed"))["s"] or ZERO
        if current_book().accrual:
            assert found[AccountRole.INVENTORY] == value
            assert found[AccountRole.GRNI] == -accrued
            assert found[AccountRole.GINR] == transit
        else:
            assert found[AccountRole.INVENTORY] == value + transit
            assert found[AccountRole.GRNI] == found[AccountRole.GINR] == ZERO

    @staticmethod
    def _check_cost(by_hand: Decimal) -> None:
        """What the stock's entries say left with sales is on the accounts for it."""
        always = Span(date.max)
        booked = sum((moved for _account, moved in cost_accounts(always)), ZERO)
        assert sum((row.cost for row in cost_of_goods(always)), by_hand) == booked

    @staticmethod
    def _check_transit() -> None:
        """Between two locations: what transfers sent and nobody received, in units and value."""
        out = LayerEntry.objects.filter(
            of_movement__kind="transfer_out",
            of_movement__source_id__in=StockTransfer.objects.filter(status="in_transit").values(
                "id"
            ),
        ).aggregate(v=Sum("value"), q=Sum("quantity"))
        in_transit = balances_of_roles([AccountRole.IN_TRANSIT])[AccountRole.IN_TRANSIT]
        assert in_transit == -(out["v"] or ZERO)
        levels = StockLevel.objects.aggregate(t=Sum("in_transit"))["t"] or ZERO
        assert levels == -(out["q"] or ZERO)

    @staticmethod
    def _check_owed() -> None:
        found = balances_of_roles(
            [
                AccountRole.RECEIVABLE,
                AccountRole.PAYABLE,
                AccountRole.CUSTOMER_CREDITS,
                AccountRole.SUPPLIER_DEPOSITS,
            ]
        )
        notes = CreditNote.objects.filter(status__in=["authorised", "settled"])
        owed = {
            AccountRole.RECEIVABLE: _open(Invoice, ["authorised", "paid"])
            - _left(notes.filter(side="sale")),
            AccountRole.PAYABLE: _left(notes.filter(side="purchase"))
            - _open(Bill, ["approved", "paid"]),
            AccountRole.CUSTOMER_CREDITS: -_unused("sale", "in"),
            AccountRole.SUPPLIER_DEPOSITS: _unused("purchase", "out"),
        }
        assert found == owed


def _total(model: Any, column: str, **wanted: Any) -> Decimal:
    return model.objects.filter(**wanted).aggregate(s=Sum(column))["s"] or ZERO


def _open(model: Any, statuses: Sequence[str]) -> Decimal:
    return _left(model.objects.filter(status__in=statuses))


def _left(rows: Any) -> Decimal:
    return rows.aggregate(s=Sum(F("total") - F("settled")))["s"] or ZERO


def _unused(side: str, direction: str) -> Decimal:
    rows = Payment.objects.filter(side=side, direction=direction).exclude(status="void")
    return rows.aggregate(s=Sum(F("amount") - F("used")))["s"] or ZERO
