"""docs/worked-example.md, entered and compared: the numbers there were computed by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from inventory.models import StockLayer
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.stock_tasks import TaskHeader, TaskLine
from ledger.models import Account
from ledger.selectors import trial_balance
from ledger.services.journals import ManualLine, post_manual
from ledger.services.rates import save_rate
from orders.models import (
    Bill,
    BillLine,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    PurchaseOrder,
    SalesOrder,
)
from orders.services.bills import approve_bill, bill_order
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_bill,
    credit_invoice,
)
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.payments import PaymentInput, pay
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.receiving import ReceiptHeader, ReceiptInput, receive_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.settlements import Allocation, ItemKey, settle
from orders.services.shipping import ShipmentHeader, ship_order
from tests.orders.business import Business
from tests.support.worked_example import table

D = Decimal


def day(number: int) -> date:
    return date(2026, 5, number)


class Month(Business):
    """The steps of the page."""

    def run(self) -> None:
        """Every step, each in a transaction of its own, in the page's order."""
        for step in self._steps():
            assert step is not None

    def _steps(self) -> Iterator[Any]:
        overseas = self.company.contact("Overseas", currency="USD")
        yield self._owner_pays_in()
        first = self._purchase([("100", "2", self.beans), ("50", "1", self.filters)], 4)
        yield self._receive(first, 4, ["60", "50"])
        yield self._bill(first, 6, ["60", "50"], ["2.10", "1"], freight="17.60")
        yield self._sell([("30", "5", self.beans), ("10", "2", self.filters)], 8)
        second_bill = self._bill(first, 11, ["40", "0"], ["2.10", "1"])
        yield self._receive(first, 12)
        yield self._sell([("50", "5", self.beans)], 15)
        one, two = self._invoices()
        yield self._paid(one, "204", "204", 18)
        note = self._credit_sale(two, "5", 19)
        late = self._purchase([("20", "2.50", self.beans)], 20)
        yield self._receive(late, 20)
        yield self._sell([("30", "5.20", self.beans)], 21)
        yield self._from_overseas(overseas.id)
        yield self._bill(late, 25, ["20"], ["2.90"])
        yield from self._pay_mill(second_bill)
        yield from self._credit_and_rest(note, two)
        yield self._broken_filters()
        yield self._send_back(second_bill)
        yield self._pay_overseas(overseas.id)
        last = self._purchase([("10", "3", self.beans)], 30)
        yield self._receive(last, 30)

    def _owner_pays_in(self) -> Any:
        with self.company.inside():
            equity = Account.objects.get(code="3000").id
            lines = [ManualLine(self.bank, D(10000)), ManualLine(equity, D(-10000))]
            return post_manual(day(1), lines, "The owner pays in", "GBP")

    def _purchase(self, lines: list[tuple[str, str, Any]], on: int, **values: Any) -> PurchaseOrder:
        supplier = values.pop("supplier", self.supplier.id)
        tax = values.pop("tax_rule", None)
        with self.company.inside():
            order = create_purchase_order(
                supplier,
                {"issued_on": day(on), **values},
                [
                    LineInput(product=product.id, quantity=q, unit_price=price, tax_rule=tax)
                    for q, price, product in lines
                ],
            )
            return authorise_purchase_order(order.id)

    def _receive(self, order: PurchaseOrder, on: int, quantities: list[str] | None = None) -> Any:
        with self.company.inside():
            lines = None
            if quantities is not None:
                rows = order.lines.order_by("position")
                lines = [
                    ReceiptInput(q, line_id=row.line_id)
                    for row, q in zip(rows, quantities, strict=True)
                ]
            return receive_order(order.id, lines, ReceiptHeader(happened_on=day(on)))

    def _bill(
        self,
        order: PurchaseOrder,
        on: int,
        quantities: list[str],
        prices: list[str],
        *,
        freight: str = "",
    ) -> Bill:
        with self.company.inside():
            ids = list(order.lines.order_by("position").values_list("line_id", flat=True))
            bill = bill_order(
                order.id,
                quantities=dict(zip(ids, quantities, strict=True)),
                prices=dict(zip(ids, prices, strict=True)),
                values={"issued_on": day(on)},
            )
            if freight:
                self._add_freight(bill, D(freight))
            return approve_bill(bill.id)

    @staticmethod
    def _add_freight(bill: Bill, net: Decimal) -> None:
        first = bill.lines.order_by("position")[0]
        tax = (net * D("0.2")).quantize(D("0.01"))
        BillLine.objects.create(
            bill=bill,
            position=9,
            description="Freight",
            quantity=1,
            unit_price=net,
            spread="value",
            tax_rule=first.tax_rule,
            tax_name=first.tax_name,
            tax_rate=first.tax_rate,
            net=net,
            tax=tax,
            total=net + tax,
        )
        Bill.objects.filter(id=bill.id).update(
            net=bill.net + net, tax=bill.tax + tax, total=bill.total + net + tax
        )

    def _sell(self, lines: list[tuple[str, str, Any]], on: int) -> SalesOrder:
        with self.company.inside():
            order = create_sales_order(
                self.customer.id,
                {"issued_on": day(on)},
                [LineInput(product=p.id, quantity=q, unit_price=price) for q, price, p in lines],
            )
            authorise_sales_order(order.id)
            ship_order(order.id, None, ShipmentHeader(happened_on=day(on)))
            authorise_invoice(invoice_sales_order(order.id, issued_on=day(on)).id)
            return order

    def _invoices(self) -> tuple[Invoice, ...]:
        with self.company.inside():
            return tuple(Invoice.objects.order_by("id"))

    def _paid(self, invoice: Invoice, amount: str, used: str, on: int) -> Any:
        return self._money(
            (CreditSide.SALE, Direction.IN),
            self.customer.id,
            amount,
            on,
            [Allocation(ItemKey("invoice", invoice.id), D(used))],
        )

    def _money(
        self,
        way: tuple[CreditSide, Direction],
        contact: UUID,
        amount: str,
        on: int,
        uses: list[Allocation],
    ) -> Any:
        with self.company.inside():
            wanted = PaymentInput(*way, contact, self.bank, D(amount), paid_on=day(on))
            return pay(wanted, uses)

    def _credit_sale(self, invoice: Invoice, quantity: str, on: int) -> CreditNote:
        with self.company.inside():
            line = invoice.lines.get()
            wanted = [CreditInput(line.line_id, quantity, quantity)]
            note = credit_invoice(invoice.id, wanted, values={"issued_on": day(on)})
            return authorise_credit_note(note.id)

    def _from_overseas(self, supplier: UUID) -> Any:
        with self.company.inside():
            save_rate("USD", day(1), D("0.80"), "GBP")
            save_rate("USD", day(30), D("0.78"), "GBP")
        zero = self.company.tax_rule("Zero rated")
        order = self._purchase(
            [("100", "1.50", self.filters)], 22, supplier=supplier, tax_rule=zero.id
        )
        self._receive(order, 22)
        return self._bill(order, 22, ["100"], ["1.50"])

    def _pay_mill(self, second: Bill) -> Iterator[Any]:
        with self.company.inside():
            first = Bill.objects.order_by("id")[0]
        uses = [Allocation(ItemKey("bill", first.id), D("232.32"))]
        out = (CreditSide.PURCHASE, Direction.OUT)
        yield self._money(out, self.supplier.id, "232.32", 26, uses)
        deposit = self._money(out, self.supplier.id, "50", 26, [])
        with self.company.inside():
            yield settle(
                ItemKey("payment", deposit.id), ItemKey("bill", second.id), D(50), on=day(27)
            )

    def _credit_and_rest(self, note: CreditNote, second: Invoice) -> Iterator[Any]:
        with self.company.inside():
            yield settle(
                ItemKey("credit_note", note.id), ItemKey("invoice", second.id), D(30), on=day(28)
            )
        payment = self._paid(second, "400", "270", 28)
        third = self._invoices()[2]
        with self.company.inside():
            yield settle(
                ItemKey("payment", payment.id), ItemKey("invoice", third.id), D(130), on=day(29)
            )

    def _broken_filters(self) -> Any:
        with self.company.inside():
            task = draft_adjustment(
                TaskHeader(happened_on=day(29)), [TaskLine(self.filters.id, "-2")]
            )
            return authorise_adjustment(task.id)

    def _send_back(self, bill: Bill) -> Any:
        with self.company.inside():
            line = bill.lines.get()
            wanted = [CreditInput(line.line_id, "4", "4")]
            note = credit_bill(bill.id, wanted, values={"issued_on": day(29)})
            return authorise_credit_note(note.id)

    def _pay_overseas(self, supplier: UUID) -> Any:
        with self.company.inside():
            bill = Bill.objects.get(contact_id=supplier)
        uses = [Allocation(ItemKey("bill", bill.id), D(150))]
        return self._money((CreditSide.PURCHASE, Direction.OUT), supplier, "150", 30, uses)


