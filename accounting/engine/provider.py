"""What the engine asks of a provider. It knows QuickBooks and Xero by nothing else.

A `Provider` is stateless and registered once; `open` gives a `Session` bound to one company and
one token for the length of a run.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounting.domain.answers import (
    Changes,
    Company,
    Listed,
    Order,
    Outcome,
    Posted,
    There,
    Tokens,
    Verdict,
)
from accounting.domain.incoming import Incoming
from accounting.domain.matching import Ours
from accounting.domain.outgoing import Document
from accounting.domain.sheets import Sheet
from accounting.domain.states import Kind
from accounting.engine.limiter import Limits
from hub.choices import LabelChoices

# Of objects of an entity, by their ids: the versions that are known.
Known = Callable[[str, Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One call, for the log of exchanges; secrets are removed before it gets here."""

    method: str
    path: str
    status: int | None
    milliseconds: int
    trace: str
    said: Any
    answered: Any


class Weight(LabelChoices):
    """How much a finding at a company's check weighs."""

    REFUSED = "refused", "Cannot be connected"
    BLOCKS = "blocks", "Stops sending"
    WARNING = "warning", "Worth changing"
    GOOD = "good", "In order"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the company there that matters before it is connected.

    `text` says what it means and where to change it.
    """

    code: str
    weight: Weight
    title: str
    text: str


Listener = Callable[[Heard], None]
TokenSource = Callable[[bool], str]  # True: the last one was refused, get a new one


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document in the provider's words."""

    entity: str
    payload: Mapping[str, Any]
    number: str = ""
    total: Decimal | None = None
    tax: Decimal | None = None
    facts: Mapping[str, Any] | None = None


class Resolver(ABC):
    """How a mapper finds what stands there for something here; each raises Unready."""

    @abstractmethod
    def account(self, account_id: Any) -> str:
        """The id there of a mapped account."""

    @abstractmethod
    def tax(self, tax_rule_id: Any) -> str:
        """The id there of a mapped tax rule."""

    @abstractmethod
    def term(self, term_id: Any) -> str:
        """The id there of a mapped payment term, or "" where none is wanted."""

    @abstractmethod
    def document(self, kind: Kind, local_id: Any) -> str:
        """The id there of another document."""

    @abstractmethod
    def record(self, kind: str, remote_id: str) -> Mapping[str, Any]:
        """What was read of a row of a list there; {} when it is not known."""

    @abstractmethod
    def named(self, kind: str, name: str) -> str:
        """The id there of a class or department of that name; "" where there is none."""

    @property
    @abstractmethod
    def preferences(self) -> Mapping[str, Any]:
        """What the company there is set to."""

    @property
    @abstractmethod
    def options(self) -> Mapping[str, Any]:
        """What our settings pages say."""


class Session(ABC):
    """Calls to one company. Reads raise ProviderDown; orders answer with outcomes."""

    @abstractmethod
    def company(self) -> Company:
        """The company and its settings."""

    @abstractmethod
    def lists(self, kinds: Iterable[str]) -> list[Listed]:
        """Its lists of these kinds, whole."""

    @abstractmethod
    def send(self, orders: Sequence[Order]) -> list[Outcome]:
        """Do all orders (at most `Provider.batch`); one outcome each, in the same order."""

    @abstractmethod
    def find(self, orders: Sequence[Order]) -> list[There | None]:
        """What orders of unknown outcome have made; None for what is not there."""

    @abstractmethod
    def make(self, kind: str, values: Mapping[str, Any]) -> Listed:
        """Add a row to one of its lists (an account, a term, a tax code); raises ProviderDown."""

    @abstractmethod
    def read(self, entity: str, remote_id: str) -> There | None:
        """One object; None when it is gone."""

    def postings(self, accounts: Sequence[str], since: date, until: date) -> list[Posted]:
        """What stands in the ledger there on some accounts, both days included."""
        return []

    def alike(self, entity: str, number: str, total: Decimal | None) -> list[There]:
        """Objects that may be one of our documents: with its number, or its total."""
        return []

    @abstractmethod
    def changes(self, since: str, entities: Sequence[str], known: Known) -> Changes:
        """What changed since the cursor of the last time.

        Where it is more than the feed answers, objects whose version is `known` are left out: a
        bulk export would bring all of itself back.
        """

    @abstractmethod
    def all(self, entity: str, condition: str = "") -> Iterable[There]:
        """Every object of a kind, page by page."""

    @abstractmethod
    def unpaid(self, entity: str) -> Iterable[There]:
        """Invoices or bills of which something is still open."""

    @abstractmethod
    def missing(self, entity: str, remote_ids: Sequence[str]) -> list[str]:
        """Which of these are not there any more."""

    @abstractmethod
    def journals(self, since: date, until: date) -> Iterable[There]:
        """The journals of a period, both days included."""

    @abstractmethod
    def trial_balance(self, until: date) -> Mapping[str, Decimal]:
        """Account id → debits less credits, in the company's currency."""


