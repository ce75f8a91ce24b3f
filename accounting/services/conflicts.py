"""What a person decides about a conflict: ours there, theirs here, or both left as they are (Q25).

What stands there is read anew before anything is decided: who pressed a button has seen just
that, or is shown what it says now and nothing is written. Never inside a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounting.domain.answers import There, Unready
from accounting.domain.hashing import fingerprint
from accounting.domain.incoming import IncomingItem, IncomingMoney, IncomingParty, IncomingTrade
from accounting.domain.options import read_options
from accounting.domain.sheets import Sheet, agree, says_otherwise
from accounting.domain.states import Kind, SyncState
from accounting.engine.provider import Provider, Rendered, provider_named
from accounting.engine.resolving import RunResolver
from accounting.engine.sheets import THERE, sealed_sheet, sheet_here, sheet_there, unsealed_sheet
from accounting.engine.talking import talking
from accounting.incoming.edits import NotFollowed, why_not_followed
from accounting.incoming.items import follow_item
from accounting.incoming.money import follow_payment
from accounting.incoming.parties import follow_party
from accounting.incoming.taking_over import title_of
from accounting.incoming.trade import follow
from accounting.models import SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame
from accounting.selectors import document_or_404
from accounting.services.sync_documents import ANEW, FRESH, due, log, move, name_of
from hub.errors import Conflict
from inventory.services.products import product_or_404
from network.services.contacts import contact_or_404
from tenants.actor import current_actor
from tenants.boundary import tenant_context

LEFT = "left_there"
CHANGED_AGAIN = "changed_again"
# What is imported by an option: kind → (the option, what the page calls it).
BY_OPTION = {
    Kind.INVOICE: ("import_invoices", "Import sales invoices"),
    Kind.BILL: ("import_bills", "Import bills"),
}
ALWAYS = (Kind.CUSTOMER, Kind.SUPPLIER, Kind.PRODUCT, Kind.PAYMENT, Kind.BILL_PAYMENT)


@dataclass(frozen=True, slots=True)
class Sides:
    """A document's versions: last in step, here, there. `problem`: why ours cannot be shown."""

    base: Sheet | None
    ours: Sheet | None
    theirs: Sheet | None
    problem: str = ""


def sides_of(row: SyncDocument) -> Sides:
    """The three versions as they are known without a call."""
    base, theirs = unsealed_sheet(row.synced_sheet), unsealed_sheet(row.there_sheet, THERE)
    try:
        ours = sheet_here(provider_named(row.connection.provider), render_now(row))
    except Unready as error:
        return Sides(base, None, theirs, error.verdict.sentence)
    return Sides(base, ours, theirs)


def render_now(row: SyncDocument, *, check: bool = False) -> Rendered:
    """What would be sent of it now; raises Unready. `check`: and whether it may be sent."""
    connection, provider = row.connection, provider_named(row.connection.provider)
    frame = Frame(read_options(connection.options))
    document = build(Kind(row.kind), [row.local_id], frame).get(row.local_id)
    if document is None:
        raise Conflict(f"{name_of(row)} is not here any more.", code="gone_here")
    resolver = RunResolver(connection, provider)
    rendered = provider.render(document, resolver)
    if check:
        provider.check(document, resolver)
    return rendered


def why_not_taken(row: SyncDocument) -> str:
    """Why their version cannot be taken over here; "" when it can."""
    kind, title = Kind(row.kind), title_of(row.connection)
    if kind in ALWAYS:
        return ""
    if kind not in BY_OPTION:
        return f"{title} never brings this kind of document in: it is made here."
    option, label = BY_OPTION[kind]
    if not (row.from_there or getattr(read_options(row.connection.options), option)):
        return f"“{label}” is off, so what stands here counts."
    return why_not_followed(row)


