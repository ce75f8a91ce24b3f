"""The values that components take. Views and selectors make them; templates only show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol


class Badge(Protocol):
    """What a status badge shows: a member of `hub.choices.ToneChoices` has these."""

    @property
    def label(self) -> Any: ...
    @property
    def tone(self) -> Any: ...
    @property
    def icon(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class PlainBadge:
    """A badge that is no member of a status; tone: neutral, info, attention, success, critical."""

    label: str
    tone: str = "neutral"
    icon: str = "circle-dot"


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. `method` "post" makes a button in a form of its own."""

    label: str
    url: str
    icon: str = ""
    method: str = "get"
    tone: str = ""
    dialog: str = ""  # id of a <dialog> that asks first; without JavaScript the url is the page
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; a count of None is not shown."""

    label: str
    url: str
    active: bool = False
    count: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a definition list; `value` may be safe HTML made by format_html."""

    label: str
    value: Any
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What something was and what it became, already as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Who did what, when, through which door (Person, Network, API, System)."""

    at: datetime
    actor: str
    summary: str
    via: str = ""
    icon: str = "point"
    tone: str = "neutral"
    changes: Sequence[Change] = ()
    body: str = ""
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class DiffCell:
    """The two sides of one cell, as text; equal text is an unchanged cell."""

    left: str
    right: str

    @property
    def changed(self) -> bool:
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line: `state` is changed, added, removed or same."""

    label: str
    cells: Sequence[DiffCell]
    state: str = ""
    note: str = ""
    choice: str = ""  # name of a form field: then the row offers left or right

    @property
    def kind(self) -> str:
        if self.state:
            return self.state
        return "changed" if any(cell.changed for cell in self.cells) else "same"


@dataclass(frozen=True, slots=True)
class DiffTable:
    """Two versions of one document side by side."""

    left_title: str
    right_title: str
    columns: Sequence[str]
    rows: Sequence[DiffRow]
    totals: Sequence[tuple[str, DiffCell]] = ()
    header: Sequence[tuple[str, DiffCell]] = ()  # fields of the document itself: dates, terms
    numeric: Sequence[str] = ()  # names of the columns that are numbers
    choose_url: str = ""  # where the choice of a side for each changed line goes

    @property
    def changed_rows(self) -> list[DiffRow]:
        return [row for row in self.rows if row.kind != "same"]

    @property
    def same_count(self) -> int:
        return len(self.rows) - len(self.changed_rows)

    @property
    def difference_count(self) -> int:
        return len(self.changed_rows) + sum(cell.changed for _label, cell in self.header)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of the things that a job was about; `url` is its page, if it has one."""

    what: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class JobCard:
    """The visible life of a job; `state` is a value of tenants.models.JobState."""

    title: str
    state: str
    state_label: str
    poll_url: str
    done: int = 0
    total: int = 0
    step: str = ""
    elapsed_seconds: float = 0
    cancel_url: str = ""
    result: str = ""
    result_link: Link | None = None
    error: str = ""
    failures: Sequence[Outcome] = ()
    outcomes: Sequence[Outcome] = ()  # what went well, thing by thing

    @property
    def running(self) -> bool:
        return self.state in ("queued", "running", "paused")

    @property
    def percent(self) -> int:
        if self.total <= 0:
            return 0
        return min(100, round(100 * Decimal(self.done) / Decimal(self.total)))


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why a list is empty, one action, one link to learn."""

    title: str
    text: str
    icon: str = "inbox"
    action: Link | None = None
    learn: Link | None = None


@dataclass(frozen=True, slots=True)
class ErrorPanel:
    """What happened, what it means for the books, the button that fixes it."""

    happened: str
    meaning: str = ""
    action: Link | None = None
    code: str = ""
    request_id: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail or hangs on a document."""

    name: str
    url: str = ""
    size: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class MatrixArea:
    """One row of the permission matrix: the area and the level that is set."""

    key: str
    label: str
    level: str
    hint: str = ""
    levels: Sequence[str] = ()  # the levels that this area knows; none: all of the matrix


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a wizard: state is done, current or todo."""

    label: str
    state: str = "todo"
    url: str = ""


@dataclass(frozen=True, slots=True)
class SidePanel:
    """A card in the right rail of a document.

    While it `waits` for something elsewhere it refreshes itself, and with it what `beside` selects;
    it then needs a `key`, its id on the page.
    """

    title: str
    facts: Sequence[Fact] = ()
    icon: str = ""
    badge: Badge | None = None
    links: Sequence[Link] = field(default=())
    note: str = ""
    key: str = ""
    waits: bool = False
    beside: str = ""
