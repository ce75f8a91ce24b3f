"""One entry of the sync history, and the causes of what needs attention."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.urls import reverse

from accounting.domain.states import ConnectionState, Kind, RunKind, SyncState, Verb
from accounting.engine.provider import provider_named
from accounting.engine.pulling import body_of as change_body
from accounting.engine.work import EXCHANGE_FIELD
from accounting.incoming.choices import LINKABLE
from accounting.models import Connection, Exchange, RemoteChange, SyncDocument, SyncRun
from accounting.presenters.conflicts import conflict_buttons
from accounting.presenters.fixes import fix_link, own_url, their_url
from accounting.selectors import first_id_at
from accounting.services import sync_documents as verbs
from accounting.services.accounts_there import line_accounts
from hub.secrets import UnreadableSecret, decrypt
from hub.ui.components import DiffCell, DiffRow, DiffTable, ErrorPanel, Fact, Link, TimelineEntry
from hub.ui.formatting import amount_text
from orders.presenters.manner import Manner
from tenants.boundary import current_tenant
from tenants.timeline import timeline_of

MOST_CAUSES = 20
MOST_EXCHANGES = 20
LOOKED_AT = 20_000
SEARCHED = 2_000
MOST_LINES = 100
LATER = timedelta(minutes=15)
SENT = {
    Verb.CREATE: "Created there",
    Verb.UPDATE: "Updated there",
    Verb.VOID: "Voided there",
    Verb.DELETE: "Deleted there",
}
CAUSES = """
SELECT reason, count(*), (array_agg(id))[1]
FROM (SELECT id, reason, fix FROM accounting_syncdocument
      WHERE tenant_id = %s AND connection_id = %s
        AND state IN ('attention', 'variance', 'conflict', 'failed', 'remote_gone')
      LIMIT %s) AS looked_at
GROUP BY reason, fix->>'kind',
         CASE WHEN fix->>'kind' IN ('document', 'sale') THEN '' ELSE fix->>'id' END
