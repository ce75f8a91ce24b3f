"""Bad input and bad days: each is told in plain words with a way out, and goes on after it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.states import ConnectionState, SyncState
from accounting.models import Connection, Link, SyncDocument
from accounting.quickbooks import faults
from accounting.services.mapping import mapping_rows, save_mapping
from inventory.models import Product
from ledger.models import Account, TaxRule
from network.models import Contact
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product


def reasons(books: Books) -> dict[str, tuple[str, str]]:
    """Kind → (state, reason) of what is not synced."""
    return {
        row.kind: (row.state, row.reason)
        for row in books.documents()
        if row.state not in (SyncState.SYNCED, SyncState.REMOVED)
    }


def retry(books: Books) -> None:
    """Everything that needs somebody is tried again."""
    with books.company.inside():
        SyncDocument.objects.filter(state__in=sorted(SyncState.needing_someone())).update(
            state=SyncState.PENDING, not_before=Now()
        )
    books.sync()


def an_invoice(books: Books, name: str = "Kestrel") -> Any:
    taxed_product(books)
    return invoice_of(books, customer_of(books, name), [("FILTER", "2", "5")])


def test_a_broken_mapping_says_so_and_mends(books: Books) -> None:
    """Q4, Q25: the tax rule is not mapped: named, led to, mapped, sent by itself."""
    with books.company.inside():
        Link.objects.filter(kind="tax").delete()
    an_invoice(books)
    books.sync()
    (row,) = books.documents(kind="invoice")
    assert (row.state, row.reason) == (SyncState.ATTENTION, "tax_not_mapped")
    assert row.message == (
        "The tax rule “20% VAT” is not mapped to QuickBooks Online. Map it, then retry."
    )
    assert row.fix["kind"] == "tax"
    with books.company.inside():
        connection = books.connection()
        rule = TaxRule.objects.get(name="20% VAT")
        proposal = next(
            one.proposal for one in mapping_rows(connection, "tax") if one.ours.id == rule.id
        )
        save_mapping(connection, "tax", {rule.id: proposal})
    books.sync()
    assert reasons(books) == {}


def test_an_account_that_was_made_inactive_there_is_named(books: Books) -> None:
    """Q25: an inactive account is told before a call, and mends once it is active."""
    with books.company.inside():
        account = Account.objects.get(role="sales")
        there = Link.objects.get(kind="account", local_id=account.id).remote_id
    books.act("make_inactive", entity="Account", id=there)
    with books.company.inside():
        Connection.objects.update(lists_read_at=None)
    an_invoice(books)
    books.sync()
    assert reasons(books)["product"] == (SyncState.ATTENTION, "account_inactive")
    assert reasons(books)["invoice"] == (SyncState.WAITING, "waits")
    books.act("make_active", entity="Account", id=there)
    with books.company.inside():
        Connection.objects.update(lists_read_at=None)
    retry(books)
    assert reasons(books) == {}


@pytest.mark.parametrize("shown", [True, False])
def test_closed_books_are_told_and_never_redated(books: Books, shown: bool) -> None:
    """Q25: whether QuickBooks tells the closing date or only refuses: same words, same date."""
    books.sandbox.control("switches", {"close_date_shown": shown})
    try:
        books.act("close_books", date=timezone.localdate().isoformat())
        invoice = an_invoice(books)
        books.sync()
        (row,) = books.documents(kind="invoice")
        assert (row.state, row.reason) == (SyncState.ATTENTION, "period_closed")
        assert "closed" in row.message
        earlier = timezone.localdate() - timedelta(days=30)
        books.act("close_books", date=earlier.isoformat())
        retry(books)
        assert reasons(books) == {}
        assert [one["TxnDate"] for one in books.there("Invoice")] == [str(invoice.issued_on)]
    finally:
        books.sandbox.control("switches", {"close_date_shown": True})


def test_tracking_switched_on_forbids_writing_until_it_is_off(books: Books) -> None:
    """Q2: inventory tracking there: nothing is sent, and how to turn it off is told."""
    books.act("track_inventory", on=True)
    an_invoice(books)
    books.sync()
    assert set(reasons(books).values()) == {(SyncState.WAITING, "tracking_on")}
    assert books.there("Customer") == []
    with books.company.inside():
        assert "Track inventory quantity on hand" in books.connection().pause_message
    books.act("track_inventory", on=False)
    books.sync()
    assert reasons(books) == {}


def test_a_name_that_a_supplier_has_there_is_a_choice(books: Books) -> None:
    """Q12: the same name as a supplier there: not sent, said so; renamed, it goes."""
    books.act("create", entity="Vendor", body={"DisplayName": "Kestrel"})
    an_invoice(books)
    books.sync()
    assert reasons(books)["customer"] == (SyncState.ATTENTION, "name_taken")
    (row,) = books.documents(kind="customer")
    assert "Link it, or rename one of them" in row.message
    with books.company.inside():
        contact = SyncDocument.objects.get(kind="customer").local_id
    rename_contact(books, contact, "Kestrel Cafés")
    books.sync()
    assert reasons(books) == {}


def rename_contact(books: Books, contact: Any, name: str) -> None:
    with books.company.inside():
        Contact.objects.filter(id=contact).update(name=name, name_key=name.lower())


@pytest.mark.parametrize(("sign", "shown"), [(":", "“:”"), ("\\", "“\\”")])
def test_a_forbidden_sign_in_a_products_name_is_caught(books: Books, sign: str, shown: str) -> None:
    """Q12: QuickBooks forbids colon and backslash; it is told before a call."""
    product = books.company.product("FILTER", f"Filters{sign} paper")
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (row,) = books.documents(kind="product")
    assert (row.state, row.reason) == (SyncState.ATTENTION, "forbidden_character")
    assert shown in row.message
    with books.company.inside():
        Product.objects.filter(id=product.id).update(name="Paper filters")
    books.sync()
    assert reasons(books) == {}


def test_a_number_that_somebody_elses_document_has_is_not_taken_over(books: Books) -> None:
    """Q25: another customer's invoice with our number: needs attention, not adopted."""
    books.act("set_preferences", preferences={"SalesFormsPrefs.CustomTxnNumbers": True})
    taxed_product(books)
    customer = customer_of(books)
    books.sync()
    other = books.act("create", entity="Customer", body={"DisplayName": "Other"})
    (item,) = [one for one in books.there("Item") if one.get("Sku") == "FILTER"]
    code = next(one for one in books.session().lists(["tax"]) if one.data["sales"])
    books.act(
        "create",
        entity="Invoice",
        body={
            "DocNumber": "INV-00001",
            "CustomerRef": {"value": other["Id"]},
            "Line": [
                {
                    "Amount": 99,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": {"value": item["Id"]},
                        "TaxCodeRef": {"value": code.id},
                    },
                }
            ],
        },
    )
    invoice_of(books, customer, [("FILTER", "2", "5")])
    books.sync()
    assert reasons(books) == {"invoice": (SyncState.ATTENTION, "number_taken")}
    assert len(books.there("Invoice")) == 1


