"""The statuses of orders, invoices and bills, their groups, and the moves between them.

A document's own status says who has to act on it. Its network status is another axis: how far
the document has come at the partner.
"""

from hub.choices import Moves, Status, Tone, ToneChoices

_PARTICIPLES = {
    "approve": "approved",
    "approve_with_changes": "approved with changes",
    "ask": "asked about",
    "authorise": "authorised",
    "complete": "completed",
    "consent": "consented to",
    "decline": "declined",
    "pay": "paid",
    "recall": "recalled",
    "refuse_changes": "handed back",
    "reopen": "reopened",
    "revise": "revised",
    "submit": "submitted for approval",
    "supersede": "superseded",
    "undo": "undone",
    "unpay": "marked as unpaid",
    "void": "voided",
    "withdraw": "withdrawn",
}


class PurchaseOrderStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    # A sales order of the supplier that answers none of our purchase orders (N17).
    AWAITING_APPROVAL = (
        "awaiting_approval",
        "Awaiting approval",
        Tone.ATTENTION,
        "hourglass",
    )
    AUTHORISED = "authorised", "Authorised", Tone.INFO, "circle-check"
    COMPLETED = "completed", "Completed", Tone.SUCCESS, "checks"
    DECLINED = "declined", "Declined", Tone.CRITICAL, "circle-x"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["PurchaseOrderStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.DRAFT, cls.AWAITING_APPROVAL, cls.AUTHORISED})

    @classmethod
    def sendable(cls) -> frozenset["PurchaseOrderStatus"]:
        """May be sent to the supplier."""
        return frozenset({cls.AUTHORISED, cls.COMPLETED})


class SalesOrderStatus(ToneChoices):
    # A pre-sale: the buyer's purchase order as it arrived (N10).
    AWAITING_APPROVAL = (
        "awaiting_approval",
        "Awaiting approval",
        Tone.ATTENTION,
        "hourglass",
    )
    # Approved with changes; the buyer has to agree before it is a sale.
    AWAITING_CONSENT = (
        "awaiting_consent",
        "Awaiting buyer's consent",
        Tone.ATTENTION,
        "messages",
    )
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    AUTHORISED = "authorised", "Authorised", Tone.INFO, "circle-check"
    COMPLETED = "completed", "Completed", Tone.SUCCESS, "checks"
    DECLINED = "declined", "Declined", Tone.CRITICAL, "circle-x"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["SalesOrderStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.AWAITING_APPROVAL, cls.AWAITING_CONSENT, cls.DRAFT, cls.AUTHORISED})

    @classmethod
    def pre_sale(cls) -> frozenset["SalesOrderStatus"]:
        """Came over the network and is not a sale yet."""
        return frozenset({cls.AWAITING_APPROVAL, cls.AWAITING_CONSENT})

    @classmethod
    def sendable(cls) -> frozenset["SalesOrderStatus"]:
        """May be sent to the customer, and invoiced."""
        return frozenset({cls.AUTHORISED, cls.COMPLETED})


class InvoiceStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    AUTHORISED = "authorised", "Awaiting payment", Tone.INFO, "circle-check"
    PAID = "paid", "Paid", Tone.SUCCESS, "checks"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["InvoiceStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.DRAFT, cls.AUTHORISED})

    @classmethod
    def sendable(cls) -> frozenset["InvoiceStatus"]:
        """May be sent to the customer."""
        return frozenset({cls.AUTHORISED, cls.PAID})


class BillStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    AWAITING_APPROVAL = (
        "awaiting_approval",
        "Awaiting approval",
        Tone.ATTENTION,
        "hourglass",
    )
    APPROVED = "approved", "Awaiting payment", Tone.INFO, "circle-check"
    PAID = "paid", "Paid", Tone.SUCCESS, "checks"
    DECLINED = "declined", "Declined", Tone.CRITICAL, "circle-x"
    # A newer version of the same invoice took its place (K5).
    SUPERSEDED = "superseded", "Superseded", Tone.NEUTRAL, "versions"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["BillStatus"]:
        """Something is still expected to happen."""
        return frozenset({cls.DRAFT, cls.AWAITING_APPROVAL, cls.APPROVED})

    @classmethod
    def payable(cls) -> frozenset["BillStatus"]:
        """The organisation owes it."""
        return frozenset({cls.APPROVED})


class NetworkStatus(ToneChoices):
    NOT_SENT = "not_sent", "Not sent", Tone.NEUTRAL, "circle-dashed"
    QUEUED = "queued", "Sending", Tone.INFO, "clock"
    DELIVERED = "delivered", "Delivered", Tone.INFO, "mail"
    OPENED = "opened", "Opened", Tone.INFO, "mail-opened"
    APPROVED = "approved", "Approved", Tone.SUCCESS, "circle-check"
    CHANGED = "changed", "Approved with changes", Tone.ATTENTION, "arrows-diff"
    DECLINED = "declined", "Declined by partner", Tone.CRITICAL, "circle-x"
    ASKED = "asked", "Partner has a question", Tone.ATTENTION, "help"
    INVOICED = "invoiced", "Invoiced", Tone.SUCCESS, "file-invoice"
    FAILED = "failed", "Delivery failed", Tone.CRITICAL, "alert-triangle"
    RETURNED = "returned", "Returned to us", Tone.CRITICAL, "arrow-back-up"
    REFUSED = "refused", "Could not be read", Tone.CRITICAL, "mail-x"

    @classmethod
    def in_flight(cls) -> frozenset["NetworkStatus"]:
        """Sent and not answered: what removing the connection returns to its sender (N13)."""
        return frozenset({cls.QUEUED, cls.DELIVERED, cls.OPENED, cls.ASKED})

    @classmethod
    def answered(cls) -> frozenset["NetworkStatus"]:
        """The partner has said what it makes of the document."""
        return frozenset({cls.APPROVED, cls.CHANGED, cls.DECLINED, cls.ASKED, cls.INVOICED})

    @classmethod
    def trouble(cls) -> frozenset["NetworkStatus"]:
        """The partner does not have it; Send again is offered."""
        return frozenset({cls.FAILED, cls.RETURNED, cls.REFUSED})


_PO = PurchaseOrderStatus
PURCHASE_ORDER_MOVES: Moves[PurchaseOrderStatus] = Moves(
    "purchase order",
    {
        "authorise": ({_PO.DRAFT}, _PO.AUTHORISED),
        "approve": ({_PO.AWAITING_APPROVAL}, _PO.AUTHORISED),
        "decline": ({_PO.AWAITING_APPROVAL}, _PO.DECLINED),
        # A newer version of the supplier's sales order takes the place of the one we have.
        "revise": (
            {_PO.AWAITING_APPROVAL, _PO.AUTHORISED, _PO.DECLINED},
            _PO.AWAITING_APPROVAL,
        ),
        "complete": ({_PO.AUTHORISED}, _PO.COMPLETED),
        "reopen": ({_PO.COMPLETED}, _PO.AUTHORISED),
        "undo": ({_PO.AUTHORISED}, _PO.DRAFT),
        "withdraw": ({_PO.AWAITING_APPROVAL}, _PO.VOID),
        "void": ({_PO.DRAFT, _PO.AUTHORISED}, _PO.VOID),
    },
    participles=_PARTICIPLES,
)

_SO = SalesOrderStatus
SALES_ORDER_MOVES: Moves[SalesOrderStatus] = Moves(
    "sales order",
    {
        "approve": ({_SO.AWAITING_APPROVAL}, _SO.AUTHORISED),
        "approve_with_changes": ({_SO.AWAITING_APPROVAL}, _SO.AWAITING_CONSENT),
        "consent": ({_SO.AWAITING_CONSENT}, _SO.AUTHORISED),
        # The buyer does not agree: the supplier decides again about the order as it was sent.
        "refuse_changes": ({_SO.AWAITING_CONSENT}, _SO.AWAITING_APPROVAL),
        "decline": ({_SO.AWAITING_APPROVAL}, _SO.DECLINED),
        "ask": ({_SO.AWAITING_APPROVAL}, _SO.AWAITING_APPROVAL),
        "recall": (
            {_SO.AWAITING_CONSENT, _SO.AUTHORISED, _SO.DECLINED},
            _SO.AWAITING_APPROVAL,
        ),
        # A newer version of the buyer's order takes the place of the one we have.
        "revise": (
            {_SO.AWAITING_APPROVAL, _SO.AWAITING_CONSENT, _SO.DECLINED},
            _SO.AWAITING_APPROVAL,
        ),
        "withdraw": ({_SO.AWAITING_APPROVAL, _SO.AWAITING_CONSENT}, _SO.VOID),
        "authorise": ({_SO.DRAFT}, _SO.AUTHORISED),
        "complete": ({_SO.AUTHORISED}, _SO.COMPLETED),
        "reopen": ({_SO.COMPLETED}, _SO.AUTHORISED),
        "undo": ({_SO.AUTHORISED}, _SO.DRAFT),
        "void": ({_SO.DRAFT, _SO.AUTHORISED}, _SO.VOID),
    },
    participles=_PARTICIPLES,
)

_IN = InvoiceStatus
INVOICE_MOVES: Moves[InvoiceStatus] = Moves(
    "invoice",
    {
        "authorise": ({_IN.DRAFT}, _IN.AUTHORISED),
        "pay": ({_IN.AUTHORISED}, _IN.PAID),
        "unpay": ({_IN.PAID}, _IN.AUTHORISED),
        "undo": ({_IN.AUTHORISED, _IN.PAID}, _IN.DRAFT),
        "void": ({_IN.DRAFT, _IN.AUTHORISED}, _IN.VOID),
    },
    participles=_PARTICIPLES,
)

_BI = BillStatus
BILL_MOVES: Moves[BillStatus] = Moves(
    "bill",
    {
        "submit": ({_BI.DRAFT}, _BI.AWAITING_APPROVAL),
        "approve": ({_BI.DRAFT, _BI.AWAITING_APPROVAL}, _BI.APPROVED),
        "decline": ({_BI.AWAITING_APPROVAL}, _BI.DECLINED),
        "ask": ({_BI.AWAITING_APPROVAL}, _BI.AWAITING_APPROVAL),
        "supersede": (
            {_BI.AWAITING_APPROVAL, _BI.APPROVED, _BI.DECLINED},
            _BI.SUPERSEDED,
        ),
        "reopen": ({_BI.APPROVED, _BI.DECLINED}, _BI.AWAITING_APPROVAL),
        "pay": ({_BI.APPROVED}, _BI.PAID),
        "unpay": ({_BI.PAID}, _BI.APPROVED),
        "undo": ({_BI.APPROVED}, _BI.DRAFT),
        "withdraw": ({_BI.AWAITING_APPROVAL}, _BI.VOID),
        "void": ({_BI.DRAFT, _BI.APPROVED}, _BI.VOID),
    },
    participles=_PARTICIPLES,
)


def check_move(moves: Moves[Status], current: Status, verb: str) -> Status:
    """The status after `verb`; Conflict when it is not allowed from `current`."""
    return moves.check_move(current, verb)


_NS = NetworkStatus
# News of one version of a document arrive in any order: the answer may overtake the receipt.
_DISTANCE = {
    _NS.NOT_SENT: 0,
    _NS.QUEUED: 1,
    _NS.FAILED: 2,
    _NS.DELIVERED: 3,
    _NS.OPENED: 4,
    _NS.ASKED: 5,
    _NS.CHANGED: 5,
    _NS.APPROVED: 5,
    _NS.DECLINED: 5,
    _NS.REFUSED: 5,
    _NS.RETURNED: 5,
    _NS.INVOICED: 6,
}


def network_progress(current: NetworkStatus, news: NetworkStatus) -> NetworkStatus:
    """The network status after `news` about the same version: it never goes back.

    Of two answers the later one holds. Sending again (a new version, or after trouble) starts
    over at QUEUED and is not news: use `may_send` and set it.
    """
    return news if _DISTANCE[news] >= _DISTANCE[current] else current


def may_send(current: NetworkStatus) -> bool:
    """Whether sending starts a new delivery; while one is queued it would change nothing."""
    return current is not NetworkStatus.QUEUED
