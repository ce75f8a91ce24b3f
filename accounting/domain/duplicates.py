"""Finding journals there that say twice what was to be said once (Q22). Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounting.domain.incoming import IncomingEntry


@dataclass(frozen=True, slots=True)
class FoundJournal:
    """A journal there. `number_here`: of ours that it corresponds to, "" when it is not ours.

    `reason` says why it is likely there twice; "" when it is not.
    """

    entry: IncomingEntry
    number_here: str = ""
    reason: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether Wharf made it and knows it."""
        return bool(self.number_here)


def find_duplicates(
    entries: Sequence[IncomingEntry], ours: Mapping[str, str]
) -> list[FoundJournal]:
    """Each journal, with what speaks for its being a duplicate; likely ones first, then by day.

    `ours` maps ids there to our numbers. One that is ours is never called a duplicate: it is taken
    back here. Of several that are not ours the oldest is the original.
    """
    by_content: dict[object, list[IncomingEntry]] = defaultdict(list)
    by_number: dict[str, list[IncomingEntry]] = defaultdict(list)
    for entry in sorted(entries, key=_age):
        by_content[entry.on, tuple(sorted(entry.sides))].append(entry)
        if entry.number:
            by_number[entry.number].append(entry)
    found = [
        FoundJournal(entry, ours.get(entry.id, ""), _reason(entry, ours, by_content, by_number))
        for entry in entries
    ]
    return sorted(found, key=lambda one: (not one.reason, str(one.entry.on), _age(one.entry)))


def _age(entry: IncomingEntry) -> tuple[int, str]:
    return (int(entry.id) if entry.id.isdigit() else 0, entry.id)


def _reason(
    entry: IncomingEntry,
    ours: Mapping[str, str],
    by_content: Mapping[object, Sequence[IncomingEntry]],
    by_number: Mapping[str, Sequence[IncomingEntry]],
) -> str:
    if entry.id in ours or not entry.sides:
        return ""
    alike = by_content[entry.on, tuple(sorted(entry.sides))]
    mine = next((one for one in alike if one.id in ours), None)
    if mine is not None:
        return f"Same date, accounts and amounts as {ours[mine.id]}, which Wharf made."
    if alike[0].id != entry.id:
        first = alike[0].number or alike[0].id
        return f"Same date, accounts and amounts as journal {first}."
    numbered = next((one for one in by_number.get(entry.number, ()) if one.id in ours), None)
    if numbered is not None:
        return f"It has the number of {ours[numbered.id]}, which Wharf made."
    return ""
