"""Which moves a document may make, and how its network status advances."""

from itertools import permutations

import pytest

from hub.choices import Moves, Tone, ToneChoices
from hub.errors import Conflict
from orders.domain.states import (
    BILL_MOVES,
    INVOICE_MOVES,
    PURCHASE_ORDER_MOVES,
    SALES_ORDER_MOVES,
    BillStatus,
    InvoiceStatus,
    NetworkStatus,
    PurchaseOrderStatus,
    SalesOrderStatus,
    check_move,
    may_send,
    network_progress,
)

TABLES = [PURCHASE_ORDER_MOVES, SALES_ORDER_MOVES, INVOICE_MOVES, BILL_MOVES]
KINDS: list[type[ToneChoices]] = [
    PurchaseOrderStatus,
    SalesOrderStatus,
    InvoiceStatus,
    BillStatus,
    NetworkStatus,
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_status_owns_its_label_tone_and_icon(kind: type[ToneChoices]) -> None:
    for status in kind:
        assert status.label and status.label != status.value
        assert isinstance(status.tone, Tone)
        assert status.icon and not status.icon.startswith("ti-")
        assert (status.value, status.label) in kind.choices
        assert kind(status.value) is status
        assert len(status.value) <= 20


def test_a_pre_sale_is_approved_once() -> None:
    """N10: approving what is already a sale is a conflict that says so."""
    after = check_move(SALES_ORDER_MOVES, SalesOrderStatus.AWAITING_APPROVAL, "approve")
    assert after is SalesOrderStatus.AUTHORISED

    with pytest.raises(Conflict) as refused:
        check_move(SALES_ORDER_MOVES, after, "approve")

    assert refused.value.message == "This sales order is authorised and cannot be approved."
    assert refused.value.code == "move_not_allowed"


def test_changes_wait_for_the_buyers_consent() -> None:
    """N16: approved with changes is a sale only when the buyer agrees."""
    status = SalesOrderStatus.AWAITING_APPROVAL
    status = check_move(SALES_ORDER_MOVES, status, "approve_with_changes")
    assert status is SalesOrderStatus.AWAITING_CONSENT
    assert check_move(SALES_ORDER_MOVES, status, "consent") is SalesOrderStatus.AUTHORISED
    assert (
        check_move(SALES_ORDER_MOVES, status, "refuse_changes")
        is SalesOrderStatus.AWAITING_APPROVAL
    )
    with pytest.raises(Conflict):
        check_move(SALES_ORDER_MOVES, SalesOrderStatus.AUTHORISED, "consent")


def test_a_suppliers_order_is_approved_or_declined_by_the_customer() -> None:
    """N17: it arrives as a purchase order awaiting approval."""
    arrived = PurchaseOrderStatus.AWAITING_APPROVAL
    assert PURCHASE_ORDER_MOVES.allowed(arrived) == (
        "approve",
        "decline",
        "revise",
        "withdraw",
    )
    assert PURCHASE_ORDER_MOVES.sources("approve") == {arrived}


def test_a_new_version_of_an_invoice_supersedes_the_bill() -> None:
    """K5: it never overwrites, and what is paid or void stays."""
    assert BILL_MOVES.sources("supersede") == {
        BillStatus.AWAITING_APPROVAL,
        BillStatus.APPROVED,
        BillStatus.DECLINED,
    }
    for final in (BillStatus.SUPERSEDED, BillStatus.VOID):
        assert BILL_MOVES.allowed(final) == ()


@pytest.mark.parametrize("moves", TABLES)
def test_every_verb_has_words_and_final_statuses_stay(
    moves: Moves[ToneChoices],
) -> None:
    for status in {type(moves.target(verb)) for verb in ("void",)}.pop():
        for verb in moves.allowed(status):
            assert moves.check_move(status, verb) is moves.target(verb)


def test_the_network_status_does_not_depend_on_the_order_of_the_news() -> None:
    """N14: the answer may overtake the receipt, and the receipt does not undo it."""
    news = [NetworkStatus.DELIVERED, NetworkStatus.OPENED, NetworkStatus.APPROVED]
    for order in permutations(news):
        status = NetworkStatus.QUEUED
        for item in order:
            status = network_progress(status, item)
        assert status is NetworkStatus.APPROVED


def test_the_later_answer_holds_and_an_invoice_is_the_end() -> None:
    """N14: asked, then approved, then invoiced."""
    asked = network_progress(NetworkStatus.OPENED, NetworkStatus.ASKED)
    approved = network_progress(asked, NetworkStatus.APPROVED)
    invoiced = network_progress(approved, NetworkStatus.INVOICED)
    assert (asked, approved, invoiced) == (
        NetworkStatus.ASKED,
        NetworkStatus.APPROVED,
        NetworkStatus.INVOICED,
    )
    assert network_progress(invoiced, NetworkStatus.DELIVERED) is NetworkStatus.INVOICED


def test_sending_again_is_offered_unless_one_is_under_way() -> None:
    """N9: sending twice delivers once."""
    assert not may_send(NetworkStatus.QUEUED)
    assert all(may_send(status) for status in NetworkStatus.trouble())
    assert NetworkStatus.FAILED not in NetworkStatus.in_flight()
