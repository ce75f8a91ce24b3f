"""Resources that are written: PUT and POST of one or many, each element by itself."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems
from sandbox.xero.books import Books
from sandbox.xero.fields import Table, read_object
from sandbox.xero.problems import Invalid, WrongData
from sandbox.xero.resource import Resource, shown
from sandbox.xero.wire import NO_ID

if TYPE_CHECKING:
    from sandbox.xero.app import Xero


class Writable(Resource, ABC):
    """Says what it takes (`table`) and how an element is saved."""

    table: ClassVar[Table]
    attributed: ClassVar[bool] = True  # elements have StatusAttributeString
    flag: ClassVar[str] = ""  # HasErrors or HasValidationErrors
    single_put: ClassVar[bool] = False  # PUT takes one element, not a list

    def __init__(self, xero: "Xero") -> None:
        super().__init__(xero)
        path = f"/{self.plural}"
        self.add("PUT", path, self.create)
        self.add("POST", path, self.upsert)
        self.add("POST", path + "/{id}", self.update)

    # --- To be said by each ----------------------------------------
    @abstractmethod
    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        """Write an element; its id and warnings. Raises Invalid."""

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        """What POST on the collection overwrites, by a natural key."""
        return None

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
        return self.answer(books, done if self.xero.switch("batch_order") == "kept" else done[::-1])

    def failed(self, cleaned: dict[str, Any], texts: list[str]) -> dict[str, Any]:
        """An element that was refused, as it was sent."""
        element = {self.id_field: NO_ID, **shown(cleaned)}
        if self.attributed:
            element["StatusAttributeString"] = "ERROR"
        if self.flag:
            element[self.flag] = True
        return element | {"ValidationErrors": problems.messages(texts)}
