"""Cost of goods sold as daily journals, one per sales channel and class (Q15 to Q17).

What a day has to say is the sum of what shipments, returns and their later corrections wrote to
the book on it; what was said already is the sum of the entries that are not void. The difference
is a new entry, so exporting twice says nothing twice, and a cost that changes late is corrected.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q, Sum
from django.utils import timezone

from accounting.domain.options import Options, read_options
from accounting.domain.states import Kind
from accounting.engine.expansion import Candidate
from accounting.engine.planning import DAYS_DUE, mark_waiting_cogs, plan
from accounting.models import CogsEntry, Connection
from accounting.outgoing.journals import COGS_EVENTS, OF_SALES
from accounting.outgoing.tracking import key_of
from ledger.domain.postings import JournalEvent
from ledger.models import JournalLine
from orders.models import CreditNote, Shipment
from tenants.services.activity import log_activity

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CogsKey:
    """What one journal is about."""

    day: date
    channel: str
    class_key: str


@dataclass(frozen=True, slots=True)
class CogsRow:
    """One journal that is due: account → debits less credits in base currency."""

    key: CogsKey
    amounts: Mapping[UUID, Decimal]

    @property
    def total(self) -> Decimal:
        """What it debits."""
        return sum((amount for amount in self.amounts.values() if amount > 0), ZERO)


def wanted_cogs(since: date, until: date, options: Options) -> dict[CogsKey, dict[UUID, Decimal]]:
    """What the book says of the days, both included."""
    rows = (
        JournalLine.objects.filter(posted_on__gte=since, posted_on__lte=until)
        .filter(
            Q(journal__event__in=COGS_EVENTS)
            | Q(journal__event=JournalEvent.COST_CORRECTION, journal__source_kind__in=OF_SALES)
        )
        .values_list("posted_on", "journal__source_kind", "journal__source_id", "account_id")
        .annotate(amount=Sum("amount"))
    )
    found = list(rows)
    shown = _shown([(kind, source) for _day, kind, source, _account, _amount in found], options)
    sums: dict[CogsKey, dict[UUID, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for day, kind, source, account, amount in found:
        channel, class_key = shown.get((kind, source), ("Wharf", ""))
        sums[CogsKey(day, channel, class_key)][account] += amount
    return sums


def _shown(
    sources: Iterable[tuple[str, UUID]], options: Options
) -> dict[tuple[str, UUID], tuple[str, str]]:
    """Channel and class of each shipment and credit note."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for kind, source in sources:
        by_kind[kind].add(source)
    found: dict[tuple[str, UUID], tuple[str, str]] = {}
    shipments = Shipment.objects.filter(id__in=by_kind["shipment"])
    for row in shipments.select_related("sales_order", "location", "contact"):
        order = row.sales_order
        key = key_of(options.class_source, order=order, location=row.location, contact=row.contact)
        found["shipment", row.id] = (order.channel, key)
    notes = CreditNote.objects.filter(id__in=by_kind["credit_note"])
    for note in notes.select_related("invoice__sales_order", "location", "contact"):
        invoice = note.invoice
        order_of_note = invoice.sales_order if invoice is not None else None
        key = key_of(
            options.class_source,
            order=order_of_note,
            location=note.location,
            contact=note.contact,
        )
        found["credit_note", note.id] = (invoice.channel if invoice else "Wharf", key)
    return found


def due_cogs(connection: Connection, since: date, until: date) -> list[CogsRow]:
    """Journals that are missing, both days included: what is wanted less what was said."""
    options = read_options(connection.options)
    sums = wanted_cogs(since, until, options)
    said = CogsEntry.objects.filter(
        connection=connection, day__gte=since, day__lte=until, is_void=False
    )
    for entry in said:
        amounts = sums[CogsKey(entry.day, entry.channel, entry.class_key)]
        for account, amount in entry.amounts.items():
            amounts[UUID(account)] -= Decimal(amount)
    rows = [
        CogsRow(key, {account: amount for account, amount in amounts.items() if amount})
        for key, amounts in sums.items()
        if options.channel(key.channel).cogs == "individual"
    ]
    return sorted(
        (row for row in rows if row.amounts),
        key=lambda row: (row.key.day, row.key.channel, row.key.class_key),
    )


def export_cogs(connection: Connection, since: date, until: date) -> list[CogsEntry]:
    """Write the journals that are missing and make them due; gives them. Twice: nothing more."""
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    rows = due_cogs(connection, since, until)
    last = _last_sequences(connection, since, until)
    entries = [
        CogsEntry(
            connection=connection,
            day=row.key.day,
            channel=row.key.channel[:40],
            class_key=row.key.class_key[:120],
            sequence=last.get(row.key, 0) + 1,
            amounts={str(account): format(amount, "f") for account, amount in row.amounts.items()},
        )
        for row in rows
    ]
    CogsEntry.objects.bulk_create(entries)
    plan(connection, [_candidate(entry) for entry in entries])
    if entries:
        log_activity(
            "cogs.exported",
            f"Cost of goods sold of {since:%d %b %Y} to {until:%d %b %Y}: {len(entries)} journals",
            about=connection,
        )
    return entries


def _last_sequences(connection: Connection, since: date, until: date) -> dict[CogsKey, int]:
    rows = (
        CogsEntry.objects.filter(connection=connection, day__gte=since, day__lte=until)
        .values_list("day", "channel", "class_key")
        .annotate(last=Max("sequence"))
    )
    return {CogsKey(day, channel, key): last for day, channel, key, last in rows}


def _candidate(entry: CogsEntry) -> Candidate:
    return Candidate(Kind.COGS, entry.id, f"COGS-{entry.day:%Y%m%d}", entry.day)


def void_cogs(connection: Connection, since: date, until: date) -> int:
    """Recall what was said of the days, both included; gives how many journals."""
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    entries = list(
        CogsEntry.objects.filter(
            connection=connection, day__gte=since, day__lte=until, is_void=False
        )
    )
    CogsEntry.objects.filter(id__in=[entry.id for entry in entries]).update(is_void=True)
    plan(connection, [_candidate(entry) for entry in entries])
    if entries:
        log_activity(
            "cogs.voided",
            f"Cost of goods sold of {since:%d %b %Y} to {until:%d %b %Y} recalled: "
            f"{len(entries)} journals",
            about=connection,
        )
    return len(entries)


def export_days_due(connection: Connection) -> int:
    """Export the days that are over and have changed; gives how many journals that makes."""
    options = read_options(connection.options)
    days = [date.fromisoformat(day) for day in connection.cursor.get(DAYS_DUE, [])]
    begins = date.fromisoformat(options.from_date) if options.from_date else date.min
    over = [day for day in days if day < timezone.localdate()]
    made = 0
    for first, last in _spans(sorted(day for day in over if day >= begins)):
        made += len(export_cogs(connection, first, last))
    if over:
        left = [day.isoformat() for day in days if day not in set(over)]
        connection.cursor = {**connection.cursor, DAYS_DUE: left}
        connection.save(update_fields=["cursor"])
    return made


def has_days_due(connection: Connection) -> bool:
    """Whether a day that is over has something to export."""
    mark_waiting_cogs(connection)
    today = timezone.localdate().isoformat()
    return any(day < today for day in connection.cursor.get(DAYS_DUE, []))


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days that follow one another, as spans."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] <= timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
