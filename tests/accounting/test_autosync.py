"""Autosync: the timetable, and that two runs never overlap (Q14)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounting.domain.options import Autosync
from accounting.domain.states import RunKind, RunState
from accounting.domain.timetable import next_window
from accounting.services.autosync import AUTOSYNC_JOB
from accounting.services.runs import start_run
from accounting.services.settings import change_autosync
from hub.errors import InvalidInput
from tenants.jobs import run_job
from tenants.models import Job, JobState
from tests.accounting.books import LANES, Books

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("first", "every", "now", "due"),
    [
        ("2026-03-01T06:00", 1440, "2026-03-28T07:00", "2026-03-29T06:00"),  # summer time begins
        ("2026-03-01T06:00", 1440, "2026-03-29T06:00", "2026-03-30T06:00"),
        ("2026-03-01T06:00", 10080, "2026-03-02T06:00", "2026-03-08T06:00"),
        ("2026-03-01T06:00", 60, "2026-03-28T07:20", "2026-03-28T08:00"),
        ("2026-03-01T06:00", 60, "2026-02-01T00:00", "2026-03-01T06:00"),
        ("2026-10-20T02:30", 1440, "2026-10-24T03:00", "2026-10-25T02:30"),  # and ends
    ],
)
def test_windows_follow_the_organisations_clock(first: str, every: int, now: str, due: str) -> None:
    """Q14: daily at six is at six in summer and winter; every hour is every hour."""
    assert next_window(at(first), every, at(now), LONDON) == at(due).astimezone(UTC)


def plan(books: Books, every: int = 60, *, on: bool = True, ago: int = 180) -> None:
    begins = (timezone.now() - timedelta(minutes=ago)).replace(second=0, microsecond=0)
    with books.company.inside():
        change_autosync(books.connection(), Autosync(on, begins.isoformat(), every))


def waiting(books: Books) -> list[Job]:
    with books.company.inside():
        return list(Job.objects.filter(kind=AUTOSYNC_JOB, state=JobState.QUEUED))


def make_due(books: Books) -> Job:
    """Hours pass."""
    [job] = waiting(books)
    with books.company.inside():
        Job.objects.filter(id=job.id).update(not_before=timezone.now() - timedelta(hours=5))
    return job


def test_a_missed_run_is_made_up_once_and_the_next_is_planned(books: Books) -> None:
    """Q14: after five hours away one run is made up, and the next window lies ahead."""
    plan(books)
    job = make_due(books)
    assert run_job(books.company.id, job.id)
    [following] = waiting(books)
    assert following.id != job.id
    assert timezone.now() < following.not_before <= timezone.now() + timedelta(hours=1)
    books.company.drain(lanes=LANES)
    [run] = books.runs()
    assert (run.kind, run.state) == (RunKind.AUTOMATIC, RunState.DONE)
    assert run.window == job.payload["window"]
    assert not run_job(books.company.id, job.id)
    assert len(books.runs()) == 1


def test_a_window_that_meets_a_run_waits_for_it(books: Books) -> None:
    """Q14: autosync and a run by hand never overlap; the automatic one follows."""
    plan(books)
    job = make_due(books)
    with books.company.inside():
        start_run(books.connection())
    assert run_job(books.company.id, job.id)
    assert len(books.runs()) == 1
    with books.company.inside():
        job.refresh_from_db()
    assert job.state == JobState.QUEUED and job.not_before > timezone.now()
    books.company.drain(lanes=LANES)
    with books.company.inside():
        Job.objects.filter(id=job.id).update(not_before=timezone.now())
    assert run_job(books.company.id, job.id)
    books.company.drain(lanes=LANES)
    assert [run.kind for run in books.runs()] == [RunKind.MANUAL, RunKind.AUTOMATIC]


def test_the_timetable_is_one_and_ends_when_switched_off(books: Books) -> None:
    """Q14: saved twice, one job waits; off, none does; while paused it goes on without runs."""
    plan(books)
    plan(books, every=30)
    assert len(waiting(books)) == 1
    web = books.company.browser()
    assert web.post("/integrations/quickbooks/pause/").status_code == 302
    job = make_due(books)
    assert run_job(books.company.id, job.id)
    assert len(waiting(books)) == 1 and books.runs() == []
    plan(books, on=False)
    assert waiting(books) == []
    page = web.get("/integrations/quickbooks/").content.decode()
    assert "autosync is off" in page


def test_a_timetable_that_cannot_be_is_refused_by_field(books: Books) -> None:
    """Q14: hostile values are named by field, and nothing is planned."""
    with books.company.inside(), pytest.raises(InvalidInput) as refused:
        change_autosync(
            books.connection(),
            Autosync(True, "tomorrow", 7, alert_by_mail=True, mailing_list="x"),
        )
    assert set(refused.value.fields) == {"every", "starts_at", "mailing_list"}
    assert waiting(books) == []


def test_the_form_reads_the_organisations_clock(books: Books) -> None:
    """Q14: six in the morning in London in July is five in UTC."""
    from tenants.models import Organisation

    with books.company.inside():
        Organisation.objects.update(timezone="Europe/London")
    web = books.company.browser()
    values = {"on": "on", "every": "1440", "starts_on": "2027-07-01", "starts_at": "06:00"}
    assert web.post("/integrations/quickbooks/settings/sync/", values).status_code == 302
    [job] = waiting(books)
    assert job.not_before == datetime(2027, 7, 1, 5, tzinfo=UTC)
    page = web.get("/integrations/quickbooks/").content.decode()
    assert "Autosync, 1 Jul 2027, 06:00" in page or "Autosync, 01 Jul 2027, 06:00" in page
