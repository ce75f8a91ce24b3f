"""What one run carries with it: the claim, the connection, the session, the counts."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounting.domain.answers import ProviderDown, Verdict
from accounting.domain.options import Options, read_options
from accounting.domain.redaction import redacted
from accounting.domain.states import Action, ConnectionState, Mode
from accounting.engine.limiter import Limiter
from accounting.engine.provider import Heard, Provider, Session, provider_named
from accounting.engine.tokens import TokenKeeper
from accounting.models import Connection, Exchange
from hub.secrets import encrypt
from tenants.actor import Actor, acting_as
from tenants.boundary import current_tenant, tenant_context
from tenants.jobs import Run

SYNC_JOB = "accounting.sync"
EXCHANGE_FIELD = "accounting.exchange"
LONGEST_BODY = 200_000


class Stopped(Exception):
    """The run cannot go on now; what is left stays for the next one."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


class TurnOver(Exception):
    """This run has had its share of the worker; it goes on after others had theirs."""


@dataclass
class Work:
    """One run at work. Transactions are opened with `transaction()`: each checks the claim."""

    run: Run
    connection_id: UUID
    provider: Provider
    sync_run: UUID
    counts: Counter[str] = field(default_factory=Counter)
    heard: list[Heard] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    resolver: object = None  # `deciding.resolver_of` keeps it for a few seconds
    resolver_at: float = 0.0
    turn_ends: float = field(
        default_factory=lambda: time.monotonic() + float(settings.ACCOUNTING_TURN_SECONDS)
    )
    due: int = 0  # how many documents were due when the turn began
    _session: Session | None = None

    def take_turn(self) -> None:
        """Between two batches: say how far it is. Raises TurnOver, Stopped."""
        self.say_how_far()
        if time.monotonic() > self.turn_ends:
            raise TurnOver

    def say_how_far(self) -> None:
        """Tell how many documents were sent, and keep the claim alive. Raises Stopped."""
        done = self.counts["sent"]
        self.progress(done, max(self.due, done), "Sending" if self.due else "Looking")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of the organisation that commits only while the claim is ours."""
        with self.run.transaction(), acting_as(self.actor):
            yield Connection.objects.get(id=self.connection_id)
            self._write_exchanges()

    @property
    def actor(self) -> Actor:
        """Who the audit report names for what a run does here."""
        return Actor("system", None, self.provider.title, "job")

    def options(self, connection: Connection) -> Options:
        """The settings pages' options."""
        return read_options(connection.options)

    @property
    def session(self) -> Session:
        """Calls to the company; opened at the first use. Never used inside a transaction."""
        if self._session is None:
            with tenant_context(self.run.tenant_id):
                realm = Connection.objects.values_list("realm", flat=True).get(
                    id=self.connection_id
                )
            limiter = Limiter(f"{self.provider.name}:{realm}", self.provider.limits)
            keeper = TokenKeeper(self.run.tenant_id, self.connection_id, self.provider)
            self._session = self.provider.open(realm, keeper, self._listen, limiter.wait)
        return self._session

    def _listen(self, heard: Heard) -> None:
        self.counts["calls"] += 1
        self.heard.append(heard)

    def _write_exchanges(self) -> None:
        write_exchanges(self.connection_id, self.sync_run, self.about, self.heard)
        self.heard.clear()

    def progress(self, done: int, total: int, step: str) -> None:
        """Tell how far it is; raises Stopped when somebody asked to stop."""
        if self.run.progress(done, total, step) == "cancel":
            raise Stopped(Verdict(Action.RETRY, "stopped", "Somebody stopped the run."))

    def keep_exchanges(self, about: Sequence[Any] = ()) -> None:
        """Write what was said so far, in a transaction of its own."""
        self.about = [str(each) for each in about]
        if self.heard:
            with self.transaction():
                pass

    def stop_for(self, verdict: Verdict) -> None:
        """Put the connection into the state that a verdict asks for, and stop. Raises Stopped."""
        with self.transaction() as connection:
            apply_to_connection(connection, verdict)
        raise Stopped(verdict)

    def call(self, what: Any, *arguments: Any) -> Any:
        """A call that is no order; what it comes to nothing with stops the run."""
        try:
            return what(*arguments)
        except ProviderDown as error:
            self.stop_for(error.verdict)


def apply_to_connection(connection: Connection, verdict: Verdict) -> None:
    """What a verdict means for the whole connection."""
    changes: dict[str, Any] = {}
    if verdict.action == Action.COOL_DOWN:
        changes["cooled_until"] = timezone.now() + timedelta(seconds=verdict.seconds or 60)
    elif verdict.action in (Action.RECONNECT, Action.REFRESH):
        changes["state"] = ConnectionState.NEEDS_RECONNECT
    elif verdict.action == Action.PAUSE:
        changes["state"] = ConnectionState.PAUSED
    if "state" in changes:
        changes.update(pause_code=verdict.code, pause_message=verdict.sentence)
    if changes:
        Connection.objects.filter(id=connection.id).exclude(state=ConnectionState.DISABLED).update(
            **changes
        )


def write_exchanges(
    connection_id: UUID, run: UUID | None, about: Sequence[str], calls: Sequence[Heard]
) -> None:
    """Keep what was said, sealed, in the current transaction."""
    Exchange.objects.bulk_create(
        Exchange(
            connection_id=connection_id,
            run=run,
            documents=list(about),
            method=heard.method,
            path=heard.path[:255],
            status=heard.status,
            milliseconds=heard.milliseconds,
            trace=heard.trace,
            body=_sealed(heard),
        )
        for heard in calls
    )


def may_write(connection: Connection) -> bool:
    """Whether anything may be sent: both ways, connected, and nothing there forbids it."""
    connected = connection.state in (ConnectionState.ACTIVE, ConnectionState.MIGRATING)
    return connection.mode == Mode.BOTH_WAYS and connected and not connection.pause_code


def _sealed(heard: Heard) -> str:
    body = {"said": redacted(heard.said), "answered": redacted(heard.answered)}
    text = json.dumps(body, default=str)
    if len(text) > LONGEST_BODY:
        text = json.dumps({"shortened": text[:LONGEST_BODY]})
    return encrypt(text, tenant_id=current_tenant(), field=EXCHANGE_FIELD)


def work_for(run: Run) -> Work:
    """The work of a job whose payload names its connection."""
    connection_id = UUID(str(run.payload["connection"]))
    with tenant_context(run.tenant_id):
        name = Connection.objects.values_list("provider", flat=True).get(id=connection_id)
    return Work(run, connection_id, provider_named(name), UUID(str(run.payload["sync_run"])))
