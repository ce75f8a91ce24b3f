"""Mapping pages: one to one, create there, archive and delete, switch off; erasing; the API."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounting.domain.wizard import PHRASE, WizardStep
from accounting.engine.lists import keep_lists
from accounting.models import Connection, Link
from accounting.services.erasing import count_erasable
from accounting.services.mapping import asked_of, mapping_rows, unmapped
from inventory.models import Product, StockLevel
from inventory.services.books import open_books
from ledger.domain.accounts import AccountRole, AccountType
from ledger.models import Account, Journal, PaymentTerm, TaxRule
from ledger.selectors import trial_balance
from ledger.services.books import save_account
from network.models import Contact
from orders.models import Invoice, SalesOrder
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from orders.services.open_documents import write_open_invoices
from tenants.boundary import tenant_context
from tenants.models import Activity, NumberSequence, Organisation
from tests.accounting.books import LANES, Books
from tests.accounting.test_wizard import BASE, company_there, connect, map_step
from tests.cast import Company, make_company
from tests.sandbox.running import Running

API = "/api/v1/integrations/quickbooks"


@pytest.fixture
def company() -> Company:
    return make_company("Kestrel")


@pytest.fixture
def client(company: Company, quickbooks: Running) -> Client:
    """Connected, at the mapping of accounts."""
    browser = company.browser()
    connect(browser, company_there(quickbooks))
    browser.post(f"{BASE}/wizard/mode/", {"mode": "both"})
    browser.post(f"{BASE}/wizard/data/", {"choice": "keep"})
    return browser


def account(company: Company, name: str) -> Account:
    with company.inside():
        return Account.objects.get(name=name)


def rows_of(company: Company, kind: str) -> dict[str, Any]:
    with company.inside():
        connection = Connection.objects.get()
        return {row.ours.name: row for row in mapping_rows(connection, kind, asked_only=True)}


def test_proposals_fit_and_each_of_theirs_is_proposed_once(
    company: Company, client: Client
) -> None:
    """Q4: receivable to receivable, bank to bank, opening balances to their equity."""
    rows = rows_of(company, "account")
    named = {
        name: next((one.name for one in row.choices if one.id == row.proposal), "")
        for name, row in rows.items()
    }
    assert named["Accounts receivable"] == "Accounts Receivable (A/R)"
    assert named["Inventory control"] == "Inventory Asset"
    assert named["Cost of goods sold"] == "Cost of Goods Sold"
    assert named["Opening balances"] == "Opening Balance Equity"
    proposed = [row.proposal for row in rows.values() if row.proposal]
    assert len(proposed) == len(set(proposed))


def test_one_of_theirs_cannot_be_used_twice(company: Company, client: Client) -> None:
    """Q4: the second one is named, nothing is saved, what was chosen stays on the page."""
    rows = rows_of(company, "account")
    bank = rows["Bank"].proposal
    wanted = {f"map-{rows[name].ours.id}": bank for name in ("Bank", "Cash")}
    answer = client.post(f"{BASE}/wizard/accounts/", wanted)
    assert answer.status_code == 422
    assert "each can be used once" in answer.content.decode()
    with company.inside():
        assert not Link.objects.exists()


def test_it_does_not_go_on_while_something_is_missing(company: Company, client: Client) -> None:
    """Q4: what is missing is listed with the type to create; what was mapped is kept."""
    rows = rows_of(company, "account")
    wanted = {f"map-{row.ours.id}": row.proposal for row in rows.values() if row.proposal}
    answer = client.post(f"{BASE}/wizard/accounts/", wanted)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Accounts that QuickBooks lacks" in page
    assert "Other Current Asset · Inventory" in page
    assert client.get(f"{BASE}/wizard/taxes/").status_code == 302
    with company.inside():
        assert Link.objects.count() == len(wanted)


def test_an_account_is_created_there_once(company: Company, client: Client) -> None:
    """Q4: one click; a second one, or a lost answer, makes no second account."""
    cash = account(company, "Cash")
    place = f"{BASE}/wizard/accounts/"
    assert client.post(f"{place}create/", {"create": str(cash.id)}).status_code == 302
    with company.inside():
        made = Link.objects.get(local_id=cash.id).remote_id
        Link.objects.all().delete()  # as if the answer had been lost
    client.post(f"{place}create/", {"create": str(cash.id)})
    with company.inside():
        assert Link.objects.get(local_id=cash.id).remote_id == made


def test_all_missing_accounts_are_created_there_by_one_press(
    company: Company, client: Client
) -> None:
    """Q4: each once, of its type, mapped; what resembles one of theirs stays a suggestion."""
    before = rows_of(company, "account")
    lacking = {name for name, row in before.items() if not row.proposal}
    assert len(lacking) > 1
    place = f"{BASE}/wizard/accounts/"
    page = client.get(place).content.decode()
    assert f"Create all {len(lacking)} missing there" in page

    answer = client.post(f"{place}create/", {"create": "missing"}, follow=True)
    assert f"{len(lacking)} accounts created in QuickBooks" in answer.content.decode()
    after = rows_of(company, "account")
    assert {name for name, row in after.items() if row.remote_id} == lacking
    made = [row.remote_id for row in after.values() if row.remote_id]
    assert len(made) == len(set(made))

    again = client.post(f"{place}create/", {"create": "missing"}, follow=True)
    assert "Nothing was missing in QuickBooks" in again.content.decode()
    assert "Create all" not in again.content.decode()


def test_the_api_creates_all_that_is_missing(company: Company, client: Client) -> None:
    """Q5: the same by the API; a second call has nothing to do."""
    lacking = sorted(name for name, row in rows_of(company, "term").items() if not row.proposal)
    api = company.api()
    place = "/api/v1/integrations/quickbooks/mapping/terms/create-missing"
    answer = api.post(place, {}, format="json")
    assert answer.status_code == 200, answer.content
    assert lacking and sorted(answer.json()["created"]) == lacking
    assert api.post(place, {}, format="json").json() == {"created": []}


def test_what_was_chosen_survives_the_other_buttons(company: Company, client: Client) -> None:
    """Q4: reload keeps what was chosen on the page before."""
    rows = rows_of(company, "account")
    chosen = {f"map-{rows['Bank'].ours.id}": rows["Bank"].proposal}
    client.post(f"{BASE}/wizard/accounts/reload/", chosen)
    with company.inside():
        assert Link.objects.get().local_id == rows["Bank"].ours.id


def test_unwanted_accounts_are_archived_and_deleted_where_nothing_uses_them(
    company: Company, client: Client
) -> None:
    """Q4: one that is used says by what, and stays."""
    with company.inside():
        used = Account.objects.create(code="7000", name="Used", type=AccountType.EXPENSE)
        Account.objects.create(code="7001", name="Unused", type=AccountType.EXPENSE)
    company.product("X", purchase_account=used)
    place = f"{BASE}/wizard/accounts/"
    for name in ("Used", "Unused"):
        client.post(f"{place}archive/", {"off": str(account(company, name).id)})
    page = client.get(place).content.decode()
    assert "1 product use it" in page and "nothing uses it" in page
    client.post(f"{place}delete/")
    with company.inside():
        assert not Account.objects.filter(name="Unused").exists()
        assert not Account.objects.get(name="Used").is_active
    role = account(company, "Sales")
    assert client.post(f"{place}archive/", {"off": str(role.id)}).status_code == 400


def test_optional_accounts_are_asked_for_where_their_feature_is_on(
    company: Company, client: Client
) -> None:
    """Q9: goods received and gains are asked for with accrual and with a second currency only."""
    from ledger.services.books import change_book

    with company.inside():
        change_book({"accrual": False})
        names = {one.role for one in asked_of("account")}
        assert AccountRole.GRNI not in names
        assert AccountRole.REALISED_GAINS not in names
        change_book({"accrual": True})
        assert AccountRole.GRNI in {one.role for one in asked_of("account")}


def test_tax_rules_map_by_rate_are_created_or_switched_off(
    company: Company, client: Client
) -> None:
    """Q5: created there with its rate on both sides; one that is not wanted is switched off."""
    with company.inside():
        odd = TaxRule.objects.create(name="7.5% odd", rate=Decimal("7.5"))
        other = TaxRule.objects.create(name="3% other", rate=Decimal(3))
    map_accounts(company, client)
    place = f"{BASE}/wizard/taxes/"
    client.post(f"{place}create/", {"create": str(odd.id)})
    client.post(f"{place}off/", {"off": str(other.id)})
    with company.inside():
        connection = Connection.objects.get()
        row = {row.ours.name: row for row in mapping_rows(connection, "tax")}["7.5% odd"]
        (chosen,) = [one for one in row.choices if one.id == row.remote_id]
        assert (chosen.rate, chosen.purchase_rate) == (Decimal("7.5"), Decimal("7.5"))
        assert not TaxRule.objects.get(id=other.id).is_active


def test_a_tax_rule_that_cannot_be_created_there_says_so(
    quickbooks: Running, company: Company
) -> None:
    """Q5: Australia has its own codes; the rule is switched off and the step passed."""
    with company.inside():
        rule = TaxRule.objects.create(name="Odd", rate=Decimal(3))
        Organisation.objects.filter(id=company.id).update(base_currency="AUD")
    client = company.browser()
    connect(client, company_there(quickbooks, country="AU"))
    client.post(f"{BASE}/wizard/mode/", {"mode": "both"})
    client.post(f"{BASE}/wizard/data/", {"choice": "keep"})
    map_accounts(company, client)
    place = f"{BASE}/wizard/taxes/"
    answer = client.post(f"{place}create/", {"create": str(rule.id)}, follow=True)
    assert "has its own tax codes" in answer.content.decode()
    client.post(f"{place}off/", {"off": str(rule.id)})
    with company.inside():
        left = {one.name for one in unmapped(Connection.objects.get(), "tax")}
        assert "Odd" not in left


def test_terms_map_by_exact_spelling(company: Company, client: Client) -> None:
    """Q5: capitals count."""
    map_accounts(company, client)
    map_step(company, client, WizardStep.TAXES, "tax")
    with company.inside():
        PaymentTerm.objects.filter(name="Net 30").update(name="net 30")
    rows = rows_of(company, "term")
    assert rows["net 30"].choices == ()
    client.post(f"{BASE}/wizard/terms/create/", {"create": str(rows["Net 14"].ours.id)})
    assert rows_of(company, "term")["Net 14"].remote_id


def map_accounts(company: Company, client: Client) -> None:
    map_step(company, client, WizardStep.ACCOUNTS, "account")


# --- Erasing -----------------------------------------------------------------------------------
def traded(company: Company) -> None:
    """An invoice, an opening balance, a product with nothing, a customer."""
    customer = company.contact("Tried Out", kind="customer")
    company.contact("Maker", kind="supplier")
    company.product("FILTER", "Paper filters", sale_tax_rule=company.tax_rule())
    with company.inside():
        lines = [LineInput(sku="FILTER", quantity="3", unit_price="3.33")]
        authorise_invoice(create_invoice(customer.id, {}, lines).id)
        today = timezone.localdate()
        row = {
            "number": "OLD-1", "contact": str(customer.id), "issued_on": today.isoformat(),
            "due_on": today.isoformat(), "total": "70", "currency": "GBP", "reference": "",
        }  # fmt: skip
        write_open_invoices(open_books(today), [row], today)


def test_transactions_are_deleted_and_openings_stay(company: Company, client: Client) -> None:
    """Q3: counts first, a typed name, one door; what is left agrees with the book."""
    traded(company)
    place = f"{BASE}/wizard/data/"
    assert "Invoices" in client.get(place).content.decode()
    values = {"choice": "transactions", "besides": ["customers", "suppliers", "products"]}
    refused = client.post(place, {**values, "name": "no"})
    assert refused.status_code == 422
    with company.inside():
        assert Invoice.objects.count() == 2
        name = Organisation.objects.get(id=company.id).name
        number = NumberSequence.objects.count()
    assert client.post(place, {**values, "name": name}).status_code == 302
    company.drain(lanes=LANES)
    with company.inside():
        assert list(Invoice.objects.values_list("number", flat=True)) == ["OLD-1"]
        assert list(Journal.objects.values_list("event", flat=True)) == ["opening"]
        balances = {row.account.role: row.balance for row in trial_balance(timezone.localdate())}
        assert balances[AccountRole.RECEIVABLE] == Decimal(70)
        assert sum(balances.values(), Decimal(0)) == 0
        assert not Product.objects.exists() and not StockLevel.objects.exists()
        # A customer of an opening that stays is needed; the supplier goes.
        assert list(Contact.objects.values_list("name", flat=True)) == ["Tried Out"]
        assert NumberSequence.objects.count() == number
        assert Activity.objects.filter(action="data.erased").exists()
    assert "was deleted" in client.get(place).content.decode()


def test_all_data_goes_and_what_wharf_needs_stays(company: Company, client: Client) -> None:
    """Q3: reference books too; accounts with a use, the default rule and term stay."""
    traded(company)
    with company.inside():
        name = Organisation.objects.get(id=company.id).name
    values = {"choice": "all", "besides": ["products", "customers", "suppliers", "opening"]}
    answer = client.post(f"{BASE}/wizard/data/", {**values, "name": name})
    assert answer.status_code == 302, answer.content.decode()
    company.drain(lanes=LANES)
    with company.inside():
        assert not Invoice.objects.exists() and not Journal.objects.exists()
        assert not Contact.objects.exists() and not Product.objects.exists()
        assert TaxRule.objects.count() == 1 and PaymentTerm.objects.count() == 1
        assert not Account.objects.filter(role="").exists()
        assert count_erasable() == {}
        assert not SalesOrder.objects.exists()


def test_erasing_reaches_no_other_organisation(company: Company, client: Client) -> None:
    """Q3, A6: the door deletes of the organisation that is set, and refuses without one."""
    other = make_company("Other")
    traded(other)
    traded(company)
    with company.inside():
        name = Organisation.objects.get(id=company.id).name
    values = {"choice": "all", "besides": ["products", "customers", "suppliers", "opening"]}
    client.post(f"{BASE}/wizard/data/", {**values, "name": name})
    company.drain(lanes=LANES)
    with tenant_context(other.id):
        assert Invoice.objects.count() == 2
        assert Contact.objects.count() == 2


# --- By API --------------------------------------------------------------------------------------
def test_the_wizard_is_walked_by_a_program(company: Company, quickbooks: Running) -> None:
    """Q1-Q8: consent is a person's; every step after it can be a program's."""
    api = company.api()
    state = api.get(f"{API}/connect").json()
    assert state["state"] == "not_connected"
    assert api.post(f"{API}/connect").json()["consent_url"].endswith(f"{BASE}/connect/")
    connect(company.browser(), company_there(quickbooks))
    assert api.get(f"{API}/wizard/mode").json()["step"]["findings"]
    early = api.post(f"{API}/wizard/stock", {"wanted": False}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "step_not_reached")
    bad = api.post(f"{API}/wizard/mode", {"mode": "sideways"}, format="json")
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["mode"])
    for step, values in (("mode", {"mode": "both"}), ("data", {"delete": []})):
        assert api.post(f"{API}/wizard/{step}", values, format="json").status_code == 200
    for step, words in (("accounts", "accounts"), ("taxes", "tax-rules"), ("terms", "terms")):
        place = f"{API}/mapping/{words}"
        for row in api.get(place).json()["rows"]:
            if not row["proposal"]:
                made = api.post(f"{place}/create", {"local": row["local"]}, format="json")
                assert made.status_code == 200, made.json()
        rows = api.get(place).json()["rows"]
        wanted = {row["local"]: row["remote"] or row["proposal"] for row in rows}
        saved = api.put(place, {"mapping": wanted}, format="json")
        assert saved.json()["missing"] == []
        assert api.post(f"{API}/wizard/{step}").status_code == 200
    api.post(f"{API}/wizard/opening", {"wanted": True}, format="json")
    api.post(f"{API}/wizard/stock", {"wanted": False}, format="json")
    answer = api.post(f"{API}/wizard/confirm", {"phrase": PHRASE}, format="json")
    assert answer.json()["state"] == "migrating"
    locked = api.post("/api/v1/contacts", {"name": "Nobody"}, format="json")
    assert (locked.status_code, locked.json()["code"]) == (423, "organisation_locked")
    assert api.get("/api/v1/contacts").status_code == 200
    company.drain(lanes=LANES)
    assert api.get(f"{API}/migration").json()["state"] == "active"
    hostile = api.put(f"{API}/mapping/accounts", {"mapping": {"x": "1"}}, format="json")
    assert (hostile.status_code, list(hostile.json()["fields"])) == (400, ["mapping"])
    name = api.get(f"{API}/connect").json()["company"]
    wrong = api.post(f"{API}/disable", {"name": "?"}, format="json")
    assert list(wrong.json()["fields"]) == ["name"]
    ended = api.post(f"{API}/disable", {"name": name}, format="json")
    assert ended.json()["state"] == "not_connected"


def test_account_mapping_later_under_settings(books: Books) -> None:
    """Q9: saved there, what waited for it is looked at again."""
    client = books.company.browser()
    page = client.get("/settings/account-mapping/").content.decode()
    assert "Account mapping" in page
    first = re.search(r'name="map-([0-9a-f-]{36})"', page)
    assert first is not None
    with books.company.inside():
        link = Link.objects.get(kind="account", local_id=UUID(first.group(1)))
    key = f"map-{link.local_id}"
    assert client.post("/settings/account-mapping/", {key: ""}).status_code == 302
    with books.company.inside():
        assert not Link.objects.filter(id=link.id).exists()
    assert client.post("/settings/account-mapping/", {key: link.remote_id}).status_code == 302
    for kind in ("tax", "term"):
        assert client.get(f"/settings/account-mapping/?kind={kind}").status_code == 200
    assert client.get("/settings/account-mapping/?kind=nothing").status_code == 404


def test_an_archived_account_that_a_document_waits_for_can_be_mapped(books: Books) -> None:
    """Q9: nothing leads to a page on which what is missing cannot be chosen."""
    books.sync()
    there = books.session().make(
        "account",
        {"Name": "Rents", "AccountType": "Income", "AccountSubType": "SalesOfProductIncome"},
    )
    customer = books.company.contact("Late", kind="customer")
    with books.company.inside():
        keep_lists(books.connection(), [there])
        account = save_account(None, {"code": "4977", "name": "Rents", "type": AccountType.REVENUE})
        line = LineInput(description="Rent", quantity="1", unit_price="5", account=account.id)
        authorise_invoice(create_invoice(customer.id, {}, [line]).id)
        save_account(account.id, {"is_active": False})
    books.sync()
    (held,) = books.documents(reason="account_not_mapped")
    client = books.company.browser()
    key = f"map-{account.id}"
    address = client.get(f"/integrations/quickbooks/history/{held.id}/").content.decode()
    assert "/settings/account-mapping/?kind=account" in address
    page = client.get("/settings/account-mapping/?kind=account").content.decode()
    assert key in page
    assert f"{account.name} (archived)" in page
    with books.company.inside():
        other = Link.objects.get(kind="account", remote_id=there.id).local_id
    chosen = {key: there.id, f"map-{other}": ""}  # it came in as another of ours meanwhile
    assert client.post("/settings/account-mapping/", chosen).status_code == 302
    books.sync()
    assert {row.state for row in books.documents()} == {"synced"}
    # It is in use there, so it is in use here again.
    assert "(archived)" not in client.get("/settings/account-mapping/").content.decode()
