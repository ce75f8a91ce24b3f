"""Connecting a company there: consent, checks, reconnecting, disabling (Q1, Q20)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import connection as database
from django.utils import timezone

from accounting.domain.answers import Company, ProviderDown, Tokens
from accounting.domain.states import ConnectionState, SyncState
from accounting.engine.provider import Provider, provider_named
from accounting.engine.tokens import keep_tokens, read_tokens
from accounting.models import Connection, LocalChange, SyncDocument
from hub.errors import Conflict, InvalidInput, NotFound
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.models import Organisation
from tenants.services.activity import log_activity

STATE_SALT = "accounting.consent"
STATE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Consent:
    """What a consent that was started is for."""

    tenant: UUID
    person: UUID
    provider: str
    nonce: str


def consent_state(provider: str, person: UUID, nonce: str) -> str:
    """The signed `state` of a consent; `nonce` is kept in the session and used once."""
    value = {"t": str(current_tenant()), "p": str(person), "v": provider, "n": nonce}
    return signing.dumps(value, salt=STATE_SALT)


def read_state(state: str) -> Consent:
    """What a returned `state` says; raises InvalidInput when it is forged or too old."""
    try:
        value = signing.loads(state, salt=STATE_SALT, max_age=STATE_SECONDS)
        return Consent(UUID(value["t"]), UUID(value["p"]), value["v"], value["n"])
    except (signing.BadSignature, KeyError, ValueError, TypeError) as error:
        raise InvalidInput(
            "This sign-in took too long or was not started here. Start again.", code="bad_state"
        ) from error


def begin_connection(provider: str) -> Connection:
    """The row that a wizard works on; the same one when it was left half way.

    Raises Conflict (`already_connected`) when another system is connected.
    """
    row = (
        Connection.objects.select_for_update(no_key=True)
        .filter(state__in=sorted(ConnectionState.living()))
        .first()
    )
    if row is None:
        return Connection.objects.create(provider=provider)
    if row.provider != provider:
        title = provider_named(row.provider).title
        raise Conflict(
            f"{title} is connected. Disable it first; one accounting system keeps the books.",
            code="already_connected",
        )
    return row


def check_company(connection: Connection, company: Company) -> None:
    """Whether this company may be connected. Raises InvalidInput, Conflict with what to do."""
    me = Organisation.objects.get(id=current_tenant())
    if connection.realm and connection.realm != company.realm:
        raise Conflict(
            f"This is another company than {connection.company_name}. To change to it, use "
            "“Change organisation” under Advanced: the wizard maps it anew.",
            code="another_company",
        )
    if company.currency and company.currency != me.base_currency:
        raise InvalidInput(
            f"{company.name} keeps its books in {company.currency}, this organisation in "
            f"{me.base_currency}. The base currencies must be the same: choose another company, "
            "or change the base currency under Settings, Company while nothing is posted.",
            code="another_currency",
            fields={"currency": ["The base currencies differ."]},
        )
    others = [tenant for tenant, _id in companies_of(connection.provider, company.realm)]
    if any(tenant != current_tenant() for tenant in others):
        raise Conflict(
            f"{company.name} is connected to another organisation in Wharf. Disable it there "
            "first; two would post everything twice.",
            code="connected_elsewhere",
        )


def companies_of(provider: str, realm: str) -> list[tuple[UUID, UUID]]:
    """(organisation, connection) of a company there, of whatever organisation."""
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM door_company(%s, %s)", [provider, realm])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def attach(connection: Connection, company: Company, tokens: Tokens) -> Connection:
    """Keep the tokens of a company that passed its checks.

    A connection that had lost its access goes on where it stood.
    """
    connection.realm = company.realm
    keep_tokens(connection, tokens)
    if connection.state in (ConnectionState.NEEDS_RECONNECT, ConnectionState.PAUSED):
        connection.state = (
            ConnectionState.ACTIVE if connection.connected_at else ConnectionState.CONNECTING
        )
    actor = current_actor()
    connection.pause_code = connection.pause_message = ""
    connection.connected_by, connection.connected_by_name = actor.id, actor.name[:160]
    connection.save(
        update_fields=[
            "realm",
            "state",
            "pause_code",
            "pause_message",
            "connected_by",
            "connected_by_name",
        ]
    )
    log_activity("connection.attached", f"{company.name} attached", about=connection)
    return connection


def resume(connection: Connection) -> None:
    """Go on after something was put right there; raises Conflict when it is not paused."""
    changed = Connection.objects.filter(id=connection.id, state=ConnectionState.PAUSED).update(
        state=ConnectionState.ACTIVE, pause_code="", pause_message="", cooled_until=None
    )
    if changed != 1:
        raise Conflict("The connection is not paused.", code="not_paused")
    log_activity("connection.resumed", f"{connection} resumed", about=connection)


def pause(connection: Connection) -> None:
    """Stop sending and reading until somebody resumes; raises Conflict."""
    changed = Connection.objects.filter(id=connection.id, state=ConnectionState.ACTIVE).update(
        state=ConnectionState.PAUSED,
        pause_code="paused_here",
        pause_message="Somebody paused it. Nothing is sent or read until it is resumed.",
    )
    if changed != 1:
        raise Conflict("The connection is not active.", code="not_active")
    log_activity("connection.paused", f"{connection} paused", about=connection)


def disable(connection: Connection) -> str:
    """End it: Wharf keeps its own books from now on. Mappings and history stay.

    Gives the refresh token, for the caller to give back to the provider outside the transaction.
    """
    token = read_tokens(connection).get("refresh", "")
    Connection.objects.filter(id=connection.id).update(
        state=ConnectionState.DISABLED,
        tokens="",
        access_expires_at=None,
        pause_code="",
        pause_message="",
    )
    SyncDocument.objects.filter(
        connection=connection, state__in=sorted(SyncState.under_way())
    ).update(
        state=SyncState.SKIPPED,
        reason="disabled",
        message="The connection was disabled before this was sent.",
    )
    LocalChange.objects.all().delete()
    log_activity("connection.disabled", f"{connection} disabled", about=connection)
    return token


def end_by_name(provider: str, typed: str) -> str:
    """Disable the connection once its company's name was typed; gives the refresh token.

    Raises InvalidInput naming `name`, Conflict (`migrating`), NotFound.
    """
    connection = (
        Connection.objects.select_for_update(no_key=True)
        .filter(provider=provider, state__in=sorted(ConnectionState.living()))
        .first()
    )
    if connection is None:
        raise NotFound("No accounting system is connected.")
    if connection.state == ConnectionState.MIGRATING:
        raise Conflict("A migration is under way. Go back from it first.", code="migrating")
    if " ".join(typed.split()).casefold() != " ".join(str(connection).split()).casefold():
        message = f"Type “{connection}” to say that you mean it."
        raise InvalidInput(message, fields={"name": [message]})
    return disable(connection)


def give_back(provider: Provider, token: str) -> None:
    """Tell the provider that the right is no longer wanted; it may fail, nothing depends on it."""
    if not token:
        return
    try:
        provider.revoke(token)
    except ProviderDown:
        return


def expiry_warning(connection: Connection) -> str:
    """A sentence when access ends within 60 days, else ""."""
    ends = [
        moment
        for moment in (connection.refresh_expires_at, connection.must_consent_by)
        if moment is not None
    ]
    if not ends or min(ends) > timezone.now() + timedelta(days=60):
        return ""
    return f"Access ends on {min(ends):%d %B %Y}. Reconnect before, so that nothing waits."
