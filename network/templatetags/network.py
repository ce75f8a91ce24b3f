"""Template tags of the network's pages: `{% load network %}`."""

from uuid import UUID

from django import template
from django.utils.safestring import SafeString

from hub.ui.templatetags.wharf import status_badge
from network.domain.states import ConnectionStatus, DeliveryState
from network.envelopes import kind_label
from network.models import Connection, Envelope

register = template.Library()


@register.simple_tag
def kind_words(kind: str) -> str:
    """How a person reads the kind of a message."""
    return kind_label(kind)


@register.simple_tag
def delivery_badge(envelope: Envelope) -> SafeString:
    """The receipt of a message as a badge."""
    return status_badge(DeliveryState(envelope.delivery))


@register.simple_tag
def ticked(one: UUID, chosen: set[str]) -> bool:
    """Whether the id is among the chosen ones."""
    return str(one) in chosen


@register.simple_tag
def connection_badge(row: Connection) -> SafeString:
    """The status of a connection as a badge."""
    return status_badge(ConnectionStatus(row.status))
