"""Test data goes as a job: part by part, whatever is killed on the way, and nothing half."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection as database
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.wizard import WizardStep
from accounting.models import Connection
from accounting.services import erasing
from accounting.services.connecting import begin_connection
from accounting.services.erasing import PARTS, Erasable, begin_erasing, count_erasable
from accounting.services.wizard import answers_of
from hub import faults
from hub.errors import Conflict
from inventory.models import Product, StockLayer, StockMovement
from ledger.domain.accounts import AccountRole
from ledger.models import Journal
from ledger.selectors import trial_balance
from network.models import Contact
from orders.models import Bill, Invoice, Payment, PurchaseOrder, SalesOrder
from tenants.jobs import run_job
from tenants.models import Job, JobState, Organisation
from tests.accounting.books import LANES
from tests.accounting.test_wizard_mapping import traded
from tests.cast import Company, make_company
from tests.orders.test_worked_example import Month

BASE = "/integrations/quickbooks"
ALL = list(Erasable)
BESIDES = [Erasable.TRANSACTIONS, Erasable.PRODUCTS, Erasable.CUSTOMERS, Erasable.SUPPLIERS]
POINTS = [
    "erasing.begun",
    "erasing.part_deleted",
    "erasing.part_committed",
    "erasing.before_finish",
]


@pytest.fixture
def company() -> Company:
    """An organisation that has come to the wizard's second step."""
    made = make_company("Tried")
    with made.inside():
        row = begin_connection("quickbooks")
        Connection.objects.filter(id=row.id).update(realm="1", wizard={"done": ["mode"]})
    return made


def begin(company: Company, kinds: list[Erasable]) -> UUID:
    """Start deleting; gives the job."""
    with company.inside():
        name = Organisation.objects.get(id=company.id).name
        return begin_erasing(Connection.objects.get(), kinds, name).id


def end_lease(company: Company, job: UUID) -> None:
    with company.inside():
        Job.objects.filter(id=job).update(leased_until=Now(), not_before=Now())


def check_gone(company: Company) -> None:
    """All of it went, the wizard goes on, everybody works again."""
    with company.inside():
        assert count_erasable(ALL) == {}
        for model in (Journal, Invoice, Bill, Payment, PurchaseOrder, SalesOrder, Product, Contact,
                      StockLayer, StockMovement):  # fmt: skip
            assert not model._default_manager.exists(), model
        answers = answers_of(Connection.objects.get())
        assert (answers.data, answers.current) == ("deleted", WizardStep.ACCOUNTS)
        assert Organisation.objects.get(id=company.id).locked_because == ""


def test_a_month_of_everything_goes_row_by_row(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q3: one row in a transaction, so that nothing left ever refers to what is gone."""
    Month(company=company).run()
    monkeypatch.setattr(erasing, "BATCH", 1)
    job = begin(company, ALL)
    with company.inside():
        assert "Test data is being deleted" in Organisation.objects.get().locked_because
    company.drain(lanes=LANES)
    with company.inside():
        row = Job.objects.get(id=job)
        assert row.state == JobState.DONE, row.error
        assert row.result["text"].startswith("Deleted: ") and "journals" in row.result["text"]
    check_gone(company)


@pytest.mark.parametrize("point", POINTS)
def test_a_deletion_that_died_goes_on(
    company: Company, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q3: stopped at any point, also in the middle of a part, and run again: all of it goes."""
    traded(company)
    job = begin(company, ALL)
    monkeypatch.setattr(erasing, "BATCH", 1)
    calls = {"left": 3 if "part" in point else 1}
    real = faults.fault

    def dying(name: str) -> None:
        if name == point:
            calls["left"] -= 1
            if not calls["left"]:
                raise faults.FaultInjected(name)
        real(name)

    monkeypatch.setattr(erasing, "fault", dying)
    assert run_job(company.id, job)
    monkeypatch.setattr(erasing, "fault", real)
    with company.inside():
        assert Job.objects.get(id=job).state == JobState.QUEUED
        assert Organisation.objects.get(id=company.id).locked_because
    end_lease(company, job)
    assert run_job(company.id, job)
    check_gone(company)


def test_openings_stay_and_agree(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q3: in batches of one, what is brought in before stays with the customer that it names."""
    traded(company)
    monkeypatch.setattr(erasing, "BATCH", 1)
    begin(company, BESIDES)
    company.drain(lanes=LANES)
    with company.inside():
        assert list(Invoice.objects.values_list("number", flat=True)) == ["OLD-1"]
        assert list(Contact.objects.values_list("name", flat=True)) == ["Tried Out"]
        sums = {row.account.role: row.balance for row in trial_balance(timezone.localdate())}
    assert sums[AccountRole.RECEIVABLE] == Decimal(70) and sum(sums.values()) == 0


def test_the_step_waits_and_goes_on_after_a_stop(company: Company) -> None:
    """Q3: the page shows the job; nothing else can be answered; stopped, it can be gone on with."""
    traded(company)
    web, api = company.browser(), company.api()
    with company.inside():
        name = Organisation.objects.get(id=company.id).name
    data = f"{BASE}/wizard/data/"
    place = f"/api/v1{BASE}/wizard/data"
    wrong = api.post(place, {"delete": ["transactions"], "name": "x"}, format="json")
    assert list(wrong.json()["fields"]) == ["name"]
    answer = api.post(place, {"delete": ["transactions"], "name": name}, format="json")
    assert answer.status_code == 200, answer.json()
    job = UUID(api.get(place).json()["step"]["job"])
    page = web.get(data).content.decode()
    assert "Delete test data" in page and "until then nobody can change anything" in page
    assert web.post(data, {"choice": "keep"}).status_code == 423
    again = api.post(place, {"delete": [], "name": name}, format="json")
    assert again.json()["code"] == "organisation_locked"
    with company.inside(), pytest.raises(Conflict):
        begin_erasing(Connection.objects.get(), BESIDES, name)
    assert web.post(f"/settings/jobs/{job}/cancel/").status_code == 302
    page = web.get(data).content.decode()
    assert "Not everything is deleted yet" in page and f"{data}again/" in page
    assert web.post(f"{data}again/").status_code == 302
    company.drain(lanes=LANES)
    assert "was deleted" in web.get(data).content.decode()
    assert web.post(f"{data}again/").status_code == 409


def test_the_door_knows_every_part_and_no_other(company: Company) -> None:
    """Q3, A6: what the job names exists there; without transactions nothing goes."""
    names = {part.name for part in PARTS}
    with database.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'door_erase_part'")
        source = cursor.fetchone()[0]
    assert names == {
        line.split("'")[1] for line in source.splitlines() if line.strip().startswith("WHEN '")
    }
    for statement in (
        "SELECT door_erase_part('tenants_activity', ARRAY['transactions'], 1)",
        "SELECT door_erase_part('products', ARRAY['products'], 1)",
    ):
        with pytest.raises(Exception, match=r"transactions go first|case not found"):  # noqa: SIM117
            with company.inside(), database.cursor() as cursor:
                cursor.execute(statement)
