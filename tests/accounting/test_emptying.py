"""What is emptied here is emptied there, and what people there wrote themselves stays (Q12)."""

from decimal import Decimal
from typing import Any

import pytest

from accounting.domain.states import SyncState
from accounting.models import Connection
from inventory.models import Product
from inventory.services.products import change_product
from network.models import Contact
from network.services.contacts import change_contact
from orders.services.invoices import authorise_invoice, change_invoice, undo_invoice
from orders.services.lines import LineInput
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product

D = Decimal
FULL: dict[str, Any] = {
    "phone": "020 7946 0000",
    "website": "https://kestrel.example",
    "email": "ada@kestrel.example",
    "billing_address": "1 Quay\nDock\nBristol",
    "delivery_address": "2 Quay\nBristol",
}
KEYS = ("PrimaryPhone", "WebAddr", "PrimaryEmailAddr", "BillAddr", "ShipAddr")


def only(books: Books, entity: str) -> dict[str, Any]:
    (found,) = books.there(entity)
    return found


def all_in_step(books: Books) -> None:
    states = {row.state for row in books.documents()}
    assert states <= {SyncState.SYNCED, SyncState.SKIPPED}, states


def written_there(books: Books, entity: str, **changes: Any) -> None:
    """Somebody writes into a field of QuickBooks that is not ours."""
    changed = {"entity": entity, "id": only(books, entity)["Id"], "changes": changes}
    books.act("edit_document", **changed)


def test_a_customers_emptied_fields_are_emptied_there(books: Books) -> None:
    """Q12: telephone, website, e-mail and addresses go; their own notes and the name stay."""
    customer = customer_of(books)
    with books.company.inside():
        change_contact(customer.id, FULL)
    books.sync()
    assert all(key in only(books, "Customer") for key in KEYS)
    written_there(books, "Customer", Notes="Rings on Mondays")
    books.sync()
    with books.company.inside():
        change_contact(customer.id, {**dict.fromkeys(FULL, ""), "billing_address": "1 Quay"})
    books.sync()
    there = only(books, "Customer")
    assert [key for key in KEYS if key in there] == ["BillAddr"]
    assert {key: each for key, each in there["BillAddr"].items() if key[:4] == "Line"} == {
        "Line1": "1 Quay"
    }
    assert (there["DisplayName"], there["Notes"]) == ("Kestrel", "Rings on Mondays")
    all_in_step(books)


def test_what_others_wrote_there_is_not_emptied(books: Books) -> None:
    """Q12: a fax that we never had; our telephone goes, their fax does not."""
    customer = customer_of(books)
    with books.company.inside():
        change_contact(customer.id, {"phone": "1"})
    books.sync()
    written_there(books, "Customer", Fax={"FreeFormNumber": "99"})
    books.sync()
    with books.company.inside():
        change_contact(customer.id, {"phone": ""})
    books.sync()
    there = only(books, "Customer")
    assert "PrimaryPhone" not in there
    assert there["Fax"] == {"FreeFormNumber": "99"}


def test_what_came_from_there_is_emptied_there(books: Books) -> None:
    """Q12: a telephone that was written there, taken over, and taken away here."""
    customer = customer_of(books)
    books.sync()
    written_there(books, "Customer", PrimaryPhone={"FreeFormNumber": "77"})
    books.sync()
    with books.company.inside():
        assert Contact.objects.get(id=customer.id).phone == "77"
        change_contact(customer.id, {"phone": ""})
    books.sync()
    assert "PrimaryPhone" not in only(books, "Customer")
    books.sync()
    with books.company.inside():
        assert Contact.objects.get(id=customer.id).phone == ""


