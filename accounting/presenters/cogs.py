"""Cost of goods sold of a period: what the book says, what was exported, what is missing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.options import read_options
from accounting.domain.states import Kind, SyncState
from accounting.models import CogsEntry, Connection, SyncDocument
from accounting.services.cogs import CogsKey, due_cogs, wanted_cogs
from ledger.models import Account

ZERO = Decimal(0)
MOST_ROWS = 500


def cogs_page(connection: Connection, since: date, until: date) -> dict[str, Any]:
    """The context of the page: rows per day, channel and class, and the journals themselves."""
    options = read_options(connection.options)
    wanted = wanted_cogs(since, until, options)
    entries = list(
        CogsEntry.objects.filter(
            connection=connection, day__gte=since, day__lte=until, is_void=False
        ).order_by("day", "channel", "class_key", "sequence")[:MOST_ROWS]
    )
    said: dict[CogsKey, list[CogsEntry]] = {}
    for entry in entries:
        said.setdefault(CogsKey(entry.day, entry.channel, entry.class_key), []).append(entry)
    names = {row.id: str(row) for row in Account.objects.all()}
    states = {
        row.local_id: row
        for row in SyncDocument.objects.filter(
            connection=connection, kind=Kind.COGS, local_id__in=[entry.id for entry in entries]
        )
    }
    due = {row.key: row for row in due_cogs(connection, since, until)}
    keys = sorted({*wanted, *said}, key=lambda key: (key.day, key.channel, key.class_key))
    rows = []
    for key in keys[:MOST_ROWS]:
        row = due.get(key)
        rows.append(
            {
                "key": key,
                "ours": _debits(wanted.get(key, {})),
                "said": sum((_of_entry(entry) for entry in said.get(key, [])), ZERO),
                "due": row.total if row is not None else ZERO,
                "lines": _lines(row.amounts if row is not None else {}, names),
                "off": options.channel(key.channel).cogs != "individual",
                "journals": [
                    (states[entry.id], SyncState(states[entry.id].state))
                    for entry in said.get(key, [])
                    if entry.id in states
                ],
            }
        )
    return {
        "rows": rows,
        "left_out": max(0, len(keys) - MOST_ROWS),
        "since": since,
        "until": until,
        "due_count": len(due),
        "said_count": len(entries),
    }


def _debits(amounts: Mapping[UUID, Decimal]) -> Decimal:
    return sum((amount for amount in amounts.values() if amount > 0), ZERO)


def _of_entry(entry: CogsEntry) -> Decimal:
    amounts = [Decimal(amount) for amount in entry.amounts.values()]
    return sum((amount for amount in amounts if amount > 0), ZERO)


def _lines(amounts: Mapping[UUID, Decimal], names: Mapping[UUID, str]) -> list[tuple[str, Decimal]]:
    return sorted(
        ((names.get(account, str(account)), amount) for account, amount in amounts.items()),
        key=lambda line: -line[1],
    )
