"""Keeping under the provider's limits, with the real Valkey and without it."""

import pytest
from django.conf import settings

from accounting.engine.limiter import Limiter
from accounting.quickbooks.provider import QuickBooks
from hub.ids import new_id

ALLOWED = 40  # batches in any minute, by Intuit's rules
MINUTE = 60_000.0


def waits(limiters: list[Limiter], lane: str, count: int) -> list[float]:
    """Milliseconds that each of so many calls would have to wait if all were made now."""
    interval = MINUTE / QuickBooks.limits.per_minute[lane]
    return [limiters[turn % len(limiters)]._reserve(lane, interval) for turn in range(count)]


def test_two_workers_together_keep_to_forty_batches_in_any_minute() -> None:
    """Q21: the limit belongs to the company there, whoever calls; 95 % of it can be used."""
    name = f"quickbooks:{new_id()}"
    both = [Limiter(name, QuickBooks.limits), Limiter(name, QuickBooks.limits)]
    slots = waits(both, "batch", 200)
    assert slots[:2] == [0, pytest.approx(MINUTE / 39 / 2, abs=200)]
    gaps = [slots[place + ALLOWED] - slots[place] for place in range(len(slots) - ALLOWED)]
    assert min(gaps) > MINUTE
    assert 60 * 100 / ((slots[-1] - slots[99]) / 1000) >= ALLOWED * 0.95


def test_companies_do_not_wait_for_each_other() -> None:
    """Q21: each company there has limits of its own, and so has each lane."""
    one, other = (Limiter(f"quickbooks:{new_id()}", QuickBooks.limits) for _ in range(2))
    assert waits([one], "batch", 5)[-1] > 4000
    assert waits([other], "batch", 1) == [0]
    assert waits([one], "request", 1) == [0]


def test_without_valkey_each_process_spaces_its_own_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Q21: an outage of the cache neither stops a run nor lets it rush."""
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    alone = Limiter(f"quickbooks:{new_id()}", QuickBooks.limits)
    slots = waits([alone], "batch", ALLOWED + 1)
    assert slots[0] == 0
    assert slots[-1] > MINUTE - 500