def test_a_total_that_was_changed_there_is_a_conflict(books: Books) -> None:
    """Q25: edited there and here: neither is overwritten by itself."""
    invoice = an_invoice(books)
    books.sync()
    (there,) = books.there("Invoice")
    line = dict(there["Line"][0])
    line["Amount"], line["SalesItemLineDetail"] = 50, {**line["SalesItemLineDetail"]}
    for name in ("Qty", "UnitPrice"):
        line["SalesItemLineDetail"].pop(name, None)
    books.act("edit_document", entity="Invoice", id=there["Id"], changes={"Line": [line]})
    with books.company.inside():
        SyncDocument.objects.filter(kind="invoice").update(state=SyncState.PENDING, hash="")
        # The feed has not told of it yet.
        Connection.objects.update(cursor={"changes": "2099-01-01T00:00:00+00:00"})
    del invoice
    books.sync()
    assert reasons(books) == {"invoice": (SyncState.CONFLICT, "changed_there")}


def test_a_subscription_that_ended_pauses_the_connection(books: Books) -> None:
    """Q25: 6190 stops everything with what to do; after it is active again it goes on."""
    books.act("set_subscription", plan="Plus", status="ended")
    an_invoice(books)
    books.sync()
    with books.company.inside():
        connection = books.connection()
        assert connection.state == ConnectionState.PAUSED
        assert connection.pause_code == "subscription_ended"


def test_access_that_was_withdrawn_needs_a_reconnect(books: Books) -> None:
    """Q1: revoked in the middle: nothing is lost, and the banner says what to do."""
    an_invoice(books)
    books.act("revoke_app", app="sandbox-client")
    books.sync()
    with books.company.inside():
        connection = books.connection()
        assert connection.state == ConnectionState.NEEDS_RECONNECT
        assert "Reconnect" in connection.pause_message
    assert {row.state for row in books.documents()} <= {SyncState.PENDING, SyncState.WAITING}


def test_every_row_of_the_table_has_a_way_out() -> None:
    """Q25: each code has a sentence that a person can act on, or nobody has to."""
    for code, (action, reason, sentence, who, _fix) in faults.TABLE.items():
        verdict = faults.verdict_of([faults.FaultError(code, "Said so")], 400, writes=True)
        assert (verdict.action, verdict.code, verdict.who) == (action, reason, who)
        assert "{text}" not in verdict.sentence, code
        assert sentence, code


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"Fault": {"Error": [{"code": "6240", "Message": "m"}]}}, ["6240"]),
        ({"fault": {"error": [{"code": "3200", "message": "m"}], "type": "AUTHENTICATION"}},
         ["3200"]),
        ({"Fault": {"Error": {"code": "003001", "Message": "m"}}}, ["3001"]),
        ({"Fault": {"Error": [{"Message": "message=X; errorCode=003100; statusCode=403",
                               "code": "0"}]}}, ["3100"]),
        ({"Fault": "nonsense"}, []),
        ([], []),
        (None, []),
    ],
)  # fmt: skip
def test_faults_are_read_in_every_shape(body: Any, codes: list[str]) -> None:
    """Q25: upper and lower case, lists and objects, codes with zeros, and nonsense."""
    assert [error.code for error in faults.errors_of(body)] == codes
