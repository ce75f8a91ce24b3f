"""Deliveries while the database has no room; the battery fills a real disk (N9)."""

import pytest

from network.services import courier
from tenants.jobs import run_job
from tenants.models import JobLog, JobState
from tests.hub.test_outages import disk_full, raising
from tests.trade import let_leases_end, order_trip


def test_a_full_disk_uses_up_no_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """N9: it may last longer than all tries together; the job says why it waits, then goes on."""
    trip = order_trip()
    trip.start()
    with monkeypatch.context() as full:
        full.setattr(courier, "receive", raising(disk_full()))
        for _ in range(20):
            assert run_job(trip.sender.id, trip.job_id())
            let_leases_end(trip.sender)

    job = trip.job()
    assert (job.state, job.attempts, job.error_code) == (JobState.QUEUED, 0, "disk_full")
    assert job.error == "There is no room left on the disk. It goes on by itself once there is."
    with trip.sender.inside():
        assert not JobLog.objects.filter(job_id=job.id).exists()

    trip.pair.drain()

    assert (trip.job().attempts, trip.job().error) == (1, "")
    trip.check()
