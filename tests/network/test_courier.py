"""The courier under faults: whatever dies wherever, a message takes effect once (N9)."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import redis

from hub import faults
from hub.celery import poker
from hub.errors import Conflict, WharfError
from hub.faults import FaultInjected
from hub.launcher.places import ROOT
from network.domain.states import DeliveryState, Direction, ValidationState
from network.models import Connection, Envelope
from network.services import courier
from network.services.removal import remove_connection
from orders.models import PurchaseOrder, SalesOrder
from orders.services.sending import resend_failed
from tenants import jobs
from tenants.dispatch import due_jobs
from tenants.jobs import JobKind, Run, register_job_kind, run_job
from tenants.models import Job, JobLog, JobState, MailMessage
from tenants.services.jobs import cancel_job, enqueue, retry_job
from tenants.services.mail import Letter, post
from tests.cast import Company, make_company
from tests.trade import (
    TRIPS,
    Trip,
    authorised_order,
    connect_again,
    let_leases_end,
    order_trip,
    send_order,
    sent_once,
    stocked_pair,
)

COURIER_POINTS = (
    "job.claimed",
    "courier.claimed",
    "courier.before_receive_commit",
    "courier.received",
    "courier.before_receipt_commit",
    "courier.receipt_recorded",
)
MAIL_POINTS = ("mail.before_handover", "mail.after_handover")
ROTATION_POINTS = ("rotation.batch",)  # tests/hub/test_rotation.py
APPS = ("hub", "tenants", "ledger", "network", "inventory", "orders")
POISON = "tests.poison"


class Killed(BaseException):
    """What SIGKILL looks like from inside: nothing catches it, nothing is tidied up."""


def fault_points() -> set[str]:
    """Every name that the source passes to `fault(…)`."""
    found = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "fault"
                ):
                    assert len(node.args) == 1, path
                    assert isinstance(node.args[0], ast.Constant), path
                    found.add(str(node.args[0].value))
    return found


def test_every_fault_point_has_its_trials() -> None:
    """N9: a new step without a trial fails here; add it to the lists above."""
    assert fault_points() == {*COURIER_POINTS, *MAIL_POINTS, *ROTATION_POINTS}


@pytest.fixture
def strike(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`strike(point, error)`: the point raises until it is called with no point."""

    def switch(point: str = "", error: type[BaseException] = FaultInjected) -> None:
        def fault(name: str) -> None:
            if name == point:
                raise error(name)

        for module in (faults, jobs, courier):
            monkeypatch.setattr(module, "fault", fault)

    return switch


def run_all(trip: Trip) -> None:
    """Run what is due until everything is done, with time passing in between."""
    for _ in range(6):
        let_leases_end(trip.pair.buyer, trip.pair.supplier)
        trip.pair.drain()
        let_leases_end(trip.pair.buyer, trip.pair.supplier)
        expired(trip.pair.buyer)
        expired(trip.pair.supplier)


def expired(company: Company) -> None:
    """Claim again what a dead worker left behind."""
    with company.inside():
        left = list(Job.objects.filter(state=JobState.RUNNING).values_list("id", flat=True))
    for job_id in left:
        run_job(company.id, job_id)


@pytest.mark.parametrize("error", [Killed, FaultInjected])
@pytest.mark.parametrize("point", COURIER_POINTS)
@pytest.mark.parametrize("message", TRIPS)
def test_a_worker_lost_at_any_point_delivers_once(
    strike: Any, message: str, point: str, error: type[BaseException]
) -> None:
    """N9, N10, N11, N13: order, answer, invoice, removal; at each point, twice in a row."""
    trip = TRIPS[message]()
    trip.start()
    job = trip.job()
    strike(point, error)
    for _ in range(2):
        with suppress(Killed, FaultInjected):
            run_job(trip.sender.id, job.id)
        let_leases_end(trip.pair.buyer, trip.pair.supplier)

    strike()
    run_all(trip)

    trip.check()


def test_a_slow_claim_that_was_taken_over_records_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N9: the first worker slept past its lease; the second one's result is the only one."""
    trip = order_trip()
    trip.start()
    job = trip.job()
    seen: list[str] = []

    def fault(name: str) -> None:
        if name == "courier.received" and not seen:
            seen.append(name)
            let_leases_end(trip.sender)
            assert run_job(trip.sender.id, job.id)
            seen.append(trip.job().state)

    monkeypatch.setattr(courier, "fault", fault)
    assert run_job(trip.sender.id, job.id)

    assert seen == ["courier.received", JobState.DONE]
    assert (trip.job().lease, trip.job().attempts) == (2, 2)
    trip.pair.drain()
    trip.check()


