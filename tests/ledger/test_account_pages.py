"""Settings → Books: the chart, one account's ledger, what Wharf posts where, settings, rates."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bench.statements import counted
from hub.errors import InvalidInput
from hub.ids import new_id
from ledger.domain.accounts import AccountRole
from ledger.models import Account, Book, ExchangeRate
from ledger.services.books import assign_role, change_book, save_account
from ledger.services.journals import post, reverse_source
from tenants.models import Activity
from tests.cast import Company, make_company
from tests.ledger.test_journals import INVOICE, posting

CHART, USES = "/settings/accounts/", "/settings/accounts/uses/"
NEW = {"code": "6200", "name": "Rent <i>", "type": "overhead", "description": "Of the shed"}


@pytest.fixture
def company() -> Company:
    return make_company("Books")


def the(company: Company, role: AccountRole) -> Account:
    with company.inside():
        return Account.objects.get(role=role)


def text(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode())


def invoiced(company: Company, *days: date) -> None:
    with company.inside():
        for day in days:
            post(posting(day, INVOICE), "GBP")


def test_the_chart_shows_class_use_and_todays_balance(company: Company) -> None:
    """O6: liabilities are positive where something is owed."""
    invoiced(company, date(2026, 3, 5))
    page = text(company.browser(), CHART)
    assert "Wharf posts: Goods received, not invoiced" in page
    assert ">120.00<" in page and ">20.00<" in page and ">100.00<" in page
    assert "\u2212" not in page
    exported = text(company.browser(), f"{CHART}?format=csv").splitlines()
    assert "2200,Tax on sales,Liability,Tax,Wharf posts: Tax on sales,,20.0000," in exported


def test_an_account_is_made_changed_and_archived(company: Company) -> None:
    """O6: in the browser; the type stays once it is used."""
    client = company.browser()
    made = client.post(f"{CHART}new/", NEW)
    with company.inside():
        rent = Account.objects.get(code="6200")
    assert made.headers["Location"] == f"{CHART}{rent.id}/"
    assert "Rent &lt;i&gt;" in text(client, CHART)
    client.post(f"{CHART}{rent.id}/edit/", {**NEW, "name": "Rent", "type": "expense"})
    client.post(f"{CHART}{rent.id}/archive/", {"active": "no"})
    with company.inside():
        rent.refresh_from_db()
        assert (rent.name, rent.type, rent.is_active) == ("Rent", "expense", False)
    assert "Archived" in text(client, f"{CHART}{rent.id}/")
    client.post(f"{CHART}{rent.id}/archive/", {"active": "yes"})
    with company.inside():
        assert Account.objects.get(id=rent.id).is_active


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "1000"}, "Another account has the code 1000."),
        ({"code": ""}, "This field is required."),
        ({"type": "receivable", "accepts_payments": "on"}, "they cannot take payments"),
    ],
)
def test_an_account_that_cannot_be_used_is_refused(
    company: Company, change: dict[str, str], said: str
) -> None:
    """O6: the error is at its field, and what was typed stays."""
    answer = company.browser().post(f"{CHART}new/", {**NEW, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page and "Of the shed" in page


def test_an_account_that_wharf_posts_to_keeps_its_type_and_stays(company: Company) -> None:
    """O6: neither its type nor its archive can be changed while it has a use."""
    client, grni = company.browser(), the(company, AccountRole.GRNI)
    values = {"code": "2100", "name": "GRNI", "type": "bank"}
    client.post(f"{CHART}{grni.id}/edit/", values)
    assert client.post(f"{CHART}{grni.id}/archive/", {"active": "no"}).status_code == 400
    with company.inside():
        grni.refresh_from_db()
        assert (grni.name, grni.type, grni.is_active) == ("GRNI", "current_liability", True)


def test_the_accounts_ledger_runs_its_balance_from_page_to_page(company: Company) -> None:
    """O6: newest first, keyset pages; each page carries on where the other one ends."""
    invoiced(company, *[date(2026, 3, 1 + number // 3) for number in range(60)])
    client, receivable = company.browser(), the(company, AccountRole.RECEIVABLE)
    address = f"{CHART}{receivable.id}/"
    first = text(client, address)
    assert "7,200.00" in first and "1,320.00" in first and ">1,200.00<" not in first
    cursor = first.split('id="page-next"')[1].split('href="?')[1].split('"')[0]
    second = text(client, f"{address}?{cursor.replace('&amp;', '&')}")
    assert ">1,200.00<" in second and ">120.00<" in second and ">1,320.00<" not in second
    rising = text(client, f"{address}?sort=posted_on")
    assert rising.index(">240.00<") < rising.index(">360.00<")


def test_the_accounts_ledger_of_some_days_opens_and_closes(company: Company) -> None:
    """O6: opening, debits, credits, closing of the span; the CSV has the same."""
    invoiced(company, date(2026, 2, 27), date(2026, 3, 5), date(2026, 3, 9), date(2026, 4, 1))
    client, sales = company.browser(), the(company, AccountRole.SALES)
    address = f"{CHART}{sales.id}/?posted_from=2026-03-01&posted_to=2026-03-31"
    page = text(client, address)
    facts = page.split('id="sums"')[1].split("</dl>")[0]
    assert [part.split("</dd>")[0] for part in facts.split("<dd>")[1:]] == [
        "100.00",
        "0.00",
        "200.00",
        "300.00",
    ]
    exported = text(client, f"{address}&format=csv").lstrip("\ufeff").splitlines()
    assert exported == [
        "Date,Journal,Event,Document,Note,Debit,Credit,Balance",
        "2026-03-01,,Opening balance,,,,,100.0000",
        "2026-03-05,JE-00002,Sales invoice,INV-1,,,100.0000,200.0000",
        "2026-03-09,JE-00003,Sales invoice,INV-1,,,100.0000,300.0000",
        "2026-03-31,,Closing balance,,,0.0000,200.0000,300.0000",
    ]


@pytest.mark.parametrize("query", ["posted_from=0001-01-01", "posted_to=x", "cursor=bad"])
def test_a_bad_span_or_cursor_says_so(company: Company, query: str) -> None:
    """O6: never an error page."""
    receivable = the(company, AccountRole.RECEIVABLE)
    assert text(company.browser(), f"{CHART}{receivable.id}/?{query}")


def test_a_use_goes_to_another_account_of_the_same_type(company: Company) -> None:
    """O6: the page warns when the old account holds something."""
    invoiced(company, date(2026, 3, 5))
    client = company.browser()
    client.post(f"{CHART}new/", {"code": "2205", "name": "VAT", "type": "tax"})
    with company.inside():
        vat, old = Account.objects.get(code="2205"), Account.objects.get(role="tax_payable")
        bank = Account.objects.get(role="bank")
    page = text(client, f"{USES}change/?use=tax_payable")
    assert "What was posted stays where it is" in page and "2205 VAT" in page
    assert "1010 Cash" not in page
    refused = client.post(f"{USES}change/?use=tax_payable", {"account": str(bank.id)})
    assert refused.status_code == 422
    answer = client.post(f"{USES}change/?use=tax_payable", {"account": str(vat.id)})
    assert answer.headers["Location"] == USES
    with company.inside():
        vat.refresh_from_db()
        old.refresh_from_db()
        assert (vat.role, old.role) == ("tax_payable", "")
    assert "2205 VAT" in text(client, USES)
    assert client.get(f"{USES}change/?use=nothing").status_code == 404


def test_a_use_that_follows_documents_stays_while_its_account_holds_something(
    company: Company,
) -> None:
    """O6: a part of the receivables elsewhere would be explained by no invoice."""
    client = company.browser()
    values = {"code": "1150", "name": "Other receivables", "type": "receivable"}
    client.post(f"{CHART}new/", values)
    with company.inside():
        other = Account.objects.get(code="1150")
    use, choice = f"{USES}change/?use=receivable", {"account": str(other.id)}
    assert client.post(use, choice).status_code == 302
    invoiced(company, date(2026, 3, 5))
    assert "This use stays for now" in text(client, use)
    with company.inside():
        first = Account.objects.get(code="1100")
    refused = company.api().patch(
        f"/api/v1/accounts/{first.id}", {"role": "receivable"}, format="json"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "account_holds_balance")
    with company.inside():
        assert Account.objects.get(role="receivable") == other


def test_costing_stays_fixed_when_the_inventory_use_moves(company: Company) -> None:
    """O5: what was valued once was valued by that method."""
    with company.inside():
        rows = [(AccountRole.INVENTORY, "10"), (AccountRole.GRNI, "-10")]
        source = new_id()
        post(posting(date(2026, 3, 5), rows, source=source), "GBP")
        reverse_source(source)
        made = save_account(None, {"code": "1205", "name": "Goods", "type": "inventory"})
        assign_role(AccountRole.INVENTORY, made.id)
        with pytest.raises(InvalidInput, match="costing method is fixed"):
            change_book({"costing": "average"})


def test_a_changed_account_is_in_the_audit_report(company: Company) -> None:
    """A3: what it was and what it became."""
    client = company.browser()
    client.post(f"{CHART}new/", NEW)
    with company.inside():
        rent = Account.objects.get(code="6200")
    client.post(f"{CHART}{rent.id}/edit/", {**NEW, "name": "Rent of the shed"})
    with company.inside():
        entry = Activity.objects.filter(object_id=rent.id).latest("id")
    assert entry.changes == {"Name": ["Rent <i>", "Rent of the shed"]}


@pytest.mark.parametrize(
    "address",
    ["accounts?limit=0", "journals?q=%00", "journals?event=%00", "exchange-rates?currency=%00"],
)
def test_bad_parameters_are_answered(company: Company, address: str) -> None:
    """A4: never with a fault of ours."""
    assert company.api().get(f"/api/v1/{address}").status_code < 500


def test_the_books_settings_are_changed_and_explained(company: Company) -> None:
    """O5, O6: lock date, accrual, costing; costing is fixed once stock has moved."""
    client = company.browser()
    values = {"accrual": "off", "costing": "average", "locked_until": "2026-03-31"}
    assert client.post("/settings/book/", values).status_code == 302
    with company.inside():
        book = Book.objects.get()
        assert (book.accrual, book.costing) == (False, "average")
        assert book.locked_until == date(2026, 3, 31)
        change_book({"locked_until": None})
        rows = [(AccountRole.INVENTORY, "10"), (AccountRole.GRNI, "-10")]
        post(posting(date(2026, 3, 5), rows), "GBP")
    page = text(client, "/settings/book/")
    assert "Stock has moved, so the method is fixed." in page
    answer = client.post("/settings/book/", {"accrual": "on", "costing": "fifo"})
    assert answer.status_code == 422
    assert "Match them first" in answer.content.decode()
    with company.inside():
        assert Book.objects.get().costing == "average"


def test_rates_are_listed_by_currency_added_and_removed(company: Company) -> None:
    """O7: dated rates, newest first."""
    client, address = company.browser(), "/settings/exchange-rates/"
    for currency, day, rate in (
        ("USD", "2026-01-01", "0.79"),
        ("USD", "2026-03-01", "0.77"),
        ("EUR", "2026-01-01", "0.86"),
    ):
        values = {"currency": currency, "valid_from": day, "rate": rate}
        assert client.post(address, values).status_code == 302
    page = text(client, address)
    assert page.index("EUR: Euro") < page.index("USD: US Dollar")
    assert page.index(">0.77<") < page.index(">0.79<")
    refused = client.post(address, {"currency": "USD", "valid_from": "2026-01-01", "rate": "0"})
    assert refused.status_code == 422
    assert "This must be greater than 0." in refused.content.decode()
    with company.inside():
        euro = ExchangeRate.objects.get(currency="EUR")
    assert client.post(f"{address}{euro.id}/remove/").status_code == 302
    assert "Euro</h2>" not in text(client, address)


def test_each_person_sees_what_their_role_allows(company: Company) -> None:
    """A2: owner and accountant change, read-only looks, warehouse and strangers see nothing."""
    receivable = the(company, AccountRole.RECEIVABLE)
    pages = (
        CHART,
        USES,
        f"{CHART}{receivable.id}/",
        "/settings/book/",
        "/settings/exchange-rates/",
    )
    accountant = company.browser(company.member("accountant"))
    reader, warehouse = (
        company.browser(company.teammate),
        company.browser(company.member("warehouse")),
    )
    stranger = make_company("Stranger").browser()
    for page in pages:
        assert text(accountant, page) and text(reader, page)
        assert warehouse.get(page).status_code == 403
    for page in (f"{CHART}new/", f"{USES}change/?use=bank"):
        assert accountant.get(page).status_code == 200
        assert reader.get(page).status_code == 403
    assert "Save settings" not in text(reader, "/settings/book/")
    assert reader.post("/settings/book/", {"accrual": "off"}).status_code == 403
    assert reader.post("/settings/exchange-rates/", {"currency": "USD"}).status_code == 403
    assert stranger.get(f"{CHART}{receivable.id}/").status_code == 404
    assert "Add a rate" not in text(reader, "/settings/exchange-rates/")


def test_the_pages_take_few_statements(company: Company) -> None:
    """O6: the same however much was posted."""
    invoiced(company, *[date(2026, 3, 1 + number % 9) for number in range(12)])
    client, receivable = company.browser(), the(company, AccountRole.RECEIVABLE)
    for page in (CHART, USES, f"{CHART}{receivable.id}/?posted_from=2026-03-04"):
        with counted() as seen:
            text(client, page)
        assert len(seen) <= 11, (page, len(seen), "\n".join(seen))


def test_the_api_reads_and_changes_accounts(company: Company) -> None:
    """O6, A4: accounts, their lines, their use."""
    invoiced(company, date(2026, 3, 5), date(2026, 3, 9))
    client, receivable = company.api(), the(company, AccountRole.RECEIVABLE)
    rows = client.get("/api/v1/accounts?limit=5").json()
    assert [row["code"] for row in rows["results"]] == ["1000", "1010", "1050", "1100", "1200"]
    assert rows["results"][3]["balance"] == "240.0000"
    assert rows["next"]
    made = client.post(
        "/api/v1/accounts", {"code": "2205", "name": "VAT", "type": "tax"}, format="json"
    )
    assert made.status_code == 201
    body = made.json()
    assert (body["account_class"], body["balance"], body["role"]) == ("liability", "0.0000", "")
    changed = client.patch(
        f"/api/v1/accounts/{body['id']}", {"name": "VAT due", "role": "tax_payable"}, format="json"
    )
    assert (changed.json()["name"], changed.json()["role"]) == ("VAT due", "tax_payable")
    lines = client.get(f"/api/v1/accounts/{receivable.id}/lines?since=2026-03-06").json()["results"]
    assert [(line["posted_on"], line["amount"], line["number"]) for line in lines] == [
        ("2026-03-09", "120.0000", "JE-00002")
    ]
    refused = client.get(f"/api/v1/accounts/{receivable.id}/lines?since=soon")
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"since"})


def test_the_api_reads_and_changes_book_and_rates(company: Company) -> None:
    """O6, O7, A4: settings and exchange rates."""
    client = company.api()
    assert client.get("/api/v1/book").json() == {
        "base_currency": "GBP",
        "accrual": True,
        "costing": "fifo",
        "locked_until": None,
    }
    changed = client.patch("/api/v1/book", {"locked_until": "2026-03-31"}, format="json")
    assert changed.json()["locked_until"] == "2026-03-31"
    rate = {"currency": "usd", "valid_from": "2026-01-01", "rate": "0.79"}
    made = client.post("/api/v1/exchange-rates", rate, format="json")
    assert (made.status_code, made.json()["currency"]) == (201, "USD")
    assert made.json()["rate"] == "0.79000000"
    for wrong, field in (({"rate": "0"}, "rate"), ({"currency": "GBP"}, "currency")):
        refused = client.post("/api/v1/exchange-rates", {**rate, **wrong}, format="json")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field})
    assert len(client.get("/api/v1/exchange-rates?currency=USD").json()["results"]) == 1
    assert client.delete(f"/api/v1/exchange-rates/{made.json()['id']}").status_code == 204
    with company.inside():
        assert not ExchangeRate.objects.exists()
