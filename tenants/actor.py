"""Who acts, and through which door: set at the entry point, read by the audit report."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind`: user, api_key, partner or system; `via`: web, api, network, job or command."""

    kind: str
    id: UUID | None
    name: str
    via: str
    ip: str = ""
    request_id: str = ""


SYSTEM = Actor("system", None, "Wharf", "job")
_actor: ContextVar[Actor] = ContextVar("wharf_actor", default=SYSTEM)


def current_actor() -> Actor:
    """Who acts now; the system where no entry point said otherwise."""
    return _actor.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Everything inside is done by `actor`."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
