"""Random trade on the real database: the invariants of stock accounting hold after every verb."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hub.errors import Conflict, InvalidInput, NotFound
from ledger.services.books import change_book
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    Payment,
    PurchaseOrder,
    Receipt,
    SalesOrder,
    Settlement,
    Shipment,
)
from orders.open_items import item_of
from orders.services.bills import approve_bill, undo_bill
from orders.services.consequences import (
    VERBS,
    changes_since,
    consequences_of,
    take_snapshot,
)
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_bill,
    credit_invoice,
    undo_credit_note,
)
from orders.services.invoices import authorise_invoice, undo_invoice
from orders.services.paying import keep_credit_note
from orders.services.payments import void_payment
from orders.services.receiving import authorise_receipt, undo_receipt
from orders.services.settlements import ItemKey, settle, unsettle
from orders.services.shipping import ship, undo_shipment
from tests.orders.business import DAY, Business

quantities = st.sampled_from(["1", "2", "3", "5"])
prices = st.sampled_from(["1", "2.37", "3.333333", "10"])


@contextmanager
def may_be_refused() -> Iterator[None]:
    """A refusal with a reason is an answer; anything else is a fault."""
    with suppress(Conflict, InvalidInput, NotFound):
        yield


UNDOABLE: list[tuple[Any, Any, Any]] = [
    (Receipt, undo_receipt, authorise_receipt),
    (Bill, undo_bill, approve_bill),
    (Shipment, undo_shipment, ship),
    (Invoice, undo_invoice, authorise_invoice),
    (CreditNote, undo_credit_note, authorise_credit_note),
]


class RandomTrade(RuleBasedStateMachine):
    """Order, receive, bill, sell, ship, invoice, credit, pay and undo, in any order."""

    @initialize(costing=st.sampled_from(["fifo", "average"]), accrual=st.booleans())
    def found(self, costing: str, accrual: bool) -> None:
        self.here = Business(costing=costing, accrual=accrual)
        # Something of everything, so that every verb has what it needs from the first step.
        first, second = self.here.order("10", "2"), self.here.order("7", "3.33")
        self.here.receive(first, "6")
        self.here.bill(first, "2.10", "3")
        self.here.bill(second, None, "4")
        sale = self.here.sale("8", "5")
        self.here.ship(sale, "3")
        self.here.pay_invoice(self.here.invoice(sale, "4"), "10")
        self.here.receive(self.here.order("9", "2.2"))
        self.here.receive(self.here.order("9", "1.7", product=self.here.filters))
        self.kit = self.here.kit(beans="2", filters="1")
        self.here.ship(self.here.sale("2", "30", product=self.kit), "1")

    def _any(self, data: st.DataObject, model: Any) -> Any:
        with self.here.company.inside():
            rows = list(model.objects.select_related("contact").order_by("id"))
        return data.draw(st.sampled_from(rows)) if rows else None

    def _do(self, verb: Callable[[Any], Any], row: Any) -> None:
        if row is not None:
            with may_be_refused(), self.here.company.inside():
                verb(row.id)

    @rule(quantity=quantities, price=prices)
    def order(self, quantity: str, price: str) -> None:
        self.here.order(quantity, price)

    @rule(data=st.data(), quantity=quantities)
    def receive(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, PurchaseOrder)
        if order is not None:
            with may_be_refused():
                self.here.receive(order, quantity)

    @rule(data=st.data(), quantity=quantities, price=prices)
    def bill(self, data: st.DataObject, quantity: str, price: str) -> None:
        order = self._any(data, PurchaseOrder)
        if order is not None:
            with may_be_refused():
                self.here.bill(order, price, quantity)

    @rule(quantity=quantities, price=prices)
    def sell(self, quantity: str, price: str) -> None:
        self.here.sale(quantity, price)

    @rule(quantity=st.sampled_from(["1", "2"]), price=prices)
    def sell_kits(self, quantity: str, price: str) -> None:
        self.here.sale(quantity, price, product=self.kit)

    @rule(quantity=quantities, price=prices)
    def order_filters(self, quantity: str, price: str) -> None:
        self.here.order(quantity, price, product=self.here.filters)

    @rule(data=st.data(), quantity=quantities)
    def ship(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, SalesOrder)
        if order is not None:
            with may_be_refused():
                self.here.ship(order, quantity)

    @rule(data=st.data(), quantity=quantities)
    def invoice(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, SalesOrder)
        if order is not None:
            with may_be_refused():
                self.here.invoice(order, quantity)

    @rule(data=st.data(), quantity=quantities, returned=st.booleans())
    def credit_a_sale(self, data: st.DataObject, quantity: str, returned: bool) -> None:
        self._credit(data, (Invoice, credit_invoice), quantity, returned)

    @rule(data=st.data(), quantity=quantities, returned=st.booleans())
    def credit_a_purchase(self, data: st.DataObject, quantity: str, returned: bool) -> None:
        self._credit(data, (Bill, credit_bill), quantity, returned)

    def _credit(self, data: st.DataObject, of: Any, quantity: str, returned: bool) -> None:
        model, verb = of
        document = self._any(data, model)
        if document is None:
            return
        with may_be_refused(), self.here.company.inside():
            line = document.lines.get()
            wanted = CreditInput(line.line_id, quantity, quantity if returned else "0")
            authorise_credit_note(verb(document.id, [wanted], values={"issued_on": DAY}).id)

    @rule(data=st.data(), amount=st.sampled_from(["1", "4.99", "30"]), used=st.booleans())
    def be_paid(self, data: st.DataObject, amount: str, used: bool) -> None:
        invoice = self._any(data, Invoice)
        if invoice is not None:
            with may_be_refused():
                self.here.pay_invoice(invoice, amount, None if used else "0")

    @rule(data=st.data(), amount=st.sampled_from(["1", "4.99", "30"]), used=st.booleans())
    def pay(self, data: st.DataObject, amount: str, used: bool) -> None:
        bill = self._any(data, Bill)
        if bill is not None:
            with may_be_refused():
                self.here.pay_bill(bill, amount, None if used else "0")

    @rule(data=st.data(), amount=st.sampled_from(["0.5", "2"]))
    def use_credit(self, data: st.DataObject, amount: str) -> None:
        note, invoice = self._any(data, CreditNote), self._any(data, Invoice)
        if note is not None and invoice is not None:
            with may_be_refused(), self.here.company.inside():
                settle(
                    ItemKey("credit_note", note.id),
                    ItemKey("invoice", invoice.id),
                    Decimal(amount),
                    on=DAY,
                )

    @rule(
        data=st.data(),
        what=st.sampled_from(UNDOABLE),
        again=st.booleans(),
    )
    def undo(self, data: st.DataObject, what: Any, again: bool) -> None:
        model, undo, redo = what
        row = self._any(data, model)
        before = self.here.balances()
        self._do(undo, row)
        if again and row is not None:
            self._do(redo, row)
            with self.here.company.inside():
                same = model.objects.get(id=row.id).status == row.status
            # Undone and done again: the accounts that do not hold cost are as they were.
            if same:
                after = self.here.balances()
                for role in ("receivable", "payable", "sales", "tax_payable", "tax_receivable"):
                    assert after.get(role) == before.get(role)

    @rule(
        data=st.data(),
        model=st.sampled_from([Receipt, Bill, Shipment, Invoice]),
        verb=st.sampled_from(["undo", "void"]),
    )
    def what_is_foreseen_happens(self, data: st.DataObject, model: Any, verb: str) -> None:
        row = self._any(data, model)
        if row is None:
            return
        with self.here.company.inside():
            found, before = consequences_of(row, verb), take_snapshot(row)
        refusal = ""
        try:
            with self.here.company.inside():
                VERBS[model, verb](row.id)
        except (Conflict, InvalidInput) as error:
            refusal = error.message
        assert found.refusal == refusal
        if found.possible:
            with self.here.company.inside():
                assert changes_since(before, row) == found

    @rule(data=st.data())
    def void_a_payment(self, data: st.DataObject) -> None:
        self._do(void_payment, self._any(data, Payment))

    @rule(data=st.data(), amount=st.sampled_from(["0.5", "2"]))
    def use_a_payment(self, data: st.DataObject, amount: str) -> None:
        payment = self._any(data, Payment)
        document = self._any(data, Invoice if payment and payment.side == "sale" else Bill)
        if payment is None or document is None:
            return
        with may_be_refused(), self.here.company.inside():
            settle(item_of(payment).key, item_of(document).key, Decimal(amount), on=DAY)

    @rule(data=st.data())
    def keep_a_credit_note(self, data: st.DataObject) -> None:
        self._do(keep_credit_note, self._any(data, CreditNote))

    @rule(data=st.data())
    def take_a_settlement_back(self, data: st.DataObject) -> None:
        with self.here.company.inside():
            rows = list(Settlement.objects.order_by("id"))
        self._do(unsettle, data.draw(st.sampled_from(rows)) if rows else None)

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "here"):
            self.here.check()


# A failure is printed as it was found: making it smaller would take longer than reading it.
RUNS = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def test_the_books_agree_after_any_trade() -> None:
    """O3 to O6: invariants 1 to 5 and 7 after every step of random trade."""
    run_state_machine_as_test(
        RandomTrade, settings=settings(RUNS, max_examples=3, stateful_step_count=25)
    )


@pytest.mark.battery
def test_the_books_agree_after_a_lot_of_trade() -> None:
    """O3 to O6: the same, for long."""
    run_state_machine_as_test(
        RandomTrade, settings=settings(RUNS, max_examples=30, stateful_step_count=40)
    )


def test_nothing_changes_before_the_lock_date() -> None:
    """O6: invariant 9: every verb that would post there is refused and changes nothing."""
    here = Business()
    order = here.order("10", "2")
    receipt, bill = here.receive(order), here.bill(order)
    sale = here.sale("4", "5")
    shipment, invoice = here.ship(sale), here.invoice(sale)
    with here.company.inside():
        note = credit_invoice(invoice.id, values={"issued_on": DAY})
        change_book({"locked_until": DAY})
    before = here.balances()
    verbs: list[tuple[Any, Any]] = [
        (undo_receipt, receipt),
        (undo_bill, bill),
        (undo_shipment, shipment),
        (undo_invoice, invoice),
        (authorise_credit_note, note),
    ]
    for verb, row in verbs:
        with pytest.raises((Conflict, InvalidInput)), here.company.inside():
            verb(row.id)
    with pytest.raises(InvalidInput) as refused:
        here.pay_invoice(invoice, "1")
    assert refused.value.code == "period_locked"
    with pytest.raises(InvalidInput) as received:
        here.receive(here.order("1", "1"))
    assert set(received.value.fields) == {"happened_on"}
    assert here.balances() == before
    here.check()