def keep_ours(tenant_id: UUID, document_id: UUID, seen: str = "") -> SyncDocument:
    """What stands here is written over what stands there, by the next run.

    `seen` is their version (`remote_version`) that was looked at. Raises Conflict
    (`changed_again`, `period_closed` and what else forbids sending), NotFound, ProviderRefused.
    """
    there = _read_anew(tenant_id, document_id, seen)
    with tenant_context(tenant_id):
        row = _still(document_id, there)
        try:
            render_now(row, check=True)
        except Unready as error:
            raise Conflict(error.verdict.sentence, code=error.verdict.code) from error
        move(row, (SyncState.CONFLICT,), "overwritten", **due(), hash=ANEW, **_known(row, there))
        log(row, "kept_ours", f"{name_of(row)}: our version goes out")
        return row


def take_theirs(tenant_id: UUID, document_id: UUID, seen: str = "") -> SyncDocument:
    """What stands here becomes what stands there. Raises Conflict (`not_taken`), and as
    `keep_ours`; and what the verbs of the document raise (`period_locked`).
    """
    with tenant_context(tenant_id):
        row = document_or_404(document_id)
        if row.state == SyncState.CONFLICT and (why := why_not_taken(row)):
            raise Conflict(
                f"{why} Keep ours, or leave theirs as it is: both stay then.", code="not_taken"
            )
    there = _read_anew(tenant_id, document_id, seen)
    with tenant_context(tenant_id), transaction.atomic():
        row = _still(document_id, there)
        try:
            _take(row, there)
        except NotFollowed as refused:
            raise Conflict(refused.message, code="not_taken") from refused
        row.refresh_from_db()
        log(row, "took_theirs", f"{name_of(row)} was taken over as it stands there")
        return row


def leave_theirs(tenant_id: UUID, document_id: UUID, seen: str = "") -> SyncDocument:
    """Both stay as they are: it is left out from now on, with a note."""
    there = _read_anew(tenant_id, document_id, seen)
    with tenant_context(tenant_id):
        row = _still(document_id, there)
        who = current_actor().name or "Somebody"
        title = title_of(row.connection)
        move(
            row,
            (SyncState.CONFLICT,),
            "left",
            **{
                **FRESH,
                **_known(row, there),
                "reason": LEFT,
                "message": f"{who} left it as it stands in {title}.",
            },
            state=SyncState.SKIPPED,
            skipped_by_name=who[:160],
        )
        log(row, "left_theirs", f"{name_of(row)} is left as it stands there")
        return row


def compare_again(tenant_id: UUID, document_id: UUID) -> SyncDocument:
    """Look again: where both agree, or theirs is as it was, the conflict is over."""
    there = _look(tenant_id, document_id)
    with tenant_context(tenant_id):
        row = _locked(document_id)
        provider = provider_named(row.connection.provider)
        if _lost(row, there):
            return row
        assert there is not None
        now = sheet_there(provider, there.entity, there.body) or Sheet({})
        base = unsealed_sheet(row.synced_sheet)
        try:
            rendered = render_now(row)
        except Unready:
            rendered = None
        if rendered is not None and agree(sheet_here(provider, rendered), now):
            print_ = fingerprint(rendered.payload, rendered.entity)
            changes = {**FRESH, "state": SyncState.SYNCED, "hash": print_, **_known(row, there)}
            changes |= {"total": rendered.total, "tax": rendered.tax}
            move(row, (SyncState.CONFLICT,), "settled", **changes)
            log(row, "agreed", f"{name_of(row)}: both sides agree again")
        elif base is not None and not says_otherwise(base, now):
            move(row, (SyncState.CONFLICT,), "settled", **due(), **_known(row, there))
            log(row, "agreed", f"{name_of(row)} is as it was there")
        else:
            _show(row, there, now)
        return row


