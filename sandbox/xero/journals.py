"""Manual journals, and the Journals that show everything that was posted."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.lines import BARRED, tracked, usable_rate
from sandbox.xero.problems import Invalid, WrongQuery
from sandbox.xero.query import modified_since
from sandbox.xero.resource import envelope, shown
from sandbox.xero.wire import cents, ms_day, ms_moment, new_id
from sandbox.xero.writing import Writable

MOVES = {
    "DRAFT": ("DRAFT", "POSTED", "DELETED"),
    "POSTED": ("POSTED", "VOIDED"),
}


class ManualJournals(Writable):
    """Debits positive, credits negative, in base currency."""

    plural, kind, id_field = "ManualJournals", "manual_journal", "ManualJournalID"
    table, scopes, paged = tables.MANUAL_JOURNAL, scopes.JOURNALS, True
    lists = ("JournalLines",)
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "Narration", "Url"), "text"),
        "ShowOnCashBasisReports": "boolean",
        "Date": "day",
        "ManualJournalID": "guid",
    }

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        before = existing.body if existing else None
        start: dict[str, Any] = {
            "Status": "DRAFT",
            "LineAmountTypes": "NoTax",
            "ShowOnCashBasisReports": True,
            "HasAttachments": False,
        }
        body = {**(before or start), **given}
        body[self.id_field] = before[self.id_field] if before else new_id()
        if before is not None:
            if body["Status"] not in MOVES.get(before["Status"], ()):
                raise Invalid("Manual journal not of valid status for modification")
            if before["Status"] == "POSTED":
                books.must_be_editable(before["Date"])
        elif body["Status"] not in ("DRAFT", "POSTED"):
            raise Invalid("Manual journal not of valid status for creation")
        if not body.get("Narration"):
            raise Invalid("Narration is mandatory")
        body.setdefault("Date", books.today)
        warnings: list[str] = []
        if body["Status"] in ("DRAFT", "POSTED"):
            if body["Status"] == "POSTED":
                books.must_be_open(body["Date"])
            self._reckon(books, body, warnings)
        posted = body["Status"] == "POSTED"
        entries = self._entries(books, body) if posted else []
        books.post(self.kind, body[self.id_field], body["Date"], entries, "MANJOURNAL")
        books.put(self.kind, body[self.id_field], body)
        books.note(self.kind, body[self.id_field], "Edited" if before else "Created")
        return body[self.id_field], warnings

    def _reckon(self, books: Books, body: dict[str, Any], warnings: list[str]) -> None:
        kept = []
        for given in body.get("JournalLines", []):
            line = self._line(books, given, body["LineAmountTypes"], warnings)
            if line is not None:
                kept.append(line)
        if len(kept) < 2:
            raise Invalid("A manual journal needs at least two lines")
        whole = [
            one["LineAmount"] + (one["TaxAmount"] if body["LineAmountTypes"] == "Exclusive" else 0)
            for one in kept
        ]
        debits = sum((one for one in whole if one > 0), Decimal(0))
        credits_ = sum((one for one in whole if one < 0), Decimal(0))
        if debits + credits_:
            raise Invalid(
                f"The total debits ({debits:.2f}) must equal total credits ({-credits_:.2f})"
            )
        body["JournalLines"] = kept

    def _line(
        self, books: Books, given: dict[str, Any], amounts: str, warnings: list[str]
    ) -> dict[str, Any] | None:
        code = given.get("AccountCode", "")
        if not code and "AccountID" not in given:
            raise Invalid("Account code or ID must be specified")
        account = books.account({"AccountID": given.get("AccountID"), "Code": code})
        if account is None:
            problem = (
                f"Account '{code or given['AccountID']}' has been removed as it does not match"
            )
            problem += " a recognised account"
            if self.xero.switch("unknown_journal_account_refused"):
                raise Invalid(problem)
            warnings.append(problem)
            return None
        if account.body["Status"] != "ACTIVE":
            raise Invalid(f"Account code '{code}' has been archived or has been deleted.")
        if (
            account.body["Type"] in ("BANK", "INVENTORY")
            or account.body.get("SystemAccount") in BARRED
        ):
            raise Invalid(f"Account code '{code}' is not a valid code for this document.")
        amount = cents(given.get("LineAmount", Decimal(0)))
        line = {**given, "LineAmount": amount, "AccountID": account.id, "TaxAmount": Decimal(0)}
        line["IsBlank"] = False
        if account.body.get("Code"):
            line["AccountCode"] = account.body["Code"]
        line["TaxType"] = "NONE" if amounts == "NoTax" else given.get("TaxType", "NONE")
        if line["TaxType"] != "NONE":
            rate = usable_rate(books, line["TaxType"], account.id, code)
            part = Decimal(str(rate["EffectiveRate"])) / 100
            inclusive = amount - amount / (1 + part)
            line["TaxAmount"] = cents(inclusive if amounts == "Inclusive" else amount * part)
        line["Tracking"] = tracked(books, given.get("Tracking", []), warnings)
        return line

    def _entries(self, books: Books, body: dict[str, Any]) -> list[Entry]:
        entries, tax = [], Decimal(0)
        inclusive = body["LineAmountTypes"] == "Inclusive"
        for line in body["JournalLines"]:
            net = line["LineAmount"] - (line["TaxAmount"] if inclusive else 0)
            entries.append(Entry(line["AccountID"], net, line.get("Description", "")))
            tax += line["TaxAmount"]
        if tax:
            entries.append(Entry(books.system_account("GST").id, tax))
        return entries


SOURCES = {
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "AROVERPAYMENTPAYMENT": "AROVERPAYMENT",
    "ARPREPAYMENTPAYMENT": "ARPREPAYMENT",
    "APOVERPAYMENTPAYMENT": "APOVERPAYMENT",
    "APPREPAYMENTPAYMENT": "APPREPAYMENT",
    "allocation": "ACCRECCREDIT",
    "payment": "ACCRECPAYMENT",
    "bank_transfer": "TRANSFER",
    "bank_transaction": "CASHREC",
    "manual_journal": "MANJOURNAL",
}
MOST = 100


class Journals:
    """Read only, a hundred at a time after `offset`; for apps of the Advanced tier."""

    def __init__(self, xero: Any) -> None:
        self.xero = xero
        xero.api("GET", "/Journals", self.read_all, ("accounting.journals",))
        xero.api("GET", "/Journals/{id}", self.read, ("accounting.journals",))

    def _allowed(self, books: Books) -> None:
        app = self.xero.identity.app(books.client) or {}
        if app.get("tier") not in ("Advanced", "Enterprise"):
            raise Refused(problems.refused(401, "AuthorizationUnsuccessful"))

    def read_all(self, call: Call, books: Books) -> Answer:
        """Journals with numbers above `offset`."""
        self._allowed(books)
        try:
            offset = max(0, min(int(call.query.get("offset") or 0), 10**12))
        except ValueError as error:
            raise WrongQuery("offset is a number") from error
        records = self.xero.store.records(
            *(books.tenant, "journal"),
            since=modified_since(call.headers.get("if-modified-since", "")),
            where="CAST(id AS INTEGER) > ?",
            values=[offset],
            order="CAST(id AS INTEGER)",
            limit=MOST,
        )
        found = [self._shown(books, record) for record in records]
        return envelope(books, "Journals", found)

    def read(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """One, by id or number."""
        self._allowed(books)
        ids = [id] if id.isdecimal() else books.found("journal.id", id)
        record = self.xero.store.get(books.tenant, "journal", ids[0]) if ids else None
        if record is None:
            raise Refused(problems.not_found())
        return envelope(books, "Journals", [self._shown(books, record)])

    def _shown(self, books: Books, record: Record) -> dict[str, Any]:
        body = record.body
        lines = []
        for number, (account_id, amount, memo) in enumerate(body["lines"]):
            account = books.get("account", account_id)
            assert account is not None
            named = {k: account.body[k] for k in ("Code",) if account.body.get(k)}
            lines.append(
                {
                    "JournalLineID": f"{body['id'][:-4]}{number:04x}",
                    "AccountID": account_id,
                    **{f"Account{k}": v for k, v in named.items()},
                    "AccountType": account.body["Type"],
                    "AccountName": account.body["Name"],
                    "Description": memo,
                    "NetAmount": amount,
                    "GrossAmount": amount,
                    "TaxAmount": 0,
                }
            )
        return dict(
            shown(
                {
                    "JournalID": body["id"],
                    "JournalNumber": int(record.id),
                    "CreatedDateUTC": ms_moment(record.created),
                    "SourceID": body["of"],
                    "SourceType": SOURCES.get(body["source"], body["source"]),
                    "JournalLines": lines,
                }
            )
        ) | {"JournalDate": ms_day(body["day"])}
