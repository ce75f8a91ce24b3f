"""What apps above keep an eye on for every page: a strip, counters of the menu, news of the inbox.

A watch's sub-select is read by the statement that says who the person is (`membership_in_force`),
so that it costs no statement of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.ui.components import Link

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


@dataclass(frozen=True, slots=True)
class Strip:
    """A sentence above every page, with the way out; not on pages that say it themselves."""

    text: str
    link: Link
    tone: str = "attention"
    own_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """`sql`: a sub-select of one JSON value, bounded, of the organisation `o`; without `%`.

    The makers get that value, never null, and say what this person is shown of it.
    """

    key: str
    sql: str
    strip: "Callable[[Any, MembershipInForce], Strip | None]"
    news: "Callable[[Any, MembershipInForce], Link | None]"


_watches: dict[str, Watch] = {}


def register_watch(watch: Watch) -> None:
    """Called from `AppConfig.ready`."""
    _watches[watch.key] = watch


def watched_sql() -> str:
    """One JSON object of all that is watched, for a statement that knows the organisation `o`."""
    parts = ", ".join(f"'{watch.key}', {watch.sql}" for watch in _watches.values())
    return f"json_build_object({parts})"


def strip_for(member: "MembershipInForce", path: str) -> Strip | None:
    """The first strip that this person is shown on this page."""
    for watch, value in _values(member.watched):
        strip = watch.strip(value, member)
        if strip is not None and path not in strip.own_pages:
            return strip
    return None


def news_for(member: "MembershipInForce") -> list[Link]:
    """What else than approvals waits for this person."""
    found = (watch.news(value, member) for watch, value in _values(member.watched))
    return [link for link in found if link is not None]


def _values(watched: Mapping[str, Any]) -> list[tuple[Watch, Any]]:
    return [
        (watch, watched[key]) for key, watch in _watches.items() if watched.get(key) is not None
    ]