def _read_anew(tenant_id: UUID, document_id: UUID, seen: str) -> There:
    """What stands there, which is what was looked at; else the row is brought up to date, and
    Conflict is raised.
    """
    there = _look(tenant_id, document_id)
    with tenant_context(tenant_id):
        row = _locked(document_id)
        title, name = title_of(row.connection), name_of(row)
        if _lost(row, there):
            message = f"{row.message} Nothing was written."
        else:
            assert there is not None
            provider = provider_named(row.connection.provider)
            now = sheet_there(provider, there.entity, there.body) or Sheet({})
            before = unsealed_sheet(row.there_sheet, THERE)
            if before is None:
                same = there.version == row.remote_version
            else:
                same = (now.fields, list(now.lines)) == (before.fields, list(before.lines))
            if same and seen in ("", row.remote_version):
                return there
            _show(row, there, now)
            message = (
                f"{name} was changed again in {title} since you looked. Nothing was written: "
                "compare both anew, then choose."
            )
    raise Conflict(message, code=CHANGED_AGAIN)


def _look(tenant_id: UUID, document_id: UUID) -> There | None:
    with tenant_context(tenant_id):
        row = document_or_404(document_id)
        _check_state(row)
    with talking(tenant_id, row.connection_id) as talk:
        found: There | None = talk.call(talk.session.read, row.entity, row.remote_id)
    return found


def _check_state(row: SyncDocument) -> None:
    if row.state != SyncState.CONFLICT:
        now = SyncState(row.state).label
        raise Conflict(
            f"{name_of(row)} is “{now}”, so there is no conflict to end. Reload the page to see "
            "it.",
            code="sync_state",
        )


def _locked(document_id: UUID) -> SyncDocument:
    SyncDocument.objects.select_for_update(no_key=True).filter(id=document_id).first()
    row = document_or_404(document_id)
    _check_state(row)
    return row


def _still(document_id: UUID, there: There) -> SyncDocument:
    """The row, locked; raises Conflict when a run has heard of something newer meanwhile."""
    row = _locked(document_id)
    versions = row.remote_version, there.version
    if all(each.isdigit() for each in versions) and int(versions[0]) > int(versions[1]):
        raise Conflict(
            f"{name_of(row)} was changed again. Reload the page to see it.", code=CHANGED_AGAIN
        )
    return row


def _lost(row: SyncDocument, there: There | None) -> bool:
    """It is gone there, or void: the row says so from now on."""
    if there is not None and not there.is_void:
        return False
    title = title_of(row.connection)
    row.state = SyncState.REMOTE_GONE
    row.reason = "deleted_there" if there is None else "voided_there"
    what = "deleted" if there is None else "voided"
    row.message = f"It was {what} in {title}. Send it again as a new one, or skip it."
    row.there_sheet = ""
    row.save(update_fields=["state", "reason", "message", "there_sheet"])
    log(row, row.reason, f"{row.number} was {what} in {row.connection}")
    return True


def _show(row: SyncDocument, there: There, now: Sheet) -> None:
    """It says something else than before: what it says now is what is compared."""
    row.there_sheet = sealed_sheet(now, THERE)
    row.remote_version, row.remote_total, row.remote_tax = there.version, there.total, there.tax
    row.save(update_fields=["there_sheet", "remote_version", "remote_total", "remote_tax"])


def _known(row: SyncDocument, there: There) -> Mapping[str, object]:
    """What stands there is what both start from now."""
    provider: Provider = provider_named(row.connection.provider)
    return {
        "remote_version": there.version,
        "remote_total": there.total,
        "remote_tax": there.tax,
        "synced_sheet": sealed_sheet(sheet_there(provider, there.entity, there.body)),
        "there_sheet": "",
    }


def _take(row: SyncDocument, there: There) -> None:
    connection = row.connection
    incoming = provider_named(connection.provider).read_incoming(there.entity, there.body)
    if isinstance(incoming, IncomingParty):
        follow_party(connection, row, incoming, contact_or_404(row.local_id, for_update=True))
    elif isinstance(incoming, IncomingItem):
        follow_item(connection, row, incoming, product_or_404(row.local_id))
    elif isinstance(incoming, IncomingTrade):
        follow(connection, row, incoming)
    elif isinstance(incoming, IncomingMoney):
        follow_payment(connection, row, incoming)
    else:
        raise Conflict("Nothing of it can be taken over.", code="not_taken")
