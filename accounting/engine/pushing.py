"""Sending what is due: claimed, sent, recorded, each in a transaction of its own.

A worker may die at any line. What was claimed and not recorded is looked up there before it is
sent again; nothing is sent twice, and nothing is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounting.domain.answers import (
    Fix,
    Order,
    Outcome,
    ProviderDown,
    There,
    Unready,
    Verdict,
)
from accounting.domain.hashing import fingerprint
from accounting.domain.outgoing import Document
from accounting.domain.reasons import SKIPS, variance
from accounting.domain.states import RANKS, Action, Kind, SyncState, Verb
from accounting.engine.planning import plan_one
from accounting.engine.provider import Rendered
from accounting.engine.resolving import RunResolver
from accounting.engine.work import Work, may_write
from accounting.models import Connection, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame
from hub.faults import fault

TRIES = 8
BACKOFF = (30, 60, 300, 900, 3600, 7200, 14400)
STOPPING = (Action.COOL_DOWN, Action.REFRESH, Action.RECONNECT, Action.PAUSE)


@dataclass(frozen=True, slots=True)
class Sending:
    """A document that was claimed, with its order."""

    id: UUID
    order: Order
    rendered: Rendered | None


def push_all(work: Work) -> None:
    """Send everything that is due, in the order of dependency, until nothing moves any more."""
    recover(work)
    moved = True
    while moved:
        moved = False
        for kind in RANKS:
            moved = push_kind(work, kind) or moved


def push_kind(work: Work, kind: Kind) -> bool:
    """Every due document of a kind once, batch by batch; True when something came of any."""
    moved, after = False, UUID(int=0)
    while True:
        claim = _claim(work, kind, after)
        moved = moved or claim.settled > 0
        if claim.sending:
            _send(work, claim.sending)
            moved = True
        if claim.last is None:
            return moved
        after = claim.last


def _send(work: Work, claimed: Sequence[Sending]) -> None:
    work.about = [str(each.id) for each in claimed]
    fault("sync.before_send")
    try:
        outcomes = work.session.send([each.order for each in claimed])
    except ProviderDown as error:
        outcomes = [Outcome(verdict=error.verdict) for _each in claimed]
    fault("sync.before_save")
    stop = _record(work, claimed, outcomes)
    fault("sync.saved")
    if stop is not None:
        work.stop_for(stop)
    work.counts["sent"] += sum(1 for each in outcomes if each.there is not None)
    if any(each.is_unknown for each in outcomes):
        recover(work)


# --- Claiming ------------------------------------------------------------------------------
@dataclass(slots=True)
class Claim:
    """Documents that are marked as being sent. `last`: where to go on; None when none are left.

    `settled` counts those that came to an end without being sent.
    """

    sending: list[Sending]
    settled: int = 0
    last: UUID | None = None


def _claim(work: Work, kind: Kind, after: UUID) -> Claim:
    """Fill one batch with due documents of a kind."""
    claim = Claim([])
    room = work.provider.batch
    with work.transaction() as connection:
        due = SyncDocument.objects.filter(
            connection=connection,
            rank=kind.rank,
            state__in=[SyncState.PENDING, SyncState.WAITING],
            not_before__lte=timezone.now(),
        ).order_by("id")
        chosen: list[tuple[SyncDocument, Sending]] = []
        claim.last = after
        while len(chosen) < room:
            wanted = room - len(chosen)
            rows = list(due.filter(id__gt=claim.last)[:wanted])
            if rows:
                claim.last = rows[-1].id
                more, settled = _decide(work, connection, kind, rows)
                chosen += more
                claim.settled += settled
            if len(rows) < wanted:
                claim.last = None
                break
        _mark_sending(chosen)
        claim.sending = [sending for _row, sending in chosen]
        if chosen:
            fault("sync.claiming")
    if chosen:
        fault("sync.claimed")
    return claim


def _decide(
    work: Work, connection: Connection, kind: Kind, rows: Sequence[SyncDocument]
) -> tuple[list[tuple[SyncDocument, Sending]], int]:
    """Orders for what has to be sent; everything else is settled here, and counted."""
    frame = Frame(work.options(connection))
    resolver = RunResolver(connection, work.provider)
    try:
        documents = build(kind, [row.local_id for row in rows], frame)
    except Unready as error:
        for row in rows:
            _hold(row, error.verdict)
        return [], 0
    chosen: list[tuple[SyncDocument, Sending]] = []
    settled = 0
    for row in rows:
        before = row.state
        try:
            sending = _order_for(work, connection, row, documents.get(row.local_id), resolver)
        except Unready as error:
            if error.waits_for is not None:
                waits_kind, waits_id = error.waits_for
                if _wait(connection, row, error.verdict, Kind(waits_kind), UUID(waits_id)):
                    settled += 1
                continue
            _hold(row, error.verdict)
            settled += before == SyncState.PENDING
            continue
        if sending is not None:
            chosen.append((row, sending))
        elif row.state != SyncState.WAITING:
            settled += 1
    return chosen, settled


def _order_for(
    work: Work,
    connection: Connection,
    row: SyncDocument,
    document: Document | None,
    resolver: RunResolver,
) -> Sending | None:
    """The order for one document, or None when nothing is to be sent; then the row says why."""
    wanted = document.wanted if document is not None else "void"
    if document is not None and document.skip and not row.remote_id:
        code, sentence = SKIPS[document.skip]
        _set(row, state=SyncState.SKIPPED, reason=code, message=sentence)
        return None
    if wanted == "hold":
        code = "undone_here" if row.remote_id else "not_authorised"
        _set(row, state=SyncState.WAITING, reason=code, message=SKIPS[code][1])
        return None
    if wanted == "void" and not row.remote_id:
        _set(row, state=SyncState.REMOVED, reason="", message="")
        return None
    if not may_write(connection):
        _set(
            row,
            state=SyncState.WAITING,
            reason=connection.pause_code or "read_only",
            message=connection.pause_message or SKIPS["read_only"][1],
        )
        return None
    if wanted == "void":
        if document is not None:
            work.provider.check(document, resolver)
        return _sending(row, Verb.VOID, Rendered(row.entity, {}), f"void-{row.hash}")
    assert document is not None
    rendered = work.provider.render(document, resolver)
    print_ = fingerprint(rendered.payload, rendered.entity)
    _describe(row, document, rendered)
    if row.remote_id and row.hash == print_:
        _set(row, state=SyncState.SYNCED, reason="", message="", synced_at=timezone.now())
        return None
    work.provider.check(document, resolver)
    return _sending(row, Verb.UPDATE if row.remote_id else Verb.CREATE, rendered, print_)


def _sending(row: SyncDocument, verb: Verb, rendered: Rendered, print_: str) -> Sending:
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
    for row, _sending_of in claimed:
        row.state, row.sent_at, row.attempts = SyncState.SENDING, now, row.attempts + 1
        row.reason = row.message = ""
    SyncDocument.objects.bulk_update(
        [row for row, _sending_of in claimed],
        ["state", "sent_at", "attempts", "verb", "entity", "sent_hash", "number", "happened_on",
         "currency", "total", "tax", "facts", "reason", "message"],
    )  # fmt: skip


def _set(row: SyncDocument, **changes: object) -> None:
    """Write a row's new state with what was found out about it on the way."""
    for name, value in {"fix": {}, **changes}.items():
        setattr(row, name, value)
    found_out = ("number", "happened_on", "currency", "total", "tax", "facts")
    row.save(update_fields=[*changes, "fix", *found_out])


