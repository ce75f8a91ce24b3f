"""Access tokens: one refresh at a time, kept before it is used.

The row of the connection is locked while its tokens are refreshed, so that two workers never
spend the same refresh token; the one before is kept, in case a worker died between the provider's
answer and our commit.
"""

import json
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import ProviderDown, Tokens, Verdict
from accounting.domain.states import Action, ConnectionState, Who
from accounting.engine.provider import Provider
from accounting.models import Connection
from hub.faults import fault
from hub.secrets import UnreadableSecret, decrypt, encrypt
from tenants.boundary import current_tenant, tenant_context

FIELD = "accounting.tokens"
EARLY = timedelta(minutes=5)


def seal_tokens(tokens: Tokens, *, previous: str = "") -> str:
    """Tokens as the connection keeps them."""
    stored = {"access": tokens.access, "refresh": tokens.refresh, "previous": previous}
    return encrypt(json.dumps(stored), tenant_id=current_tenant(), field=FIELD)


def keep_tokens(connection: Connection, tokens: Tokens, *, previous: str = "") -> None:
    """Write fresh tokens to the connection; the caller's transaction commits them."""
    connection.tokens = seal_tokens(tokens, previous=previous)
    connection.access_expires_at = tokens.access_expires_at
    connection.refresh_expires_at = tokens.refresh_expires_at
    connection.must_consent_by = tokens.consent_until or connection.must_consent_by
    connection.save(
        update_fields=["tokens", "access_expires_at", "refresh_expires_at", "must_consent_by"]
    )


def read_tokens(connection: Connection) -> dict[str, str]:
    """The stored tokens; {} where there are none or the key is gone."""
    if not connection.tokens:
        return {}
    try:
        text = decrypt(connection.tokens, tenant_id=current_tenant(), field=FIELD)
    except UnreadableSecret:
        return {}
    return dict(json.loads(text))


class TokenKeeper:
    """Gives the access token of one connection. Never called inside a transaction."""

    def __init__(self, tenant_id: UUID, connection_id: UUID, provider: Provider) -> None:
        self._tenant = tenant_id
        self._connection = connection_id
        self._provider = provider
        self._given = ""
        self._good_until = timezone.now()

    def __call__(self, refused: bool = False) -> str:
        """The token; with `refused` another one than the last. Raises ProviderDown."""
        if self._given and not refused and timezone.now() < self._good_until:
            return self._given
        try:
            self._given = self._stored_or_fresh(refused)
        except ProviderDown as error:
            if error.verdict.action == Action.RECONNECT:
                self._lose(error.verdict)
            raise
        return self._given

    def _stored_or_fresh(self, refused: bool) -> str:
        with tenant_context(self._tenant):
            row = Connection.objects.select_for_update().get(id=self._connection)
            stored = read_tokens(row)
            if not stored:
                raise ProviderDown(_signed_out(self._provider.title))
            fresh = row.access_expires_at is not None and (
                timezone.now() + EARLY < row.access_expires_at
            )
            another = stored["access"] != self._given
            if fresh and (another or not refused):
                assert row.access_expires_at is not None
                self._good_until = row.access_expires_at - EARLY
                return stored["access"]
            tokens = self._refresh(stored)
            fault("sync.token_refreshed")
            keep_tokens(row, tokens, previous=stored["refresh"])
        self._good_until = tokens.access_expires_at - EARLY
        return tokens.access

    def _refresh(self, stored: dict[str, str]) -> Tokens:
        try:
            return self._provider.refresh(stored["refresh"])
        except ProviderDown as error:
            previous = stored.get("previous", "")
            if error.verdict.action != Action.RECONNECT or not previous:
                raise
            if previous == stored["refresh"]:
                raise
            return self._provider.refresh(previous)

    def _lose(self, verdict: Verdict) -> None:
        with tenant_context(self._tenant):
            Connection.objects.filter(
                id=self._connection, state__in=ConnectionState.living()
            ).update(
                state=ConnectionState.NEEDS_RECONNECT,
                pause_code=verdict.code,
                pause_message=verdict.sentence,
            )


def _signed_out(title: str) -> Verdict:
    return Verdict(
        Action.RECONNECT,
        "signed_out",
        f"Wharf has no access to {title}. Reconnect it; what waits is sent afterwards.",
        Who.USER,
    )
