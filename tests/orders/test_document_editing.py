"""Writing documents: header, lines, errors at their cells, look-ups, live totals."""

from decimal import Decimal
from typing import Any

import pytest

from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.purchases import authorise_purchase_order
from tests.cast import Company, make_company
from tests.orders.pages import HOSTILE, FilledForm, draft, fresh, stocked_pair, text_of


def line(number: int, **values: str) -> dict[str, str]:
    """One row of the editor as a browser posts it."""
    blank = dict.fromkeys(
        ("id", "sku", "description", "quantity", "unit", "unit_price", "discount_percent"), ""
    )
    row = {**blank, "tax_rule": "", "expected_on": "", "kind": "item", **values}
    return {f"lines-{number}-{name}": value for name, value in row.items()}


def posted(*rows: dict[str, str], **header: Any) -> dict[str, Any]:
    """The whole form, with two blank rows at the end."""
    values = {"issued_on": "2026-11-20", **header}
    for number, row in enumerate([*rows, {}, {}]):
        values.update(line(number, **row))
    values["lines-TOTAL_FORMS"] = str(len(rows) + 2)
    values["lines-INITIAL_FORMS"] = "0"
    return values


def stocked() -> Company:
    company = make_company()
    company.product("BEANS-1", "House blend 1 kg")
    return company


def test_a_purchase_order_is_drafted_from_the_form() -> None:
    """N9: product by SKU, a note line, a line without product; blank rows do not count."""
    company = stocked()
    supplier = company.contact("Harbour Roasters")
    browser = company.browser()

    shown = text_of(browser, f"/purchases/new/?contact={supplier.id}")
    assert 'value="Harbour Roasters"' in shown
    answer = browser.post(
        "/purchases/new/",
        posted(
            {"sku": "beans-1", "quantity": "4"},
            {"kind": "note", "description": "Roast on Monday"},
            {"description": "Carriage", "unit_price": "7.50"},
            contact="harbour roasters",
            required_on="2026-12-01",
            delivery_address="14 Quay Street",
        ),
    )

    with company.inside():
        order = PurchaseOrder.objects.get()
        assert answer.headers["Location"] == f"/purchases/{order.id}/"
        assert (order.contact_id, str(order.required_on)) == (supplier.id, "2026-12-01")
        assert order.net == Decimal("47.5")
        assert list(order.lines.values_list("kind", "sku", "description", "quantity")) == [
            ("item", "BEANS-1", "House blend 1 kg", Decimal(4)),
            ("note", "", "Roast on Monday", Decimal(0)),
            ("item", "", "Carriage", Decimal(1)),
        ]


