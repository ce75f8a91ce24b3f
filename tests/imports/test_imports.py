"""Imports: matched, checked, written whole, in the browser and by the API (O10)."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from hub.errors import InvalidInput
from inventory.models import Product, StockLevel
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.selectors import balances_of_roles, trial_balance
from ledger.services.books import change_book
from network.models import Contact
from orders.models import Bill, Invoice
from tenants.imports.tables import open_table
from tenants.models import Import, ImportRow, Job
from tenants.services.imports import begin_import, map_columns, start_import
from tests.cast import Company, make_company

DAY = date(2026, 5, 1)
D = Decimal


def csv_file(rows: Sequence[Sequence[str]], name: str = "rows.csv") -> SimpleUploadedFile:
    text = "\r\n".join(",".join(row) for row in rows)
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def xlsx_file(rows: Sequence[Sequence[Any]]) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("rows.xlsx", out.getvalue())


def checked(company: Company, kind: str, upload: SimpleUploadedFile, **values: Any) -> Import:
    """Upload, take the guessed columns, check."""
    with company.inside():
        row = begin_import(kind, upload)
        map_columns(row.id, row.mapping, **values)
    company.drain()
    with company.inside():
        return Import.objects.get(id=row.id)


def imported(company: Company, kind: str, upload: SimpleUploadedFile, **values: Any) -> Import:
    """The same, and import."""
    row = checked(company, kind, upload, **values)
    assert row.state == "checked", row.faults
    with company.inside():
        start_import(row.id)
    company.drain()
    with company.inside():
        row.refresh_from_db()
        assert row.state == "done"
        assert not ImportRow.objects.exists()
    return row


PRODUCTS = [
    ["Item code", "Product name", "Price", "Cost", "Sales tax", "Unit of measure"],
    ["TEA-1", "Green tea", "4.50", "2.25", "20% VAT", "tin"],
    ["TEA-2", "Black tea", "3.999999", "", "Zero rated", ""],
]


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_products_come_in_with_their_columns_guessed(make: Any) -> None:
    """O10: titles of other programs are understood; new rows are made, known ones changed."""
    company = make_company()
    company.product("TEA-2", "Old name", brand="Kept")
    row = imported(company, "products", make(PRODUCTS))
    assert (row.rows, row.new_rows, row.changed_rows) == (2, 1, 1)
    assert row.result == "2 products imported."
    with company.inside():
        tea, old = Product.objects.get(sku="TEA-1"), Product.objects.get(sku="TEA-2")
    assert (tea.name, tea.sale_price, tea.purchase_price, tea.unit, tea.kind) == (
        "Green tea",
        D("4.5"),
        D("2.25"),
        "tin",
        "stock",
    )
    assert (old.name, old.brand, old.sale_price, old.purchase_price) == (
        "Black tea",
        "Kept",
        D("3.999999"),
        None,
    )


def test_every_bad_cell_is_named_and_nothing_is_written() -> None:
    """O10: row, column and what would be right; all or nothing."""
    company = make_company()
    rows = [
        ["SKU", "Name", "Sale price", "Tax rule on sales", "Kind", "Weight in kg"],
        ["A", "Fine", "1", "", "", ""],
        ["B", "", "one", "VAT 99", "liquid", "-2"],
        ["a", "Twice", "1", "", "", ""],
    ]
    row = checked(company, "products", csv_file(rows))
    assert (row.state, row.rows, row.fault_count) == ("faulty", 3, 6)
    assert [(number, column) for number, column, _message in row.faults] == [
        (3, "Name"),
        (3, "Sale price"),
        (3, "Weight in kg"),
        (3, "Kind"),
        (3, "Tax rule on sales"),
        (4, "SKU"),
    ]
    messages = {column: message for _number, column, message in row.faults}
    assert messages["Tax rule on sales"] == "There is no tax rule “VAT 99”."
    assert messages["SKU"] == "“a” stands in another row too."
    with company.inside():
        assert Product.objects.count() == 0
        assert ImportRow.objects.count() == 0


def test_prices_change_and_empty_cells_leave_them() -> None:
    """O10: only products that are there."""
    company = make_company()
    company.product("A")
    row = imported(company, "prices", csv_file([["sku", "price", "cost"], ["a", "12", ""]]))
    assert row.result == "Prices of 1 products changed."
    with company.inside():
        product = Product.objects.get()
        assert (product.sale_price, product.purchase_price) == (D(12), D(10))
    faulty = checked(company, "prices", csv_file([["sku", "price"], ["B", "12"]]))
    assert faulty.faults == [[2, "SKU", "There is no product “B”."]]


def test_contacts_come_in_and_change_by_name() -> None:
    """O10: customers and suppliers with terms, currency and country."""
    company = make_company()
    there = company.contact("Mill", phone="123")
    rows = [
        ["Company name", "Customer", "Vendor", "Email address", "Currency", "Payment terms"],
        ["  mill ", "yes", "yes", "orders@mill.example", "", "Net 14"],
        ["Café Two", "yes", "no", "", "EUR", ""],
    ]
    row = imported(company, "contacts", csv_file(rows))
    assert (row.new_rows, row.changed_rows) == (1, 1)
    with company.inside():
        mill = Contact.objects.get(id=there.id)
        two = Contact.objects.get(name="Café Two")
    assert (mill.is_customer, mill.is_supplier, mill.email, mill.phone, mill.currency) == (
        True,
        True,
        "orders@mill.example",
        "123",
        "GBP",
    )
    assert (two.is_customer, two.is_supplier, two.currency) == (True, False, "EUR")


def test_opening_stock_is_received_at_its_cost() -> None:
    """O10, O5: levels, layers and the book agree; the other side is Opening balances."""
    company = make_company()
    company.product("A")
    company.product("B")
    rows = [["SKU", "Quantity", "Unit cost"], ["a", "10", "2.5"], ["B", "3", "1.333333"]]
    row = imported(company, "opening_stock", csv_file(rows), on=DAY)
    assert row.result == "Opening stock of 2 products, worth 29.00 GBP."
    with company.inside():
        levels = StockLevel.objects.order_by("product__sku").values_list("on_hand", flat=True)
        assert list(levels) == [D(10), D(3)]
        found = balances_of_roles([AccountRole.INVENTORY, AccountRole.OPENING_BALANCES])
    assert found == {AccountRole.INVENTORY: D(29), AccountRole.OPENING_BALANCES: D(-29)}


def test_open_documents_are_owed_as_they_are() -> None:
    """O10: open invoices and bills stand in receivables and payables, against Opening balances."""
    company = make_company()
    company.contact("Café", kind="customer")
    company.contact("Mill")
    invoices = [
        ["Invoice number", "Customer", "Date", "Due", "Amount due"],
        ["OLD-1", "café", "2026-04-02", "2026-05-02", "120.50"],
    ]
    bills = [["Number", "Supplier", "Date", "Balance"], ["B-7", "Mill", "2026-04-09", "80"]]
    imported(company, "open_invoices", csv_file(invoices), on=DAY)
    imported(company, "open_bills", csv_file(bills), on=DAY)
    with company.inside():
        invoice, bill = Invoice.objects.get(), Bill.objects.get()
        assert (invoice.status, invoice.total, invoice.due_on) == (
            "authorised",
            D("120.50"),
            date(2026, 5, 2),
        )
        assert (bill.status, bill.partner_number, bill.due_on) == (
            "approved",
            "B-7",
            date(2026, 4, 9),
        )
        found = balances_of_roles(
            [AccountRole.RECEIVABLE, AccountRole.PAYABLE, AccountRole.OPENING_BALANCES]
        )
    assert found == {
        AccountRole.RECEIVABLE: D("120.50"),
        AccountRole.PAYABLE: D(-80),
        AccountRole.OPENING_BALANCES: D("-40.50"),
    }


def test_opening_balances_balance_themselves() -> None:
    """O10: what is missing goes to Opening balances; control accounts are refused."""
    company = make_company()
    rows = [["Account", "Debit", "Credit"], ["1000", "500", ""], ["3000", "", "300"]]
    imported(company, "opening_balances", csv_file(rows), on=DAY)
    with company.inside():
        found = {str(row.account): row.balance for row in trial_balance(DAY)}
    assert found == {
        "1000 Bank": D(500),
        "3000 Owner's equity": D(-300),
        "3100 Opening balances": D(-200),
    }
    refused = [["Account", "Debit", "Credit"], ["1100", "5", ""], ["9999", "1", "1"]]
    faulty = checked(company, "opening_balances", csv_file(refused), on=DAY)
    assert [(number, column) for number, column, _message in faulty.faults] == [
        (2, "Account code"),
        (3, "Account code"),
        (3, "Credit"),
    ]


def test_a_locked_period_refuses_the_whole_import_with_its_words() -> None:
    """O10: nothing is written, the page says what to do."""
    company = make_company()
    company.product("A")
    rows = [["SKU", "Quantity", "Unit cost"], ["A", "10", "2.5"]]
    row = checked(company, "opening_stock", csv_file(rows), on=DAY)
    with company.inside():
        change_book({"locked_until": DAY})
        start_import(row.id)
    company.drain()
    with company.inside():
        row.refresh_from_db()
        assert row.state == "faulty"
        assert "The books are locked up to 1 May 2026." in row.faults[0][2]
        assert StockLevel.objects.count() == 0


def bomb() -> bytes:
    """An XLSX that says it unpacks to half a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(50):
            archive.writestr(f"xl/{number}.xml", b"0" * 10_000_000)
    return out.getvalue()


