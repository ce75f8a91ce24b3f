"""Accounts, tax rules and terms: what corresponds to what, proposed and kept (Q4, Q5, Q9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounting.domain.matching import Ours, Theirs, propose
from accounting.domain.states import SyncState
from accounting.models import Connection, Link, RemoteRecord, SyncDocument
from hub.errors import InvalidInput
from ledger.domain.accounts import AccountRole, AccountType
from ledger.models import Account, ExchangeRate, PaymentTerm, TaxRule
from ledger.services.books import current_book
from tenants.services.activity import log_activity

KINDS = {"account": "account", "tax": "tax rule", "term": "payment term"}


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of a mapping page. `remote_id` is what is mapped, `proposal` what would fit."""

    ours: Ours
    remote_id: str
    proposal: str
    choices: tuple[Theirs, ...]


def ours_of(kind: str) -> list[Ours]:
    """What can be mapped here: active accounts, tax rules, terms; and what something waits for."""
    usable = Q(is_active=True) | Q(id__in=_waited_for(kind))
    if kind == "account":
        # Tax accounts are posted to by the provider itself, from tax codes.
        rows = Account.objects.filter(usable).exclude(type=AccountType.TAX)
        return [
            Ours(row.id, _name(row), row.code, row.type, row.role, row.accepts_payments)
            for row in rows.order_by("code")
        ]
    if kind == "tax":
        rules = TaxRule.objects.filter(usable).order_by("name")
        return [Ours(row.id, _name(row), "", "", "", False, row.rate) for row in rules]
    terms = PaymentTerm.objects.filter(usable).order_by("name")
    return [Ours(row.id, _name(row), "", row.kind, "", False, None, row.days) for row in terms]


def _name(row: Account | TaxRule | PaymentTerm) -> str:
    return row.name if row.is_active else f"{row.name} (archived)"


def _waited_for(kind: str) -> list[UUID]:
    """What was archived while something that uses it has still to be sent."""
    held = SyncDocument.objects.filter(state=SyncState.ATTENTION, reason=f"{kind}_not_mapped")
    return [UUID(each) for each in held.values_list("fix__id", flat=True).distinct() if each]


def asked_of(kind: str) -> list[Ours]:
    """What has to be mapped: all but accounts whose feature is off (Q9)."""
    rows = ours_of(kind)
    if kind != "account":
        return rows
    off = _roles_off()
    return [one for one in rows if one.role not in off]


def _roles_off() -> set[str]:
    off: set[str] = set()
    if not current_book().accrual:
        off |= {AccountRole.GRNI, AccountRole.GINR}
    if not ExchangeRate.objects.exists():
        off |= {AccountRole.REALISED_GAINS, AccountRole.UNREALISED_GAINS}
    return off


def theirs_of(connection: Connection, kind: str) -> list[Theirs]:
    """Active rows of the provider's list."""
    rates = {
        row.remote_id: row.data.get("rate", "0")
        for row in RemoteRecord.objects.filter(connection=connection, kind="tax_rate")
    }
    rows = RemoteRecord.objects.filter(connection=connection, kind=kind, is_active=True)
    return [
        Theirs.read(row.remote_id, row.name, row.type, row.data, rates)
        for row in rows.order_by("name", "remote_id")
    ]


def mapping_rows(
    connection: Connection, kind: str, *, asked_only: bool = False
) -> list[MappingRow]:
    """A mapping page: what is mapped, what is proposed for the rest, what may be chosen."""
    ours = asked_of(kind) if asked_only else ours_of(kind)
    theirs = theirs_of(connection, kind)
    links = Link.objects.filter(connection=connection, kind=kind, local_id__isnull=False)
    linked = {link.local_id: link.remote_id for link in links if link.local_id is not None}
    proposals = propose(kind, ours, theirs, linked)
    return [
        MappingRow(
            one,
            linked.get(one.id, ""),
            proposals.get(one.id, ""),
            tuple(each for each in theirs if each.fits(kind, one)),
        )
        for one in ours
    ]


def save_mapping(connection: Connection, kind: str, wanted: Mapping[UUID, str]) -> int:
    """Map rows; an empty remote id takes a mapping away. Gives how many are mapped afterwards.

    Raises InvalidInput naming `mapping.<local id>` for one that does not exist or fit, or that is
    chosen twice; then nothing is changed.
    """
    ours = {one.id: one for one in ours_of(kind)}
    theirs = {one.id: one for one in theirs_of(connection, kind)}
    fields: dict[str, list[str]] = {}
    for local_id, remote_id in wanted.items():
        problem = _problem(kind, ours.get(local_id), remote_id, theirs)
        if problem:
            fields[f"mapping.{local_id}"] = [problem]
    _check_once(connection, kind, wanted, fields)
    if fields:
        raise InvalidInput("Some of these cannot be mapped so.", fields=fields)
    with transaction.atomic():
        Link.objects.filter(connection=connection, kind=kind, local_id__in=wanted).delete()
        Link.objects.bulk_create(
            Link(connection=connection, kind=kind, local_id=local_id, remote_id=remote_id)
            for local_id, remote_id in wanted.items()
            if remote_id
        )
    _release(connection, kind)
    log_activity("mapping.saved", f"Mapping of {KINDS[kind]}s saved", about=connection)
    return Link.objects.filter(connection=connection, kind=kind).count()


def _problem(kind: str, one: Ours | None, remote_id: str, theirs: Mapping[str, Theirs]) -> str:
    if one is None:
        return f"This {KINDS[kind]} does not exist any more."
    if not remote_id:
        return ""
    other = theirs.get(remote_id)
    if other is None:
        return "It does not exist there, or is inactive. Reload the list and choose again."
    if not other.fits(kind, one):
        return f"“{other.name}” is of another type than “{one.name}”."
    return ""


def _check_once(
    connection: Connection, kind: str, wanted: Mapping[UUID, str], fields: dict[str, list[str]]
) -> None:
    """Accounts and terms are one to one."""
    if kind == "tax":
        return
    used = {
        remote_id: local_id
        for local_id, remote_id in Link.objects.filter(connection=connection, kind=kind)
        .exclude(local_id__in=wanted)
        .values_list("local_id", "remote_id")
    }
    for local_id, remote_id in wanted.items():
        if remote_id and remote_id in used:
            fields[f"mapping.{local_id}"] = ["It is mapped already: each can be used once."]
        used[remote_id] = local_id


def _release(connection: Connection, kind: str) -> None:
    """What waited for a mapping is looked at again by the next run."""
    SyncDocument.objects.filter(
        connection=connection,
        state=SyncState.ATTENTION,
        reason__in=[f"{kind}_not_mapped", f"{kind}_inactive"],
    ).update(state=SyncState.PENDING, reason="", message="", fix={})


def unmapped(connection: Connection, kind: str) -> Sequence[Ours]:
    """What still has to be mapped, or is mapped to what is gone or does not fit any more."""
    theirs = {one.id: one for one in theirs_of(connection, kind)}
    links = Link.objects.filter(connection=connection, kind=kind, local_id__isnull=False)
    linked = {link.local_id: theirs.get(link.remote_id) for link in links}
    return [
        one
        for one in asked_of(kind)
        if (other := linked.get(one.id)) is None or not other.fits(kind, one)
    ]
