"""Fields that stand there from us and were emptied here since: they are emptied there too.

An update tells what it tells and leaves the rest alone, so that what people there wrote stays.
Which fields of a document were filled when it was last in step is kept in its row's facts.
"""

from accounting.domain.outgoing import Document, filled
from accounting.models import SyncDocument

FILLED = "filled"
EMPTYING = "emptying"  # asked for by the last order


def keep_filled(row: SyncDocument, document: Document) -> frozenset[str]:
    """Note what is filled as it is sent; gives the names of the fields that were emptied since.

    Those of an order that came to nothing are among them until one arrives.
    """
    now, before = filled(document), frozenset(row.facts.get(FILLED, ()))
    if row.hash != row.sent_hash:
        before |= frozenset(row.facts.get(EMPTYING, ()))
    emptied = before - now
    _note(row, now, emptied)
    return emptied


def in_step(row: SyncDocument, document: Document) -> None:
    """It was taken over from there as it is."""
    _note(row, filled(document), frozenset())


def _note(row: SyncDocument, now: frozenset[str], emptied: frozenset[str]) -> None:
    facts = {key: each for key, each in row.facts.items() if key not in (FILLED, EMPTYING)}
    if now:
        facts[FILLED] = sorted(now)
    if emptied:
        facts[EMPTYING] = sorted(emptied)
    row.facts = facts
