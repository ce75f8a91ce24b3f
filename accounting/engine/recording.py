"""Writing down what came of orders: success, a later try, somebody's turn, a match, a conflict."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import Fix, Outcome, There, Verdict
from accounting.domain.reasons import variance
from accounting.domain.sheets import says_otherwise
from accounting.domain.states import Action, SyncState, Verb
from accounting.engine.deciding import Sending
from accounting.engine.provider import Provider
from accounting.engine.rows import RECORDED, write_rows
from accounting.engine.sheets import THERE, sealed_sheet, sheet_there, unsealed_sheet
from accounting.engine.work import Work
from accounting.models import SyncDocument

TRIES = 8
BACKOFF = (30, 60, 300, 900, 3600, 7200, 14400)
STOPPING = (Action.COOL_DOWN, Action.REFRESH, Action.RECONNECT, Action.PAUSE)


def record(work: Work, claimed: Sequence[Sending], outcomes: Sequence[Outcome]) -> Verdict | None:
    """Write what came of a batch; gives the verdict that stops the connection, if one does."""
    stop: Verdict | None = None
    adopt: list[tuple[UUID, Sending, Verdict]] = []
    with work.transaction():
        rows = SyncDocument.objects.in_bulk([each.id for each in claimed])
        for sending, outcome in zip(claimed, outcomes, strict=True):
            row = rows[sending.id]
            if outcome.there is not None:
                succeed(row, outcome.there, work.provider)
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
        write_rows(rows.values(), RECORDED)
    for row_id, sending, verdict in adopt:
        if verdict.action == Action.ADOPT:
            _adopt(work, row_id, sending, verdict)
        else:
            _reread(work, row_id, sending, verdict)
    return stop


def succeed(row: SyncDocument, there: There, provider: Provider) -> None:
    """It stands there as sent, and what it says there is kept.

    A total or tax that differs is a state, never a line in a log.
    """
    row.remote_id = there.id
    row.remote_version = there.version
    row.entity = there.entity
    row.generation += 1
    row.attempts = 0
    row.synced_at = timezone.now()
    row.fix = {}
    row.reason = row.message = row.there_sheet = ""
    row.synced_sheet = sealed_sheet(sheet_there(provider, there.entity, there.body))
    if row.verb in (Verb.VOID, Verb.DELETE):
        row.state, row.hash, row.synced_sheet = SyncState.REMOVED, "", ""
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


def _again(row: SyncDocument, verdict: Verdict, *, counts: bool) -> None:
    seconds = verdict.seconds or BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    row.state = SyncState.PENDING
    row.reason, row.message = verdict.code, verdict.sentence
    if counts:
        row.not_before = timezone.now() + timedelta(seconds=seconds)
    else:
        row.attempts = max(0, row.attempts - 1)


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
            succeed(row, ours, work.provider)
        else:
            _refused(row, verdict)
            if ours is not None and not taken:
                row.fix = Fix("match", ours.id, ours.number).as_json()
        write_rows([row], RECORDED)


def _certainly(row: SyncDocument, ours: There) -> bool:
    """A document with our number, party, day and total is ours; a name alone is not."""
    return row.total is not None and ours.total == row.total


def _reread(work: Work, row_id: UUID, sending: Sending, verdict: Verdict) -> None:
    """The version was old. A payment that was applied there raises it too, and harms nothing."""
    now = work.call(work.session.read, sending.order.entity, sending.order.remote_id)
    with work.transaction():
        row = SyncDocument.objects.get(id=row_id)
        row.generation += 1
        _after_reading(row, now, verdict, work.provider)
        write_rows([row], RECORDED)


def _after_reading(
    row: SyncDocument, now: There | None, verdict: Verdict, provider: Provider
) -> None:
    if now is None:
        _refused(
            row,
            Verdict(
                Action.GONE,
                "deleted_there",
                "It was deleted there. Send it again as a new one, or skip it.",
                fix=Fix("document", str(row.local_id)),
            ),
        )
        return
    read, kept = sheet_there(provider, now.entity, now.body), unsealed_sheet(row.synced_sheet)
    if read is not None and kept is not None:
        same = not says_otherwise(kept, read)
    else:
        same = (now.total, now.tax) == (row.remote_total, row.remote_tax)
    row.remote_version = now.version
    row.remote_total, row.remote_tax = now.total, now.tax
    if same and row.attempts <= 2:
        row.state = SyncState.PENDING
    else:
        row.state, row.reason, row.message = SyncState.CONFLICT, verdict.code, verdict.sentence
        row.there_sheet = sealed_sheet(read, THERE)
