"""A few calls to the company there while somebody looks on: outside any run, with the same limits.

For pages: reloading a list, making an account, checking settings. Never inside a transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from accounting.domain.answers import ProviderDown, Verdict
from accounting.engine.limiter import Limiter
from accounting.engine.provider import Heard, Provider, Session, provider_named
from accounting.engine.tokens import TokenKeeper
from accounting.engine.work import apply_to_connection, write_exchanges
from accounting.models import Connection
from hub.errors import WharfError
from tenants.boundary import tenant_context

T = TypeVar("T")


class ProviderRefused(WharfError):
    """The accounting system did not do what a page asked; its own words are in the message."""

    code = "provider_refused"
    status = 409

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence, code=verdict.code)
        self.verdict = verdict


@dataclass
class Talk:
    """An open line to one company."""

    tenant_id: UUID
    connection_id: UUID
    provider: Provider
    session: Session
    heard: list[Heard] = field(default_factory=list)

    def call(self, what: Callable[..., T], *arguments: Any) -> T:
        """One call; raises ProviderRefused, and puts the connection into the state it asks for."""
        try:
            return what(*arguments)
        except ProviderDown as error:
            with tenant_context(self.tenant_id):
                connection = Connection.objects.get(id=self.connection_id)
                apply_to_connection(connection, error.verdict)
            raise ProviderRefused(error.verdict) from error


@contextmanager
def talking(tenant_id: UUID, connection_id: UUID) -> Iterator[Talk]:
    """Talk to the company of a connection; what was said is kept afterwards, however it ended."""
    with tenant_context(tenant_id):
        row = Connection.objects.get(id=connection_id)
        name, realm = row.provider, row.realm
    provider = provider_named(name)
    heard: list[Heard] = []
    session = provider.open(
        realm,
        TokenKeeper(tenant_id, connection_id, provider),
        heard.append,
        Limiter(f"{name}:{realm}", provider.limits).wait,
    )
    try:
        yield Talk(tenant_id, connection_id, provider, session, heard)
    finally:
        if heard:
            with tenant_context(tenant_id):
                write_exchanges(connection_id, None, [], heard)