def test_the_result_of_a_lost_lease_is_rolled_back() -> None:
    """A5: what the late claim wrote in its last transaction is gone."""
    company = make_company("Slow")
    with company.inside():
        job_id = enqueue(POISON, {}).id
    first = jobs.claim(company.id, job_id)
    let_leases_end(company)
    second = jobs.claim(company.id, job_id)
    assert first is not None
    assert second is not None

    with pytest.raises(jobs.LeaseLost), first[1].finishing():
        first[1].note("written by the late one")
    with pytest.raises(jobs.LeaseLost):
        first[1].progress(1, 2, "half")

    with company.inside():
        assert not JobLog.objects.filter(job_id=job_id).exists()
        assert Job.objects.get(id=job_id).state == JobState.RUNNING


def test_a_delivery_that_never_works_is_given_up_and_can_be_sent_again(strike: Any) -> None:
    """N9: failed with its reason after its tries; Send again delivers the same message once."""
    trip = order_trip()
    trip.start()
    strike("courier.claimed")
    exhaust(trip)
    with trip.sender.inside():
        envelope = Envelope.objects.get(kind="order")
        order = PurchaseOrder.objects.get()
        assert (envelope.delivery, order.network_status) == (DeliveryState.FAILED, "failed")
        assert envelope.reason == "Something went wrong on our side (FaultInjected)."
        log = list(JobLog.objects.filter(job_id=trip.job_id()).values_list("message", flat=True))
        assert log[-1] == "Try 8 failed: Something went wrong on our side (FaultInjected)."
        assert len(log) == 8

    strike()
    with trip.sender.inside():
        resend_failed(PurchaseOrder, order.id)
    run_all(trip)

    assert sent_once(trip.sender, trip.pair.supplier, "order").message_id == envelope.message_id
    trip.check()


def exhaust(trip: Trip) -> None:
    """Run the delivery until it is given up."""
    job_id = trip.job_id()
    for _ in range(9):
        let_leases_end(trip.sender)
        with suppress(Killed):
            run_job(trip.sender.id, job_id)
    assert trip.job().state == JobState.FAILED


def test_retry_on_the_job_card_of_a_failed_delivery_delivers_it(strike: Any) -> None:
    """A5: Retry means what Send again means; a job never says Finished over a failed message."""
    trip = order_trip()
    trip.start()
    strike("courier.claimed")
    exhaust(trip)
    strike()

    with trip.sender.inside():
        assert retry_job(trip.job_id()).state == JobState.QUEUED
    run_all(trip)

    trip.check()


def test_a_job_that_kills_its_worker_every_time_is_given_up(strike: Any) -> None:
    """A5: dying counts as a try, so such a job ends as Failed and says why."""
    trip = order_trip()
    trip.start()
    strike("courier.claimed", Killed)
    exhaust(trip)

    job = trip.job()
    assert (job.error_code, job.attempts) == ("worker_lost", 9)
    with trip.sender.inside():
        assert Envelope.objects.get(kind="order").delivery == DeliveryState.FAILED


def test_a_stopped_delivery_says_so_and_lets_later_messages_pass() -> None:
    """A5: stopping a waiting delivery fails its message, which can then be sent again."""
    trip = order_trip()
    trip.start()
    with trip.sender.inside():
        assert cancel_job(trip.job_id()).state == JobState.CANCELLED
        envelope = Envelope.objects.get(kind="order")
        order = PurchaseOrder.objects.get()
        assert (envelope.delivery, order.network_status) == (DeliveryState.FAILED, "failed")
        assert envelope.reason == f"{trip.sender.owner} stopped it."
    with trip.sender.inside(), pytest.raises(Conflict):
        cancel_job(trip.job_id())

    with trip.sender.inside():
        resend_failed(PurchaseOrder, order.id)
    run_all(trip)

    trip.check()


def test_a_running_job_that_is_asked_to_stop_is_not_tried_again(strike: Any) -> None:
    """A5: the wish holds from its next step on."""
    trip = order_trip()
    trip.start()
    strike("courier.claimed", Killed)
    with pytest.raises(Killed):
        run_job(trip.sender.id, trip.job_id())
    with trip.sender.inside():
        assert cancel_job(trip.job_id()).wanted == "cancel"
    let_leases_end(trip.sender)
    strike("courier.claimed")
    run_job(trip.sender.id, trip.job_id())

    assert trip.job().state == JobState.CANCELLED


# --- Poison ------------------------------------------------------------------------------------
def _always_fails(run: Run) -> None:
    raise WharfError("This cannot work.")


@pytest.fixture(autouse=True, scope="module")
def _poison_kind() -> Iterator[None]:
    register_job_kind(JobKind(POISON, "courier", _always_fails, max_attempts=3))
    yield
    jobs._kinds.pop(POISON)


