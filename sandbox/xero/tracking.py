"""Tracking categories and their options."""

from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.fields import read_object
from sandbox.xero.problems import Invalid
from sandbox.xero.resource import envelope
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable

MOST_ACTIVE, MOST = 2, 4


class TrackingCategories(Writable):
    """At most two in use and four in all."""

    plural, kind, id_field = "TrackingCategories", "tracking_category", "TrackingCategoryID"
    table, scopes = tables.TRACKING_CATEGORY, scopes.SETTINGS
    attributed, single_put = False, True
    columns: ClassVar[dict[str, str]] = {
        "Name": "text",
        "Status": "text",
        "TrackingCategoryID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        options = "/TrackingCategories/{id}/Options"
        self.add("DELETE", "/TrackingCategories/{id}", self.delete)
        self.add("PUT", options, self.add_options)
        self.add("POST", options + "/{option}", self.change_option)
        self.add("DELETE", options + "/{option}", self.delete_option)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        return dict(record.body)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        if query.get("includearchived", "").lower() == "true":
            return ["json_extract(body, '$.Status') <> 'DELETED'"], []
        return ["json_extract(body, '$.Status') = 'ACTIVE'"], []

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        new = {"TrackingCategoryID": new_id(), "Status": "ACTIVE", "Options": []}
        body = {**(existing.body if existing else new), **given}
        if existing:
            body["TrackingCategoryID"] = existing.id
        else:
            body |= {"TrackingCategoryID": new["TrackingCategoryID"], "Status": "ACTIVE"}
        if not body.get("Name"):
            raise Invalid("Name is required")
        if [
            one for one in books.found("tracking.name", body["Name"]) if one != body[self.id_field]
        ]:
            raise Invalid("A tracking category with this name exists")
        others = [
            one.body["Status"]
            for one in self.xero.store.records(books.tenant, self.kind)
            if one.id != body[self.id_field] and one.body["Status"] != "DELETED"
        ]
        if body["Status"] == "ACTIVE" and others.count("ACTIVE") >= MOST_ACTIVE:
            raise Invalid("You can only have 2 active tracking categories")
        if len(others) >= MOST:
            raise Invalid("You can only have 4 tracking categories")
        self.keep(books, body)
        return body[self.id_field], []

    def keep(self, books: Books, body: dict[str, Any]) -> None:
        """Write a category; a deleted one leaves its name free."""
        keys = [("tracking.name", body["Name"].casefold())] if body["Status"] != "DELETED" else []
        books.put(self.kind, body["TrackingCategoryID"], body, keys)

    def delete(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Archived with what was used, deleted otherwise."""
        body = self.find(books, id).body | {"Status": "DELETED"}
        self.keep(books, body)
        return self.answer(books, [body])

    # --- Options ----------------------------------------
    def _given(self, call: Call) -> list[dict[str, Any]]:
        body = call.json
        listed = body.get("Options", [body]) if isinstance(body, dict) else body
        if not isinstance(listed, list) or not listed:
            raise problems.WrongData("No Options could be read from the body")
        return [read_object(tables.TRACKING_OPTION, one, "Options") for one in listed]

    def _same_name(self, options: list[dict[str, Any]], name: str, own: str) -> None:
        for one in options:
            if one["Name"].casefold() == name.casefold() and one["TrackingOptionID"] != own:
                raise Invalid("A tracking option with this name exists")

    def add_options(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """PUT of options."""
        body = self.find(books, id).body
        made: list[dict[str, Any]] = []
        for given in self._given(call):
            if not given.get("Name"):
                raise Invalid("Name is required")
            self._same_name([*body["Options"], *made], given["Name"], "")
            made.append({"TrackingOptionID": new_id(), "Name": given["Name"], "Status": "ACTIVE"})
        self.keep(books, body | {"Options": [*body["Options"], *made]})
        return envelope(books, "Options", made)

    def _option(self, body: dict[str, Any], option: str) -> dict[str, Any]:
        for one in body["Options"]:
            if one["TrackingOptionID"] == option.lower():
                return dict(one)
        raise Refused(problems.not_found())

    def _put_option(self, books: Books, body: dict[str, Any], changed: dict[str, Any]) -> Answer:
        own = changed["TrackingOptionID"]
        kept = [changed if one["TrackingOptionID"] == own else one for one in body["Options"]]
        self.keep(books, body | {"Options": [one for one in kept if one["Status"] != "DELETED"]})
        return envelope(books, "Options", [changed])

    def change_option(self, call: Call, books: Books, id: str, option: str) -> Answer:  # noqa: A002
        """POST of one option: its name or status."""
        body = self.find(books, id).body
        found = self._option(body, option)
        given = self._given(call)[0]
        given.pop("TrackingOptionID", None)
        self._same_name(
            body["Options"], given.get("Name", found["Name"]), found["TrackingOptionID"]
        )
        return self._put_option(books, body, found | given)

    def delete_option(self, call: Call, books: Books, id: str, option: str) -> Answer:  # noqa: A002
        """An option goes; one that was used is archived."""
        body = self.find(books, id).body
        found = self._option(body, option)
        used = bool(self.xero.store.setting(books.tenant, f"used.{found['TrackingOptionID']}"))
        return self._put_option(books, body, found | {"Status": "ARCHIVED" if used else "DELETED"})
