"""What a sync would do, worked out without claiming or sending anything (Q26).

Totals per account are of what would be sent: each document is rendered as it would go out, bills
by account, sales lines on the account that the product has there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.answers import Unready
from accounting.domain.effects import TAX, effects
from accounting.domain.hashing import as_taken_over, fingerprint
from accounting.domain.options import read_options
from accounting.domain.outgoing import Document, Line, Trade
from accounting.domain.previewing import Difference, Foreseen, Foresight
from accounting.domain.reasons import SKIPS
from accounting.domain.states import RANKS, Action, Kind, Mode, SyncState
from accounting.engine.accounts import AccountsThere
from accounting.engine.marks import only_marks_changed, unmarked_print
from accounting.engine.provider import Provider, provider_named
from accounting.engine.resolving import RunResolver
from accounting.models import Connection, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame

CHUNK = 500
FOLLOWS = "made before it"
DUE = (SyncState.PENDING, SyncState.WAITING)
SOLD = (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.REFUND)
OURS = "ours:"  # an account of ours that stands for none there
Told = Callable[[int, int], None]


class ForeseeingResolver(RunResolver):
    """Finds what stands there; what would be made before it counts as standing there."""

    def __init__(self, connection: Connection, provider: Provider) -> None:
        super().__init__(connection, provider)
        self.held: set[tuple[Kind, UUID]] = set()  # what would need somebody first
        self._refused: dict[tuple[str, Any], Unready] = {}

    def account(self, account_id: Any) -> str:
        return self._once("account", account_id, super().account)

    def tax(self, tax_rule_id: Any) -> str:
        return self._once("tax", tax_rule_id, super().tax)

    def term(self, term_id: Any) -> str:
        return self._once("term", term_id, super().term)

    def _once(self, kind: str, key: Any, find: Callable[[Any], str]) -> str:
        """What is not mapped is read once, however many documents name it."""
        known = self._refused.get((kind, key))
        if known is not None:
            raise known
        try:
            return find(key)
        except Unready as error:
            self._refused[kind, key] = error
            raise

    def document(self, kind: Kind, local_id: Any) -> str:
        try:
            return super().document(kind, local_id)
        except Unready:
            key = local_id if isinstance(local_id, UUID) else UUID(str(local_id))
            _there, state, _number = self._documents.get((kind, key), ("", "", ""))
            stopped = state in (*SyncState.needing_someone(), SyncState.SKIPPED)
            if stopped or (kind, key) in self.held:
                raise
            return FOLLOWS


class Foreseer:
    """One look at all that is due: what is read once is kept for all of it."""

    def __init__(self, connection: Connection, sight: Foresight) -> None:
        self.connection = connection
        self.sight = sight
        self.provider = provider_named(connection.provider)
        self.frame = Frame(read_options(connection.options))
        self.resolver = ForeseeingResolver(connection, self.provider)
        self.there = AccountsThere(connection, self.frame)

    def look(self, kind: Kind, rows: Sequence[SyncDocument]) -> None:
        """What would become of some rows of one kind; as many statements for one as for all."""
        try:
            documents = build(kind, [row.local_id for row in rows], self.frame)
        except Unready as error:
            for row in rows:
                self._keep(_plain(row, None, "attention", error.verdict.sentence))
            return
        self.resolver.prefetch_for(documents.values())
        self.there.prefetch(
            line.item
            for document in documents.values()
            for line in _sold_lines(document)
            if line.item is not None
        )
        for row in rows:
            document = documents.get(row.local_id)
            one = self._foresee(row, document)
            self._keep(one)
            if document is not None and one.what in ("create", "update", "void"):
                self._account_for(document, one)

    def _keep(self, one: Foreseen) -> None:
        self.sight.add(one)
        if one.what in ("attention", "skip"):
            self.resolver.held.add((Kind(one.kind), one.local_id))

    def _foresee(self, row: SyncDocument, document: Document | None) -> Foreseen:
        wanted = document.wanted if document is not None else "void"
        if document is not None and document.skip and not row.remote_id:
            return _plain(row, document, "skip", SKIPS[document.skip][1])
        if wanted == "hold":
            assert document is not None
            code = document.held or ("undone_here" if row.remote_id else "not_authorised")
            return _plain(row, document, "wait", SKIPS[code][1])
        from_there = document is not None and wanted != "void" and row.hash.startswith("there-")
        if document is not None and from_there and row.hash == as_taken_over(document):
            return _plain(row, document, "same")
        if wanted == "void" or document is None:
            what = "void" if row.remote_id else "same"
            return replace(_plain(row, document, what), total=row.remote_total)
        if self.connection.mode != Mode.BOTH_WAYS:
            return _plain(row, document, "skip", SKIPS["read_only"][1])
        return self._rendered(row, document)

    def _rendered(self, row: SyncDocument, document: Document) -> Foreseen:
        try:
            rendered = self.provider.render(document, self.resolver)
            same = bool(row.remote_id) and row.hash == fingerprint(
                rendered.payload, rendered.entity
            )
            if not same and row.remote_id:
                same = only_marks_changed(
                    row, unmarked_print(document, self.provider, self.resolver)
                )
            if not same:
                self.provider.check(document, self.resolver)
        except Unready as error:
            waits = error.verdict.action == Action.RETRY
            what = "wait" if waits else "attention"
            return _plain(row, document, what, error.verdict.sentence)
        what = "same" if same else "update" if row.remote_id else "create"
        plain = _plain(row, document, what)
        return replace(plain, total=rendered.total, currency=document.currency)

    def _account_for(self, document: Document, one: Foreseen) -> None:
        """Add what it posts there; what is changed stands there already with something unknown."""
        if one.what != "update":
            found = effects(document, self, self.frame.me.base_currency)
            self.sight.post(found, -1 if one.what == "void" else 1)
        if one.what == "void":
            return
        for line in _sold_lines(document):
            if line.item is not None and self.there.differs(line):
                theirs = self.there.name_there(self.there.of_item(line.item))
                kind, item = line.item
                words = line.description[:80]
                ours = self.there.name_here(line)
                self.sight.differ(Difference(kind, item, words, ours, theirs, one.number))

    # --- Accounts there, for effects -----------------------------------------------------------
    def account(self, account_id: Any) -> str:
        """Its id there; one of ours that is not mapped keeps its own."""
        try:
            return self.resolver.account(account_id)
        except Unready:
            return f"{OURS}{account_id}"

    def of_item(self, item: tuple[Kind, UUID]) -> str:
        """The account there that sales of an item go to."""
        return self.there.of_item(item) or f"{OURS}{item[1]}"


def foresee(connection: Connection, told: Told | None = None) -> dict[str, Any]:
    """What would become of everything that is due, as the job keeps it.

    Reads only. What is due has been planned before, in the same transaction. `told` hears how
    many were looked at, of how many.
    """
    sight = Foresight()
    foreseer = Foreseer(connection, sight)
    due = SyncDocument.objects.filter(connection=connection, state__in=DUE).count()
    for kind in RANKS:
        for rows in _chunks(connection, kind):
            foreseer.look(kind, rows)
            if told is not None:
                told(sight.seen, max(due, sight.seen))
    result = sight.as_json()
    result["totals"] = {
        what: sight.total(what)
        for what in ("create", "update", "void", "same", "skip", "wait", "attention")
    }
    result["accounts"] = _accounts(sight, foreseer)
    return result


def _chunks(connection: Connection, kind: Kind) -> Iterator[list[SyncDocument]]:
    last = UUID(int=0)
    while True:
        rows = list(
            SyncDocument.objects.filter(
                connection=connection, rank=kind.rank, state__in=DUE, id__gt=last
            ).order_by("id")[:CHUNK]
        )
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _plain(row: SyncDocument, document: Document | None, what: str, message: str = "") -> Foreseen:
    number = (document.number if document is not None else "") or row.number
    return Foreseen(row.kind, row.local_id, number, what, message=message)


def _sold_lines(document: Document) -> Sequence[Line]:
    return document.lines if isinstance(document, Trade) and document.kind in SOLD else ()


def _accounts(sight: Foresight, foreseer: Foreseer) -> list[dict[str, str]]:
    """Per account there what the documents come to, with our code of it."""
    codes = {
        theirs: foreseer.frame.accounts[ours].code
        for ours, theirs in foreseer.there.links.items()
        if ours in foreseer.frame.accounts
    }
    rows = [
        (codes.get(key, ""), _name(key, foreseer), amount)
        for key, amount in sight.accounts.items()
        if amount
    ]
    return [
        {"code": code, "name": name, "amount": _text(amount)}
        for code, name, amount in sorted(rows, key=lambda row: (not row[0], row))
    ]


def _name(key: str, foreseer: Foreseer) -> str:
    if key == TAX:
        return "Tax, by its codes"
    if key.startswith(OURS):
        ours = key.removeprefix(OURS)
        named = {str(one.id): one.name for one in foreseer.frame.accounts.values()}
        return f"{named.get(ours, ours.capitalize())} (not mapped)"
    return foreseer.there.name_there(key)


def _text(amount: Decimal) -> str:
    return format(amount, "f")
