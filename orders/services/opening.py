"""Opening a received document for the first time: its sender is told (N14)."""

from uuid import UUID

from django.utils import timezone

from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import OpenedPayload
from orders.domain.states import NetworkStatus
from orders.models import Bill, PurchaseOrder, SalesOrder
from orders.services.documents import KINDS, lock_document, record


def mark_opened(model: type[SalesOrder | Bill | PurchaseOrder], document_id: UUID) -> bool:
    """Note that somebody here looks at it; True the first time, when the sender is told."""
    document = lock_document(model, document_id)
    received = document.partner_key is not None and document.partner_version > 0
    if not received or document.network_status != NetworkStatus.DELIVERED:
        return False
    connection = connection_with(document.contact_id)
    changes: dict[str, object] = {"network_status": NetworkStatus.OPENED}
    if not isinstance(document, PurchaseOrder):
        changes["opened_at"] = timezone.now()
    model._default_manager.filter(id=document.id).update(**changes)
    record(document, "opened", f"{document.number} opened")
    if connection is not None and document.partner_key is not None:
        payload = OpenedPayload(
            document_id=document.partner_key,
            document_version=document.partner_version,
            opened_at=timezone.now(),
        )
        post_envelope(
            connection,
            Posting(
                "opened",
                payload,
                document_key=document.partner_key,
                version=document.partner_version,
                object_type=KINDS[type(document)],
                object_id=document.id,
                label=document.number,
            ),
        )
    return True
