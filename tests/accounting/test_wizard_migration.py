"""The migration: what comes in, once, whatever is killed on the way; going back; the lock."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounting.domain.states import ConnectionState, Kind, SyncState
from accounting.domain.wizard import PHRASE
from accounting.models import Connection, SyncDocument
from accounting.quickbooks.session import QuickBooksSession
from accounting.services.locking import lock_organisation, unlock_organisation
from accounting.services.opening import check_opening_once
from accounting.services.runs import start_run
from hub import faults
from hub.errors import Conflict
from hub.launcher.places import ROOT
from inventory.models import StockLevel
from ledger.domain.accounts import AccountRole
from ledger.selectors import trial_balance
from network.models import Contact
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tenants.jobs import run_job
from tenants.models import Job, JobState, MailMessage, Organisation
from tenants.services.jobs import enqueue
from tests.accounting.books import LANES
from tests.accounting.test_wizard import BASE, company_there, connect, walk_to_confirm
from tests.cast import Company, make_company, make_pair
from tests.sandbox.running import Running


class There:
    """A company in the sandbox with open documents and tracked stock."""

    def __init__(self, quickbooks: Running) -> None:
        self.sandbox = quickbooks
        self.realm = company_there(
            quickbooks, preferences={"ProductAndServicesPrefs.QuantityOnHand": True}
        )
        accounts = {row["Name"]: row["Id"] for row in self.rows("Account")}
        self.refs = {
            "IncomeAccountRef": {"value": accounts["Sales of Product Income"]},
            "ExpenseAccountRef": {"value": accounts["Cost of Goods Sold"]},
            "AssetAccountRef": {"value": accounts["Inventory Asset"]},
        }
        self.customer = next(r["Id"] for r in self.rows("Customer"))
        self.vendor = next(r["Id"] for r in self.rows("Vendor"))
        self.expense = accounts["Purchases"]
        codes = self.rows("TaxCode")
        self.no_tax = next(row["Id"] for row in codes if row["Name"].startswith(("No VAT", "0")))

    def rows(self, entity: str) -> list[dict[str, Any]]:
        token = self.sandbox.control("act/connect", {"realm": self.realm})["access_token"]
        session = QuickBooksSession(
            self.realm, lambda _r: token, lambda _h: None, lambda _lane: None
        )
        condition = "Active IN (true,false)" if entity in ("Item", "Account") else ""
        return [dict(one.body) for one in session.all(entity, condition)]

    def create(self, entity: str, body: dict[str, Any]) -> dict[str, Any]:
        given = {"realm": self.realm, "entity": entity, "body": body}
        return dict(self.sandbox.control("act/create", given))

    def stock_item(self, name: str, sku: str, quantity: int, cost: str) -> dict[str, Any]:
        return self.create(
            "Item",
            {
                "Name": name, "Sku": sku, "Type": "Inventory", "TrackQtyOnHand": True,
                "QtyOnHand": quantity, "PurchaseCost": float(cost), "UnitPrice": 9,
                "InvStartDate": "2026-01-01", **self.refs,
            },
        )  # fmt: skip

    def invoice(self, number: str, amount: int) -> dict[str, Any]:
        item = next(row["Id"] for row in self.rows("Item") if row["Name"] == "Services")
        detail = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": self.no_tax}}
        return self.create(
            "Invoice",
            {
                "CustomerRef": {"value": self.customer}, "DocNumber": number,
                "TxnDate": "2026-03-01",
                "Line": [{"Amount": amount, "DetailType": "SalesItemLineDetail",
                          "SalesItemLineDetail": detail}],
            },
        )  # fmt: skip

    def bill(self, number: str, amount: int) -> dict[str, Any]:
        detail = {"AccountRef": {"value": self.expense}, "TaxCodeRef": {"value": self.no_tax}}
        return self.create(
            "Bill",
            {
                "VendorRef": {"value": self.vendor}, "DocNumber": number, "TxnDate": "2026-03-02",
                "Line": [{"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail",
                          "AccountBasedExpenseLineDetail": detail}],
            },
        )  # fmt: skip

    def act(self, verb: str, **values: Any) -> Any:
        return self.sandbox.control(f"act/{verb}", {"realm": self.realm, **values})


@pytest.fixture
def company() -> Company:
    return make_company("Kestrel")


@pytest.fixture
def there(quickbooks: Running) -> There:
    made = There(quickbooks)
    made.stock_item("Espresso Beans", "BEANS", 12, "4.50")
    made.stock_item("Filter Papers", "PAPERS", 100, "0.10")
    part = made.invoice("1001", 300)
    made.act("receive_payment", invoice=part["Id"], amount=100)
    paid = made.invoice("1002", 50)
    made.act("receive_payment", invoice=paid["Id"])
    made.invoice("1003", 75)
    made.bill("B-1", 40)
    settled = made.bill("B-2", 60)
    made.act("pay_bill", bill=settled["Id"])
    return made


def ready(company: Company, there: There, mode: str = "both") -> None:
    """The wizard answered and confirmed; the job waits."""
    client = company.browser()
    connect(client, there.realm)
    walk_to_confirm(company, client, mode)
    answer = client.post(f"{BASE}/wizard/confirm/", {"phrase": PHRASE})
    assert answer.status_code == 302, answer.content.decode()


def state_of(company: Company) -> str:
    with company.inside():
        return str(Connection.objects.get().state)


def check_arrived(company: Company, there: There, *, writes: bool = True) -> None:
    """Every figure of what came in, and what became of the items there."""
    with company.inside():
        connection = Connection.objects.get()
        assert connection.state == ConnectionState.ACTIVE
        assert connection.options["from_date"] == timezone.localdate().isoformat()
        assert Organisation.objects.get(id=company.id).locked_because == ""
        invoices = Invoice.objects.order_by("number").values_list("number", "total", "issued_on")
        today = timezone.localdate()
        assert list(invoices) == [("1001", Decimal(200), today), ("1003", Decimal(75), today)]
        assert list(Bill.objects.values_list("number", "total")) == [("B-1", Decimal(40))]
        levels = (
            StockLevel.objects.filter(on_hand__gt=0)
            .values_list("product__sku", "on_hand")
            .order_by("product__sku")
        )
        assert list(levels) == [("BEANS", Decimal(12)), ("PAPERS", Decimal(100))]
        balances = {row.account.role: row.balance for row in trial_balance(today)}
        assert balances[AccountRole.RECEIVABLE] == Decimal(275)
        assert balances[AccountRole.PAYABLE] == Decimal(-40)
        assert balances[AccountRole.INVENTORY] == Decimal(64)
        assert balances[AccountRole.OPENING_BALANCES] == Decimal(-299)
        names = set(Contact.objects.values_list("name", flat=True))
        assert {"Lighthouse Cafe", "Rope and Canvas Supply"} <= names
    items = [row for row in there.rows("Item") if "Beans" in row["Name"]]
    if not writes:
        assert [(row["Type"], row["Active"]) for row in items] == [("Inventory", True)]


def test_what_is_open_and_in_stock_comes_in(company: Company, there: There) -> None:
    """Q6, Q7, Q8: what is open comes in with what is open of it, stock at cost; mail says so."""
    ready(company, there)
    company.drain(lanes=LANES)
    check_arrived(company, there)
    with company.inside():
        mail = MailMessage.objects.latest("id")
        assert "is connected to Wharf" in mail.subject
        assert "/integrations/quickbooks/" in mail.body


def made_anew(there: There) -> list[tuple[bool, str, str]]:
    """The items there of one product, as they stand."""
    rows = [row for row in there.rows("Item") if "Espresso Beans" in row["Name"]]
    return sorted((row["Active"], row["Type"], row["Name"].partition(" (")[0]) for row in rows)


def test_tracked_items_are_made_anew_as_services(company: Company, there: There) -> None:
    """Q7: the tracked item gives its name to a service and becomes inactive."""
    ready(company, there)
    company.drain(lanes=LANES)
    assert made_anew(there) == [
        (False, "Inventory", "Espresso Beans"),
        (True, "Service", "Espresso Beans"),
    ]


def test_reading_only_changes_nothing_there(company: Company, there: There) -> None:
    """Q2: in the mode that reads, items stay as they are and nothing is written."""
    ready(company, there, mode="read")
    before = there.rows("Item")
    company.drain(lanes=LANES)
    check_arrived(company, there, writes=False)
    assert there.rows("Item") == before


POINTS = [
    "migration.begun",
    "migration.before_chunk_saved",
    "migration.chunk_saved",
    "migration.before_parties_noted",
    "migration.before_opening_saved",
    "migration.opening_saved",
    "migration.before_opening_noted",
    "migration.before_stock_saved",
    "migration.stock_saved",
    "migration.retiring_noted",
    "migration.retired",
    "migration.replaced",
    "migration.step_noted",
    "migration.before_finish",
]


@pytest.mark.parametrize("point", POINTS)
def test_a_migration_that_died_goes_on_and_repeats_nothing(
    company: Company, there: There, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q8: stopped at any point and run again, every document and item stands there once."""
    ready(company, there)
    with company.inside():
        job = Job.objects.get(kind="accounting.migrate")
    monkeypatch.setattr(faults, "_active", {point: "raise"})
    assert run_job(company.id, job.id)
    monkeypatch.setattr(faults, "_active", {})
    assert state_of(company) == ConnectionState.MIGRATING
    with company.inside():
        Job.objects.filter(id=job.id).update(not_before=timezone.now())
    company.drain(lanes=LANES)
    check_arrived(company, there)
    assert [row[:2] for row in made_anew(there)] == [(False, "Inventory"), (True, "Service")]


