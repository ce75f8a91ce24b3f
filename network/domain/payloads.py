"""The payloads of the envelopes that `network` itself handles: connecting and its automations."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from network.domain.payload_base import Code, Email, Name, Note, Payload, Text

MOST_EMAILS = 100
Switch = Literal["send_invoices", "take_in_invoices"]


class ConnectPayload(Payload):
    """Somebody entered the recipient's network key and asks for a connection.

    `partner_role` is what the sender says the recipient is to it. `verified_emails` prove an
    invitation: those of the sender's verified addresses that the recipient invited, and no other.
    """

    link_id: UUID
    organisation_id: UUID
    name: Name
    legal_name: Text = ""
    tax_number: Code = ""
    company_email: Email | None = None
    verified_emails: Annotated[tuple[Email, ...], Field(max_length=MOST_EMAILS, strict=False)] = ()
    partner_role: Literal["customer", "supplier"]


class ConnectAnswerPayload(Payload):
    """The recipient's answer; a refusal says why and gives no identity."""

    link_id: UUID
    status: Literal["connected", "wants", "refused"]
    reason: Note = ""
    organisation_id: UUID | None = None
    name: Text = ""
    legal_name: Text = ""
    tax_number: Code = ""
    company_email: Email | None = None

    @model_validator(mode="after")
    def _says_what_belongs_to_the_status(self) -> Self:
        if self.status == "refused" and not self.reason:
            raise ValueError("A refusal says why.")
        if self.status == "connected" and not (self.name and self.organisation_id):
            raise ValueError("A connected partner gives its name and organisation.")
        return self


class DisconnectPayload(Payload):
    """The sender removed the connection; documents in flight go back to their senders."""

    link_id: UUID
    reason: Note = ""


class AutomationSwitchPayload(Payload):
    """How the sender's halves of the automations now stand; None: not part of its role."""

    send_invoices: bool | None = None
    take_in_invoices: bool | None = None


class AutomationAskPayload(Payload):
    """The sender asks the recipient to switch its half on."""

    which: Switch


NETWORK_PAYLOADS: dict[str, type[Payload]] = {
    "connect": ConnectPayload,
    "connect_answer": ConnectAnswerPayload,
    "disconnect": DisconnectPayload,
    "automation_switch": AutomationSwitchPayload,
    "automation_ask": AutomationAskPayload,
}
