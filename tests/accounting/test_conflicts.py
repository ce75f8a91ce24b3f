"""Conflicts: edited here and there, compared field by field, and ended by somebody (Q12, Q25)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from accounting.domain.sheets import Sheet, agree, compare
from accounting.domain.states import SyncState
from accounting.engine.sheets import unsealed_sheet
from accounting.models import Connection, SyncDocument
from inventory.models import Product
from inventory.services.products import change_product
from network.models import Contact
from network.services.contacts import change_contact
from orders.models import Bill, Invoice, Payment
from orders.services.bills import approve_bill, change_bill, create_bill, undo_bill
from orders.services.invoices import authorise_invoice, change_invoice, undo_invoice
from orders.services.lines import LineInput
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, paid, taxed_product

D = Decimal
HISTORY = "/integrations/quickbooks/history/"


def edited_there(books: Books, entity: str, **changes: Any) -> dict[str, Any]:
    """Somebody changes the only object of a kind in QuickBooks."""
    (there,) = books.there(entity)
    plain = json.loads(json.dumps(changes, default=float))
    books.act("edit_document", entity=entity, id=there["Id"], changes=plain)
    return there


def line_there(there: dict[str, Any], quantity: int, **changes: Any) -> list[dict[str, Any]]:
    line = {**there["Line"][0], **changes}
    detail = {**line["SalesItemLineDetail"], "Qty": quantity}
    price = D(str(detail["UnitPrice"]))
    return [{**line, "Amount": quantity * price, "SalesItemLineDetail": detail}]


def no_feed(books: Books) -> None:
    """The feed has not told of it yet: it is met when ours is sent."""
    with books.company.inside():
        Connection.objects.update(cursor={"changes": "2099-01-01T00:00:00+00:00"})


def an_invoice_in_conflict(books: Books) -> Invoice:
    """Two of them here and there; then three here and four there."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (there,) = books.there("Invoice")
    tax = {"TotalTax": 4}
    edited_there(books, "Invoice", Line=line_there(there, 4), TxnTaxDetail=tax)
    with books.company.inside():
        undo_invoice(invoice.id)
        change_invoice(invoice.id, {}, [LineInput(sku="FILTER", quantity="3", unit_price="5")])
        authorise_invoice(invoice.id)
    books.sync()
    return invoice


def row_of(books: Books, kind: str) -> SyncDocument:
    (row,) = books.documents(kind=kind)
    return row


def differences(books: Books, row: SyncDocument) -> dict[str, tuple[str, str, str, bool, bool]]:
    """What the API says: field → last, ours, theirs, changed here, changed there."""
    answer = books.company.api().get(f"/api/v1/sync-documents/{row.id}/conflict")
    assert answer.status_code == 200, answer.content
    return {
        one["field"]: (
            one["last"], one["ours"], one["theirs"], one["changed_here"], one["changed_there"],
        )
        for group in answer.json()["differences"]
        for one in group["fields"]
    }  # fmt: skip


def press(books: Books, row: SyncDocument, verb: str) -> str:
    """Press a button of the page as it is shown; gives what is said afterwards."""
    web = books.company.browser()
    page = web.get(f"{HISTORY}{row.id}/").content.decode()
    start = page.index(f"{HISTORY}{row.id}/{verb}/")
    address = page[start : page.index('"', start)]
    return web.post(address, follow=True).content.decode()


def test_a_conflict_shows_last_here_and_there(books: Books) -> None:
    """Q25: three versions field by field, each side's changes marked, in the browser and by API."""
    an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    assert (row.state, row.reason) == (SyncState.CONFLICT, "changed_there")
    found = differences(books, row)
    assert found["Total"] == ("12.00", "18.00", "24.00", True, True)
    assert found["Quantity"] == ("2", "3", "4", True, True)
    assert found["Amount"] == ("10.00", "15.00", "20.00", True, True)
    assert found["Product"] == ("FILTER", "FILTER", "FILTER", False, False)
    page = books.company.browser().get(f"{HISTORY}{row.id}/").content.decode()
    for words in ("Last in step", "changed here", "changed there", "Keep ours", "Leave theirs"):
        assert words in page, words
    assert "“Import sales invoices” is off" in page


def test_keep_ours_writes_ours_over_theirs(books: Books) -> None:
    """Q25: ours goes with their current version; one invoice, ours, in step again."""
    an_invoice_in_conflict(books)
    said = press(books, row_of(books, "invoice"), "keep")
    assert "goes with the next sync" in said
    assert row_of(books, "invoice").state == SyncState.PENDING
    books.sync()
    (there,) = books.there("Invoice")
    assert (there["TotalAmt"], there["Line"][0]["SalesItemLineDetail"]["Qty"]) == (18, 3)
    row = row_of(books, "invoice")
    assert (row.state, row.remote_total, row.there_sheet) == (SyncState.SYNCED, D(18), "")
    with books.company.inside():
        kept = unsealed_sheet(row.synced_sheet)
    assert kept is not None and kept.fields["total"] == "18"