def _hold(row: SyncDocument, verdict: Verdict) -> None:
    state = SyncState.FAILED if verdict.action == Action.FAIL else SyncState.ATTENTION
    _set(
        row,
        state=state,
        reason=verdict.code,
        message=verdict.sentence,
        fix=verdict.fix.as_json() if verdict.fix else {},
    )


def _wait(
    connection: Connection, row: SyncDocument, verdict: Verdict, kind: Kind, local_id: UUID
) -> bool:
    """Let a document wait for another, which is made due; True when that one is new."""
    known = SyncDocument.objects.filter(connection=connection, kind=kind, local_id=local_id)
    is_new = not known.exists()
    if is_new:
        plan_one(connection, kind, local_id)
    _set(
        row,
        state=SyncState.WAITING,
        reason="waits",
        message=verdict.sentence,
        fix=verdict.fix.as_json() if verdict.fix else {},
    )
    return is_new


# --- Recording -----------------------------------------------------------------------------
def _record(work: Work, claimed: Sequence[Sending], outcomes: Sequence[Outcome]) -> Verdict | None:
    """Write what came of a batch; gives the verdict that stops the connection, if one does."""
    stop: Verdict | None = None
    adopt: list[tuple[UUID, Sending, Verdict]] = []
    with work.transaction():
        rows = SyncDocument.objects.in_bulk([each.id for each in claimed])
        for sending, outcome in zip(claimed, outcomes, strict=True):
            row = rows[sending.id]
            if outcome.there is not None:
                succeed(row, outcome.there)
                continue
            verdict = outcome.verdict
            assert verdict is not None
            work.counts["refused"] += not outcome.is_unknown
            if verdict.action in STOPPING:
                stop = verdict
                _again(row, verdict, counts=False)
            elif verdict.action == Action.LOOK_UP:
                continue  # it stays "sending": `recover` finds out
            elif verdict.action in (Action.ADOPT, Action.REREAD):
                adopt.append((row.id, sending, verdict))
            else:
                _refused(row, verdict)
    for row_id, sending, verdict in adopt:
        if verdict.action == Action.ADOPT:
            _adopt(work, row_id, sending, verdict)
        else:
            _reread(work, row_id, sending, verdict)
    return stop


