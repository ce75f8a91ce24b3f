"""What the pages of documents say of the accounting system: cards and cautions (Q24, Q25)."""

import html
from decimal import Decimal

from accounting.models import Connection, SyncDocument
from orders.models import Invoice
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.sales import authorise_sales_order, create_sales_order
from tests.accounting.books import Books
from tests.accounting.making import credited, customer_of, invoice_of, taxed_product

D = Decimal


def page_of(books: Books, path: str) -> str:
    answer = books.company.browser().get(path)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def auto_apply(books: Books, value: bool | None) -> None:
    """What QuickBooks is set to; None: it does not say."""
    with books.company.inside():
        connection = books.connection()
        prefs = dict(connection.preferences["prefs"])
        sales = {**prefs.get("SalesFormsPrefs", {})}
        sales.pop("AutoApplyPayments", None)
        if value is not None:
            sales["AutoApplyPayments"] = value
        prefs["SalesFormsPrefs"] = sales
        Connection.objects.update(preferences={**connection.preferences, "prefs": prefs})


def test_a_void_warns_where_payments_are_applied_by_themselves(books: Books) -> None:
    """Q24: on or unknown: what QuickBooks will do and which switch to turn off; off: nothing."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    note = credited(books, invoice, "1")
    books.sync()
    paths = (f"/invoices/{invoice.id}/void/", f"/credit-notes/{note.id}/void/")
    for value, words in (
        (True, "“Automatically apply payments” is on"),
        (None, "“Automatically apply payments” may be on; QuickBooks does not say"),
    ):
        auto_apply(books, value)
        shown = page_of(books, paths[1])
        assert words in shown
        assert "applies the payments that it frees to other invoices of this customer" in shown
        assert "Account and settings → Advanced → Automation" in shown
        answer = books.company.api().get(f"/api/v1/credit-notes/{note.id}/void-preview")
        assert [one for one in answer.json()["cautions"] if one.startswith(words)]
    auto_apply(books, False)
    assert "Automatically apply payments" not in page_of(books, paths[1])


def test_an_undo_says_that_nothing_changes_there_yet(books: Books) -> None:
    """Q24: undone it stays there; with “Void on undo” the undo warns as a void does."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    path = f"/invoices/{invoice.id}/undo/"
    assert "QuickBooks" not in page_of(books, path).split("Undo INV", 1)[1]
    books.sync()
    shown = page_of(books, path)
    assert "Nothing changes in QuickBooks Online yet" in shown
    assert f"keeps {invoice.number} and what is paid on it" in shown
    auto_apply(books, True)
    with books.company.inside():
        Connection.objects.update(options={"void_on_undo": True})
    shown = page_of(books, path)
    assert "“Automatically apply payments” is on" in shown and "“Void on undo” is on" in shown


def test_a_shortened_number_is_said(books: Books) -> None:
    """Q25: QuickBooks keeps 21 characters; the card says what the document is called there."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    long = "INVOICE-OF-KESTREL-2026-0001"
    with books.company.inside():
        Invoice.objects.filter(id=invoice.id).update(number=long)
    books.sync()
    shown = page_of(books, f"/invoices/{invoice.id}/")
    assert f"at most 21 characters of a number: it stands there as {long[-21:]}." in shown
    with books.company.inside():
        Invoice.objects.filter(id=invoice.id).update(number="INV-7")
    books.sync()
    assert "at most 21 characters" not in page_of(books, f"/invoices/{invoice.id}/")


def test_a_sale_shows_the_invoices_that_it_is_there(books: Books) -> None:
    """Q25: the sales order's page has a card with its invoices there, each with its state."""
    product = taxed_product(books)
    customer = customer_of(books)
    with books.company.inside():
        line = LineInput(product=product, quantity="2", unit_price="5")
        order = authorise_sales_order(create_sales_order(customer.id, {}, [line]).id)
    path = f"/sales/{order.id}/"
    assert "QuickBooks Online" not in page_of(books, path)
    with books.company.inside():
        invoice = authorise_invoice(invoice_sales_order(order.id).id)
    books.sync()
    shown = page_of(books, path)
    card = shown[shown.index("QuickBooks Online") :]
    assert f"Invoice {invoice.number}" in card
    (row,) = books.documents(kind="invoice")
    assert f"txnId={row.remote_id}" in card and "Synced" in card


def test_the_history_has_a_column_of_kinds(books: Books) -> None:
    """Q25: each line says what it is."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    shown = page_of(books, "/integrations/quickbooks/history/?tab=completed")
    assert ">Kind<" in shown.replace("> ", ">").replace(" <", "<")
    for label in ("Invoice", "Customer", "Product"):
        assert label in shown
    with books.company.inside():
        assert SyncDocument.objects.count() == 3