class Provider(ABC):
    """One accounting system."""

    name: str
    title: str
    batch: int
    # How long a document's number may be there; longer ones are shortened.
    longest_number: int
    limits: Limits
    # Its entities whose changes are read → what they are here: list, customer, supplier, product,
    # invoice, bill, payment, bill_payment, credit …; in the order of taking over.
    feeds: Mapping[str, str]
    # What is read whole at a migration: kind here → entity there.
    entities: Mapping[Kind, str]
    # What an order may take there at most: no outcome can come to be later than this.
    settles_after: float

    @abstractmethod
    def consent_url(self, state: str, redirect: str) -> str:
        """Where a person allows Wharf to see a company."""

    @abstractmethod
    def realm_of(self, answered: Mapping[str, str]) -> str:
        """The company that was picked, from what consent came back with; "" when none was."""

    @abstractmethod
    def inspect(self, company: Company) -> Sequence[Finding]:
        """What is to be said about a company before it is connected, the gravest first."""

    @abstractmethod
    def draft(self, kind: str, ours: Ours, company: Company) -> Mapping[str, Any]:
        """What `Session.make` adds to a list there for ours; raises InvalidInput."""

    @abstractmethod
    def retirement(self, item: There) -> Mapping[str, Any]:
        """What makes an item inactive and frees its name for another."""

    @abstractmethod
    def exchange_code(self, code: str, redirect: str) -> Tokens:
        """The first tokens; raises ProviderDown."""

    @abstractmethod
    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for old; raises ProviderDown (RECONNECT when the old one is dead)."""

    @abstractmethod
    def revoke(self, refresh_token: str) -> None:
        """Give the right back."""

    @abstractmethod
    def open(
        self, realm: str, tokens: TokenSource, heard: Listener, wait: Callable[[str], None]
    ) -> Session:
        """A session. `wait(lane)` returns when one more call of that lane is allowed."""

    @abstractmethod
    def render(self, document: Document, resolver: Resolver) -> Rendered:
        """Our document in the provider's words; raises Unready."""

    def emptied(
        self, fields: frozenset[str], rendered: Rendered, resolver: Resolver
    ) -> tuple[str, ...]:
        """The fields there that have to be emptied, for fields of a document that were."""
        return ()

    def closed_until(self, preferences: Mapping[str, Any]) -> date | None:
        """The last day of closed books, where the system there tells it."""
        return None

    @abstractmethod
    def obstacle(self, preferences: Mapping[str, Any]) -> Verdict | None:
        """What the company there is set to that forbids writing at all, or None."""

    @abstractmethod
    def check(self, document: Document, resolver: Resolver) -> None:
        """Whether a document may be written or taken out now; raises Unready (a closed period)."""

    def auto_apply(self, preferences: Mapping[str, Any]) -> Finding | None:
        """Whether payments that are freed there are applied to something else by themselves, or
        may be; the text says where that is turned off.
        """
        return None

    def tracks(self, preferences: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether classes and locations are tracked there (Q16)."""
        return True, True

    def party_of(self, there: There) -> str:
        """The id there of the contact that an object belongs to; "" where it names none."""
        return ""

    @abstractmethod
    def read_incoming(self, entity: str, body: Mapping[str, Any]) -> Incoming | None:
        """An object of theirs as what it is here; None for what has no meaning here."""

    @abstractmethod
    def sheet(self, entity: str, body: Mapping[str, Any]) -> Sheet | None:
        """An object of theirs, or what we send to make one, as plain fields; None for what is
        never compared.
        """

    @abstractmethod
    def read_there(self, entity: str, body: Mapping[str, Any]) -> There:
        """An object of theirs as a feed brings it: its version, number and totals."""

    @abstractmethod
    def read_listed(self, entity: str, body: Mapping[str, Any]) -> Listed | None:
        """A row of one of their lists, as a change feed brings it."""

    @abstractmethod
    def link(self, realm: str, entity: str, remote_id: str) -> str:
        """The address of an object's page there; "" where there is none."""


_providers: dict[str, Provider] = {}


def register_provider(provider: Provider) -> None:
    """Called from `AppConfig.ready`."""
    _providers[provider.name] = provider


def provider_named(name: str) -> Provider:
    """The registered provider; raises KeyError."""
    return _providers[name]


def providers() -> list[Provider]:
    """All of them, in the order in which they were registered."""
    return list(_providers.values())


def parse_moment(text: str) -> datetime:
    """A cursor kept as text."""
    return datetime.fromisoformat(text)