def test_going_back_lets_everybody_work_and_the_wizard_keeps_its_answers(
    company: Company, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q8: a migration that stopped is undone; confirmed again, it repeats nothing."""
    ready(company, there)
    with company.inside():
        job = Job.objects.get(kind="accounting.migrate")
    monkeypatch.setattr(faults, "_active", {"migration.opening_saved": "raise"})
    run_job(company.id, job.id)
    monkeypatch.setattr(faults, "_active", {})
    client = company.browser()
    assert client.post("/contacts/new/", {"name": "Nobody"}).status_code == 423
    assert client.post(f"{BASE}/migration/back/").status_code == 302
    assert state_of(company) == ConnectionState.CONNECTING
    assert client.post("/contacts/new/", {"name": ""}).status_code != 423
    answer = client.get(f"{BASE}/wizard/")
    assert answer["Location"] == f"{BASE}/wizard/confirm/"
    client.post(f"{BASE}/wizard/confirm/", {"phrase": PHRASE})
    company.drain(lanes=LANES)
    check_arrived(company, there)


def test_a_migration_that_fails_for_good_says_why_and_waits(company: Company, there: There) -> None:
    """Q8: access withdrawn in the middle: the mail names the error; mended, it goes on."""
    ready(company, there)
    there.act("revoke_app")
    company.drain(lanes=LANES)
    with company.inside():
        assert Job.objects.get(kind="accounting.migrate").state == JobState.FAILED
        mail = MailMessage.objects.latest("id")
        assert "has stopped" in mail.subject
        with pytest.raises(Conflict):
            start_run(Connection.objects.get())
    client = company.browser()
    page = client.get(f"{BASE}/migration/").content.decode()
    assert "Go on" in page
    connect(client, there.realm)
    assert client.post(f"{BASE}/migration/again/").status_code == 302
    company.drain(lanes=LANES)
    check_arrived(company, there)


def test_opening_balances_come_in_once(company: Company, there: There) -> None:
    """Q6: a second try is refused with the reason."""
    ready(company, there)
    company.drain(lanes=LANES)
    with company.inside(), pytest.raises(Conflict, match="once only"):
        check_opening_once(Connection.objects.get())


def test_an_opening_is_linked_and_never_sent_back(company: Company, there: There) -> None:
    """Q6: the invoice there stays as it is, whatever happens to ours."""
    ready(company, there)
    company.drain(lanes=LANES)
    before = there.rows("Invoice")
    with company.inside():
        rows = SyncDocument.objects.filter(kind=Kind.INVOICE)
        assert {row.state for row in rows} == {SyncState.SKIPPED}
        Invoice.objects.update(internal_note="looked at")
        start_run(Connection.objects.get())
    there.act("track_inventory", on=False)
    company.drain(lanes=LANES)
    assert there.rows("Invoice") == before


def test_partners_and_imports_wait_while_it_is_locked(company: Company, there: There) -> None:
    """Q8: jobs of the lanes that change documents wait for the end of the migration."""
    with company.inside():
        lock_organisation("Being moved.")
        job = enqueue("accounting.migrate", {"connection": "x", "sync_run": "x"}, wakes=False)
        Job.objects.filter(id=job.id).update(lane="bulk")
    assert run_job(company.id, job.id) is False
    with company.inside():
        unlock_organisation()
        assert Organisation.objects.get(id=company.id).locked_because == ""


def test_what_the_wizard_left_out_comes_in_later_and_once(company: Company, there: There) -> None:
    """Q18: opening balances and stock from Advanced settings, in the browser and by API."""
    client, api = company.browser(), company.api()
    connect(client, there.realm)
    walk_to_confirm(company, client)
    for step in ("opening", "stock"):
        client.post(f"{BASE}/wizard/{step}/", {"wanted": "no"})
    client.post(f"{BASE}/wizard/confirm/", {"phrase": PHRASE})
    company.drain(lanes=LANES)
    with company.inside():
        assert not Invoice.objects.exists() and not StockLevel.objects.exists()
    assert client.post(f"{BASE}/opening-balances/").status_code == 302
    company.drain(lanes=LANES)
    missing = api.post("/api/v1/integrations/quickbooks/stock-on-hand", {}, format="json")
    assert list(missing.json()["fields"]) == ["location"]
    page = client.get(f"{BASE}/stock-on-hand/").content.decode()
    location = page.partition('<option value="')[2].partition('"')[0]
    began = api.post(
        "/api/v1/integrations/quickbooks/stock-on-hand", {"location": location}, format="json"
    )
    assert began.status_code == 202
    company.drain(lanes=LANES)
    check_arrived(company, there)
    again = api.post("/api/v1/integrations/quickbooks/opening-balances", {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "opening_done")
    assert client.post(f"{BASE}/opening-balances/").status_code == 422
    assert "once only" in client.get(f"{BASE}/stock-on-hand/").content.decode()


def test_a_migration_is_stopped_from_its_card_and_goes_on(company: Company, there: There) -> None:
    """Q8: Stop works while everything else is locked; then it goes on from where it was."""
    ready(company, there)
    client = company.browser()
    with company.inside():
        job = Job.objects.get(kind="accounting.migrate")
    assert client.post(f"/settings/jobs/{job.id}/cancel/").status_code == 302
    page = client.get(f"{BASE}/migration/").content.decode()
    assert "The migration has stopped" in page
    assert client.post(f"{BASE}/migration/again/").status_code == 302
    company.drain(lanes=LANES)
    check_arrived(company, there)


def test_what_a_partner_sends_waits_and_arrives_once_afterwards() -> None:
    """Q8: an envelope for an organisation that is read-only waits on the sender's side."""
    pair = make_pair()
    product = pair.buyer.product("WAITS")
    with pair.supplier.inside():
        lock_organisation("Being moved.")
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku=product.sku, quantity="1")]
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"], to=[]))
    pair.buyer.drain()
    with pair.supplier.inside():
        assert not SalesOrder.objects.exists()
        unlock_organisation()
    with pair.buyer.inside():
        Job.objects.filter(state=JobState.QUEUED).update(not_before=timezone.now())
    pair.drain()
    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 1


def test_every_point_of_the_migration_has_its_trial() -> None:
    """Q8: a new step without a trial fails here."""
    found: set[str] = set()
    for name in ("migrating", "parties_import", "opening", "stock_import"):
        text = (ROOT / "accounting" / "services" / f"{name}.py").read_text()
        found |= set(re.findall(r'fault\("(migration\.[a-z_]+)"\)', text))
    assert found <= {*POINTS, "migration.finished"}
