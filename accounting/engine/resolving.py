"""Finding what stands there for something here, with one query per kind and batch."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from accounting.domain.answers import Fix, Unready, Verdict
from accounting.domain.outgoing import Document
from accounting.domain.states import Action, Kind, SyncState
from accounting.engine.provider import Provider, Resolver
from accounting.models import Connection, Link, RemoteRecord, SyncDocument
from ledger.models import Account, PaymentTerm, TaxRule


class RunResolver(Resolver):
    """What one batch needs. Made anew for each: mappings may be changed while a run goes on."""

    def __init__(self, connection: Connection, provider: Provider) -> None:
        self._connection = connection
        self._title = provider.title
        self._links: dict[str, dict[UUID, str]] = {}
        self._keys: dict[tuple[str, str], str] = {}
        for link in Link.objects.filter(connection=connection):
            if link.local_id is not None:
                self._links.setdefault(link.kind, {})[link.local_id] = link.remote_id
            else:
                self._keys[link.kind, link.local_key] = link.remote_id
        self._records: dict[str, dict[str, RemoteRecord]] = {}
        for record in RemoteRecord.objects.filter(connection=connection):
            self._records.setdefault(record.kind, {})[record.remote_id] = record
        self._names = {
            (kind, record.name.casefold()): record.remote_id
            for kind, records in self._records.items()
            for record in records.values()
            if record.is_active
        }
        self._documents: dict[tuple[str, UUID], tuple[str, str, str]] = {}
        self._asked: set[tuple[str, UUID]] = set()
        self._roles = {account.role: account.id for account in Account.objects.exclude(role="")}

    @property
    def preferences(self) -> Mapping[str, Any]:
        return {**self._connection.preferences, "country": self._connection.country}

    @property
    def options(self) -> Mapping[str, Any]:
        return dict(self._connection.options)

    def account(self, account_id: Any) -> str:
        key = self._roles.get(account_id) if isinstance(account_id, str) else account_id
        found = self._links.get("account", {}).get(key) if key is not None else None
        if found is None:
            account = Account.objects.filter(id=key).first() if key is not None else None
            name = str(account) if account is not None else str(account_id)
            raise self._unmapped("account", name, str(key or ""))
        self._check_active("account", found)
        return found

    def tax(self, tax_rule_id: Any) -> str:
        found = self._links.get("tax", {}).get(tax_rule_id)
        if found is None:
            rule = TaxRule.objects.filter(id=tax_rule_id).first()
            raise self._unmapped("tax", str(rule or tax_rule_id), str(tax_rule_id))
        self._check_active("tax", found)
        return found

    def term(self, term_id: Any) -> str:
        if term_id is None:
            return ""
        found = self._links.get("term", {}).get(term_id)
        if found is None:
            term = PaymentTerm.objects.filter(id=term_id).first()
            raise self._unmapped("term", str(term or term_id), str(term_id))
        return found

    def _unmapped(self, kind: str, name: str, local_id: str) -> Unready:
        what = {"account": "account", "tax": "tax rule", "term": "payment term"}[kind]
        return Unready(
            Verdict(
                Action.ATTENTION,
                f"{kind}_not_mapped",
                f"The {what} “{name}” is not mapped to {self._title}. Map it, then retry.",
                fix=Fix(kind, local_id, f"Map {name}"),
            )
        )

    def _check_active(self, kind: str, remote_id: str) -> None:
        record = self._records.get(kind, {}).get(remote_id)
        if record is None or record.is_active:
            return
        raise Unready(
            Verdict(
                Action.ATTENTION,
                f"{kind}_inactive",
                f"“{record.name}” is inactive in {self._title}. Make it active there, or map "
                "to another, then retry.",
                fix=Fix(kind, remote_id, f"Map another than {record.name}"),
            )
        )

    def prefetch(self, kind: Kind, local_ids: Iterable[UUID]) -> None:
        """Look several documents up at once."""
        wanted = {key for key in local_ids if (kind, key) not in self._asked}
        if not wanted:
            return
        self._asked |= {(kind, key) for key in wanted}
        rows = SyncDocument.objects.filter(
            connection=self._connection, kind=kind, local_id__in=wanted
        ).values_list("local_id", "remote_id", "state", "number")
        for local_id, remote_id, state, number in rows:
            self._documents[kind, local_id] = (remote_id, state, number)

    def prefetch_for(self, documents: Iterable[Document]) -> None:
        """Look up everything that these documents refer to: one query per kind."""
        wanted: dict[Kind, set[UUID]] = {}
        for document in documents:
            for kind, local_id in document.references():
                wanted.setdefault(kind, set()).add(local_id)
        for kind, local_ids in wanted.items():
            self.prefetch(kind, local_ids)

    def forget_documents(self, connection: Connection) -> None:
        """Documents that were not there when they were looked up may be by now."""
        self._connection = connection
        missing = {key for key in self._asked if not self._documents.get(key, ("",))[0]}
        self._asked -= missing

    def knows(self, kind: Kind, local_id: UUID) -> bool:
        """Whether there is a row for it already, in whatever state."""
        self.prefetch(kind, [local_id])
        return (kind, local_id) in self._documents

    def document(self, kind: Kind, local_id: Any) -> str:
        key = local_id if isinstance(local_id, UUID) else UUID(str(local_id))
        self.prefetch(kind, [key])
        remote_id, state, number = self._documents.get((kind, key), ("", "", ""))
        if remote_id and state not in (SyncState.REMOTE_GONE, SyncState.REMOVED):
            return remote_id
        what = kind.label.lower()
        blocked = state in SyncState.needing_someone() or state in (
            SyncState.SKIPPED,
            SyncState.REMOVED,
        )
        sentence = (
            f"Waits for the {what} {number}: {SyncState(state).label.lower()}."
            if blocked
            else f"Waits for the {what} {number}".rstrip() + " to be sent first."
        )
        raise Unready(
            Verdict(Action.RETRY, "waits", sentence, fix=Fix("document", str(key), what)),
            waits_for=(kind, str(key)),
        )

    def record(self, kind: str, remote_id: str) -> Mapping[str, Any]:
        found = self._records.get(kind, {}).get(remote_id)
        return {**found.data, "type": found.type, "name": found.name} if found is not None else {}

    def named(self, kind: str, name: str) -> str:
        return self._keys.get((kind, name)) or self._names.get((kind, name.casefold()), "")