def test_take_theirs_brings_their_invoice_here(books: Books) -> None:
    """Q13, Q25: where invoices are imported, ours becomes what stands there; nothing is sent."""
    invoice = an_invoice_in_conflict(books)
    with books.company.inside():
        Connection.objects.update(options={"import_invoices": True})
    assert "is here what it is there now" in press(books, row_of(books, "invoice"), "take")
    with books.company.inside():
        now = Invoice.objects.get(id=invoice.id)
        assert (now.number, now.status, now.total) == (invoice.number, "authorised", D(24))
    books.sync()
    assert row_of(books, "invoice").state == SyncState.SYNCED
    (there,) = books.there("Invoice")
    assert there["TotalAmt"] == 24
    books.sync()
    assert [one["TotalAmt"] for one in books.there("Invoice")] == [24]


def test_theirs_are_left_where_they_are_not_imported(books: Books) -> None:
    """Q25: Take is refused with the reason; Leave keeps both, says who, and later ends it."""
    invoice = an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    api = books.company.api()
    answer = api.post(f"/api/v1/sync-documents/{row.id}/take-theirs", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_taken")
    assert row_of(books, "invoice").state == SyncState.CONFLICT
    assert "is left as it stands there" in press(books, row, "leave")
    row = row_of(books, "invoice")
    assert (row.state, row.reason) == (SyncState.SKIPPED, "left_there")
    assert row.message.endswith("left it as it stands in QuickBooks Online.")
    books.sync()
    (there,) = books.there("Invoice")
    assert there["TotalAmt"] == 24
    with books.company.inside():
        assert Invoice.objects.get(id=invoice.id).total == 18
    books.company.browser().post(f"{HISTORY}{row.id}/unskip/")
    books.sync()
    assert row_of(books, "invoice").state == SyncState.SYNCED
    assert books.there("Invoice")[0]["TotalAmt"] == 18


@pytest.mark.parametrize("verb", ["keep", "leave"])
def test_an_edit_between_looking_and_pressing_is_refused(books: Books, verb: str) -> None:
    """Q25: somebody edits it there again: nothing is written, and the page shows what it is now."""
    an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    web = books.company.browser()
    page = web.get(f"{HISTORY}{row.id}/").content.decode()
    start = page.index(f"{HISTORY}{row.id}/{verb}/")
    address = page[start : page.index('"', start)]
    (there,) = books.there("Invoice")
    edited_there(
        books, "Invoice", Line=line_there(there, 6, Description="Six"), TxnTaxDetail={"TotalTax": 6}
    )
    shown = web.post(address, follow=True).content.decode()
    assert "was changed again in QuickBooks Online since you looked" in shown
    assert "36.00" in shown and "Six" in shown
    assert row_of(books, "invoice").state == SyncState.CONFLICT
    assert books.there("Invoice")[0]["TotalAmt"] == 36
    # The address of the page that was looked at stays refused; the fresh page's does it.
    assert "since you looked" in web.post(address, follow=True).content.decode()
    assert "changed again" not in press(books, row, verb)
    assert row_of(books, "invoice").state != SyncState.CONFLICT


def test_an_edit_between_pressing_and_sending_is_a_conflict_again(books: Books) -> None:
    """Q25: ours never goes over a version that nobody has seen."""
    an_invoice_in_conflict(books)
    press(books, row_of(books, "invoice"), "keep")
    (there,) = books.there("Invoice")
    edited_there(books, "Invoice", Line=line_there(there, 9), TxnTaxDetail={"TotalTax": 9})
    books.sync()
    row = row_of(books, "invoice")
    assert row.state == SyncState.CONFLICT
    assert books.there("Invoice")[0]["TotalAmt"] == 54
    assert differences(books, row)["Quantity"][2] == "9"


def test_a_conflict_that_has_vanished_is_settled(books: Books) -> None:
    """Q25: Retry of a conflict compares anew; where both agree it is over, and nothing is sent."""
    invoice = an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    api = books.company.api()
    answer = api.post(f"/api/v1/sync-documents/{row.id}/retry", {}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (200, "conflict")
    with books.company.inside():
        undo_invoice(invoice.id)
        change_invoice(invoice.id, {}, [LineInput(sku="FILTER", quantity="4", unit_price="5")])
        authorise_invoice(invoice.id)
    assert "Both sides agree" in press(books, row, "compare")
    version = books.there("Invoice")[0]["SyncToken"]
    books.sync()
    assert row_of(books, "invoice").state == SyncState.SYNCED
    assert books.there("Invoice")[0]["SyncToken"] == version


def test_put_back_there_it_is_no_conflict(books: Books) -> None:
    """Q25: what was changed there is as it was: the next sync sends ours by itself."""
    an_invoice_in_conflict(books)
    (there,) = books.there("Invoice")
    edited_there(books, "Invoice", Line=line_there(there, 2), TxnTaxDetail={"TotalTax": 2})
    books.sync()
    assert row_of(books, "invoice").state == SyncState.SYNCED
    assert books.there("Invoice")[0]["TotalAmt"] == 18


def test_deleted_there_meanwhile(books: Books) -> None:
    """Q25: gone since somebody looked: nothing is written, and the row says so."""
    an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    books.act("delete", entity="Invoice", id=row.remote_id)
    said = press(books, row, "keep")
    assert "It was deleted in QuickBooks Online" in said
    row = row_of(books, "invoice")
    assert (row.state, row.reason) == (SyncState.REMOTE_GONE, "deleted_there")
    books.sync()
    assert books.there("Invoice") == []


def test_a_closed_period_there_refuses_ours(books: Books) -> None:
    """Q25: the books there were closed since: Keep says so and the conflict stays."""
    an_invoice_in_conflict(books)
    row = row_of(books, "invoice")
    with books.company.inside():
        connection = books.connection()
        prefs = connection.preferences["prefs"]
        info = {**prefs["AccountingInfoPrefs"], "BookCloseDate": "2099-12-31"}
        Connection.objects.update(
            preferences={
                **connection.preferences,
                "prefs": {**prefs, "AccountingInfoPrefs": info},
            }
        )
    said = press(books, row, "keep")
    assert "The books in QuickBooks are closed until" in said
    assert row_of(books, "invoice").state == SyncState.CONFLICT
    assert books.there("Invoice")[0]["TotalAmt"] == 24


def test_a_customer_that_both_sides_changed(books: Books) -> None:
    """Q12, Q25: met while ours was being sent; theirs is not overwritten unseen. Both ways out."""
    customer = customer_of(books, phone="1")
    with books.company.inside():
        change_contact(customer.id, {"phone": "123"})
    books.sync()
    for verb, phone in (("keep", "222"), ("take", "333")):
        books.sync()
        with books.company.inside():
            change_contact(customer.id, {"phone": "222", "website": verb})
        edited_there(books, "Customer", PrimaryPhone={"FreeFormNumber": "333"})
        no_feed(books)
        books.sync()
        row = row_of(books, "customer")
        assert row.state == SyncState.CONFLICT
        assert differences(books, row)["Telephone"][1:3] == ("222", "333")
        press(books, row, verb)
        books.sync()
        assert row_of(books, "customer").state == SyncState.SYNCED
        (there,) = books.there("Customer")
        with books.company.inside():
            here = Contact.objects.get(id=customer.id).phone
        assert (there["PrimaryPhone"]["FreeFormNumber"], here) == (phone, phone)
        if verb == "keep":
            with books.company.inside():
                change_contact(customer.id, {"phone": "123"})


def test_a_product_that_both_sides_changed(books: Books) -> None:
    """Q12, Q25: as a customer; taken over, ours has their price and nothing goes back."""
    product = taxed_product(books)
    with books.company.inside():
        change_product(product, {"sale_price": D(5)})
    books.sync()
    with books.company.inside():
        change_product(product, {"sale_price": D(6)})
    edited_there(books, "Item", UnitPrice=7)
    no_feed(books)
    books.sync()
    row = row_of(books, "product")
    assert row.state == SyncState.CONFLICT
    assert differences(books, row)["Price"] == ("5", "6", "7", True, True)
    press(books, row, "take")
    books.sync()
    with books.company.inside():
        assert Product.objects.get(id=product).sale_price == 7
    assert row_of(books, "product").state == SyncState.SYNCED
    assert books.there("Item")[0]["UnitPrice"] == 7


@pytest.mark.parametrize(("verb", "total"), [("keep", Decimal(48)), ("take", Decimal(60))])
def test_a_bill_that_both_sides_changed(books: Books, verb: str, total: Decimal) -> None:
    """Q12, Q25: 36 sent, 48 here and 60 there: ours over theirs, or theirs here."""
    supplier = books.company.contact("Mill")
    with books.company.inside():
        line = [LineInput(description="Grinding", quantity="1", unit_price="30")]
        bill = approve_bill(create_bill(supplier.id, {"partner_number": "M-1"}, line).id)
    books.sync()
    (there,) = books.there("Bill")
    line_there = {**there["Line"][0], "Amount": 50}
    edited_there(books, "Bill", Line=[line_there], TxnTaxDetail={"TotalTax": 10})
    with books.company.inside():
        undo_bill(bill.id)
        change_bill(bill.id, {}, [LineInput(description="Grinding", quantity="1", unit_price="40")])
        approve_bill(bill.id)
        Connection.objects.update(options={"import_bills": True})
    books.sync()
    row = row_of(books, "bill")
    assert row.state == SyncState.CONFLICT
    assert differences(books, row)["Total"] == ("36.00", "48.00", "60.00", True, True)
    press(books, row, verb)
    books.sync()
    assert row_of(books, "bill").state == SyncState.SYNCED
    assert books.there("Bill")[0]["TotalAmt"] == total
    with books.company.inside():
        now = Bill.objects.get(id=bill.id)
        assert (now.total, now.status, now.partner_number) == (D(total), "approved", "M-1")


def test_a_payment_that_both_sides_changed(books: Books) -> None:
    """Q12, Q25: changed there while ours was sent again; taken over, it is recorded as there."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    payment = paid(books, invoice, "12")
    books.sync()
    (there,) = books.there("Payment")
    line = {**there["Line"][0], "Amount": 7}
    edited_there(books, "Payment", TotalAmt=7, Line=[line])
    with books.company.inside():
        Payment.objects.filter(id=payment.id).update(note="Corrected here")
    no_feed(books)
    books.sync()
    row = row_of(books, "payment")
    assert row.state == SyncState.CONFLICT
    assert differences(books, row)["Total"] == ("12.00", "12.00", "7.00", False, True)
    press(books, row, "take")
    with books.company.inside():
        assert Invoice.objects.get(id=invoice.id).settled == 7
        assert sorted(Payment.objects.values_list("amount", "status")) == [
            (D(7), "settled"),
            (D(12), "void"),
        ]
    books.sync()
    assert [one["TotalAmt"] for one in books.there("Payment")] == [7]


def test_rows_from_before_show_here_and_there(books: Books) -> None:
    """Q25: where what was last in step was not kept, the page says so and compares the two."""
    an_invoice_in_conflict(books)
    with books.company.inside():
        SyncDocument.objects.update(synced_sheet="")
    row = row_of(books, "invoice")
    found = differences(books, row)
    assert found["Total"][:3] == ("not kept", "18.00", "24.00")
    page = books.company.browser().get(f"{HISTORY}{row.id}/").content.decode()
    assert "was not kept" in page and '<th scope="col">Last in step' not in page


def test_a_conflict_is_nobody_elses(books: Books) -> None:
    """Q25: the verbs end conflicts and nothing else."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "5")])
    books.sync()
    row = row_of(books, "invoice")
    api = books.company.api()
    for verb in ("keep-ours", "take-theirs", "leave-theirs"):
        answer = api.post(f"/api/v1/sync-documents/{row.id}/{verb}", {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "sync_state"), verb
    assert api.get(f"/api/v1/sync-documents/{row.id}/conflict").status_code == 409


def sheet(*lines: dict[str, str], **fields: str) -> Sheet:
    return Sheet(fields, lines)


def test_lines_are_matched_by_what_they_are() -> None:
    """Q25: a line that moved, one added on each side and one removed there are told apart."""
    tea = {"item": "1", "description": "Tea", "quantity": "2", "amount": "4"}
    cup = {"item": "2", "description": "Cup", "quantity": "1", "amount": "3"}
    jar = {"item": "3", "description": "Jar", "quantity": "1", "amount": "9"}
    base = sheet({**tea, "id": "1"}, {**cup, "id": "2"}, total="7")
    ours = sheet(cup, {**tea, "quantity": "3", "amount": "6"}, jar, total="18")
    theirs = sheet({**tea, "id": "1", "description": "Green tea"}, total="4")
    found = compare(base, ours, theirs)
    assert [(line.here, line.there) for line in found.lines] == [
        ("changed", "changed"),
        ("", "removed"),
        ("added", ""),
    ]
    first = {one.key: (one.here, one.there) for one in found.lines[0].fields}
    assert first["quantity"] == (True, False) and first["description"] == (False, True)
    assert not agree(ours, theirs)
    assert agree(sheet(tea, total="4"), sheet({**tea, "id": "9", "class": "x"}, total="4", on="1"))