def test_a_poison_job_stops_is_shown_with_retry_and_holds_up_nobody() -> None:
    """A5: three tries, each in its log; the order behind it arrives; Retry starts afresh."""
    trip = order_trip()
    with trip.sender.inside():
        poison = enqueue(POISON, {}, title="Poison")
    trip.start()
    trip.pair.drain()
    trip.check()
    for _ in range(4):
        let_leases_end(trip.sender)
        trip.sender.drain()

    with trip.sender.inside():
        job = Job.objects.get(id=poison.id)
        assert (job.state, job.attempts, job.error) == ("failed", 3, "This cannot work.")
        log = JobLog.objects.filter(job_id=job.id).order_by("id")
        assert [(line.level, line.message) for line in log] == [
            ("error", f"Try {number} failed: This cannot work.") for number in (1, 2, 3)
        ]
    shown = trip.sender.api().get(f"/api/v1/jobs/{poison.id}").json()
    assert (shown["state"], shown["error"]) == ("failed", "This cannot work.")
    again = trip.sender.api().post(f"/api/v1/jobs/{poison.id}/retry")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (
        200,
        "queued",
        0,
    )
    refused = trip.sender.api().post(f"/api/v1/jobs/{poison.id}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


# --- Wake-ups that are lost ----------------------------------------------------------------------
def test_an_order_is_taken_although_no_wake_up_can_be_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N9: the broker is down; sending succeeds; the dispatcher finds the row."""

    def refuse(*_args: Any, **_options: Any) -> None:
        raise redis.ConnectionError("down")

    monkeypatch.setattr(poker, "send_task", refuse)
    trip = order_trip()
    trip.start()

    waiting = [(job.id, job.tenant_id) for job in due_jobs("courier", 10_000)]
    assert (trip.job_id(), trip.sender.id) in waiting
    trip.pair.drain()
    trip.check()


# --- Replays -------------------------------------------------------------------------------------
def test_a_message_of_a_removed_connection_is_refused_shown_and_returned() -> None:
    """N13: a copy of an old message, replayed after the two connected anew."""
    pair = stocked_pair()
    order_id = authorised_order(pair)
    with pair.buyer.inside():
        old_link = Connection.objects.get().link
        remove_connection(Connection.objects.get().id)
    pair.drain()
    connect_again(pair)
    send_order(pair, order_id)
    with pair.buyer.inside():
        assert Connection.objects.get(status="connected").link != old_link
        Envelope.objects.filter(kind="order").update(link=old_link)
        envelope = Envelope.objects.select_related("connection").get(kind="order")

    receipt = courier.receive(pair.buyer.id, envelope)
    pair.drain()

    assert (receipt.returned, receipt.reason_code) == (True, "not_connected")
    with pair.supplier.inside():
        assert not SalesOrder.objects.exists()
        shown = Envelope.objects.get(kind="order", direction=Direction.IN)
        assert (shown.validation, shown.reason) == (
            ValidationState.REFUSED,
            courier.NO_CONNECTION,
        )
    with pair.buyer.inside():
        sent = Envelope.objects.get(kind="order", direction=Direction.OUT)
        assert (sent.delivery, sent.reason) == (DeliveryState.RETURNED, courier.NO_CONNECTION)
        assert PurchaseOrder.objects.get().network_status == "returned"


def test_a_second_delivery_gets_the_first_receipt() -> None:
    """N9: the same message again changes nothing and hears the same answer."""
    trip = order_trip()
    trip.start()
    trip.pair.drain()
    with trip.sender.inside():
        envelope = Envelope.objects.select_related("connection").get(kind="order")

    first = courier.receive(trip.sender.id, envelope)
    second = courier.receive(trip.sender.id, envelope)

    assert first == second
    assert (first.returned, first.validation) == (False, ValidationState.UNDERSTOOD)
    trip.check()


def test_a_damaged_message_is_refused() -> None:
    """N9: the payload must be what was signed for."""
    trip = order_trip()
    trip.start()
    with trip.sender.inside():
        envelope = Envelope.objects.select_related("connection").get(kind="order")
    envelope.payload = envelope.payload.replace('"3"', '"30"')

    receipt = courier.receive(trip.sender.id, envelope)

    assert (receipt.returned, receipt.reason_code) == (False, "damaged")
    with trip.pair.supplier.inside():
        assert not SalesOrder.objects.exists()


def test_mail_rows_of_a_stopped_job_say_so() -> None:
    """A5: stopping a mail marks its row, so its document can show it."""
    company = make_company("Mailer")
    with company.inside():
        mail = post(Letter(["a@example.com"], "Hello", "Text"))
        job = Job.objects.get(kind="mail.send", payload__mail=str(mail.id))
        cancel_job(job.id)
        mail = MailMessage.objects.get(id=mail.id)
        assert (mail.state, mail.error) == ("failed", f"{company.owner} stopped it.")


def test_the_log_of_a_failed_job_holds_no_values(
    strike: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A5: where it failed, and nothing of what it carried."""
    trip = order_trip()
    trip.start()
    strike("courier.claimed")
    run_job(trip.sender.id, trip.job_id())

    printed = caplog.text
    assert "FaultInjected: courier.claimed" in printed
    assert "deliver" in printed
    assert "locals" not in printed
    assert str(trip.pair.supplier.id) not in printed
