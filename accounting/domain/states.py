"""States of connections, synchronised documents and runs, and who has to act on each."""

from enum import StrEnum

from hub.choices import LabelChoices, Tone, ToneChoices


class ConnectionState(ToneChoices):
    """How far an organisation's connection to its accounting system is."""

    CONNECTING = "connecting", "Being set up", Tone.INFO, "plug"
    MIGRATING = "migrating", "Migrating", Tone.INFO, "transfer"
    ACTIVE = "active", "Connected", Tone.SUCCESS, "circle-check"
    PAUSED = "paused", "Paused", Tone.ATTENTION, "player-pause"
    NEEDS_RECONNECT = "needs_reconnect", "Reconnect needed", Tone.CRITICAL, "plug-off"
    DISABLED = "disabled", "Disabled", Tone.NEUTRAL, "ban"

    @classmethod
    def living(cls) -> frozenset["ConnectionState"]:
        """Not given up: at most one connection of an organisation is in one of these."""
        return frozenset(set(cls) - {cls.DISABLED})


class Mode(LabelChoices):
    """What the connection may do there (Q2)."""

    READ_ONLY = "read", "From the accounting system only"
    BOTH_WAYS = "both", "Both ways"


class SyncState(ToneChoices):
    """Where one document stands between here and there."""

    PENDING = "pending", "Pending", Tone.INFO, "clock"
    SENDING = "sending", "Syncing", Tone.INFO, "refresh"
    WAITING = "waiting", "Waiting for another", Tone.INFO, "hourglass"
    SYNCED = "synced", "Synced", Tone.SUCCESS, "circle-check"
    ATTENTION = "attention", "Needs attention", Tone.ATTENTION, "alert-triangle"
    VARIANCE = "variance", "Totals differ", Tone.ATTENTION, "scale"
    CONFLICT = "conflict", "Conflict", Tone.ATTENTION, "git-merge"
    FAILED = "failed", "Failed", Tone.CRITICAL, "circle-x"
    SKIPPED = "skipped", "Skipped", Tone.NEUTRAL, "player-skip-forward"
    REMOTE_GONE = "remote_gone", "Deleted there", Tone.ATTENTION, "trash"
    REMOVED = "removed", "Taken out there", Tone.NEUTRAL, "ban"

    @classmethod
    def needing_someone(cls) -> frozenset["SyncState"]:
        """A person has to do something before it goes on."""
        return frozenset({cls.ATTENTION, cls.VARIANCE, cls.CONFLICT, cls.FAILED, cls.REMOTE_GONE})

    @classmethod
    def under_way(cls) -> frozenset["SyncState"]:
        """A run will look at it again by itself."""
        return frozenset({cls.PENDING, cls.SENDING, cls.WAITING})


class RunState(ToneChoices):
    """A run of the engine."""

    QUEUED = "queued", "Waiting", Tone.NEUTRAL, "clock"
    RUNNING = "running", "Running", Tone.INFO, "refresh"
    DONE = "done", "Done", Tone.SUCCESS, "circle-check"
    FAILED = "failed", "Failed", Tone.CRITICAL, "circle-x"
    STOPPED = "stopped", "Stopped", Tone.NEUTRAL, "ban"

    @classmethod
    def open(cls) -> frozenset["RunState"]:
        """Not over: at most one run of a connection is in one of these."""
        return frozenset({cls.QUEUED, cls.RUNNING})


class RunKind(LabelChoices):
    """Why a run was started."""

    MANUAL = "manual", "Sync now"
    AUTOMATIC = "automatic", "Autosync"
    FOLLOW_UP = "follow_up", "Follow-up"
    MIGRATION = "migration", "Migration"
    HISTORY = "history", "Historical export"
    COGS = "cogs", "Cost of goods sold"


class Verb(StrEnum):
    """What is asked of the provider for one object."""

    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    DELETE = "delete"


class Kind(LabelChoices):
    """What is synchronised: a local row in one role.

    The order is the order of dependency: a kind refers only to kinds before it.
    """

    CUSTOMER = "customer", "Customer"
    SUPPLIER = "supplier", "Supplier"
    PRODUCT = "product", "Product"
    ACCOUNT_ITEM = "account_item", "Item for lines without product"
    PURCHASE_ORDER = "purchase_order", "Purchase order"
    QUOTE = "quote", "Quote"
    BILL = "bill", "Bill"
    INVOICE = "invoice", "Invoice"
    SUPPLIER_CREDIT = "supplier_credit", "Supplier credit note"
    CREDIT_NOTE = "credit_note", "Credit note"
    REFUND = "refund", "Refund"
    JOURNAL = "journal", "Journal"
    COGS = "cogs", "Cost of goods sold"
    TRANSFER = "transfer", "Transfer"
    CREDIT_ENTRY = "credit_entry", "Credit or deposit"
    ALLOCATION_ENTRY = "allocation_entry", "Use of credit"
    PAYMENT = "payment", "Payment"
    BILL_PAYMENT = "bill_payment", "Payment to a supplier"
    ALLOCATION = "allocation", "Credit applied"
    BILL_ALLOCATION = "bill_allocation", "Supplier credit applied"

    @property
    def rank(self) -> int:
        """Its place in the order of dependency."""
        return RANKS[self]


RANKS = {kind: place for place, kind in enumerate(Kind)}


class Action(StrEnum):
    """What the engine does about an answer that is no success."""

    RETRY = "retry"  # later, by itself
    COOL_DOWN = "cool_down"  # the whole connection waits
    REFRESH = "refresh"  # take a new token, then once more
    RECONNECT = "reconnect"  # the connection stops until somebody signs in there
    PAUSE = "pause"  # the connection stops until somebody mends it there
    REREAD = "reread"  # somebody changed it there: read it and merge
    LOOK_UP = "look_up"  # nobody knows whether it arrived
    ADOPT = "adopt"  # it exists there: take it over if it is ours
    ATTENTION = "attention"  # somebody has to decide or mend
    FAIL = "fail"  # nothing a user can mend
    GONE = "gone"  # our own document was deleted there


class Who(LabelChoices):
    """Who has to act."""

    NOBODY = "nobody", "Nobody: it goes on by itself"
    USER = "user", "You"
    ADMIN = "admin", "An admin of the accounting system"
    OPERATOR = "operator", "Wharf's support"
