"""Tables of the trading network: contacts, keys, connections, envelopes."""

from network.models.connections import (
    AutomationSettings,
    Connection,
    Invitation,
    NetworkKey,
)
from network.models.contacts import Contact, ContactEmail, ContactPerson, EmailPurpose
from network.models.envelopes import Envelope

__all__ = [
    "AutomationSettings",
    "Connection",
    "Contact",
    "ContactEmail",
    "ContactPerson",
    "EmailPurpose",
    "Envelope",
    "Invitation",
    "NetworkKey",
]
