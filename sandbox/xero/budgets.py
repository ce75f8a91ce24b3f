"""Budgets: read only over the API; a person sets them."""

from typing import Any, ClassVar

from sandbox.common.http import Answer, Call
from sandbox.common.store import Record
from sandbox.xero import scopes
from sandbox.xero.books import Books
from sandbox.xero.query import day_or_none
from sandbox.xero.resource import Resource, in_list
from sandbox.xero.wire import cents, ms_day, ms_moment, new_id


class Budgets(Resource):
    """Lists without lines; one with the lines of the months that are asked for."""

    plural, kind, id_field = "Budgets", "budget", "BudgetID"
    scopes = scopes.BUDGETS
    columns: ClassVar[dict[str, str]] = {"Type": "text", "Description": "text", "BudgetID": "guid"}

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        if not query.get("ids"):
            return [], []
        part, found = in_list("id", query["ids"].lower())
        return [part], [*found]

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = {name: record.body[name] for name in ("BudgetID", "Type", "Description")}
        body |= {"UpdatedDateUTC": ms_moment(record.updated), "BudgetLines": []}
        return body | {"Tracking": record.body["Tracking"]}

    def read(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """With its lines."""
        query = {name.lower(): text for name, text in call.query.items()}
        since = (day_or_none(query.get("datefrom")) or "0001-01")[:7]
        until = (day_or_none(query.get("dateto")) or "9999-12")[:7]
        found = self.find(books, id)
        lines = []
        for account_id, months in found.body["_lines"].items():
            account = books.get("account", account_id)
            balances = [
                {"Period": ms_day(f"{month}-01"), "Amount": amount, "Notes": ""}
                for month, amount in sorted(months.items())
                if since <= month <= until
            ]
            if account is not None and balances:
                code = account.body.get("Code", "")
                named = {"AccountID": account_id, "AccountCode": code}
                lines.append(named | {"BudgetBalances": balances})
        return self.answer(books, [self.show(books, found) | {"BudgetLines": lines}])


def set_budget(
    books: Books, description: str, lines: dict[str, dict[str, Any]], tracking: list[Any]
) -> str:
    """Make or replace the budget of that name: {account code: {"2026-05": amount}}; its id.

    Raises ValueError for an account that is not there.
    """
    found = {}
    for code, months in lines.items():
        account = books.account({"Code": code})
        if account is None:
            raise ValueError(f"lines: no account with code {code}")
        found[account.id] = {
            (day_or_none(f"{month}-01") or "")[:7]: cents(amount)
            for month, amount in months.items()
        }
    ids = books.found("budget.name", description)
    body = {
        "BudgetID": ids[0] if ids else new_id(),
        "Type": "TRACKING" if tracking else "OVERALL",
        "Description": description,
        "Tracking": tracking,
        "_lines": found,
    }
    keys = [("budget.name", description.casefold())]
    books.put("budget", str(body["BudgetID"]), body, keys)
    return str(body["BudgetID"])
