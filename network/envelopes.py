"""Kinds of envelope: `network` carries them, the app that owns a kind says what they mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub.errors import WharfError
from network.models import Connection, Envelope


class PayloadRefused(WharfError):
    """The recipient cannot take the message: an answer, not a reason to try again."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as the recipient's side sees it; `connection` is the recipient's own row."""

    message_id: UUID
    kind: str
    connection: Connection
    sender: UUID
    document_key: UUID | None
    version: int
    payload: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message became at the recipient: a document of its own, and what is said at once.

    `connection` names the row to file the message under when it is not the one it came by.
    """

    object_type: str = ""
    object_id: UUID | None = None
    label: str = ""
    reply: Mapping[str, Any] = field(default_factory=dict)
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class EnvelopeKind:
    """How one kind of message is handled on both sides.

    `receive` runs in the recipient's transaction and may raise WharfError to refuse.
    `receipt` runs in the sender's, with the envelope after its receipt was recorded.
    `undelivered` runs in the sender's when it failed for good or came back.
    `answered`: the recipient's organisation says later what it makes of it, as of a document.
    `about_connection`: also travels while the two are not connected (connect, disconnect).
    """

    name: str
    label: str
    receive: Callable[[Incoming], Taken]
    receipt: Callable[[Envelope], None] | None = None
    undelivered: Callable[[Envelope], None] | None = None
    answered: bool = True
    about_connection: bool = False


_kinds: dict[str, EnvelopeKind] = {}


def register_envelope_kind(kind: EnvelopeKind) -> None:
    """Called from `AppConfig.ready`; a kind has one owner."""
    if kind.name in _kinds:
        raise ValueError(f"envelope kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def envelope_kind(name: str) -> EnvelopeKind:
    """The registered kind; raises KeyError."""
    return _kinds[name]


def kind_label(name: str) -> str:
    """How a person reads the kind."""
    return _kinds[name].label if name in _kinds else name
