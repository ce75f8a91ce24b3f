"""What all resources have in common: lists, single reads, and writing one or many."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems
from sandbox.xero.books import Books
from sandbox.xero.fields import UNSTORABLE, Table, read_object
from sandbox.xero.limits import MOST_ON_A_PAGE, PAGE
from sandbox.xero.problems import Invalid, WrongData, WrongQuery
from sandbox.xero.query import Where, modified_since, order
from sandbox.xero.wire import NO_ID, moment_text, ms_day, ms_moment, new_id

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
)


def shown(value: Any) -> Any:
    """A kept value as it is sent: days as Xero writes them, inner fields (_…) left out."""
    if isinstance(value, dict):
        return {
            name: ms_day(one) if name in DAYS and one else shown(one)
            for name, one in value.items()
            if not name.startswith("_") and one is not None
        }
    if isinstance(value, list):
        return [shown(one) for one in value]
    return value


class Resource:
    """One plural of the API. Subclasses say what they take and how an element is saved."""

    plural: ClassVar[str]
    kind: ClassVar[str]
    id_field: ClassVar[str]
    number_field: ClassVar[str] = ""
    number_key: ClassVar[str] = ""
    table: ClassVar[Table]
    scopes: ClassVar[tuple[str, ...]]
    columns: ClassVar[Mapping[str, str]] = {}
    paged: ClassVar[bool] = False
    counted: ClassVar[bool] = True  # pages say how many there are
    attributed: ClassVar[bool] = True  # elements have StatusAttributeString
    flag: ClassVar[str] = ""  # HasErrors or HasValidationErrors
    lists: ClassVar[tuple[str, ...]] = ()  # only on single reads and pages
    single_put: ClassVar[bool] = False
    writable: ClassVar[bool] = True

    def __init__(self, xero: "Xero") -> None:
        self.xero = xero
        xero.resources[self.plural] = self
        path = f"/{self.plural}"
        self.add("GET", path, self.read_all)
        self.add("GET", path + "/{id}", self.read)
        if self.writable:
            self.add("PUT", path, self.create)
            self.add("POST", path, self.upsert)
            self.add("POST", path + "/{id}", self.update)

    def add(self, methods: str, path: str, handler: Any, scopes: tuple[str, ...] = ()) -> None:
        """An address of the API."""
        self.xero.api(methods, path, handler, scopes or self.scopes)

    # --- To be said by each ----------------------------------------
    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        """Write an element; its id and warnings. Raises Invalid."""
        raise NotImplementedError

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        """What POST on the collection overwrites, by a natural key."""
        return None

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

    # --- Writing ----------------------------------------
    def create(self, call: Call, books: Books) -> Answer:
        """PUT: new ones only."""
        return self.write(books, self.given(call, single=self.single_put), self._create)

    def upsert(self, call: Call, books: Books) -> Answer:
        """POST: what is matched is overwritten, others are new."""
        return self.write(books, self.given(call), self._upsert)

    def update(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """POST with an id: one element."""
        found = self.find(books, id)
        given = self.given(call)[:1]
        return self.write(books, given, lambda books, one: self.save(books, one, found))

    def _create(self, books: Books, given: dict[str, Any]) -> tuple[str, list[str]]:
        return self.save(books, given, None)

    def _upsert(self, books: Books, given: dict[str, Any]) -> tuple[str, list[str]]:
        if given.get(self.id_field) and given[self.id_field] != NO_ID:
            found = books.get(self.kind, given[self.id_field])
            if found is None:
                raise Invalid(f"{self.plural} with the supplied id could not be found")
            return self.save(books, given, found)
        return self.save(books, given, self.match(books, given))

    def given(self, call: Call, *, single: bool = False) -> list[dict[str, Any]]:
        """The elements of a body: {plural: [...]}, a list, or one element."""
        body = call.json
        if isinstance(body, dict) and self.plural in body:
            body = body[self.plural]
        elements = body if isinstance(body, list) else [body]
        if not elements or not all(isinstance(one, dict) for one in elements):
            raise WrongData(f"No {self.plural} could be read from the body")
        if len(elements) > self.xero.switch("most_elements"):
            raise WrongData("Too many elements in one request")
        return elements

    def write(self, books: Books, given: list[dict[str, Any]], save: Any) -> Answer:
        """Save each; with summarizeErrors one bad element refuses all."""
        done: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for raw in given:
            cleaned: dict[str, Any] = {}
            try:
                cleaned = read_object(self.table, raw, self.plural)
                with self.xero.store.part():
                    id_, warned = save(books, cleaned)
                    record = books.get(self.kind, id_)
                    assert record is not None
                    element = self.show(books, record)
            except Invalid as error:
                books.forget()
                element = self.failed(cleaned, error.messages)
                bad.append(element)
            else:
                if self.attributed:
                    element["StatusAttributeString"] = "WARNING" if warned else "OK"
                if warned and "Warnings" not in element:
                    element["Warnings"] = problems.messages(warned)
            done.append(element)
        if bad and (books.summarize or self.single_put):
            raise Refused(problems.validation(bad))
        return self.answer(books, done)

    def failed(self, cleaned: dict[str, Any], texts: list[str]) -> dict[str, Any]:
        """An element that was refused, as it was sent."""
        element = {self.id_field: NO_ID, **shown(cleaned)}
        if self.attributed:
            element["StatusAttributeString"] = "ERROR"
        if self.flag:
            element[self.flag] = True
        return element | {"ValidationErrors": problems.messages(texts)}


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
