"""A sandbox of notes, to try what all of them share: `python -m tests.sandbox.notes`."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.ledger import Entry, Ledger
from sandbox.common.sandbox import Sandbox, Sheet, Switch
from sandbox.common.server import serve
from sandbox.common.store import Store


class Notes(Sandbox):
    """Notes with an amount; one of 13 is refused after it was written."""

    name = "notes"
    title = "Notes"
    port = 8199
    largest_body = 2_000
    switches: ClassVar[dict[str, Switch]] = {"shout": Switch(False, "Answers in capitals.")}

    def __init__(self, store: Store, *, base_url: str, speed: float = 1.0) -> None:
        super().__init__(store, base_url=base_url, speed=speed)
        self.routes.add("POST", "/{company}/notes", self.make)
        self.routes.add("GET", "/{company}/notes/{note}", self.read)

    def make(self, call: Call, company: str) -> Answer:
        note, number = call.json, str(self.store.next(company, "note"))
        keys = [("text", note["text"])]
        self.store.put(company, "note", number, note, at=call.at, keys=keys)
        amount = Decimal(note["amount"])
        entries = [Entry("cash", amount), Entry("notes", -amount)]
        Ledger(self.store, company).post("note", number, "2026-05-04", entries)
        if amount == 13:
            raise Refused(Answer.json({"wrong": "13"}, 400))
        return Answer.json({"id": number, **note}, 201)

    def read(self, call: Call, company: str, note: str) -> Answer:
        found = self.store.get(company, "note", note)
        if found is None:
            raise Refused(Answer.json({"wrong": "note"}, 404))
        text = found.body["text"].upper() if self.switch("shout") else found.body["text"]
        return Answer.json({**found.body, "text": text, "version": found.version})

    def fault(self, status: int, retry_after: float | None) -> Answer:
        wait = {} if retry_after is None else {"retry-after": str(retry_after)}
        answer = Answer.json({"fault": status}, status)
        answer.headers |= wait
        return answer

    def not_found(self, call: Call, allowed: list[str]) -> Answer:
        return Answer.json({"allowed": allowed}, 405 if allowed else 404)

    def bad_body(self, call: Call, problem: str) -> Answer:
        return Answer.json({"body": problem}, 400)

    def fill(self, values: dict[str, Any]) -> Any:
        self.store.set(values["company"], "name", values["name"])
        return {"company": values["company"]}

    def act(self, verb: str, values: dict[str, Any]) -> Any:
        raise ValueError(f"nobody can {verb} here")

    def sheets(self, company: str) -> list[Sheet]:
        rows = [(one.id, one.body["text"]) for one in self.store.records(company, "note")]
        return [Sheet("Notes", ("Number", "Text"), rows)]


if __name__ == "__main__":
    serve(Notes)
