"""The timeline of a document: what people, partners and Wharf did, and the mails that left."""

from hub.ui.components import Change, TimelineEntry
from orders.models import StockDocument, TradeDocument
from tenants.models import Activity, MailMessage, MailState

MOST_ENTRIES = 60
DOORS = {"web": "", "api": "API", "network": "Network", "job": "System", "command": "System"}
LOOKS = {
    "created": ("neutral", "pencil"),
    "changed": ("neutral", "pencil"),
    "authorised": ("info", "circle-check"),
    "sent": ("info", "send"),
    "sent_again": ("info", "send"),
    "delivered": ("info", "mail"),
    "received": ("info", "mail"),
    "revised": ("attention", "versions"),
    "superseded": ("neutral", "versions"),
    "opened": ("info", "mail-opened"),
    "approved": ("success", "check"),
    "partner_approved": ("success", "check"),
    "approved_with_changes": ("attention", "arrows-diff"),
    "partner_changed": ("attention", "arrows-diff"),
    "changes_accepted": ("success", "check"),
    "changes_declined": ("critical", "x"),
    "declined": ("critical", "x"),
    "partner_declined": ("critical", "x"),
    "asked": ("attention", "help"),
    "partner_asked": ("attention", "help"),
    "partner_query": ("attention", "help"),
    "invoiced": ("success", "file-invoice"),
    "billed": ("success", "file-invoice"),
    "shipped": ("success", "truck-delivery"),
    "picked": ("info", "basket-check"),
    "packed": ("info", "package"),
    "allocated": ("info", "package"),
    "released": ("attention", "hourglass"),
    "made_advanced": ("neutral", "versions"),
    "completed": ("success", "circle-check"),
    "accepted": ("success", "check"),
    "rejected": ("critical", "x"),
    "reviewed": ("neutral", "pencil"),
    "recorded": ("success", "cash"),
    "settled": ("success", "checks"),
    "unsettled": ("neutral", "arrow-back-up"),
    "banked": ("info", "coins"),
    "commented": ("info", "message"),
    "recalled": ("attention", "arrow-back-up"),
    "undone": ("neutral", "arrow-back-up"),
    "voided": ("neutral", "ban"),
    "failed": ("critical", "alert-triangle"),
    "returned": ("critical", "arrow-back-up"),
    "answer_refused": ("critical", "alert-triangle"),
    "answer_failed": ("critical", "alert-triangle"),
}
MAIL_LOOKS = {
    MailState.QUEUED: ("neutral", "clock", "waits to be sent"),
    MailState.SENT: ("info", "mail", "was sent"),
    MailState.FAILED: ("critical", "mail-x", "could not be sent"),
    MailState.BOUNCED: ("critical", "mail-x", "came back"),
}


def timeline_of(document: TradeDocument | StockDocument) -> list[TimelineEntry]:
    """The latest entries, newest first; two statements."""
    acts = Activity.objects.filter(object_id=document.id).order_by("-id")[:MOST_ENTRIES]
    mails = MailMessage.objects.filter(object_id=document.id).order_by("-id")[:MOST_ENTRIES]
    entries = [*(_act(one) for one in acts), *(_mail(one) for one in mails)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST_ENTRIES]


def _act(activity: Activity) -> TimelineEntry:
    verb = activity.action.split(".")[-1]
    tone, icon = LOOKS.get(verb, ("neutral", "point"))
    if verb == "commented":
        return TimelineEntry(
            activity.at,
            activity.actor_name,
            "wrote",
            DOORS.get(activity.via, activity.via),
            icon,
            tone,
            body=activity.summary,
        )
    return TimelineEntry(
        activity.at,
        activity.actor_name,
        _what(activity),
        DOORS.get(activity.via, activity.via),
        icon,
        tone,
        changes=[Change(label, old, new) for label, (old, new) in activity.changes.items()],
    )


def _what(activity: Activity) -> str:
    """The summary behind the actor's name, which it does not repeat."""
    rest = activity.summary.removeprefix(activity.actor_name)
    return rest.lstrip(": ") if rest != activity.summary else f"· {rest}"


def _mail(mail: MailMessage) -> TimelineEntry:
    tone, icon, words = MAIL_LOOKS[MailState(mail.state)]
    return TimelineEntry(
        mail.sent_at or mail.created_at,
        "E-mail",
        f"· “{mail.subject}” to {', '.join(mail.to)} {words}",
        "",
        icon,
        tone,
        body=mail.error,
    )
