"""What a sync would do, worked out without claiming or sending anything (Q26)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection as database

from accounting.domain.answers import Unready
from accounting.domain.hashing import fingerprint
from accounting.domain.options import read_options
from accounting.domain.outgoing import Document
from accounting.domain.previewing import Foreseen, Foresight
from accounting.domain.reasons import SKIPS
from accounting.domain.states import RANKS, Action, Kind, Mode, SyncState
from accounting.engine.marks import only_marks_changed, unmarked_print
from accounting.engine.provider import Provider, provider_named
from accounting.engine.resolving import RunResolver
from accounting.models import Connection, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame
from tenants.boundary import current_tenant

CHUNK = 200
FOLLOWS = "made before it"
# What the book says of documents, per account: what is created adds, what is voided takes away.
ACCOUNTS = """
SELECT a.code, a.name, sum(l.amount) FROM ledger_journalline l
JOIN ledger_journal j ON j.tenant_id = l.tenant_id AND j.id = l.journal_id
JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE l.tenant_id = %(tenant)s AND (j.source_id = ANY(%(ids)s) OR j.id = ANY(%(ids)s))
  AND j.reverses_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM ledger_journal r
                  WHERE r.tenant_id = j.tenant_id AND r.reverses_id = j.id)
GROUP BY a.code, a.name HAVING sum(l.amount) <> 0 ORDER BY a.code, a.name
"""


class ForeseeingResolver(RunResolver):
    """Finds what stands there; what would be made before it counts as standing there."""

    def document(self, kind: Kind, local_id: Any) -> str:
        try:
            return super().document(kind, local_id)
        except Unready:
            blocked = SyncDocument.objects.filter(
                connection=self._connection,
                kind=kind,
                local_id=local_id,
                state__in=[*SyncState.needing_someone(), SyncState.SKIPPED],
            ).exists()
            if blocked:
                raise
            return FOLLOWS


def foresee(connection: Connection) -> dict[str, Any]:
    """What would become of everything that is due, as the job keeps it.

    Reads only. What is due has been planned before, in the same transaction.
    """
    provider = provider_named(connection.provider)
    sight = Foresight()
    for kind in RANKS:
        for rows in _chunks(connection, kind):
            _foresee_rows(connection, provider, kind, rows, sight)
    result = sight.as_json()
    result["totals"] = {
        what: sight.total(what)
        for what in ("create", "update", "void", "same", "skip", "wait", "attention")
    }
    result["accounts"] = _accounts(sight.created, sight.voided)
    return result


def _chunks(connection: Connection, kind: Kind) -> Any:
    last = UUID(int=0)
    while True:
        rows = list(
            SyncDocument.objects.filter(
                connection=connection,
                rank=kind.rank,
                state__in=[SyncState.PENDING, SyncState.WAITING],
                id__gt=last,
            ).order_by("id")[:CHUNK]
        )
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _foresee_rows(
    connection: Connection,
    provider: Provider,
    kind: Kind,
    rows: Sequence[SyncDocument],
    sight: Foresight,
) -> None:
    frame = Frame(read_options(connection.options))
    resolver = ForeseeingResolver(connection, provider)
    try:
        documents = build(kind, [row.local_id for row in rows], frame)
    except Unready as error:
        for row in rows:
            sight.add(
                Foreseen(
                    kind, row.local_id, row.number, "attention", message=str(error.verdict.sentence)
                )
            )
        return
    for row in rows:
        document = documents.get(row.local_id)
        sight.add(_foresee(connection, provider, row, document, resolver))


def _foresee(
    connection: Connection,
    provider: Provider,
    row: SyncDocument,
    document: Document | None,
    resolver: RunResolver,
) -> Foreseen:
    number = (document.number if document is not None else "") or row.number
    plain = Foreseen(row.kind, row.local_id, number, "same")
    wanted = document.wanted if document is not None else "void"
    if document is not None and document.skip and not row.remote_id:
        return replace(plain, what="skip", message=SKIPS[document.skip][1])
    if wanted == "hold":
        assert document is not None
        code = document.held or ("undone_here" if row.remote_id else "not_authorised")
        return replace(plain, what="wait", message=SKIPS[code][1])
    if wanted == "void" or document is None:
        return replace(plain, what="void" if row.remote_id else "same", total=row.remote_total)
    if connection.mode != Mode.BOTH_WAYS:
        return replace(plain, what="skip", message=SKIPS["read_only"][1])
    try:
        rendered = provider.render(document, resolver)
        if not row.remote_id or row.hash != fingerprint(rendered.payload, rendered.entity):
            provider.check(document, resolver)
    except Unready as error:
        waits = error.verdict.action == Action.RETRY
        return replace(plain, what="wait" if waits else "attention", message=error.verdict.sentence)
    plain = replace(plain, total=rendered.total, currency=document.currency)
    if not row.remote_id:
        return replace(plain, what="create")
    same = row.hash == fingerprint(rendered.payload, rendered.entity) or only_marks_changed(
        row, unmarked_print(document, provider, resolver)
    )
    return replace(plain, what="same" if same else "update")


def _accounts(created: Sequence[UUID], voided: Sequence[UUID]) -> list[dict[str, str]]:
    """Per account what the documents come to, as debits less credits in base currency."""
    sums: dict[tuple[str, str], Decimal] = {}
    for ids, sign in ((created, 1), (voided, -1)):
        if not ids:
            continue
        with database.cursor() as cursor:
            cursor.execute(ACCOUNTS, {"tenant": current_tenant(), "ids": list(ids)})
            for code, name, amount in cursor.fetchall():
                sums[code, name] = sums.get((code, name), Decimal(0)) + sign * amount
    return [
        {"code": code, "name": name, "amount": format(amount, "f")}
        for (code, name), amount in sorted(sums.items())
        if amount
    ]
