"""Classes that come from lists are those of the day on which a document was sent (Q16)."""

from typing import Any

from accounting.models import Connection
from inventory.services.products import change_product
from orders.services.invoices import authorise_invoice, change_invoice, undo_invoice
from orders.services.lines import LineInput
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, paid, taxed_product
from tests.accounting.test_in_lists import made


def by_brand(books: Books) -> dict[str, str]:
    """Classes Alpha and Beta there, taken from the product's brand; gives their ids."""
    books.act("set_preferences", preferences={"AccountingInfoPrefs.ClassTrackingPerTxnLine": True})
    ids = {name: made(books, "Class", Name=name) for name in ("Alpha", "Beta")}
    with books.company.inside():
        Connection.objects.update(options={"class_source": "brand"}, lists_read_at=None)
    return ids


def class_there(books: Books) -> tuple[Any, str]:
    (row,) = books.there("Invoice")
    detail = row["Line"][0]["SalesItemLineDetail"]
    return detail.get("ClassRef", {}).get("value"), row["SyncToken"]


def test_a_brand_that_changes_rewrites_no_history(books: Books) -> None:
    """Q16: paid later the invoice keeps its class; changed itself, it gets today's."""
    ids = by_brand(books)
    product = taxed_product(books)
    with books.company.inside():
        change_product(product, {"brand": "Alpha"})
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    assert class_there(books)[0] == ids["Alpha"]
    with books.company.inside():
        change_product(product, {"brand": "Beta"})
    paid(books, invoice, "5")
    before = [row.state for row in books.documents(kind="invoice")]
    books.sync()
    assert class_there(books)[0] == ids["Alpha"]
    assert [row.state for row in books.documents(kind="invoice")] == before
    with books.company.inside():
        undo_invoice(invoice.id)
        change_invoice(invoice.id, {}, [LineInput(sku="FILTER", quantity="3", unit_price="5")])
        authorise_invoice(invoice.id)
    books.sync()
    assert class_there(books)[0] == ids["Beta"]


def test_the_page_says_so(books: Books) -> None:
    """Q16: the settings say that a document keeps the class that it was sent with."""
    page = books.company.browser().get("/integrations/quickbooks/settings/tracking/")
    assert "keeps the class that it was sent with" in page.content.decode()
