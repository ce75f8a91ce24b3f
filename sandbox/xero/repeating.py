"""Templates of repeating invoices, and the invoices that come of them."""

from datetime import date, timedelta
from typing import Any, ClassVar

from sandbox.common.store import Record
from sandbox.xero import scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.contacts import contact_of
from sandbox.xero.documents import Invoices, due_day
from sandbox.xero.lines import Rules, price
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable

FLAGS = ("ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF")
# The terms of a template have other names than those of contacts.
TERMS = {"DAYSAFTERINVOICEDATE": "DAYSAFTERBILLDATE", "DAYSAFTERINVOICEMONTH": "DAYSAFTERBILLMONTH"}
MOST_AT_ONCE = 60


class RepeatingInvoices(Writable):
    """Made and deleted over the API; a person makes the invoices that are due."""

    plural, kind, id_field = "RepeatingInvoices", "repeating_invoice", "RepeatingInvoiceID"
    table, scopes, attributed = tables.REPEATING_INVOICE, scopes.INVOICES, False
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Type", "Status", "Reference", "CurrencyCode"), "text"),
        **dict.fromkeys(("Total", "SubTotal", "TotalTax"), "number"),
        "RepeatingInvoiceID": "guid",
        "Contact": "object",
    }

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        return ["json_extract(body, '$.Status') <> 'DELETED'"], []

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        del body["UpdatedDateUTC"]
        contact = books.get("contact", record.body["Contact"]["ContactID"])
        if contact is not None:
            body["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
        return body | {"ID": record.id}

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is not None:
            if given.get("Status") != "DELETED" or existing.body["Status"] == "DELETED":
                raise Invalid("Repeating invoices cannot be updated, only deleted")
            books.put(self.kind, existing.id, existing.body | {"Status": "DELETED"})
            books.note(self.kind, existing.id, "Deleted")
            return existing.id, []
        body: dict[str, Any] = {"LineAmountTypes": "Exclusive", "Status": "DRAFT"}
        body |= dict.fromkeys(FLAGS, False) | given | {"HasAttachments": False}
        if "Type" not in body:
            raise Invalid("Type is required")
        body |= {"Schedule": _schedule(body.get("Schedule", {})), self.id_field: new_id()}
        body["Contact"] = {"ContactID": contact_of(books, body.get("Contact", {}))}
        body["CurrencyCode"] = body.get("CurrencyCode", books.base).upper()
        books.rate_of(body["CurrencyCode"], None)
        sale = body["Type"] == "ACCREC"
        coded = body["Status"] == "AUTHORISED"
        side = "SalesDetails" if sale else "PurchaseDetails"
        rules = Rules(side, discounts=sale, coded=coded, posts=False)
        if coded and not body.get("LineItems"):
            raise Invalid("One or more line items must be specified")
        lines = body.get("LineItems", [])
        priced = price(books, lines, body["LineAmountTypes"], rules, set())
        body |= {"LineItems": priced.lines, "SubTotal": priced.subtotal}
        body |= {"TotalTax": priced.tax, "Total": priced.total}
        books.put(self.kind, body[self.id_field], body)
        books.note(self.kind, body[self.id_field], "Created")
        return body[self.id_field], priced.warnings


def _schedule(given: dict[str, Any]) -> dict[str, Any]:
    missing = {"Period", "Unit", "StartDate", "DueDate", "DueDateType"} - set(given)
    if missing:
        raise Invalid(f"Schedule must have {', '.join(sorted(missing))}")
    for name, least, most in (("Period", 1, 99), ("DueDate", 0, 999)):
        if not least <= given[name] <= most:
            raise Invalid(f"{name} of the schedule must be between {least} and {most}")
    if given.get("EndDate", given["StartDate"]) < given["StartDate"]:
        raise Invalid("EndDate of the schedule must not be before StartDate")
    whole = {name: int(given[name]) for name in ("Period", "DueDate")}
    return {**given, **whole, "NextScheduledDate": given["StartDate"]}


def _after(day: str, schedule: dict[str, Any]) -> str:
    """The next day of a schedule; at the end of a shorter month its last day."""
    found = date.fromisoformat(day)
    if schedule["Unit"] == "WEEKLY":
        return (found + timedelta(weeks=schedule["Period"])).isoformat()
    months = found.year * 12 + found.month - 1 + schedule["Period"]
    first = date(months // 12, months % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    wanted = date.fromisoformat(schedule["StartDate"]).day
    return first.replace(day=min(wanted, last.day)).isoformat()


def make_due(books: Books, invoices: Invoices) -> list[str]:
    """Make every invoice that is due by today; their ids."""
    made: list[str] = []
    for record in books.xero.store.records(
        books.tenant, "repeating_invoice", where="json_extract(body, '$.Status') <> 'DELETED'"
    ):
        body, schedule = record.body, dict(record.body["Schedule"])
        while len(made) < MOST_AT_ONCE:
            day = schedule.get("NextScheduledDate")
            if not day or day > books.today:
                break
            made.append(_invoice(books, invoices, body, schedule, day))
            following = _after(day, schedule)
            if following > schedule.get("EndDate", "9999-12-31"):
                del schedule["NextScheduledDate"]
            else:
                schedule["NextScheduledDate"] = following
        books.put("repeating_invoice", record.id, body | {"Schedule": schedule})
    return made


def _invoice(
    books: Books, invoices: Invoices, body: dict[str, Any], schedule: dict[str, Any], day: str
) -> str:
    kept = ("Type", "Contact", "LineAmountTypes", "Reference", "CurrencyCode", "BrandingThemeID")
    given = {name: body[name] for name in (*kept, "Status") if name in body}
    lines = [{k: v for k, v in one.items() if k != "LineItemID"} for one in body["LineItems"]]
    terms = {
        "Day": schedule["DueDate"],
        "Type": TERMS.get(schedule["DueDateType"], schedule["DueDateType"]),
    }
    given |= {"Date": day, "DueDate": due_day(day, terms), "LineItems": lines}
    id_, _warnings = invoices.save(books, given, None)
    return id_