def succeed(row: SyncDocument, there: There) -> None:
    """It stands there as sent. A total or tax that differs is a state, never a line in a log."""
    row.remote_id = there.id
    row.remote_version = there.version
    row.entity = there.entity
    row.generation += 1
    row.attempts = 0
    row.synced_at = timezone.now()
    row.fix = {}
    row.reason = row.message = ""
    if row.verb in (Verb.VOID, Verb.DELETE):
        row.state, row.hash = SyncState.REMOVED, ""
        if there.is_void and not there.version:
            row.remote_id = ""  # deleted: the next time it is made anew
    else:
        row.remote_number = (there.number or row.remote_number)[:120]
        row.hash = row.sent_hash
        row.remote_total, row.remote_tax = there.total, there.tax
        row.state = SyncState.SYNCED
        difference = variance(row.total, row.tax, there.total, there.tax, row.currency)
        if difference:
            row.state, row.reason, row.message = SyncState.VARIANCE, "totals_differ", difference
            row.fix = Fix("document", str(row.local_id)).as_json()
    row.save()


def _refused(row: SyncDocument, verdict: Verdict) -> None:
    if verdict.action == Action.RETRY and row.attempts < TRIES:
        _again(row, verdict, counts=True)
        return
    row.generation += 1
    row.attempts = 0
    row.state = SyncState.FAILED if verdict.action == Action.FAIL else SyncState.ATTENTION
    if verdict.action == Action.GONE:
        row.state = SyncState.REMOTE_GONE
    row.reason, row.message = verdict.code, verdict.sentence
    row.fix = verdict.fix.as_json() if verdict.fix else {}
    row.save()


def _again(row: SyncDocument, verdict: Verdict, *, counts: bool) -> None:
    seconds = verdict.seconds or BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    row.state = SyncState.PENDING
    row.reason, row.message = verdict.code, verdict.sentence
    if counts:
        row.not_before = timezone.now() + timedelta(seconds=seconds)
    else:
        row.attempts = max(0, row.attempts - 1)
    row.save()


def _adopt(work: Work, row_id: UUID, sending: Sending, verdict: Verdict) -> None:
    """Its number or name is taken there: by ours, whose answer was lost, or by somebody else's."""
    ours = work.call(work.session.find, [sending.order])[0]
    with work.transaction():
        row = SyncDocument.objects.get(id=row_id)
        taken = (
            ours is not None
            and SyncDocument.objects.filter(
                connection_id=row.connection_id, entity=ours.entity, remote_id=ours.id
            )
            .exclude(id=row.id)
            .exists()
        )
        mine = ours is not None and not taken and _certainly(row, ours)
        if mine and ours is not None:
            succeed(row, ours)
            return
        _refused(row, verdict)
        if ours is not None and not taken:
            row.fix = Fix("match", ours.id, ours.number).as_json()
            row.save(update_fields=["fix"])


