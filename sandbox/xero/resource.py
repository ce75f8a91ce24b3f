"""What all resources have in common: lists and single reads. Those that are written: writing.py."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems
from sandbox.xero.books import Books
from sandbox.xero.fields import UNSTORABLE
from sandbox.xero.limits import MOST_ON_A_PAGE, PAGE
from sandbox.xero.problems import WrongQuery
from sandbox.xero.query import Where, modified_since, order
from sandbox.xero.wire import moment_text, ms_day, ms_moment, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

DAYS = frozenset(
    (
        "Date",
        "DueDate",
        "ExpectedPaymentDate",
        "PlannedPaymentDate",
        "FullyPaidOnDate",
        "ExpiryDate",
    )
    + ("DeliveryDate", "ExpectedArrivalDate", "PeriodLockDate", "EndOfYearLockDate", "JournalDate")
    + ("StartDate", "EndDate", "NextScheduledDate", "ReportingDate", "PaymentDueDate")
)


def shown(value: Any) -> Any:
    """A kept value as it is sent: days as Xero writes them, inner fields (_…) left out."""
    if isinstance(value, dict):
        return {
            name: ms_day(one) if name in DAYS and one and isinstance(one, str) else shown(one)
            for name, one in value.items()
            if not name.startswith("_") and one is not None
        }
    if isinstance(value, list):
        return [shown(one) for one in value]
    return value


class Resource:
    """One plural of the API, which can be read."""

    plural: ClassVar[str]
    kind: ClassVar[str]
    id_field: ClassVar[str]
    number_field: ClassVar[str] = ""
    number_key: ClassVar[str] = ""
    scopes: ClassVar[tuple[str, ...]]
    columns: ClassVar[Mapping[str, str]] = {}
    paged: ClassVar[bool] = False
    counted: ClassVar[bool] = True  # pages say how many there are
    lists: ClassVar[tuple[str, ...]] = ()  # only on single reads and pages

    def __init__(self, xero: "Xero") -> None:
        self.xero = xero
        xero.resources[self.plural] = self
        path = f"/{self.plural}"
        self.add("GET", path, self.read_all)
        self.add("GET", path + "/{id}", self.read)

    def add(self, methods: str, path: str, handler: Any, scopes: tuple[str, ...] = ()) -> None:
        """An address of the API."""
        self.xero.api(methods, path, handler, scopes or self.scopes)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        """An element as it is sent; not `whole` leaves out lines and the like."""
        body = {**record.body, "UpdatedDateUTC": ms_moment(record.updated)}
        for name in () if whole else self.lists:
            if name in body:
                body[name] = []
        return dict(shown(body))

    # --- Reading ----------------------------------------
    def find(self, books: Books, ref: str) -> Record:
        """By id or number; else 404."""
        found = books.get(self.kind, ref.lower())
        if found is None and self.number_key and not UNSTORABLE.search(ref):
            ids = books.found(self.number_key, ref)
            found = books.get(self.kind, ids[-1]) if ids else None
        if found is None:
            raise Refused(problems.not_found())
        return found

    def read(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """GET of one."""
        return self.answer(books, [self.show(books, self.find(books, id))])

    def read_all(self, call: Call, books: Books) -> Answer:
        """GET of many."""
        query = {name.lower(): text for name, text in call.query.items()}
        parts, values = self.filters(books, query)
        since = modified_since(call.headers.get("if-modified-since", ""))
        if query.get("where", "").strip():
            where = Where(query["where"], self.columns)
            parts.append(where.sql)
            values += where.values
        page, size = _page(query) if self.paged else (0, -1)
        if page and not self.counted:
            size = PAGE
        condition = " AND ".join(parts)
        found = self.xero.store.records(
            books.tenant,
            self.kind,
            since=since,
            where=condition,
            values=values,
            order=order(query.get("order", ""), self.columns),
            limit=size,
            offset=max(0, page - 1) * size if page else 0,
        )
        whole = bool(page) or not self.paged
        if query.get("summaryonly", "").lower() == "true":
            whole = False
        elements = [self.show(books, record, whole=whole) for record in found]
        extra = {}
        if page and self.counted:
            if since is not None:
                condition, values = f"({condition or '1'}) AND updated >= ?", [*values, since]
            count = self.xero.store.count(books.tenant, self.kind, where=condition, values=values)
            pages = -(-count // size)
            counted = {"page": page, "pageSize": size, "pageCount": pages, "itemCount": count}
            extra["pagination"] = counted
        return self.answer(books, elements, **extra)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        """Conditions of parameters that only this resource has (names in small letters)."""
        return [], []

    def answer(self, books: Books, elements: list[dict[str, Any]], **extra: Any) -> Answer:
        """A success with its envelope."""
        return envelope(books, self.plural, elements, **extra)


def envelope(books: Books, plural: str, elements: list[dict[str, Any]], **extra: Any) -> Answer:
    """What surrounds every success."""
    return Answer.json(
        {
            "Id": new_id(),
            "Status": "OK",
            "ProviderName": "Sandbox",
            "DateTimeUTC": ms_moment(books.at).replace("+0000", ""),
            **extra,
            plural: elements,
        }
    )


def _page(query: dict[str, str]) -> tuple[int, int]:
    """Page (0: not paged) and its size (-1: everything)."""
    if "page" not in query and "pagesize" not in query:
        return 0, -1
    try:
        page, size = int(query.get("page") or 1), int(query.get("pagesize") or PAGE)
    except ValueError as error:
        raise WrongQuery("page and pageSize are numbers") from error
    if page > 1_000_000:
        raise WrongQuery("page is too large")
    return max(1, page), min(max(1, size), MOST_ON_A_PAGE)


def in_list(name: str, text: str) -> tuple[str, list[str]]:
    """`name IN (…)` for a parameter of values with commas."""
    values = [one.strip() for one in text.split(",") if one.strip()][:1_000]
    return f"{name} IN ({', '.join('?' * len(values))})", values


def updated_text(record: Record) -> str:
    """UpdatedDateUTCString."""
    return moment_text(record.updated) + "+00:00"
