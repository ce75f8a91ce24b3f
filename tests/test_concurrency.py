"""At the same moment: many hands on one document, one key, one number, one request."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection

from hub.errors import Conflict, WharfError
from ledger.models import Account, Journal
from ledger.services.journals import ManualLine, post_manual
from ledger.services.manual_journals import reverse_manual
from network.domain.states import ConnectionStatus, Direction
from network.models import Connection, Contact, Envelope
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from network.services.removal import remove_connection
from orders.domain.payloads import ReasonCode
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import approve_bill
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import ChangeInput, approve_pre_sale, decline_pre_sale, recall_answer
from orders.services.purchases import (
    accept_changes,
    authorise_purchase_order,
    create_purchase_order,
    decline_changes,
)
from orders.services.sending import Sending, send_document
from tenants.jobs import run_job
from tenants.models import Activity, IdempotencyRecord, Job
from tests.cast import Company, make_company
from tests.trade import (
    authorised_order,
    delivered_order,
    let_leases_end,
    order_trip,
    sale_of,
    send_order,
    sent_once,
    stocked_pair,
)

Outcome = Any


def at_once(*acts: Callable[[], Any]) -> list[Outcome]:
    """Run each in a thread with a connection of its own; gives results and WharfErrors in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Outcome:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return act()
        except WharfError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def codes(outcomes: list[Outcome]) -> Counter[str]:
    """How many came through, and the codes of the errors."""
    return Counter(o.code if isinstance(o, WharfError) else "done" for o in outcomes)


