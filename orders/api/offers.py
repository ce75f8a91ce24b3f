"""Answering what a supplier offers instead: all of it, or the changes of some lines (N16)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from orders.domain.document_payloads import MOST_LINES
from orders.models import PurchaseOrder
from orders.services.purchases import accept_changes, accept_some_changes


class AcceptChangesIn(serializers.Serializer[Any]):
    """Without `lines` all changes are accepted; with them those, and the others are declined."""

    lines = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=MOST_LINES
    )
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


def accept_offer(
    id: UUID,  # noqa: A002 - the address names it
    lines: list[UUID] | None = None,
    text: str = "",
) -> PurchaseOrder:
    """What `POST purchase-orders/{id}/accept-changes` does."""
    if lines is None:
        return accept_changes(id)
    return accept_some_changes(id, lines, text)
