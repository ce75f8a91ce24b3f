"""Sending what is due: claimed, sent, recorded, each in a transaction of its own.

A worker may die at any line. What was claimed and not recorded is looked up there before it is
sent again; nothing is sent twice, and nothing is forgotten.
"""

from collections.abc import Sequence
from uuid import UUID

from accounting.domain.answers import Outcome, ProviderDown
from accounting.domain.states import RANKS, Kind
from accounting.engine.deciding import LOOKED, Sending, claim, due_ranks
from accounting.engine.recording import record
from accounting.engine.recovering import recover
from accounting.engine.work import Work
from hub.faults import fault


def push_all(work: Work) -> None:
    """Send everything that is due, in the order of dependency, until nothing moves any more."""
    recover(work)
    moved = True
    while moved:
        moved = False
        ranks = due_ranks(work)
        for kind in RANKS:
            if kind.rank in ranks:
                moved = push_kind(work, kind) or moved


def push_kind(work: Work, kind: Kind) -> bool:
    """Every due document of a kind once, batch by batch; True when something came of any.

    Where documents lack others that were not known of, some more are looked at for what they lack,
    and then it ends: what is lacking goes first.
    """
    moved, after = False, UUID(int=0)
    lacking, looked = 0, 0
    while True:
        found = claim(work, kind, after)
        moved = moved or found.settled > 0
        if found.sending:
            _send(work, found.sending)
            moved = True
            work.take_turn()
        else:
            work.say_how_far()
        lacking += found.lacking
        looked += found.looked if lacking else 0
        if found.last is None or looked >= LOOKED:
            return moved
        after = found.last


def _send(work: Work, claimed: Sequence[Sending]) -> None:
    work.about = [str(each.id) for each in claimed]
    fault("sync.before_send")
    try:
        outcomes = work.session.send([each.order for each in claimed])
    except ProviderDown as error:
        outcomes = [Outcome(verdict=error.verdict) for _each in claimed]
    fault("sync.before_save")
    stop = record(work, claimed, outcomes)
    fault("sync.saved")
    if stop is not None:
        work.stop_for(stop)
    work.counts["sent"] += sum(1 for each in outcomes if each.there is not None)
    if any(each.is_unknown for each in outcomes):
        recover(work)
