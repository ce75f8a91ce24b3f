"""What happened to one thing, from the audit report."""

from uuid import UUID

from hub.ui.components import Change, TimelineEntry
from tenants.models import Activity

MOST_SHOWN = 50
DOORS = {"web": "", "api": "API", "network": "Network", "job": "System", "command": "Command"}


def timeline_of(object_id: UUID, *, most: int = MOST_SHOWN) -> list[TimelineEntry]:
    """The latest entries about one object, newest first; one statement."""
    lines = Activity.objects.filter(object_id=object_id).order_by("-id")[:most]
    return [as_entry(line) for line in lines]


def actor_of(line: Activity) -> str:
    """Who did it; a partner that had not said its name yet is called that."""
    return line.actor_name or ("A partner" if line.actor_kind == "partner" else "Wharf")


def as_entry(line: Activity) -> TimelineEntry:
    """One line of the audit report as the timeline shows it."""
    return TimelineEntry(
        at=line.at,
        actor=actor_of(line),
        summary=f"· {line.summary}",
        via=DOORS.get(line.via, line.via),
        changes=tuple(Change(key, old, new) for key, (old, new) in line.changes.items()),
    )