def test_what_is_emptied_there_is_emptied_here(books: Books) -> None:
    """Q12: the other way round."""
    customer = customer_of(books)
    with books.company.inside():
        change_contact(customer.id, FULL)
    books.sync()
    nothing = {"PrimaryPhone": "", "WebAddr": "", "ShipAddr": ""}
    written_there(books, "Customer", **nothing)
    books.sync()
    with books.company.inside():
        here = Contact.objects.get(id=customer.id)
    assert (here.phone, here.website, here.delivery_address) == ("", "", "")
    assert here.email == "ada@kestrel.example"


def test_a_products_price_and_words_are_emptied(books: Books) -> None:
    """Q12: the price is none again, and its name stands where its words stood."""
    product = taxed_product(books)
    with books.company.inside():
        change_product(product, {"sale_price": D(5), "description": "Paper"})
    books.sync()
    assert (only(books, "Item")["UnitPrice"], only(books, "Item")["Description"]) == (5, "Paper")
    with books.company.inside():
        change_product(product, {"sale_price": None, "description": ""})
    books.sync()
    books.sync()
    there = only(books, "Item")
    assert (there.get("UnitPrice", 0), there["Description"]) == (0, there["Name"])
    with books.company.inside():
        assert Product.objects.get(id=product).sale_price is None
    all_in_step(books)


def test_an_invoices_reference_is_emptied_and_their_note_stays(books: Books) -> None:
    """Q12, Q24: written again without its reference; the note to itself is QuickBooks' own."""
    taxed_product(books)
    invoice = invoice_of(
        books, customer_of(books), [("FILTER", "2", "5")], reference="Order by telephone"
    )
    books.sync()
    assert only(books, "Invoice")["CustomerMemo"]["value"] == "Order by telephone"
    written_there(books, "Invoice", PrivateNote="Ask Ada")
    books.sync()
    with books.company.inside():
        undo_invoice(invoice.id)
        change_invoice(
            invoice.id, {"reference": ""}, [LineInput(sku="FILTER", quantity="2", unit_price="5")]
        )
        authorise_invoice(invoice.id)
    books.sync()
    there = only(books, "Invoice")
    assert "CustomerMemo" not in there
    assert (there["PrivateNote"], D(str(there["TotalAmt"]))) == ("Ask Ada", D(12))
    assert len(there["Line"]) == 2  # the line and its subtotal
    all_in_step(books)


def test_filled_again_after_void_it_says_neither_voided_nor_what_was_emptied(books: Books) -> None:
    """Q12, Q24: with “Void on undo”, and the reference taken away while it was a draft."""
    taxed_product(books)
    lines = [LineInput(sku="FILTER", quantity="2", unit_price="5")]
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")], reference="By letter")
    books.sync()
    with books.company.inside():
        Connection.objects.update(options={"void_on_undo": True})
        undo_invoice(invoice.id)
    books.sync()
    assert only(books, "Invoice")["PrivateNote"].startswith("Voided")
    with books.company.inside():
        change_invoice(invoice.id, {"reference": ""}, lines)
        authorise_invoice(invoice.id)
    books.sync()
    there = only(books, "Invoice")
    assert not {"PrivateNote", "CustomerMemo"} & there.keys()
    assert D(str(there["TotalAmt"])) == D(12)
    all_in_step(books)


@pytest.mark.parametrize("drop", ["after", "before"])
def test_an_emptying_whose_answer_was_lost_is_done(books: Books, drop: str) -> None:
    """Q12, Q25: cut before or after it took effect; the telephone is gone, nothing is doubled."""
    customer = customer_of(books)
    with books.company.inside():
        change_contact(customer.id, {"phone": "1"})
    books.sync()
    with books.company.inside():
        change_contact(customer.id, {"phone": ""})
    where = {"method": "POST", "path": f"/company/{books.realm}/customer"}
    books.sandbox.control("faults", {"match": where, "drop": drop})
    try:
        books.sync()
    finally:
        books.sandbox.control("faults", method="DELETE")
    assert ("PrimaryPhone" in only(books, "Customer")) == (drop == "before")
    books.let_time_pass()
    assert "PrimaryPhone" not in only(books, "Customer")
    all_in_step(books)
