"""A and B in turn, round by round, and the median of the rounds' ratios."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """The medians of A and B in milliseconds, and the median over rounds of B / A."""

    a_ms: float
    b_ms: float
    b_over_a: float


def timed(work: Callable[[], object], repeats: int) -> float:
    """Milliseconds for one run of `work`, over `repeats` runs in a row."""
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - started) * 1000 / repeats


def compare(
    a: Callable[[], object], b: Callable[[], object], *, repeats: int = 20, rounds: int = ROUNDS
) -> Ratio:
    """Measure A and B alternately; machines drift, ratios within a round do not."""
    a(), b()  # warm
    a_times, b_times = [], []
    for _ in range(rounds):
        a_times.append(timed(a, repeats))
        b_times.append(timed(b, repeats))
    ratios = [b_time / a_time for a_time, b_time in zip(a_times, b_times, strict=True)]
    return Ratio(statistics.median(a_times), statistics.median(b_times), statistics.median(ratios))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what was measured, what came out, and whether it holds."""

    name: str
    text: str
    holds: bool


def at_least(name: str, value: float, wanted: float, detail: str = "") -> Figure:
    """A ratio that must not be lower than `wanted`."""
    return Figure(name, f"{value:.3f} (at least {wanted}) {detail}", value >= wanted)


def at_most(name: str, value: float, wanted: float, detail: str = "") -> Figure:
    """A figure that must not be higher than `wanted`."""
    return Figure(name, f"{value:.3f} (at most {wanted}) {detail}", value <= wanted)
