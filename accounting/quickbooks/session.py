"""QuickBooks Online as the engine sees it: orders, look-ups, feeds, lists, the trial balance."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import timezone

from accounting.domain.answers import (
    Changes,
    Company,
    Listed,
    Order,
    Outcome,
    Posted,
    ProviderDown,
    There,
)
from accounting.domain.states import Verb
from accounting.engine.provider import Known, Listener, Session, TokenSource
from accounting.quickbooks import faults
from accounting.quickbooks.ledger_report import ledger_lines
from accounting.quickbooks.objects import LISTS, PAGE, amount, listed, moment, there
from accounting.quickbooks.reading import reached
from accounting.quickbooks.transport import Answered, AnswerLost, Transport

BATCH = 30
# Change data capture looks back 30 days and answers 1,000 objects.
CDC_DAYS = 28
CDC_MOST = 1000
OVERLAP = timedelta(minutes=2)
WITHOUT_VOID = frozenset(
    {
        "Bill", "VendorCredit", "CreditMemo", "RefundReceipt", "Estimate", "PurchaseOrder",
        "JournalEntry", "Transfer", "Deposit", "Purchase",
    }
)  # fmt: skip
NAMED = {"Customer": "DisplayName", "Vendor": "DisplayName", "Item": "Name", "Account": "Name"}
# Of an object that was read: what is theirs to write.
OF_THEIRS = frozenset({"MetaData", "domain", "sparse", "status", "time"})
EVEN_INACTIVE = "Active IN (true,false)"
WITH_ACTIVE = frozenset((*NAMED, "Term", "Class", "Department"))
IDS_AT_ONCE = 200
NUMBERED = frozenset(
    {"Invoice", "Bill", "CreditMemo", "VendorCredit", "RefundReceipt", "Estimate",
     "PurchaseOrder", "JournalEntry"}
)  # fmt: skip


def quoted(text: str) -> str:
    """A value in a query."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class QuickBooksSession(Session):
    """Calls to one company."""

    def __init__(
        self, realm: str, tokens: TokenSource, heard: Listener, wait: Callable[[str], None]
    ) -> None:
        self.realm = realm
        self._http = Transport(realm, tokens, heard, wait)

    # --- Reading ---------------------------------------------------------------------------
    def company(self) -> Company:
        body = self._http.get(f"/companyinfo/{self.realm}").get("CompanyInfo") or {}
        preferences = self._http.get("/preferences").get("Preferences") or {}
        values = {
            str(row.get("Name")): str(row.get("Value"))
            for row in body.get("NameValue") or []
            if isinstance(row, Mapping)
        }
        currency = (preferences.get("CurrencyPrefs") or {}).get("HomeCurrency") or {}
        return Company(
            self.realm,
            str(body.get("CompanyName") or body.get("LegalName") or ""),
            str(body.get("Country") or "")[:2],
            str(currency.get("value") or ""),
            values.get("OfferingSku", ""),
            {"prefs": preferences, "subscription": values.get("SubscriptionStatus", "")},
            **reached(body),
        )

    def lists(self, kinds: Iterable[str]) -> list[Listed]:
        return [
            listed(kind, row)
            for kind in kinds
            for row in self._rows(LISTS[kind], "Active IN (true,false)")
        ]

    def read(self, entity: str, remote_id: str) -> There | None:
        try:
            body = self._http.get(f"/{entity.lower()}/{remote_id}")
        except ProviderDown as error:
            if error.verdict.code in ("inactive_reference", "unknown_reference"):
                return None
            raise
        return there(entity, body.get(entity) or {})

    def all(self, entity: str, condition: str = "") -> Iterable[There]:
        return (there(entity, row) for row in self._rows(entity, condition))

    def alike(self, entity: str, number: str, total: Decimal | None) -> list[There]:
        name = {"Customer": "DisplayName", "Vendor": "DisplayName", "Item": "Name"}.get(entity)
        field = name or ("PaymentRefNum" if entity == "Payment" else "DocNumber")
        wanted = [f"{field} = {quoted(number)}"] if number and entity != "Transfer" else []
        if total is not None and name is None and entity not in ("JournalEntry", "Transfer"):
            wanted.append(f"TotalAmt = {quoted(format(total.normalize(), 'f'))}")
        found = {one.id: one for condition in wanted for one in self.all(entity, condition)}
        return list(found.values())

    def unpaid(self, entity: str) -> Iterable[There]:
        return self.all(entity, "Balance > '0'")

    def _rows(self, entity: str, condition: str = "", fields: str = "") -> Iterator[dict[str, Any]]:
        fields = fields or ("*, Sku" if entity == "Item" else "*")
        where = f" WHERE {condition}" if condition else ""
        start = 1
        while True:
            statement = (
                f"SELECT {fields} FROM {entity}{where} ORDERBY Id "  # noqa: S608 - their language
                f"STARTPOSITION {start} MAXRESULTS {PAGE}"
            )
            body = self._http.get("/query", {"query": statement})
            rows = (body.get("QueryResponse") or {}).get(entity) or []
            yield from rows
            if len(rows) < PAGE:
                return
            start += PAGE

    def changes(self, since: str, entities: Sequence[str], known: Known) -> Changes:
        begun = datetime.fromisoformat(since)
        if timezone.now() - begun > timedelta(days=CDC_DAYS):
            return self._everything(entities, known)
        objects, deleted, full, until = self._captured(begun, entities)
        # Their answer names their time, which is also what their objects are stamped with.
        ahead = round((until - timezone.now()).total_seconds())
        cursor = (until.astimezone(UTC) - OVERLAP).isoformat()
        if not full:
            return Changes(objects, deleted, cursor, ahead=ahead)
        # The answer is full: each entity is asked for alone, and what is still too much is found
        # by its time of change, which does not tell what was deleted.
        objects, deleted, unsure = [], [], []
        for entity in entities:
            more, gone, full, _until = self._captured(begun, [entity])
            objects += self._changed_since(begun, entity, known) if full else more
            deleted += gone
            unsure += [entity] if full else []
        return Changes(objects, deleted, cursor, unsure, ahead)

    def _captured(
        self, begun: datetime, entities: Sequence[str]
    ) -> tuple[list[There], list[tuple[str, str]], bool, datetime]:
        body = self._http.get(
            "/cdc", {"entities": ",".join(entities), "changedSince": begun.isoformat()}
        )
        objects, deleted, count = _read_changes(body)
        return objects, deleted, count >= CDC_MOST, moment(body.get("time")) or timezone.now()

    def _changed_since(self, begun: datetime, entity: str, known: Known) -> Iterator[There]:
        """First their ids and versions, then those objects whose version is news."""
        since = f"MetaData.LastUpdatedTime >= {quoted(begun.isoformat())}"
        active = f" AND {EVEN_INACTIVE}" if entity in WITH_ACTIVE else ""
        heads = (
            (str(row.get("Id")), str(row.get("SyncToken")))
            for row in self._rows(entity, since + active, "Id, SyncToken")
        )
        while page := list(islice(heads, PAGE)):
            versions = known(entity, [remote_id for remote_id, _version in page])
            news = [one for one, version in page if versions.get(one) != version]
            for ids in _by(IDS_AT_ONCE, news):
                condition = f"Id IN ({','.join(map(quoted, ids))}){active}"
                yield from (there(entity, row) for row in self._rows(entity, condition))

    def _everything(self, entities: Sequence[str], known: Known) -> Changes:
        """The gap is wider than the feed: all is read, and deletions there are looked for."""
        now = (timezone.now() - OVERLAP).isoformat()
        began = timezone.now() - timedelta(days=3650)
        objects = [one for each in entities for one in self._changed_since(began, each, known)]
        return Changes(objects, [], now, tuple(entities))

    def missing(self, entity: str, remote_ids: Sequence[str]) -> list[str]:
        besides = f" AND {EVEN_INACTIVE}" if entity in WITH_ACTIVE else ""
        found: set[str] = set()
        if len(remote_ids) > PAGE:
            # Reading all ids is cheaper than asking for so many.
            every = self._rows(entity, besides.removeprefix(" AND "), "Id")
            found.update(str(row.get("Id")) for row in every)
        else:
            for ids in _by(IDS_AT_ONCE, remote_ids):
                condition = f"Id IN ({','.join(map(quoted, ids))}){besides}"
                found.update(str(row.get("Id")) for row in self._rows(entity, condition, "Id"))
        return [each for each in remote_ids if each not in found]

    def journals(self, since: date, until: date) -> Iterable[There]:
        days = f"TxnDate >= {quoted(since.isoformat())} AND TxnDate <= {quoted(until.isoformat())}"
        return self.all("JournalEntry", days)

    def trial_balance(self, until: date) -> Mapping[str, Decimal]:
        body = self._http.get(
            "/reports/TrialBalance",
            {"end_date": until.isoformat(), "accounting_method": "Accrual",
             "start_date": date(until.year, 1, 1).isoformat()},
        )  # fmt: skip
        found: dict[str, Decimal] = {}
        for row in (body.get("Rows") or {}).get("Row") or []:
            cells = row.get("ColData") or []
            if len(cells) == 3 and cells[0].get("id"):
                debit, credit = (amount(cell.get("value")) or Decimal(0) for cell in cells[1:])
                found[str(cells[0]["id"])] = debit - credit
        return found

    def postings(self, accounts: Sequence[str], since: date, until: date) -> list[Posted]:
        asked = {
            "start_date": since.isoformat(),
            "end_date": until.isoformat(),
            "accounting_method": "Accrual",
            "account": ",".join(accounts),
        }
        return list(ledger_lines(self._http.get("/reports/GeneralLedger", asked), set(accounts)))

    # --- Writing ---------------------------------------------------------------------------
    def send(self, orders: Sequence[Order]) -> list[Outcome]:
        alone = [order for order in orders if _goes_alone(order)]
        if len(orders) == 1 or len(alone) == len(orders):
            return [self._one(order) for order in orders]
        together = [order for order in orders if not _goes_alone(order)]
        done = {id(order): self._one(order) for order in alone}
        outcomes = [self._one(together[0])] if len(together) == 1 else self._batch(together)
        done.update({id(order): each for order, each in zip(together, outcomes, strict=True)})
        return [done[id(order)] for order in orders]

    def _one(self, order: Order) -> Outcome:
        params = {"requestid": order.key[:50]}
        if order.verb == Verb.DELETE or (order.verb == Verb.VOID and order.entity in WITHOUT_VOID):
            params["operation"] = "delete"
        elif order.verb == Verb.VOID and order.entity == "Invoice":
            params["operation"] = "void"
        elif order.verb == Verb.VOID:
            params.update(operation="update", include="void")
        body = _body(order) if not order.emptied else self._whole(order)
        try:
            answered = self._http.post(f"/{order.entity.lower()}", body, params)
        except AnswerLost:
            return Outcome(verdict=faults.unknown())
        return _outcome(order, answered)

    def _whole(self, order: Order) -> dict[str, Any]:
        """The object as it stands there, with our changes: what is left out of it is emptied."""
        standing = self.read(order.entity, order.remote_id)
        if standing is None or standing.version != order.version:
            return _body(order)  # refused for its version, as any update would be
        voided = {"PrivateNote"} if order.revives else set()
        left_out = OF_THEIRS | set(order.emptied) | voided
        kept = {key: value for key, value in standing.body.items() if key not in left_out}
        where = {"Id": order.remote_id, "SyncToken": order.version}
        return {**kept, **order.payload, **where}

    def _batch(self, orders: Sequence[Order]) -> list[Outcome]:
        items = [
            {
                "bId": str(place),
                "operation": _operation(order),
                **({"optionsData": "void"} if _is_void_update(order) else {}),
                order.entity: _body(order),
            }
            for place, order in enumerate(orders)
        ]
        # The same orders with the same payloads give the same token, so that a repeat of the
        # whole batch is known there; any other composition gives another.
        joined = "\n".join(order.key for order in orders)
        token = hashlib.sha256(joined.encode()).hexdigest()[:36]
        try:
            answered = self._http.post(
                "/batch", {"BatchItemRequest": items}, {"requestid": token}, batch=True
            )
        except AnswerLost:
            return [Outcome(verdict=faults.unknown()) for _order in orders]
        if answered.errors or answered.status != 200 or not isinstance(answered.body, Mapping):
            verdict = faults.verdict_of(answered.errors, answered.status, writes=True)
            return [Outcome(verdict=verdict) for _order in orders]
        rows = answered.body.get("BatchItemResponse") or []
        by_id = {str(row.get("bId")): row for row in rows if isinstance(row, Mapping)}
        return [
            _outcome(order, Answered(200, by_id[str(place)], ""))
            if str(place) in by_id
            else Outcome(verdict=faults.unknown())
            for place, order in enumerate(orders)
        ]

    def make(self, kind: str, values: Mapping[str, Any]) -> Listed:
        path = "/taxservice/taxcode" if kind == "tax" else f"/{LISTS[kind].lower()}"
        given = self._with_agency(values) if kind == "tax" else dict(values)
        try:
            answered = self._http.post(path, given, {})
        except AnswerLost as error:
            raise ProviderDown(faults.unknown()) from error
        if answered.errors or answered.status != 200 or not isinstance(answered.body, Mapping):
            raise ProviderDown(faults.verdict_of(answered.errors, answered.status, writes=True))
        if kind == "tax":
            made = str(answered.body.get("TaxCodeId", ""))
            return next(row for row in self.lists(["tax"]) if row.id == made)
        return listed(kind, answered.body.get(LISTS[kind]) or {})

    def _with_agency(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Taxes belong to an agency; a company has one from the start, as a rule."""
        agency = next((str(row["Id"]) for row in self._rows("TaxAgency")), "")
        rates = [{**rate, "TaxAgencyId": agency} for rate in values.get("TaxRateDetails", [])]
        return {**values, "TaxRateDetails": rates}

    # --- Looking up what an order of unknown outcome has done ---------------------------------
    def find(self, orders: Sequence[Order]) -> list[There | None]:
        found: dict[int, There | None] = {}
        groups: dict[str, list[Order]] = {}
        for order in orders:
            if order.remote_id:
                found[id(order)] = self._after(order)
            else:
                groups.setdefault(order.entity, []).append(order)
        for entity, group in groups.items():
            for order, match in zip(group, self._made(entity, group), strict=True):
                found[id(order)] = match
        return [found[id(order)] for order in orders]

    def _after(self, order: Order) -> There | None:
        """An update or void: done when the version there is another than the one it was for."""
        now = self.read(order.entity, order.remote_id)
        if order.verb in (Verb.DELETE, Verb.VOID) and (now is None or now.is_void):
            return There(order.entity, order.remote_id, "", is_void=True)
        if now is None or now.version == order.version:
            return None
        return now

    def _made(self, entity: str, orders: Sequence[Order]) -> list[There | None]:
        name = NAMED.get(entity)
        if name is not None:
            return self._by(name, entity, orders, "Active IN (true,false)")
        numbered = [order for order in orders if order.payload.get("DocNumber")]
        if entity in NUMBERED and len(numbered) == len(orders):
            return self._by("DocNumber", entity, orders, "")
        return [self._by_facts(entity, order) for order in orders]

    def _by(
        self, field: str, entity: str, orders: Sequence[Order], besides: str
    ) -> list[There | None]:
        values = sorted({str(order.payload[field]) for order in orders})
        condition = f"{field} IN ({','.join(map(quoted, values))})"
        rows = list(self._rows(entity, " AND ".join(filter(None, (condition, besides)))))
        return [
            next(
                (
                    there(entity, row)
                    for row in rows
                    if str(row.get(field)) == str(order.payload[field]) and is_ours(order, row)
                ),
                None,
            )
            for order in orders
        ]

    def _by_facts(self, entity: str, order: Order) -> There | None:
        """No number to go by: party, day and amount, and our own number in the note."""
        day = str(order.payload.get("TxnDate", ""))
        for row in self._rows(entity, f"TxnDate = {quoted(day)}"):
            if is_ours(order, row):
                return there(entity, row)
        return None


def is_ours(order: Order, row: Mapping[str, Any]) -> bool:
    """Whether an object there is what this order would have made."""
    wanted = order.payload
    for ref in ("CustomerRef", "VendorRef"):
        if ref in wanted and (row.get(ref) or {}).get("value") != wanted[ref]["value"]:
            return False
    if wanted.get("TxnDate") and row.get("TxnDate") != wanted["TxnDate"]:
        return False
    if "TotalAmt" in wanted and amount(row.get("TotalAmt")) != amount(wanted["TotalAmt"]):
        return False
    note = str(wanted.get("PrivateNote") or "")
    return not note or str(row.get("PrivateNote") or "") == note


def _goes_alone(order: Order) -> bool:
    return bool(order.emptied) or (order.verb == Verb.VOID and order.entity == "Invoice")


def _is_void_update(order: Order) -> bool:
    return order.verb == Verb.VOID and order.entity not in WITHOUT_VOID


def _by(count: int, ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + count] for start in range(0, len(ids), count))


def _operation(order: Order) -> str:
    if order.verb == Verb.CREATE:
        return "create"
    if order.verb == Verb.DELETE or (order.verb == Verb.VOID and order.entity in WITHOUT_VOID):
        return "delete"
    return "update"


def _body(order: Order) -> dict[str, Any]:
    if order.verb == Verb.CREATE:
        return dict(order.payload)
    where = {"Id": order.remote_id, "SyncToken": order.version}
    if order.verb in (Verb.DELETE, Verb.VOID):
        return {**where, **({"sparse": True} if _is_void_update(order) else {})}
    # QuickBooks writes “Voided” into the note of what it voids, and leaves it there (`_whole` too).
    note = {"PrivateNote": ""} if order.revives else {}
    return {**note, **order.payload, **where, "sparse": True}


def _outcome(order: Order, answered: Answered) -> Outcome:
    body = answered.body
    if not answered.errors and answered.status == 200 and isinstance(body, Mapping):
        row = body.get(order.entity)
        if isinstance(row, Mapping) and row.get("Id"):
            if row.get("status") == "Deleted":
                return Outcome(There(order.entity, str(row["Id"]), "", is_void=True))
            return Outcome(there(order.entity, row))
    return Outcome(verdict=faults.verdict_of(answered.errors, answered.status, writes=True))


def _read_changes(body: Mapping[str, Any]) -> tuple[list[There], list[tuple[str, str]], int]:
    objects: list[There] = []
    deleted: list[tuple[str, str]] = []
    for response in body.get("CDCResponse") or []:
        for query in response.get("QueryResponse") or []:
            for entity, rows in query.items():
                if not isinstance(rows, list):
                    continue
                for row in rows:
                    if row.get("status") == "Deleted":
                        deleted.append((entity, str(row.get("Id"))))
                    else:
                        objects.append(there(entity, row))
    return objects, deleted, len(objects) + len(deleted)