def _certainly(row: SyncDocument, ours: There) -> bool:
    """A document with our number, party, day and total is ours; a name alone is not."""
    return row.total is not None and ours.total == row.total


def _reread(work: Work, row_id: UUID, sending: Sending, verdict: Verdict) -> None:
    """The version was old. A payment that was applied there raises it too, and harms nothing."""
    now = work.call(work.session.read, sending.order.entity, sending.order.remote_id)
    with work.transaction():
        row = SyncDocument.objects.get(id=row_id)
        row.generation += 1
        if now is None:
            gone = Verdict(
                Action.GONE,
                "deleted_there",
                "It was deleted there. Send it again as a new one, or skip it.",
                fix=Fix("document", str(row.local_id)),
            )
            _refused(row, gone)
            return
        same = (now.total, now.tax) == (row.remote_total, row.remote_tax)
        row.remote_version = now.version
        if same and row.attempts <= 2:
            row.state = SyncState.PENDING
            row.save()
            return
        row.state, row.reason, row.message = SyncState.CONFLICT, verdict.code, verdict.sentence
        row.remote_total, row.remote_tax = now.total, now.tax
        row.save()


# --- Recovering ----------------------------------------------------------------------------
def recover(work: Work) -> None:
    """Find out what became of documents that were sent and never recorded."""
    for kind in RANKS:
        while _recover_some(work, kind):
            pass


def _recover_some(work: Work, kind: Kind) -> bool:
    now = timezone.now()
    with work.transaction() as connection:
        rows = list(
            SyncDocument.objects.filter(
                connection=connection, rank=kind.rank, state=SyncState.SENDING,
                not_before__lte=now,
            ).order_by("id")[: work.provider.batch]
        )  # fmt: skip
        if not rows:
            return False
        orders = _orders_again(work, connection, kind, rows)
    found = work.call(work.session.find, [order for order, _print in orders.values()])
    with work.transaction():
        fresh = SyncDocument.objects.in_bulk([row.id for row in rows])
        for row_id, (there, (_order, print_)) in zip(
            orders, zip(found, orders.values(), strict=True), strict=True
        ):
            _resolve(work, fresh[row_id], there, print_)
    return True


def _orders_again(
    work: Work, connection: Connection, kind: Kind, rows: Sequence[SyncDocument]
) -> Mapping[UUID, tuple[Order, str]]:
    frame = Frame(work.options(connection))
    resolver = RunResolver(connection, work.provider)
    documents = build(kind, [row.local_id for row in rows], frame)
    orders: dict[UUID, tuple[Order, str]] = {}
    for row in rows:
        document = documents.get(row.local_id)
        try:
            if document is None or row.verb == Verb.VOID:
                rendered, print_ = Rendered(row.entity, {}), row.sent_hash
            else:
                rendered = work.provider.render(document, resolver)
                print_ = fingerprint(rendered.payload, rendered.entity)
        except Unready:
            rendered, print_ = Rendered(row.entity, {"DocNumber": row.number}), ""
        orders[row.id] = (
            Order(
                Verb(row.verb), row.entity, rendered.payload, "", row.remote_id, row.remote_version
            ),
            print_,
        )
    return orders


def _resolve(work: Work, row: SyncDocument, there: There | None, print_: str) -> None:
    if there is not None:
        succeed(row, there)
        work.counts["found"] += 1
        if print_ != row.sent_hash and row.verb != Verb.VOID:
            _set(row, state=SyncState.PENDING)  # it has been changed here since
        return
    assert row.sent_at is not None
    settled_at = row.sent_at + timedelta(
        seconds=work.provider.settles_after / float(settings.ACCOUNTING_SPEED)
    )
    if timezone.now() >= settled_at:
        _set(row, state=SyncState.PENDING, not_before=timezone.now())
        return
    # It may still be on its way there: nothing is sent before that cannot be any more.
    _set(
        row,
        not_before=settled_at,
        reason="answer_lost",
        message="The answer was lost. It is looked up before it is sent again.",
    )
