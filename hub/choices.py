"""Statuses that own their label, tone and icon, and the tables of moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Self, TypeVar

from django.db import models

from hub.errors import Conflict


class Tone(StrEnum):
    """What a badge's colour says; the text always says it too."""

    NEUTRAL = "neutral"
    INFO = "info"
    ATTENTION = "attention"
    SUCCESS = "success"
    CRITICAL = "critical"


class LabelChoices(models.TextChoices):
    """Text choices that own their label, for the pure domain, which imports no Django itself."""


class ToneChoices(models.TextChoices):
    """Text choices whose members are (value, label, tone, icon).

    The icon is the name of a Tabler icon without its prefix. `.label`, `.tone` and `.icon` are
    for the badge; `.value` is what the database keeps.
    """

    text: str
    tone: Tone

    def __new__(cls, value: str, label: str = "", tone: Tone = Tone.NEUTRAL) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = label
        member.tone = Tone(tone)
        return member

    @property
    def label(self) -> str:
        return self.text

    @property
    def icon(self) -> str:
        # Django takes the last text of a member away and keeps it under this name.
        return str(self._label_)


Status = TypeVar("Status", bound=models.TextChoices)


@dataclass(frozen=True, slots=True)
class Move(Generic[Status]):
    """One verb: the statuses it may start from and the one it leads to."""

    sources: frozenset[Status]
    target: Status


class Moves(Generic[Status]):
    """The allowed moves of one kind of document.

    `noun` is how a sentence names the document; each verb comes with its past participle.
    """

    def __init__(
        self,
        noun: str,
        moves: Mapping[str, tuple[set[Status], Status]],
        *,
        participles: Mapping[str, str],
    ) -> None:
        if missing := set(moves) - set(participles):
            raise ValueError(f"No participle for {sorted(missing)}")
        self.noun = noun
        self._participles = dict(participles)
        self._moves = {
            verb: Move(frozenset(sources), target) for verb, (sources, target) in moves.items()
        }

    def sources(self, verb: str) -> frozenset[Status]:
        """Where `verb` may start: the statuses for a compare-and-swap. KeyError: no such verb."""
        return self._moves[verb].sources

    def target(self, verb: str) -> Status:
        """Where `verb` leads. KeyError: no such verb."""
        return self._moves[verb].target

    def allowed(self, current: Status) -> tuple[str, ...]:
        """The verbs that may be done now, in the order of the table."""
        return tuple(verb for verb, move in self._moves.items() if current in move.sources)

    def check_move(self, current: Status, verb: str) -> Status:
        """The status after `verb`; Conflict when it is not allowed now."""
        move = self._moves[verb]
        if current not in move.sources:
            raise Conflict(
                f"This {self.noun} is {current.label.lower()} and cannot be "
                f"{self._participles[verb]}.",
                code="move_not_allowed",
                status=current.value,
                verb=verb,
            )
        return move.target
