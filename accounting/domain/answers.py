"""What providers answer, in words that every provider shares. Pure.

A provider's table of errors turns (status, code, text) into a `Verdict`; the engine acts on the
verdict and never on the provider's own codes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounting.domain.states import Action, Verb, Who


@dataclass(frozen=True, slots=True)
class Fix:
    """Where the person who reads it is led: `kind` names a page, `id` what on it."""

    kind: str
    id: str = ""
    label: str = ""

    def as_json(self) -> dict[str, str]:
        """As the row of a document keeps it."""
        return {"kind": self.kind, "id": self.id, "label": self.label}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done about an answer. `code` is stable, `sentence` is for the user."""

    action: Action
    code: str
    sentence: str
    who: Who = Who.USER
    fix: Fix | None = None
    seconds: int | None = None  # until the next try
    other_id: str = ""  # the object there that stands in the way
    other_entity: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to be done there.

    `payload` is complete but for id and version, which the provider puts where it wants them.
    `key` is unique for (document, payload, attempt that came to an end). `revives`: what stands
    there is void and is filled again. `emptied`: fields, in the provider's words, that stand there
    from us and are to be empty now; what the payload merely leaves out is kept there.
    """

    verb: Verb
    entity: str
    payload: Mapping[str, Any]
    key: str
    remote_id: str = ""
    version: str = ""
    revives: bool = False
    emptied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class There:
    """An object as it stands at the provider. `total` and `tax` are in its own currency."""

    entity: str
    id: str
    version: str
    number: str = ""
    total: Decimal | None = None
    tax: Decimal | None = None
    is_active: bool = True
    is_void: bool = False
    changed_at: datetime | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one order ended: `there` when it succeeded, else the verdict."""

    there: There | None = None
    verdict: Verdict | None = None

    @property
    def is_unknown(self) -> bool:
        """Nobody knows whether it took effect."""
        return self.verdict is not None and self.verdict.action == Action.LOOK_UP


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed there since a moment; `cursor` is where to go on.

    `unsure`: entities of which deletions may be missing, since the gap or the answer was too big.
    `ahead`: by how many seconds their clock is before ours (negative: behind); None when untold.
    """

    objects: Sequence[There]
    deleted: Sequence[tuple[str, str]]  # (entity, id)
    cursor: str
    unsure: Sequence[str] = ()
    ahead: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A line of the ledger there. `amount` as the report shows it, in the company's currency."""

    entity: str
    remote_id: str
    on: date | None
    text: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of one of the provider's lists."""

    kind: str
    id: str
    name: str
    type: str = ""
    is_active: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Company:
    """The company there: what has to fit before it can be connected, and how it is reached."""

    realm: str
    name: str
    country: str
    currency: str
    plan: str
    preferences: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    legal_name: str = ""
    customer_address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair. Times are when each ends; `consent_until` is None where it never does."""

    access: str
    refresh: str
    access_expires_at: datetime
    refresh_expires_at: datetime
    consent_until: datetime | None = None


class ProviderDown(Exception):
    """A call that was no order came to nothing; `verdict` says what to do."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


class Unready(Exception):
    """A document cannot be written there yet; the verdict says what is missing.

    `waits_for` names another document that has to be there first: (kind, local id).
    """

    def __init__(self, verdict: Verdict, waits_for: tuple[str, str] | None = None) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict
        self.waits_for = waits_for
