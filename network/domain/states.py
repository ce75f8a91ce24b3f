"""Statuses of connections, invitations and envelopes."""

from datetime import timedelta

from hub.choices import LabelChoices, Tone, ToneChoices


class ConnectionStatus(ToneChoices):
    """One side's view of a connection, as its table shows it (N4)."""

    WAITING = "waiting", "Waiting to connect", Tone.NEUTRAL, "hourglass"
    WANTS = "wants", "Wants to connect", Tone.ATTENTION, "user-question"
    CONNECTED = "connected", "Connected", Tone.SUCCESS, "plug-connected"
    DISCONNECTED = "disconnected", "Disconnected", Tone.CRITICAL, "plug-connected-x"


# An invitation that nobody answered for so long is marked in the table (N4).
INVITE_GROWS_OLD = timedelta(days=14)


class PartnerRole(LabelChoices):
    """What the partner is to us. A pair is one customer and one supplier (N6)."""

    CUSTOMER = "customer", "Customer"
    SUPPLIER = "supplier", "Supplier"

    def mirrored(self) -> "PartnerRole":
        """What we are to the partner."""
        return PartnerRole.SUPPLIER if self is PartnerRole.CUSTOMER else PartnerRole.CUSTOMER


class InviteStatus(ToneChoices):
    """What became of an invitation to connect."""

    OPEN = "open", "Invited", Tone.INFO, "mail"
    ACCEPTED = "accepted", "Accepted", Tone.SUCCESS, "circle-check"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"


class Direction(LabelChoices):
    """Which way an envelope went, seen from the organisation that keeps the row."""

    OUT = "out", "Sent"
    IN = "in", "Received"


class DeliveryState(ToneChoices):
    """The receipt: has it arrived?"""

    QUEUED = "queued", "Sending", Tone.INFO, "clock"
    DELIVERED = "delivered", "Delivered", Tone.SUCCESS, "mail"
    FAILED = "failed", "Delivery failed", Tone.CRITICAL, "alert-triangle"
    RETURNED = "returned", "Returned to sender", Tone.CRITICAL, "arrow-back-up"


class ValidationState(ToneChoices):
    """The validation: was it understood?"""

    PENDING = "pending", "Not checked yet", Tone.NEUTRAL, "circle-dashed"
    UNDERSTOOD = "understood", "Understood", Tone.SUCCESS, "circle-check"
    REFUSED = "refused", "Refused", Tone.CRITICAL, "mail-x"
    SUPERSEDED = "superseded", "Older than what is here", Tone.NEUTRAL, "versions"


class AnswerState(ToneChoices):
    """The answer: what does the partner make of it?"""

    NONE = "none", "No answer yet", Tone.NEUTRAL, "circle-dashed"
    OPENED = "opened", "Opened", Tone.INFO, "mail-opened"
    APPROVED = "approved", "Approved", Tone.SUCCESS, "circle-check"
    CHANGED = "changed", "Approved with changes", Tone.ATTENTION, "arrows-diff"
    DECLINED = "declined", "Declined", Tone.CRITICAL, "circle-x"
    ASKED = "asked", "Has a question", Tone.ATTENTION, "help"
