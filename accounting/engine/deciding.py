"""What is done about each due document: sent, left, held, or let wait for another."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounting.domain.answers import Order, Unready, Verdict
from accounting.domain.hashing import as_taken_over, fingerprint
from accounting.domain.outgoing import Document
from accounting.domain.reasons import SKIPS
from accounting.domain.states import Action, Kind, SyncState, Verb
from accounting.engine.emptying import keep_filled
from accounting.engine.expansion import Candidate
from accounting.engine.marks import keep_unmarked, only_marks_changed, unmarked_print
from accounting.engine.planning import plan
from accounting.engine.provider import Rendered
from accounting.engine.resolving import RunResolver
from accounting.engine.rows import DECIDED, write_rows
from accounting.engine.work import Work, may_write
from accounting.models import Connection, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame
from hub.faults import fault

# Mappings that somebody changes while a run goes on count after this many seconds.
KEPT_SECONDS = 5.0
# So many documents are looked at in one transaction, and for what they lack before that is sent.
LOOKED = 1000
# In a row's facts: it is part of one payment there that stands for several things here.
JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Sending:
    """A document that was claimed, with its order."""

    id: UUID
    order: Order
    rendered: Rendered | None


@dataclass(slots=True)
class Claim:
    """Documents that are marked as being sent. `last`: where to go on; None when none are left.

    `settled` counts those that came to an end without being sent, `looked` all that were looked
    at, `lacking` what some of them wait for and nobody had known of.
    """

    sending: list[Sending] = field(default_factory=list)
    settled: int = 0
    looked: int = 0
    lacking: int = 0
    last: UUID | None = None


@dataclass
class Decisions:
    """One look at some rows: the orders, what was settled, and what others wait for."""

    work: Work
    connection: Connection
    resolver: RunResolver
    frame: Frame
    chosen: list[tuple[SyncDocument, Sending]] = field(default_factory=list)
    wanted: dict[tuple[Kind, UUID], Candidate] = field(default_factory=dict)
    needless: list[UUID] = field(default_factory=list)
    settled: int = 0

    def settle(self, row: SyncDocument, state: SyncState, code: str = "", text: str = "") -> None:
        """The row's new state, with its reason; `write` writes it."""
        row.state, row.reason, row.message, row.fix = state, code, text, {}

    def hold(self, row: SyncDocument, verdict: Verdict) -> None:
        """Somebody has to do something first."""
        failed = verdict.action == Action.FAIL
        self.settle(
            row, SyncState.FAILED if failed else SyncState.ATTENTION, verdict.code, verdict.sentence
        )
        row.fix = verdict.fix.as_json() if verdict.fix else {}

    def wait(self, row: SyncDocument, verdict: Verdict, kind: Kind, local_id: UUID) -> None:
        """It waits for another document, which is made due where it is not known yet."""
        self.settle(row, SyncState.WAITING, "waits", verdict.sentence)
        row.fix = verdict.fix.as_json() if verdict.fix else {}
        if not self.resolver.knows(kind, local_id):
            self.wanted[kind, local_id] = Candidate(kind, local_id, "")

    def let_go(self, row: SyncDocument) -> None:
        """Nothing of it is to stand there. What stood there once keeps its history."""
        if row.synced_at is not None:
            self.settle(row, SyncState.REMOVED)
            return
        # Other documents say all that it says: there is nothing to keep in step.
        self.needless.append(row.id)

    def write(self, rows: Sequence[SyncDocument], before: dict[UUID, tuple[str, str, str]]) -> None:
        """Write what changed, and make due what is waited for."""
        chosen = {row.id for row, _sending in self.chosen}
        SyncDocument.objects.filter(id__in=self.needless, remote_id="").delete()
        write_rows(
            [
                row
                for row in rows
                if row.id not in chosen
                and row.id not in self.needless
                and before[row.id] != (row.state, row.reason, row.message)
            ],
            DECIDED,
        )
        plan(self.connection, self.wanted.values())


def _due(connection: Connection) -> QuerySet[SyncDocument]:
    return SyncDocument.objects.filter(
        connection=connection,
        state__in=[SyncState.PENDING, SyncState.WAITING],
        not_before__lte=timezone.now(),
    )


def due_ranks(work: Work) -> set[int]:
    """The ranks of which anything is due: where nothing is, nothing is asked."""
    with work.transaction() as connection:
        return set(_due(connection).values_list("rank", flat=True).distinct())


def claim(work: Work, kind: Kind, after: UUID) -> Claim:
    """Fill one batch with due documents of a kind, and mark them as being sent.

    Where few of them can be sent it is filled in part: no transaction looks at more than `LOOKED`.
    """
    found = Claim(last=after)
    chosen: list[tuple[SyncDocument, Sending]] = []
    with work.transaction() as connection:
        due = _due(connection).filter(rank=kind.rank).order_by("id")
        while len(chosen) < work.provider.batch and found.looked < LOOKED:
            wanted = min(work.provider.batch - len(chosen), LOOKED - found.looked)
            rows = list(due.filter(id__gt=found.last)[:wanted])
            if rows:
                found.last = rows[-1].id
                decisions = _decide(work, connection, kind, rows)
                chosen += decisions.chosen
                found.settled += decisions.settled + len(decisions.wanted)
                found.looked += len(rows)
                found.lacking += len(decisions.wanted)
            if len(rows) < wanted:
                found.last = None
                break
        _mark_sending(chosen)
        found.sending = [sending for _row, sending in chosen]
        if chosen:
            fault("sync.claiming")
    if chosen:
        fault("sync.claimed")
    return found


