"""The statuses of receipts, shipments, quotes, credit notes and payments, and their moves."""

from hub.choices import Moves, Tone, ToneChoices

_PARTICIPLES = {
    "accept": "accepted",
    "approve": "approved",
    "authorise": "authorised",
    "pack": "packed",
    "refuse": "rejected",
    "reject": "rejected",
    "review": "reviewed",
    "settle": "settled",
    "ship": "shipped",
    "submit": "submitted for approval",
    "take_back": "taken back",
    "undo": "undone",
    "unpack": "unpacked",
    "unsettle": "reopened",
    "void": "voided",
    "pick": "picked",
    "unpick": "unpicked",
}


class ReceiptStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    RECEIVED = "received", "Received", Tone.SUCCESS, "package-import"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"


class ShipmentStatus(ToneChoices):
    PICKING = "picking", "To pick", Tone.ATTENTION, "basket"
    PICKED = "picked", "Picked", Tone.INFO, "basket-check"
    PACKED = "packed", "Packed", Tone.INFO, "package"
    SHIPPED = "shipped", "Shipped", Tone.SUCCESS, "truck-delivery"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["ShipmentStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.PICKING, cls.PICKED, cls.PACKED})


class QuoteStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    # Submitted to a colleague, where the settings say that quotes need approval.
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval", Tone.ATTENTION, "hourglass"
    AUTHORISED = "authorised", "Waiting for the customer", Tone.INFO, "hourglass"
    ACCEPTED = "accepted", "Accepted", Tone.SUCCESS, "circle-check"
    REJECTED = "rejected", "Rejected", Tone.CRITICAL, "circle-x"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["QuoteStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.DRAFT, cls.AWAITING_APPROVAL, cls.AUTHORISED})


class CreditNoteStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    AUTHORISED = "authorised", "Not used up", Tone.INFO, "circle-check"
    SETTLED = "settled", "Used", Tone.SUCCESS, "checks"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"


class PaymentStatus(ToneChoices):
    AUTHORISED = "authorised", "Not used up", Tone.INFO, "coins"
    SETTLED = "settled", "Used", Tone.SUCCESS, "checks"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"


_RE = ReceiptStatus
RECEIPT_MOVES: Moves[ReceiptStatus] = Moves(
    "receipt",
    {
        "authorise": ({_RE.DRAFT}, _RE.RECEIVED),
        "undo": ({_RE.RECEIVED}, _RE.DRAFT),
        "void": ({_RE.DRAFT}, _RE.VOID),
    },
    participles=_PARTICIPLES,
)

_SH = ShipmentStatus
SHIPMENT_MOVES: Moves[ShipmentStatus] = Moves(
    "shipment",
    {
        "pick": ({_SH.PICKING}, _SH.PICKED),
        "pack": ({_SH.PICKING, _SH.PICKED}, _SH.PACKED),
        "ship": ({_SH.PICKING, _SH.PICKED, _SH.PACKED}, _SH.SHIPPED),
        "undo": ({_SH.PICKED, _SH.PACKED, _SH.SHIPPED}, _SH.PICKING),
        "void": ({_SH.PICKING, _SH.PICKED, _SH.PACKED}, _SH.VOID),
    },
    participles=_PARTICIPLES,
)

_QU = QuoteStatus
QUOTE_MOVES: Moves[QuoteStatus] = Moves(
    "quote",
    {
        "authorise": ({_QU.DRAFT}, _QU.AUTHORISED),
        "submit": ({_QU.DRAFT}, _QU.AWAITING_APPROVAL),
        "approve": ({_QU.AWAITING_APPROVAL}, _QU.AUTHORISED),
        "refuse": ({_QU.AWAITING_APPROVAL}, _QU.REJECTED),
        "take_back": ({_QU.AWAITING_APPROVAL}, _QU.DRAFT),
        "accept": ({_QU.AUTHORISED}, _QU.ACCEPTED),
        "reject": ({_QU.AUTHORISED}, _QU.REJECTED),
        "review": ({_QU.AUTHORISED, _QU.REJECTED}, _QU.DRAFT),
        "undo": ({_QU.AUTHORISED}, _QU.DRAFT),
        "void": (
            {_QU.DRAFT, _QU.AWAITING_APPROVAL, _QU.AUTHORISED, _QU.REJECTED},
            _QU.VOID,
        ),
    },
    participles=_PARTICIPLES,
)

_CN = CreditNoteStatus
CREDIT_NOTE_MOVES: Moves[CreditNoteStatus] = Moves(
    "credit note",
    {
        "authorise": ({_CN.DRAFT}, _CN.AUTHORISED),
        "settle": ({_CN.AUTHORISED}, _CN.SETTLED),
        "unsettle": ({_CN.SETTLED}, _CN.AUTHORISED),
        "undo": ({_CN.AUTHORISED}, _CN.DRAFT),
        "void": ({_CN.DRAFT, _CN.AUTHORISED}, _CN.VOID),
    },
    participles=_PARTICIPLES,
)