ORDER BY count(*) DESC LIMIT %s
"""
# Ways out that are about one document, and no help for others of the same cause.
OF_ONE = ("document", "match", "sale")


@dataclass(frozen=True, slots=True)
class Cause:
    """Documents that one thing holds up. `message` is that of one of them."""

    reason: str
    message: str
    count: int
    fix: Link | None
    retryable: bool


def causes_of(connection: Connection | None) -> list[Cause]:
    """What needs attention by cause, most documents first; two statements."""
    if connection is None:
        return []
    with database.cursor() as cursor:
        cursor.execute(CAUSES, [current_tenant(), connection.id, LOOKED_AT, MOST_CAUSES])
        found: list[tuple[str, int, UUID]] = cursor.fetchall()
    samples = SyncDocument.objects.select_related("connection").in_bulk(
        [sample for _reason, _count, sample in found]
    )
    causes = []
    for reason, count, sample in found:
        row = samples[sample]
        fix = fix_link(row) if row.fix.get("kind") not in OF_ONE else None
        retryable = row.state in (SyncState.ATTENTION, SyncState.FAILED, SyncState.VARIANCE)
        causes.append(Cause(reason, row.message, count, fix, retryable))
    return causes


def panel_of(row: SyncDocument) -> ErrorPanel | None:
    """What happened, what it means, the button that mends it."""
    state = SyncState(row.state)
    if state == SyncState.SYNCED or not row.message:
        return None
    meaning = {
        SyncState.ATTENTION: "It is not in the books there yet.",
        SyncState.VARIANCE: "It is there, but the two books differ by it.",
        SyncState.CONFLICT: "Nothing is overwritten by itself. Choose which one stands.",
        SyncState.FAILED: "It is not in the books there, and nothing you can mend is known.",
        SyncState.REMOTE_GONE: "The books there are without it.",
        SyncState.SKIPPED: "It stays out of the books there.",
    }.get(state, "Nobody has to do anything: the next sync looks at it again.")
    if state == SyncState.ATTENTION and row.goods_wait:
        meaning = "Both books agree on it; only the stock here is still to be moved."
    return ErrorPanel(row.message, meaning, fix_link(row), row.reason)


def facts_of(row: SyncDocument, manner: Manner) -> list[Fact]:
    """The head of the page."""
    found = [
        Fact("Kind", Kind(row.kind).label),
        Fact("Ours", row.number),
        Fact("Theirs", row.remote_number or row.remote_id),
        Fact("Day", manner.day(row.happened_on)),
        Fact("Direction", "From there" if row.from_there else "To there"),
        Fact("Tries", str(row.attempts)),
    ]
    if row.sent_at:
        word = SENT.get(Verb(row.verb), "Sent") if row.verb else "Sent"
        found.append(Fact("Last sent", manner.moment(row.sent_at), word))
    if row.synced_at:
        found.append(Fact("Last in step", manner.moment(row.synced_at)))
    if row.state in (SyncState.PENDING, SyncState.SENDING, SyncState.WAITING):
        found.append(Fact("Next try", manner.moment(row.not_before)))
    return found


def totals_of(row: SyncDocument) -> DiffTable | None:
    """Totals here and there, side by side; None before it has been there."""
    if row.remote_total is None and row.remote_tax is None:
        return None
    pairs = (("Total", row.total, row.remote_total), ("Tax", row.tax, row.remote_tax))
    rows = [
        (label, DiffCell(_amount(ours, row.currency), _amount(theirs, row.currency)))
        for label, ours, theirs in pairs
        if ours is not None and theirs is not None
    ]
    if not rows:
        return None
    return DiffTable("Here", "There", (), (), header=rows)


def _amount(value: Decimal, currency: str) -> str:
    return f"{amount_text(value, currency)} {currency}".strip()


def accounts_of(row: SyncDocument) -> list[DiffRow]:
    """Which account the system there uses for each line of a sale, beside ours (Q29)."""
    if row.connection.state == ConnectionState.DISABLED:
        return []
    found = line_accounts(row.connection, Kind(row.kind), row.local_id)
    return [
        DiffRow(one.line, (DiffCell(one.ours, one.theirs),), note="differs" if one.differs else "")
        for one in found[:MOST_LINES]
    ]


def verbs_of(row: SyncDocument) -> tuple[list[Link], list[Link]]:
    """What may be done about it: the buttons, and the menu."""

    def link(name: str, label: str, icon: str, method: str = "post", tone: str = "") -> Link:
        return Link(label, reverse(f"accounting:history_{name}", args=[row.id]), icon, method, tone)

    state, buttons, menu = SyncState(row.state), [], []
    if state in (SyncState.ATTENTION, SyncState.FAILED, SyncState.VARIANCE):
        buttons.append(link("retry", "Retry", "refresh", tone="primary"))
    elif state in verbs.RETRYABLE:
        menu.append(link("retry", "Try again now", "refresh"))
    if state == SyncState.SKIPPED:
        buttons.append(link("unskip", "Take in again", "player-play", tone="primary"))
    if state == SyncState.CONFLICT:
        buttons += conflict_buttons(row)
    if state == SyncState.REMOTE_GONE:
        buttons.append(link("resend", "Send again as new", "send", "get", "primary"))
    elif state in verbs.RESENDABLE and state != SyncState.REMOVED:
        menu.append(link("resend", "Send again as new …", "send", "get"))
    if state in verbs.MATCHABLE:
        there = link("match", "Match to …", "link", "get")
        menu.append(replace(there, url=f"{there.url}?look=1"))
    if state in verbs.SKIPPABLE:
        menu.append(link("skip", "Skip …", "player-skip-forward", "get"))
    return buttons, menu


def open_links(row: SyncDocument, title: str) -> list[Link]:
    """Where the document is shown here and there."""
    links = []
    if url := own_url(row):
        links.append(Link("Open here", url, "file"))
    if url := their_url(row, row.connection):
        links.append(Link(f"Open in {title}", url, "external-link"))
    return links


def exchanges_of(row: SyncDocument) -> Sequence[Exchange]:
    """The latest calls about a document, newest first."""
    if row.sent_at is None:
        return []
    # A batch names its documents in a list that no index knows: look around the last sending only.
    around = Exchange.objects.filter(
        connection_id=row.connection_id,
        id__gte=first_id_at(row.created_at),
        id__lte=first_id_at(row.sent_at + LATER),
    ).order_by("-id")[:SEARCHED]
    return list(
        Exchange.objects.filter(id__in=around.values("id"), documents__contains=[str(row.id)])
        .defer("body")
        .order_by("-id")[:MOST_EXCHANGES]
    )


def body_of(exchange: Exchange) -> dict[str, str]:
    """What was said and answered, as text; secrets were removed before it was kept."""
    if not exchange.body:
        return {}
    try:
        text = decrypt(exchange.body, tenant_id=current_tenant(), field=EXCHANGE_FIELD)
    except UnreadableSecret:
        return {"Not readable": "The key with which this was sealed is gone."}
    parts: dict[str, Any] = json.loads(text)
    names = {"said": "Sent", "answered": "Answered", "shortened": "Shortened"}
    return {
        names.get(key, key): json.dumps(value, indent=2, ensure_ascii=False, default=str)
        for key, value in parts.items()
        if value not in (None, "", {})
    }


def timeline(row: SyncDocument, manner: Manner) -> list[TimelineEntry]:
    """What people and runs did about it, newest first."""
    entries = timeline_of(row.id)
    runs = SyncRun.objects.in_bulk({call.run for call in exchanges_of(row) if call.run is not None})
    for run in runs.values():
        summary = f"· {RunKind(run.kind).label} looked at it"
        entries.append(TimelineEntry(run.created_at, run.started_by_name or "Wharf", summary))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def run_facts(run: SyncRun, manner: Manner) -> list[Fact]:
    """What a run did."""
    words = {
        "sent": "Sent",
        "taken": "Taken over",
        "refused": "Refused",
        "found": "Found there after a lost answer",
        "cogs": "Journals of cost of goods sold",
        "attention": "Need attention afterwards",
        "calls": "Calls",
    }
    found = [
        Fact("Begun", manner.moment(run.started_at or run.created_at), run.started_by_name),
        Fact("Ended", manner.moment(run.finished_at) if run.finished_at else "Not yet"),
    ]
    found += [
        Fact(label, str(run.counts[key])) for key, label in words.items() if key in run.counts
    ]
    if run.error:
        found.append(Fact("Why it stopped", run.error))
    return found


def exchanges_of_run(run: SyncRun) -> Sequence[Exchange]:
    """The latest calls of a run."""
    rows = Exchange.objects.filter(connection_id=run.connection_id, run=run.id, id__gte=run.id)
    return list(rows.defer("body").order_by("-id")[:MOST_EXCHANGES])


def _incoming_links(row: RemoteChange, label: str, url: str) -> list[Link]:
    """Where it is mended: there, or by saying whether it is one of ours."""
    found = [Link(label, url, "external-link")] if url else []
    if row.reason in LINKABLE:
        found.append(Link("Link or rename", reverse("accounting:decide", args=[row.pk]), "link"))
    return found


def incoming_context(row: RemoteChange, manner: Manner) -> dict[str, Any]:
    """One object from there that waits for a decision."""
    provider = provider_named(row.connection.provider)
    url = provider.link(row.connection.realm, row.entity, row.remote_id)
    body = json.dumps(change_body(row), indent=2, ensure_ascii=False, default=str)
    return {
        "row": row,
        "notice": ErrorPanel(
            row.message,
            "Nothing of it is in the books here yet. Mend the cause; the next sync tries again.",
            code=row.reason,
        ),
        "facts": [
            Fact("What", row.entity),
            Fact("Id there", row.remote_id),
            Fact("Since", manner.moment(row.seen_at)),
            Fact("Deleted there", "Yes" if row.deleted else "No"),
        ],
        "links": _incoming_links(row, f"Open in {provider.title}", url),
        "parts": {"As it was read": body},
    }