def entities() -> bytes:
    """An XLSX whose sheet is a billion laughs."""
    source = io.BytesIO(xlsx_file([["SKU", "Name"], ["A", "B"]]).read())
    out = io.BytesIO()
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>'
        b"</worksheet>"
    )
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            after.writestr(entry, laughs if "sheet1" in entry.filename else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "titles of the columns"),
        (b"SKU,Name\r\n", "titles and no rows"),
        (b"\0\1\2binary", "neither a CSV nor an XLSX"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        (bomb(), "unpacks to more"),
        (entities(), "XLSX file cannot be"),
        (b"SKU\n" + b"x" * 5000, "more than 4,000 characters"),
        (b"SKU\xff\xff\xfe,\x81\n1,2", "letters of this file"),
        (b",".join(b"c%d" % n for n in range(101)) + b"\n1", "At most 100 columns"),
    ],
)
def test_a_hostile_file_is_refused_with_words(content: bytes, words: str) -> None:
    """O10: zip bombs, entities, NUL, bad letters: said at the field, nothing kept."""
    company = make_company()
    with pytest.raises(InvalidInput) as refused, company.inside():
        begin_import("products", SimpleUploadedFile("x.csv", content))
    assert words in refused.value.fields["file"][0]
    with company.inside():
        assert Import.objects.count() == 0