def test_a_month_of_trade_ends_as_computed_by_hand() -> None:
    """O3 to O7: trial balance, valuation and open documents equal the worked example."""
    month = Month()
    month.run()
    with month.company.inside():
        rows = trial_balance(day(31))
        found = [
            [str(row.account), _text(row.debit_balance), _text(row.credit_balance)]
            for row in rows
            if row.balance
        ]
        total = sum(row.debit_balance or D(0) for row in rows)
        found.append(["total", _text(total), _text(sum(row.credit_balance or 0 for row in rows))])
        assert found == table("Trial balance at 31 May 2026")
        stock = (
            StockLayer.objects.values("product__sku")
            .annotate(q=Sum("remaining"), v=Sum("remaining_value"))
            .order_by("product__sku")
        )
        valued = [[row["product__sku"], f"{row['q']:.0f}", _text(row["v"])] for row in stock]
        valued.append(["total", "", _text(sum(row["v"] for row in stock))])
        assert valued == table("Stock valuation at 31 May 2026")
        assert _open_documents() == table("Open documents at 31 May 2026")


def _text(value: Any) -> str:
    return f"{value:.2f}" if value else ""


def _open_documents() -> list[list[str]]:
    rows: list[Any] = [
        *Invoice.objects.filter(status="authorised"),
        *Bill.objects.filter(status="approved").order_by("number"),
        *CreditNote.objects.filter(status="authorised"),
    ]
    return [[row.number, _text(row.total - row.settled)] for row in rows]