def resolver_of(work: Work, connection: Connection) -> RunResolver:
    """The mappings, read anew every few seconds of a run."""
    now = time.monotonic()
    kept = work.resolver
    if isinstance(kept, RunResolver) and now - work.resolver_at < KEPT_SECONDS:
        kept.forget_documents(connection)
        return kept
    work.resolver, work.resolver_at = RunResolver(connection, work.provider), now
    return work.resolver


def _decide(
    work: Work, connection: Connection, kind: Kind, rows: Sequence[SyncDocument]
) -> Decisions:
    frame = Frame(work.options(connection))
    found = Decisions(work, connection, resolver_of(work, connection), frame)
    before = {row.id: (row.state, row.reason, row.message) for row in rows}
    try:
        documents = build(kind, [row.local_id for row in rows], frame)
    except Unready as error:
        for row in rows:
            found.hold(row, error.verdict)
    else:
        found.resolver.prefetch_for(documents.values())
        for row in rows:
            _decide_one(found, row, documents.get(row.local_id))
    found.write(rows, before)
    return found


def _decide_one(found: Decisions, row: SyncDocument, document: Document | None) -> None:
    was_pending = row.state == SyncState.PENDING
    try:
        sending = _order_for(found, row, document)
    except Unready as error:
        if error.waits_for is not None:
            kind, local_id = error.waits_for
            found.wait(row, error.verdict, Kind(kind), UUID(local_id))
        else:
            found.hold(row, error.verdict)
            found.settled += was_pending
        return
    if sending is not None:
        found.chosen.append((row, sending))
    elif row.state != SyncState.WAITING and row.id not in found.needless:
        found.settled += 1


def _order_for(found: Decisions, row: SyncDocument, document: Document | None) -> Sending | None:
    """The order for one document, or None when nothing is to be sent; then the row says why."""
    work, connection = found.work, found.connection
    wanted = document.wanted if document is not None else "void"
    if document is not None and document.skip and not row.remote_id:
        found.settle(row, SyncState.SKIPPED, *SKIPS[document.skip])
        return None
    if row.facts.get(JOINED) and (
        wanted == "void" or document is None or row.hash != as_taken_over(document)
    ):
        raise Unready(_joined_there(work.provider.title))
    if wanted == "hold":
        assert document is not None
        code = document.held or ("undone_here" if row.remote_id else "not_authorised")
        found.settle(row, SyncState.WAITING, *SKIPS[code])
        return None
    if wanted == "void" and not row.remote_id:
        found.let_go(row)
        return None
    if document is not None and wanted != "void" and row.hash == as_taken_over(document):
        # It came from there, and nothing of it was changed here since.
        found.settle(row, SyncState.SYNCED)
        row.synced_at = timezone.now()
        return None
    if not may_write(connection):
        code, sentence = SKIPS["read_only"]
        found.settle(
            row,
            SyncState.WAITING,
            connection.pause_code or code,
            connection.pause_message or sentence,
        )
        return None
    if wanted == "void":
        if document is not None:
            work.provider.check(document, found.resolver)
        return sending_of(row, Verb.VOID, Rendered(row.entity, {}), f"void-{row.hash}")
    assert document is not None
    rendered = work.provider.render(document, found.resolver)
    print_ = fingerprint(rendered.payload, rendered.entity)
    _describe(row, document, rendered)
    same = bool(row.remote_id) and row.hash == print_
    unmarked = "" if same else unmarked_print(document, work.provider, found.resolver)
    if same or only_marks_changed(row, unmarked):
        found.settle(row, SyncState.SYNCED)
        row.synced_at = timezone.now()
        return None
    work.provider.check(document, found.resolver)
    keep_unmarked(row, print_, unmarked)
    fields = keep_filled(row, document)
    emptied = work.provider.emptied(fields, rendered, found.resolver) if row.remote_id else ()
    return sending_of(row, Verb.UPDATE if row.remote_id else Verb.CREATE, rendered, print_, emptied)


def _joined_there(title: str) -> Verdict:
    return Verdict(
        Action.ATTENTION,
        "joined_there",
        f"It was taken over from one payment in {title} that joins several documents, and was "
        f"changed here since. Change or delete that payment in {title}: the next sync takes all of "
        "it back here and records anew what stands there. Or skip this, if the two may differ.",
    )


def sending_of(
    row: SyncDocument,
    verb: Verb,
    rendered: Rendered,
    print_: str,
    emptied: tuple[str, ...] = (),
) -> Sending:
    """A row with its order; the key is new for every payload and every attempt that ended."""
    row.verb, row.entity, row.sent_hash = verb, rendered.entity, print_[:64]
    key = f"{row.id.hex}{row.generation:x}-{print_[:8]}"
    order = Order(
        verb,
        rendered.entity,
        rendered.payload,
        key,
        row.remote_id,
        row.remote_version,
        revives=verb == Verb.UPDATE and not row.hash,
        emptied=emptied,
    )
    return Sending(row.id, order, rendered)


def _describe(row: SyncDocument, document: Document, rendered: Rendered) -> None:
    row.number = (document.number or row.number)[:120]
    row.happened_on = document.on
    row.currency = document.currency
    row.total, row.tax = rendered.total, rendered.tax
    row.facts = {**row.facts, **(rendered.facts or {})}


def _mark_sending(claimed: Sequence[tuple[SyncDocument, Sending]]) -> None:
    now = timezone.now()
    for row, _sending in claimed:
        row.state, row.sent_at, row.attempts = SyncState.SENDING, now, row.attempts + 1
        row.reason, row.message, row.fix = "", "", {}
    write_rows([row for row, _sending in claimed], DECIDED)