def test_more_rows_than_allowed_stop_the_check() -> None:
    """O10: 100,000 rows at once; the file is told to be split."""
    company = make_company()
    lines = b"SKU,Name\n" + b"".join(b"S%d,N\n" % n for n in range(100_001))
    with company.inside():
        row = begin_import("products", SimpleUploadedFile("x.csv", lines))
        map_columns(row.id, row.mapping)
    company.drain()
    with company.inside():
        row.refresh_from_db()
        assert row.state == "faulty"
        assert row.faults[0][2] == "At most 100,000 rows can be imported at once. Split the file."


@pytest.mark.parametrize(
    "text",
    [
        "SKU;Name\nA;Käse\n".encode("cp1252"),
        "SKU\tName\nA\tKäse\n".encode("utf-16"),
        "\ufeffSKU,Name\r\nA,Käse\r\n".encode(),
    ],
)
def test_files_of_other_programs_are_read(text: bytes) -> None:
    """O10: semicolons, tabs, Windows letters, byte-order marks."""
    with open_table(io.BytesIO(text)) as table:
        assert table.header == ["SKU", "Name"]
        assert list(table.rows) == [(2, ["A", "Käse"])]


def test_an_import_in_the_browser_from_file_to_rows() -> None:
    """O10: upload, match, look, import; the page says how far it is at each step."""
    company = make_company()
    browser = company.browser()
    sent = browser.post("/settings/imports/new/", {"kind": "products", "file": csv_file(PRODUCTS)})
    assert sent.status_code == 302
    page = browser.get(sent["Location"]).content.decode()
    assert "Which column is which" in page
    assert "Item code — TEA-1" in page
    with company.inside():
        mapping = Import.objects.get().mapping
    wrong = browser.post(sent["Location"], {**mapping, "sku": ""})
    assert wrong.status_code == 422
    assert "Choose the column that holds “SKU”." in wrong.content.decode()
    assert browser.post(sent["Location"], mapping).status_code == 302
    company.drain()
    page = browser.get(sent["Location"]).content.decode()
    assert "2 rows, all of them right: 2 new, 0 that change" in page
    assert browser.post(f"{sent['Location']}run/").status_code == 302
    company.drain()
    assert "2 products imported." in browser.get(sent["Location"]).content.decode()
    assert "Products" in browser.get("/settings/imports/").content.decode()