def test_what_is_wrong_is_said_at_its_cell_and_the_rest_is_kept() -> None:
    """Input: quantity 0, a price with too many decimals, an unknown SKU, an unknown contact."""
    company = stocked()
    company.contact("Harbour Roasters")
    browser = company.browser()

    answer = browser.post(
        "/purchases/new/",
        posted(
            {"sku": "BEANS-1", "quantity": "0"},
            {},
            {"sku": "NOPE", "quantity": "1"},
            {"description": "Bags", "quantity": "2", "unit_price": "1.2345678"},
            contact="Harbour Roasters",
            note="By the back door",
        ),
    )

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'href="#id_lines-0-quantity">Line 1, Quantity:' in shown
    assert 'href="#id_lines-2-sku">Line 3, Product: No product has the SKU “NOPE”.' in shown
    assert 'href="#id_lines-3-unit_price">Line 4, Price:' in shown
    assert "By the back door" in shown
    assert 'value="1.2345678"' in shown
    answer = browser.post("/purchases/new/", posted({"sku": "BEANS-1"}, contact=HOSTILE))
    assert answer.status_code == 422
    assert HOSTILE not in answer.content.decode()
    assert "Choose one from the list, or add it first." in answer.content.decode()
    with company.inside():
        assert not PurchaseOrder.objects.exists()


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ({"currency": "XXQ"}, "id_currency"),
        ({"required_on": "2020-01-01"}, "id_required_on"),
        ({"issued_on": "yesterday"}, "id_issued_on"),
        ({"reference": "x" * 81}, "id_reference"),
    ],
)
def test_a_bad_header_is_said_at_its_field(header: dict[str, str], field: str) -> None:
    """Input: unknown currency, a date before the order's own, a text beyond its column."""
    company = stocked()
    company.contact("Harbour Roasters")

    answer = company.browser().post(
        "/purchases/new/", posted({"sku": "BEANS-1"}, contact="Harbour Roasters", **header)
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()


def test_a_bad_head_and_bad_lines_are_said_at_once() -> None:
    """Input: an unknown supplier or currency beside wrong lines, with one save; rows kept apart."""
    company = stocked()
    company.contact("Harbour Roasters")
    browser = company.browser()
    rows = (
        {"sku": "NOPE"},
        {"sku": "BEANS-1", "quantity": "0", "expected_on": "soon"},
        {"sku": "BEANS-1", "quantity": "-1"},
    )
    body = posted(*rows) | {"lines-2-DELETE": "on"}

    for header, message in (
        ({"contact": "Nobody & Sons"}, "No contact is called “Nobody &amp; Sons”."),
        (
            {"contact": "Harbour Roasters", "currency": "XXQ"},
            "Enter a currency code of three letters",
        ),
    ):
        answer = browser.post("/purchases/new/", body | header)
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert message in shown
        assert "No product has the SKU “NOPE”." in shown
        assert "Line 2, Quantity:" in shown
        assert "Line 2, Expected: Enter a valid date." in shown
        assert "Line 3, Quantity:" not in shown
    with company.inside():
        assert not PurchaseOrder.objects.exists()


def test_more_than_two_thousand_lines_are_refused_with_the_limit() -> None:
    """Input: 2,000 lines at most; said on top, and the header is kept."""
    company = stocked()
    company.contact("Harbour Roasters")
    rows = {f"lines-{number}-description": "Bag" for number in range(2001)}

    answer = company.browser().post(
        "/purchases/new/",
        {
            "contact": "Harbour Roasters",
            "issued_on": "2026-11-20",
            "lines-TOTAL_FORMS": "2001",
            "lines-INITIAL_FORMS": "0",
            **rows,
        },
    )

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "At most 2,000 lines in one document; this one has 2,001." in shown
    assert 'value="Harbour Roasters"' in shown


def test_a_document_without_lines_is_refused() -> None:
    """Input: at least one line."""
    company = stocked()
    company.contact("Harbour Roasters")

    answer = company.browser().post("/purchases/new/", posted(contact="Harbour Roasters"))

    assert answer.status_code == 422
    assert "Add at least one line" in answer.content.decode()


def test_a_draft_is_changed_and_its_lines_keep_their_ids() -> None:
    """N16: an answer of the partner names lines by id, so saving again keeps them."""
    pair = stocked_pair()
    order = draft(pair)
    browser = pair.buyer.browser()
    with pair.buyer.inside():
        first, second = order.lines.order_by("position")

    shown = text_of(browser, f"/purchases/{order.id}/edit/")
    assert f'value="{first.line_id}"' in shown
    values = posted(
        {"id": str(first.line_id), "sku": "BEANS-1", "quantity": "12", "unit_price": "12.5"},
        {"id": str(second.line_id), "sku": "FILTER", "quantity": "3", "unit_price": "4"},
        contact=order.contact.name,
        reference="Changed",
    )
    values |= {"lines-INITIAL_FORMS": "2", "lines-1-DELETE": "on"}
    answer = browser.post(f"/purchases/{order.id}/edit/", values)

    assert answer.headers["Location"] == f"/purchases/{order.id}/"
    with pair.buyer.inside():
        assert list(order.lines.values_list("line_id", "quantity")) == [
            (first.line_id, Decimal(12))
        ]
    assert fresh(pair.buyer, order).reference == "Changed"


@pytest.mark.parametrize(
    ("path", "contact"),
    [
        ("purchases", "Harbour Roasters"),
        ("bills", "Harbour Roasters"),
        ("sales", "Kestrel Cafés"),
        ("invoices", "Kestrel Cafés"),
        ("quotes", "Kestrel Cafés"),
        ("credit-notes", "Kestrel Cafés"),
        ("supplier-credits", "Harbour Roasters"),
    ],
)
def test_lines_that_nobody_touched_stay(path: str, contact: str) -> None:
    """O3, O4: a browser sends every line back as it was shown; only what was typed changes."""
    company = stocked()
    company.contact("Harbour Roasters")
    company.contact("Kestrel Cafés", kind="customer")
    browser = company.browser()
    rows = [
        {"sku": "BEANS-1", "quantity": "2.5", "unit_price": "4.125", "discount_percent": "5"},
        {"description": "Delivery", "quantity": "1", "unit_price": "7"},
    ]
    made = browser.post(f"/{path}/new/", posted(*rows, contact=contact)).headers["Location"]
    before = browser.get(made).content.decode()

    shown = FilledForm(text_of(browser, f"{made}edit/")).values
    assert (shown["lines-0-sku"], shown["lines-1-description"]) == ("BEANS-1", "Delivery")
    more = {"lines-2-description": "Packing", "lines-2-quantity": "1", "lines-2-unit_price": "3"}
    answer = browser.post(f"{made}edit/", {**shown, **more})

    assert answer.headers["Location"] == made
    after = browser.get(made).content.decode()
    for text in ("BEANS-1", "9.80", "Delivery", "7.00"):
        assert text in before and text in after, text
    assert "Packing" in after and "Packing" not in before


def test_only_a_draft_is_changed() -> None:
    """N9: an authorised order is frozen; undo it first."""
    pair = stocked_pair()
    order = draft(pair)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)

    answer = pair.buyer.browser().get(f"/purchases/{order.id}/edit/")

    assert answer.status_code == 409
    assert "Undo it first" in answer.content.decode()


