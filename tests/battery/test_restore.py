"""Dumped in the middle of its work and restored elsewhere: Wharf goes on, nothing twice (N9)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from network.domain.states import Direction
from network.models import Envelope
from network.services import courier
from tenants.jobs import run_job
from tenants.models import Job, JobState, MailMessage
from tenants.services.mail import Letter, post
from tests.battery.conftest import flush_broker
from tests.battery.ordering import Buyer, assert_ordered_once, eventually, work_left
from tests.cast import Company, Pair
from tests.network.test_courier import Killed
from tests.support.mail_server import MailServer
from tests.support.own_database import addresses, django_on, dump, own_database
from tests.support.processes import Processes
from tests.support.servers import TestServers
from tests.trade import let_leases_end, stocked_pair

pytestmark = pytest.mark.battery
BEFORE, AFTER = 20, 10


def courier_jobs(company: Company) -> list[UUID]:
    """Its deliveries that wait, the oldest first."""
    with company.inside():
        waiting = Job.objects.filter(state=JobState.QUEUED, lane="courier").order_by("id")
        return list(waiting.values_list("id", flat=True))


def die_after_receiving(monkeypatch: pytest.MonkeyPatch, company: Company, job_id: UUID) -> None:
    """The recipient has the message and the worker dies before the sender notes it."""

    def fault(point: str) -> None:
        if point == "courier.received":
            raise Killed(point)

    with monkeypatch.context() as patch:
        patch.setattr(courier, "fault", fault)
        with pytest.raises(Killed):
            run_job(company.id, job_id)


def received(pair: Pair) -> list[Any]:
    """What the supplier has received, with the record that each message became."""
    with pair.supplier.inside():
        came = Envelope.objects.filter(direction=Direction.IN, kind="order").order_by("id")
        return list(came.values_list("id", "message_id", "object_id", "delivered_at"))


def post_letters(company: Company) -> list[MailMessage]:
    """Two letters; the first one leaves, the other waits."""
    with company.inside():
        letters = [post(Letter([f"{n}@example.com"], f"Letter {n}", "Text")) for n in range(2)]
        jobs = list(Job.objects.filter(lane="mail", state=JobState.QUEUED).order_by("-id"))
    assert run_job(company.id, jobs[1].id)
    return letters


def test_a_restored_dump_goes_on_and_sends_nothing_twice(
    tmp_path: Path,
    test_servers: TestServers,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N9: 8 of 20 orders were delivered, one was received but not noted, one letter had left."""
    flush_broker()
    with MailServer() as mail, own_database(tmp_path / "own", test_servers) as own:
        settings.EMAIL_URL = mail.url
        pair = stocked_pair()
        ids = order_by_http(own.environment, pair, BEFORE, first=1)
        jobs = courier_jobs(pair.buyer)
        assert len(jobs) == BEFORE
        assert all(run_job(pair.buyer.id, job_id) for job_id in jobs[:8])
        die_after_receiving(monkeypatch, pair.buyer, jobs[8])
        letters = post_letters(pair.buyer)
        before = received(pair)
        assert len(before) == 9

        dump(own.urls.migrator, tmp_path / "wharf.dump")
        restored = own.restore(tmp_path / "wharf.dump", "restored")
        flush_broker()
        environment = {**own.environment, **addresses(restored), "EMAIL_URL": mail.url}
        with django_on(restored), Processes(environment) as house:
            house.run("check", "--database", "default")
            let_leases_end(pair.buyer, pair.supplier)
            house.worker()
            house.beat()
            ids += order_by_http(environment, pair, AFTER, first=BEFORE + 1)
            eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier))

            assert_ordered_once(pair, ids)
            assert received(pair)[: len(before)] == before
        subjects = [str(message["Subject"]) for message in mail.messages]
        assert sorted(subject for subject in subjects if subject.startswith("Letter")) == [
            letter.subject for letter in letters
        ]


def order_by_http(environment: dict[str, str], pair: Pair, count: int, *, first: int) -> list[UUID]:
    """Send so many orders by a web server that ends afterwards."""
    with Processes(environment) as house, Buyer(house.web().url, pair, count, first=first) as buyer:
        return buyer.finish()