def test_faults_can_be_downloaded() -> None:
    """O10: as a file, with formulas neutralised."""
    company = make_company()
    row = checked(company, "prices", csv_file([["sku", "price"], ["=1+1", "12"]]))
    answer = company.browser().get(f"/settings/imports/{row.id}/faults.csv")
    assert "There is no product" in answer.content.decode()
    empty = company.browser().get("/settings/imports/empty.csv?kind=products")
    assert empty.content.decode().startswith("\ufeffSKU,Name,Description")


def test_an_import_by_the_api() -> None:
    """O10: upload, check, run."""
    company = make_company()
    client = company.api()
    made = client.post(
        "/api/v1/imports", {"kind": "products", "file": csv_file(PRODUCTS)}, format="multipart"
    )
    assert made.status_code == 201, made.content
    url = f"/api/v1/imports/{made.json()['id']}"
    assert client.post(f"{url}/run").status_code == 409
    assert client.post(f"{url}/check", {}, format="json").status_code == 202
    company.drain()
    found = client.get(url).json()
    assert (found["state"], found["rows"], found["faults"]) == ("checked", 2, [])
    assert client.post(f"{url}/run").status_code == 202
    company.drain()
    assert client.get(url).json()["result"] == "2 products imported."
    refused = client.post(
        "/api/v1/imports", {"kind": "gold", "file": csv_file(PRODUCTS)}, format="multipart"
    )
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["kind"]


def test_only_those_who_may_edit_import() -> None:
    """O10, A1: by the area of what is imported; a stranger sees nothing."""
    company, stranger = make_company(), make_company("Stranger")
    row = checked(company, "products", csv_file(PRODUCTS))
    url = f"/settings/imports/{row.id}/"
    warehouse, reader = company.member("warehouse"), company.member("read_only")
    assert company.browser(warehouse).get(url).status_code == 200
    assert company.browser(reader).get(url).status_code == 403
    assert company.browser(reader).get("/settings/imports/").status_code == 403
    assert stranger.browser().get(url).status_code == 404
    assert stranger.api().get(f"/api/v1/imports/{row.id}").status_code == 404


def test_a_stopped_check_says_so() -> None:
    """O10, A5: the page does not wait for ever."""
    company = make_company()
    with company.inside():
        row = begin_import("products", csv_file(PRODUCTS))
        map_columns(row.id, row.mapping)
        job = Job.objects.get()
    company.browser().post(f"/settings/jobs/{job.id}/cancel/")
    with company.inside():
        row.refresh_from_db()
        assert row.state == "failed"
        assert "stopped it" in row.result
        assert UUID(str(row.job)) == job.id
        assert Account.objects.exists()