def inside(company: Company, act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with company.inside():
            return act()

    return run


def test_twenty_approvals_make_one_sale_and_one_answer() -> None:
    """N10: one wins, nineteen read that it was done already."""
    pair = stocked_pair()
    sale = sale_of(pair, delivered_order(pair))

    outcomes = at_once(*[inside(pair.supplier, lambda: approve_pre_sale(sale.id))] * 20)

    assert codes(outcomes) == {"done": 1, "move_not_allowed": 19}
    pair.drain()
    sent_once(pair.supplier, pair.buyer, "order_answer")
    with pair.supplier.inside():
        assert SalesOrder.objects.get().status == "authorised"
        assert Activity.objects.filter(action="sales_order.approved").count() == 1


def test_approve_against_decline_has_one_winner_and_both_sides_agree() -> None:
    """N10: whatever came first is what the buyer reads."""
    for _ in range(4):
        pair = stocked_pair()
        sale = sale_of(pair, delivered_order(pair))

        outcomes = at_once(
            inside(pair.supplier, partial(approve_pre_sale, sale.id)),
            inside(
                pair.supplier,
                partial(decline_pre_sale, sale.id, ReasonCode.ITEM, "Out of season"),
            ),
        )

        assert codes(outcomes) == {"done": 1, "move_not_allowed": 1}
        pair.drain()
        with pair.supplier.inside():
            ours = SalesOrder.objects.get().status
        with pair.buyer.inside():
            theirs = PurchaseOrder.objects.get().network_status
        assert (ours, theirs) in {("authorised", "approved"), ("declined", "declined")}


def test_accepting_and_declining_changes_at_once_has_one_winner() -> None:
    """N16: and the supplier's order follows it."""
    pair = stocked_pair()
    sale = sale_of(pair, order_id := delivered_order(pair))
    with pair.supplier.inside():
        line = sale.lines.get().line_id
        approve_pre_sale(sale.id, [ChangeInput(line, quantity="2")])
    pair.drain()

    outcomes = at_once(
        inside(pair.buyer, lambda: accept_changes(order_id)),
        inside(pair.buyer, lambda: decline_changes(order_id, "No")),
    )

    assert codes(outcomes)["done"] == 1
    pair.drain()
    with pair.supplier.inside():
        ours = SalesOrder.objects.get()
    with pair.buyer.inside():
        theirs = PurchaseOrder.objects.get()
    accepted = ours.status == "authorised"
    assert (ours.status, theirs.network_status) == (
        ("authorised", "approved") if accepted else ("awaiting_approval", theirs.network_status)
    )
    assert (ours.total == theirs.total) is True


def test_recall_against_invoicing_never_leaves_an_invoice_of_a_waiting_order() -> None:
    """N11: either the order is recalled or it is invoiced."""
    for _ in range(4):
        pair = stocked_pair()
        sale = sale_of(pair, delivered_order(pair))
        with pair.supplier.inside():
            approve_pre_sale(sale.id)

        outcomes = at_once(
            inside(pair.supplier, partial(recall_answer, sale.id)),
            inside(pair.supplier, partial(invoice_sales_order, sale.id)),
        )

        assert codes(outcomes)["done"] == 1
        with pair.supplier.inside():
            state = (SalesOrder.objects.get().status, Invoice.objects.count())
        assert state in {("awaiting_approval", 0), ("authorised", 1)}


def test_twenty_approvals_of_one_bill_count_once() -> None:
    """N11: approved once, answered once."""
    pair = stocked_pair()
    sale = sale_of(pair, delivered_order(pair))
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        bill = Bill.objects.get()

    outcomes = at_once(*[inside(pair.buyer, lambda: approve_bill(bill.id))] * 20)

    assert codes(outcomes) == {"done": 1, "move_not_allowed": 19}
    pair.drain()
    sent_once(pair.buyer, pair.supplier, "invoice_answer")


def test_sending_twice_at_once_makes_one_envelope() -> None:
    """N9: a double click, two colleagues: one message."""
    pair = stocked_pair()
    order_id = authorised_order(pair)

    outcomes = at_once(*[lambda: send_order(pair, order_id)] * 8)

    assert codes(outcomes) == {"done": 8}
    pair.drain()
    sent_once(pair.buyer, pair.supplier, "order")
    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 1


def test_one_delivery_run_by_many_workers_takes_effect_once() -> None:
    """N9: a hundred wake-ups of one job, and leases that end while it runs."""
    trip = order_trip()
    trip.start()
    job_id = trip.job_id()

    def work() -> bool:
        let_leases_end(trip.sender)
        return run_job(trip.sender.id, job_id)

    at_once(*[work] * 12)
    trip.pair.drain()

    trip.check()


def test_both_partners_enter_keys_at_the_same_moment() -> None:
    """N5: one connection with one link, whoever was first; nothing hangs."""
    for _ in range(3):
        one, two = make_company("One"), make_company("Two")
        at_one = one.contact("Two", kind="supplier")
        at_two = two.contact("One", kind="customer")
        keys = one.key(), two.key()

        at_once(
            partial(connect_by_key, one.id, at_one.id, keys[1]),
            partial(connect_by_key, two.id, at_two.id, keys[0]),
        )
        for _ in range(3):
            for company in (one, two):
                let_leases_end(company)
                company.drain()

        links = []
        for company, contact in ((one, at_one), (two, at_two)):
            with company.inside():
                row = Connection.objects.get(status=ConnectionStatus.CONNECTED)
                assert row.contact_id == contact.id
                assert Contact.objects.get(id=contact.id).connected
                links.append(row.link)
        assert links[0] == links[1]


def test_one_key_entered_ten_times_at_once_connects_once() -> None:
    """N5: a double click on Connect."""
    owner, guest = make_company("Owner"), make_company("Guest")
    with owner.inside():
        send_invitations([], [guest.owner.email], default_text())
    contact = guest.contact("Owner", kind="supplier")
    key = owner.key()

    at_once(*[lambda: connect_by_key(guest.id, contact.id, key)] * 10)
    for _ in range(3):
        for company in (owner, guest):
            let_leases_end(company)
            company.drain()

    for company in (owner, guest):
        with company.inside():
            (row,) = Connection.objects.filter(status=ConnectionStatus.CONNECTED)
            assert Connection.objects.exclude(id=row.id).count() == 0
            assert Contact.objects.filter(connected=True).count() == 1


def test_disconnecting_during_delivery_leaves_both_sides_agreed() -> None:
    """N13: the order arrived or came back; it is never lost in between."""
    for _ in range(4):
        pair = stocked_pair()
        order_id = authorised_order(pair)
        send_order(pair, order_id)
        with pair.buyer.inside():
            job = Job.objects.get(kind="network.deliver", state="queued")
        with pair.supplier.inside():
            row = Connection.objects.get()

        at_once(
            partial(run_job, pair.buyer.id, job.id),
            inside(pair.supplier, partial(remove_connection, row.id)),
        )
        for _ in range(3):
            let_leases_end(pair.buyer, pair.supplier)
            pair.drain()

        with pair.buyer.inside():
            sent = Envelope.objects.get(kind="order", direction=Direction.OUT)
            status = PurchaseOrder.objects.get().network_status
        with pair.supplier.inside():
            arrived = SalesOrder.objects.count()
        assert (sent.delivery, status, arrived) in {
            ("delivered", "delivered", 1),
            ("returned", "returned", 0),
        }


def test_fifty_parallel_orders_have_numbers_without_gap_or_double() -> None:
    """N9: some are refused on the way, and give their number back."""
    company = make_company("Buyer")
    contact = company.contact("Supplier")

    def create(number: int) -> Callable[[], Any]:
        def run() -> Any:
            with company.inside():
                order = create_purchase_order(
                    contact.id, {}, [LineInput(description="Cups", quantity="1")]
                )
                if number % 5 == 0:
                    raise Conflict("Changed my mind.")
            return order

        return run

    outcomes = at_once(*[create(number) for number in range(50)])

    assert codes(outcomes) == {"done": 40, "conflict": 10}
    with company.inside():
        numbers = sorted(PurchaseOrder.objects.values_list("number", flat=True))
    assert numbers == [f"PO-{number:05d}" for number in range(1, 41)]


def test_authorising_twice_at_once_happens_once() -> None:
    """N9: the second one reads that it was done."""
    company = make_company("Buyer")
    contact = company.contact("Supplier")
    with company.inside():
        order = create_purchase_order(contact.id, {}, [LineInput(description="Cups", quantity="1")])

    outcomes = at_once(*[inside(company, lambda: authorise_purchase_order(order.id))] * 6)

    assert codes(outcomes) == {"done": 1, "move_not_allowed": 5}


def test_one_idempotency_key_posted_ten_times_in_parallel() -> None:
    """A4: one effect; every answer the same."""
    company = make_company("Buyer")
    contact = company.contact("Supplier")
    body = {
        "contact": str(contact.id),
        "lines": [{"description": "Cups", "quantity": "1", "price": "2"}],
    }

    def post() -> Any:
        return company.api().post(
            "/api/v1/purchase-orders", body, format="json", headers={"Idempotency-Key": "one"}
        )

    answers = at_once(*[post] * 10)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 9
    with company.inside():
        assert PurchaseOrder.objects.count() == 1


def test_one_idempotency_key_for_connecting_ten_times_in_parallel() -> None:
    """A4, N5: the one call that works in several transactions keeps the rule too."""
    owner, guest = make_company("Owner"), make_company("Guest")
    with owner.inside():
        send_invitations([], [guest.owner.email], default_text())
    body = {"contact": str(guest.contact("Owner", kind="supplier").id), "key": owner.key()}

    def post() -> Any:
        return guest.api().post(
            "/api/v1/network/connections", body, format="json", headers={"Idempotency-Key": "one"}
        )

    answers = at_once(*[post] * 10)

    first = [answer for answer in answers if "Idempotency-Replayed" not in answer]
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in made}) == 1
    assert {a.json()["code"] for a in answers if a not in made} <= {"idempotency_in_progress"}
    assert len([answer for answer in first if answer.status_code == 201]) == 1
    again = post()
    assert (again.status_code, again.content) == (201, made[0].content)
    with guest.inside():
        assert Connection.objects.count() == 1


