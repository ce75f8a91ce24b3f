"""What every sandbox is: addresses, vendor's words for what goes wrong, and a person to act as."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.common.clock import Clock
from sandbox.common.faults import FaultPlan
from sandbox.common.http import Answer, Call, Routes
from sandbox.common.store import Store


@dataclass(frozen=True, slots=True)
class Switch:
    """A behaviour that nobody has verified at the vendor: its default, and what it changes."""

    default: Any
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a company's page: a heading, column heads and rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Sandbox(ABC):
    """One vendor. Subclasses fill `routes` and answer the questions below.

    Every request runs in one transaction of the store; `Refused` undoes it and is the answer.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    port: ClassVar[int]
    largest_body: ClassVar[int] = 10_000_000
    switches: ClassVar[Mapping[str, Switch]] = {}

    def __init__(self, store: Store, *, base_url: str, speed: float = 1.0) -> None:
        self.store = store
        self.base_url = base_url
        self.clock = Clock(store, speed)
        self.faults = FaultPlan()
        self.routes = Routes()

    def switch(self, name: str) -> Any:
        """How a switch stands."""
        return self.store.setting("", f"switch.{name}", self.switches[name].default)

    # --- The vendor's own words ----------------------------------------------------------------
    @abstractmethod
    def fault(self, status: int, retry_after: float | None) -> Answer:
        """What the vendor says with this status when something of its own is wrong."""

    @abstractmethod
    def not_found(self, call: Call, allowed: list[str]) -> Answer:
        """No such address, or not with this method (`allowed` are those that it has)."""

    @abstractmethod
    def bad_body(self, call: Call, problem: str) -> Answer:
        """The body cannot be read, or is larger than `largest_body`."""

    # --- Limits ----------------------------------------------------------------------------------
    def enter(self, call: Call) -> Answer | None:
        """Count the request against the limits; an answer refuses it."""
        return None

    def leave(self, call: Call) -> None:  # noqa: B027 - most have no such limit
        """The request is over, for limits of how many at once."""

    def finish(self, call: Call, answer: Answer) -> None:  # noqa: B027
        """Add headers that every answer has."""

    # --- Control ---------------------------------------------------------------------------------
    @abstractmethod
    def fill(self, values: dict[str, Any]) -> Any:
        """Make a company as `values` says. Raises ValueError naming what is wrong."""

    @abstractmethod
    def act(self, verb: str, values: dict[str, Any]) -> Any:
        """Do what a person does in the vendor's screens. Raises ValueError for what cannot be."""

    @abstractmethod
    def sheets(self, company: str) -> list[Sheet]:
        """Lists, documents and ledger of a company, for its page."""

    def company_title(self, company: str) -> str:
        """Its name, for the page."""
        return company

    def tick(self) -> None:  # noqa: B027
        """Called some times a second: deliver webhooks that are due, and the like."""