def test_sales_orders_invoices_and_bills_are_written_the_same_way() -> None:
    """N11, N12: an invoice on its own, also to a supplier; a bill by hand, changed afterwards."""
    company = stocked()
    company.contact("Kestrel Cafés", kind="customer")
    supplier = company.contact("Harbour Roasters")
    browser = company.browser()
    row = {"sku": "BEANS-1", "quantity": "2"}

    browser.post("/sales/new/", posted(row, contact="Kestrel Cafés"))
    browser.post("/invoices/new/", posted(row, contact="Harbour Roasters", due_on="2026-12-20"))
    browser.post("/bills/new/", posted(row, contact="Harbour Roasters"))

    with company.inside():
        sale, invoice, bill = SalesOrder.objects.get(), Invoice.objects.get(), Bill.objects.get()
        assert (sale.net, invoice.net, bill.net) == (Decimal(20), Decimal(20), Decimal(20))
        assert (invoice.contact_id, str(invoice.due_on)) == (supplier.id, "2026-12-20")
        line_id = str(bill.lines.get().line_id)
    values = posted({**row, "id": line_id, "quantity": "3"}, due_on="2026-12-24")
    answer = browser.post(f"/bills/{bill.id}/edit/", {**values, "lines-INITIAL_FORMS": "1"})
    assert answer.headers["Location"] == f"/bills/{bill.id}/"
    assert fresh(company, bill).net == Decimal(30)
    assert text_of(browser, f"/sales/{sale.id}/edit/").count("disabled") >= 1
    assert "Save invoice" in text_of(browser, f"/invoices/{invoice.id}/edit/")


def test_look_ups_offer_products_and_contacts_as_options() -> None:
    """UI: part of the name or the SKU; the option fills the row."""
    company = stocked()
    company.product("X-1", HOSTILE)
    company.contact("Harbour Roasters")
    browser = company.browser()

    shown = text_of(browser, "/lookup/products/?q=blend&side=purchase")
    assert shown.startswith('<option value="BEANS-1" label="House blend 1 kg"')
    assert 'data-unit_price="10.00"' in shown
    assert HOSTILE not in text_of(browser, "/lookup/products/?q=X-1")
    assert text_of(browser, "/lookup/products/?q=") == ""
    assert text_of(browser, "/lookup/contacts/?q=harb") == (
        '<option value="Harbour Roasters"></option>'
    )
    assert text_of(make_company("Other").browser(), "/lookup/contacts/?q=harb") == ""


def test_totals_follow_the_lines_as_they_are_typed() -> None:
    """UI: the editor's foot; nothing is kept, and nothing is said while a line is not right."""
    company = stocked()
    company.contact("Harbour Roasters")
    browser = company.browser()

    good = posted({"sku": "BEANS-1", "quantity": "4"}, contact="Harbour Roasters")
    shown = browser.post("/purchases/totals/", good).content.decode()
    assert "20% VAT" in shown
    assert "48.00" in shown
    bad = posted({"sku": "BEANS-1", "quantity": "-4"}, contact="Harbour Roasters")
    assert "w-totals" not in browser.post("/purchases/totals/", bad).content.decode()
    assert browser.get("/purchases/totals/").status_code == 405
    with company.inside():
        assert not PurchaseOrder.objects.exists()


def test_only_who_may_edit_writes() -> None:
    """A3: a teammate who only looks gets neither page."""
    pair = stocked_pair()
    order = draft(pair)
    browser = pair.buyer.browser(pair.buyer.teammate)

    assert browser.get("/purchases/new/").status_code == 403
    assert browser.get(f"/purchases/{order.id}/edit/").status_code == 403
    assert pair.supplier.browser().get(f"/purchases/{order.id}/edit/").status_code == 404
