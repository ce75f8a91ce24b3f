"""Looking there for what one of our documents may be, and taking it. Never inside a transaction."""

from uuid import UUID

from accounting.engine.provider import Provider, provider_named
from accounting.engine.talking import talking
from accounting.models import SyncDocument
from accounting.selectors import document_or_404
from accounting.services.sync_documents import Match, check_match, match
from hub.errors import Conflict, InvalidInput
from tenants.boundary import tenant_context

MOST = 20


def entity_of(row: SyncDocument, provider: Provider) -> str:
    """What the document is there. Raises Conflict for a kind that has nothing there."""
    entity = row.entity or provider.entities.get(row.kind, "")  # type: ignore[call-overload]
    if not entity:
        raise Conflict("This kind of document cannot be matched.", code="not_matchable")
    return str(entity)


def candidates(tenant_id: UUID, row: SyncDocument) -> list[Match]:
    """Objects there with its number or its total, those without a problem first.

    Raises ProviderRefused, Conflict.
    """
    provider = provider_named(row.connection.provider)
    entity = entity_of(row, provider)
    with talking(tenant_id, row.connection_id) as talk:
        found = talk.call(talk.session.alike, entity, row.number, row.total)[:MOST]
    with tenant_context(tenant_id):
        matches = [check_match(row, there, provider.party_of(there)) for there in found]
    return sorted(matches, key=lambda one: len(one.problems))


def match_to(tenant_id: UUID, document_id: UUID, remote_id: str) -> SyncDocument:
    """Take the object of this id there. Raises NotFound, InvalidInput (`remote_id`), Conflict,
    ProviderRefused.
    """
    remote_id = remote_id.strip()
    if not remote_id or len(remote_id) > 64 or not remote_id.isalnum() or not remote_id.isascii():
        message = "Give the id as it stands in the address of its page there."
        raise InvalidInput(message, fields={"remote_id": [message]})
    with tenant_context(tenant_id):
        row = document_or_404(document_id)
    provider = provider_named(row.connection.provider)
    with talking(tenant_id, row.connection_id) as talk:
        there = talk.call(talk.session.read, entity_of(row, provider), remote_id)
    if there is None:
        message = f"There is none with the id {remote_id}."
        raise InvalidInput(message, fields={"remote_id": [message]})
    with tenant_context(tenant_id):
        return match(document_id, there, party_there=provider.party_of(there))
