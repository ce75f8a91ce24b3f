"""What a person may do about a document of the sync history (Q25): each a compare-and-swap.

Nothing here talks to the provider: a verb puts the row into the state from which the next run
goes on.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounting.domain.answers import There
from accounting.domain.reasons import variance
from accounting.domain.states import Kind, SyncState
from accounting.engine.provider import provider_named
from accounting.engine.pulling import body_of, leave_out
from accounting.engine.sheets import sealed_sheet, sheet_there
from accounting.models import Connection, RemoteChange, SyncDocument
from accounting.selectors import change_or_404, document_or_404
from hub.errors import Conflict, InvalidInput
from tenants.actor import current_actor
from tenants.services.activity import log_activity

S = SyncState
RETRYABLE = (S.ATTENTION, S.VARIANCE, S.FAILED, S.PENDING, S.WAITING)
SKIPPABLE = (S.ATTENTION, S.VARIANCE, S.CONFLICT, S.FAILED, S.REMOTE_GONE, S.PENDING, S.WAITING)
RESENDABLE = (S.REMOTE_GONE, S.SYNCED, S.VARIANCE, S.CONFLICT, S.ATTENTION, S.FAILED, S.REMOVED)
MATCHABLE = (S.ATTENTION, S.FAILED, S.PENDING, S.WAITING, S.REMOTE_GONE, S.SKIPPED)
BY_HAND = "skipped_by_hand"
# Unequal to every fingerprint: what stands there is written again.
ANEW = "anew"
LONGEST_REASON = 500


def move(row: SyncDocument, allowed: tuple[SyncState, ...], verb: str, **changes: object) -> None:
    """Change the row if it is still in one of the states; raises Conflict (`sync_state`)."""
    moved = SyncDocument.objects.filter(id=row.id, state__in=allowed).update(**changes)
    if moved != 1:
        now = SyncState(SyncDocument.objects.values_list("state", flat=True).get(id=row.id))
        raise Conflict(
            f"{name_of(row)} is “{now.label}”, so it cannot be {verb}. Reload the page to see it.",
            code="sync_state",
        )
    row.refresh_from_db()


def name_of(row: SyncDocument) -> str:
    """The document in words: "Invoice INV-0001"."""
    return f"{Kind(row.kind).label} {row.number}".rstrip()


def log(row: SyncDocument, action: str, summary: str) -> None:
    log_activity(f"sync.{action}", summary, about=row, label=name_of(row))


FRESH = {"reason": "", "message": "", "fix": {}, "attempts": 0}


def due() -> dict[str, object]:
    return {**FRESH, "state": S.PENDING, "not_before": timezone.now()}


def retry(document_id: UUID) -> SyncDocument:
    """Try it again in the next run. Raises NotFound, Conflict."""
    row = document_or_404(document_id)
    again = due()
    if row.state == S.VARIANCE:
        again["hash"] = ANEW  # written again, and its totals compared again
    move(row, RETRYABLE, "tried again", **again)
    log(row, "retried", f"{name_of(row)} is tried again")
    return row


def retry_all(connection: Connection, reason: str, kind: str = "") -> int:
    """Try everything of one cause again; gives how many. Raises InvalidInput (`reason`)."""
    if not reason or len(reason) > 40:
        message = "Name the cause, as the sync history shows it."
        raise InvalidInput(message, fields={"reason": [message]})
    rows = SyncDocument.objects.filter(
        connection=connection, state__in=[S.ATTENTION, S.VARIANCE, S.FAILED], reason=reason
    )
    if kind:
        if kind not in Kind.values:
            raise InvalidInput("There is no such kind.", fields={"kind": ["Unknown kind."]})
        rows = rows.filter(kind=kind)
    count = rows.filter(state=S.VARIANCE).update(**due(), hash=ANEW)
    count += rows.filter(state__in=[S.ATTENTION, S.FAILED]).update(**due())
    if count:
        log_activity(
            "sync.retried_all",
            f"{count} documents that needed attention ({reason}) are tried again",
            about=connection,
        )
    return count


def skip(document_id: UUID, why: str) -> SyncDocument:
    """Leave it out until somebody takes it in again. Raises InvalidInput (`reason`), Conflict."""
    row = document_or_404(document_id)
    why = " ".join(why.split())
    if not why or len(why) > LONGEST_REASON:
        message = f"Say why it is left out, in up to {LONGEST_REASON} characters."
        raise InvalidInput(message, fields={"reason": [message]})
    who = current_actor().name or "Somebody"
    move(
        row,
        SKIPPABLE,
        "skipped",
        state=S.SKIPPED,
        reason=BY_HAND,
        message=f"{who} skipped it: {why}",
        fix={},
        skipped_by_name=who[:160],
    )
    log(row, "skipped", f"{name_of(row)} skipped: {why}")
    return row


def unskip(document_id: UUID) -> SyncDocument:
    """Take a skipped document in again. Raises NotFound, Conflict."""
    row = document_or_404(document_id)
    # What stands there may have been changed since: it is written again.
    again = due() | ({"hash": ANEW} if row.remote_id and row.hash else {})
    move(row, (S.SKIPPED,), "taken in again", **again, skipped_by_name="")
    log(row, "unskipped", f"{name_of(row)} is no longer skipped")
    return row


def resend(document_id: UUID, *, confirmed: bool = False) -> SyncDocument:
    """Send it as a new document, and forget the one there.

    Raises Conflict (`exists_there`) when it exists there and nobody confirmed: it would be there
    twice.
    """
    row = document_or_404(document_id)
    if row.remote_id and row.state not in (S.REMOTE_GONE, S.REMOVED) and not confirmed:
        raise Conflict(
            f"{name_of(row)} exists there as {row.remote_number or row.remote_id}. Sent as new it "
            "is there twice: void the old one there first, then confirm.",
            code="exists_there",
        )
    move(
        row,
        RESENDABLE,
        "sent again",
        **due(),
        remote_id="",
        remote_version="",
        remote_number="",
        hash="",
        sent_hash="",
        remote_total=None,
        remote_tax=None,
        synced_sheet="",
        there_sheet="",
        generation=F("generation") + 1,
    )
    log(row, "resent", f"{name_of(row)} is sent again as a new document")
    return row


@dataclass(frozen=True, slots=True)
class Match:
    """What was found there for a match; `problems` are sentences."""

    there: There
    problems: tuple[str, ...]


def check_match(row: SyncDocument, there: There, party_there: str = "") -> Match:
    """Whether an object there may be taken for a document. `party_there`: whose it is there."""
    problems = []
    taken = SyncDocument.objects.filter(
        connection_id=row.connection_id, entity=there.entity, remote_id=there.id
    ).exclude(id=row.id)
    other = taken.first()
    if other is not None and other.kind == row.kind:
        problems.append(f"It is matched to {name_of(other)} already.")
    if row.total is not None and there.total is not None and row.total != there.total:
        problems.append(f"Its total there is {there.total:,.2f}, here {row.total:,.2f}.")
    if there.is_void:
        problems.append("It is void there.")
    expected = str(row.facts.get("party", ""))
    if expected and party_there and expected != party_there:
        problems.append("It belongs to another contact there.")
    return Match(there, tuple(problems))


def match(document_id: UUID, there: There, *, party_there: str = "") -> SyncDocument:
    """Take an object there for this document. Raises InvalidInput (`remote_id`), Conflict.

    Nothing is sent for it; the next change here updates the object there.
    """
    row = document_or_404(document_id)
    found = check_match(row, there, party_there)
    if found.problems:
        text = " ".join(found.problems)
        raise InvalidInput(f"It cannot be matched. {text}", fields={"remote_id": [text]})
    difference = variance(row.total, row.tax, there.total, there.tax, row.currency)
    provider = provider_named(row.connection.provider)
    move(
        row,
        MATCHABLE,
        "matched",
        state=S.VARIANCE if difference else S.SYNCED,
        reason="totals_differ" if difference else "",
        message=difference,
        fix={},
        attempts=0,
        entity=there.entity,
        remote_id=there.id,
        remote_version=there.version,
        remote_number=there.number[:120],
        remote_total=there.total,
        remote_tax=there.tax,
        hash=ANEW,
        skipped_by_name="",
        synced_at=timezone.now(),
        generation=F("generation") + 1,
        synced_sheet=sealed_sheet(sheet_there(provider, there.entity, there.body)),
        there_sheet="",
    )
    log(row, "matched", f"{name_of(row)} matched to {there.number or there.id}")
    return row


def dismiss_change(change_id: UUID) -> RemoteChange:
    """Leave something that came from there out; a later change there brings it again."""
    row = change_or_404(change_id)
    log_activity(
        "sync.dismissed",
        f"{row.entity} {row.remote_id} from {row.connection} left out: {row.message}"[:400],
        about=row.connection,
    )
    connection = Connection.objects.select_for_update(no_key=True).get(id=row.connection_id)
    there = provider_named(connection.provider).read_there(row.entity, body_of(row))
    leave_out(connection, row.entity, row.remote_id, there.version)
    RemoteChange.objects.filter(id=row.id).delete()
    return row