def test_a_refused_call_frees_its_idempotency_key() -> None:
    """A4, N5: what failed left nothing, so the corrected call may use a fresh try."""
    owner, guest = make_company("Owner"), make_company("Guest")
    contact = guest.contact("Owner", kind="supplier")
    body = {"contact": str(contact.id), "key": "WH-nonsense"}
    for _ in range(2):
        answer = guest.api().post(
            "/api/v1/network/connections", body, format="json", headers={"Idempotency-Key": "one"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_key")
    with guest.inside():
        assert not IdempotencyRecord.objects.exists()
    assert owner.id != guest.id


def test_a_call_that_died_halfway_does_not_hold_its_key_for_ever() -> None:
    """A4: a reservation older than a minute gives way."""
    owner, guest = make_company("Owner"), make_company("Guest")
    contact = guest.contact("Owner", kind="supplier")
    body = {"contact": str(contact.id), "key": owner.key()}

    def post() -> Any:
        return guest.api().post(
            "/api/v1/network/connections", body, format="json", headers={"Idempotency-Key": "one"}
        )

    assert post().status_code == 201
    with guest.inside():
        IdempotencyRecord.objects.update(status=None, body="")
    waiting = post()
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_in_progress")
    with guest.inside():
        IdempotencyRecord.objects.update(created_at="2020-01-01T00:00Z")
    assert post().status_code == 201


@pytest.fixture(autouse=True)
def _enough_connections() -> None:
    """Each thread closes its own connection; this one keeps the test's."""
    connection.ensure_connection()


def test_one_journal_is_reversed_once_by_many_hands() -> None:
    """O3: the book's lock lets one through; the others are told."""
    company = make_company()
    with company.inside():
        cash, equity = (Account.objects.get(code=code) for code in ("1010", "3000"))
        lines = [ManualLine(cash.id, Decimal(5)), ManualLine(equity.id, Decimal(-5))]
        journal = post_manual(date(2026, 3, 5), lines, "", "GBP")
    act = inside(company, lambda: reverse_manual(journal.id, on=date(2026, 3, 6)))

    outcomes = at_once(act, act, act)

    assert codes(outcomes) == {"done": 1, "already_reversed": 2}
    with company.inside():
        assert Journal.objects.count() == 2
