"""The sandbox of QuickBooks Online: what it is made of, its limits, switches and pages."""

import uuid
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call
from sandbox.common.sandbox import Sandbox, Sheet, Switch
from sandbox.common.store import Store
from sandbox.quickbooks import acting, errors, filling, showing
from sandbox.quickbooks.api import API, Api
from sandbox.quickbooks.limits import Limits
from sandbox.quickbooks.news import News
from sandbox.quickbooks.oauth import OAuth

SWITCHES = {
    "limits": Switch(True, "Count requests, by the figures that follow (0: no such limit)."),
    "requests_a_minute": Switch(500, "Requests a minute of a company, whoever asks."),
    "requests_a_second": Switch(10, "Requests a second of a company by one app."),
    "requests_at_once": Switch(10, "Requests under way at once of a company by one app."),
    "batches_a_minute": Switch(40, "Batches a minute of a company by one app."),
    "batches_of_all_apps": Switch(120, "Batches a minute of a company, whoever asks."),
    "reports_a_minute": Switch(200, "Reports a minute of a company, whoever asks."),
    "emails_a_day": Switch(40, "Documents of a company sent by e-mail in a day."),
    "reads_a_month": Switch(0, "Reads of one app in a calendar month, as they are metered."),
    "retry_after": Switch(0, "Seconds in the Retry-After of a 429; 0: the header is missing."),
    "throttle_body": Switch("json", "429 in `json` or `xml`."),
    "code_seconds": Switch(300, "How long an authorisation code is good."),
    "rotate_after": Switch(86_400, "Age in seconds at which a refresh gives a new refresh token."),
    "rotation_grace": Switch(0, "Seconds that the old refresh token goes on after a rotation."),
    "requestid": Switch(True, "Whether `requestid` replays the first answer."),
    "requestid_failures": Switch(False, "`requestid` replays what was refused, too."),
    "wrong_company": Switch(
        "forbidden", "Another company's token: `forbidden` (403, 3100) or `unknown` (401)."
    ),
    "names_fold_case": Switch(True, "Names that differ in capitals only are the same (6240)."),
    "void_address": Switch(
        "documented", "Void as documented for each entity, or `either` way for all."
    ),
    "deleted_suffix": Switch(True, "What is made inactive is renamed to `… (deleted)`."),
    "line_over_balance": Switch(
        "unapplied", "A payment line above the balance: the rest is `unapplied`, or `refuse`."
    ),
    "overpaid_bill": Switch(
        "credit", "A bill payment above what it settles: a VendorCredit, `kept` or `refuse`."
    ),
    "currency_needed": Switch(True, "CurrencyRef has to be sent when multicurrency is on."),
    "tax_code_needed": Switch(True, "Outside the US a line without TaxCodeRef is refused (6000)."),
    "automated_tax_override": Switch(
        "honoured", "TotalTax sent under automated sales tax: `honoured`, `recomputed`, `zero`."
    ),
    "tax_rounding": Switch("rate", "Tax is rounded by `rate` over the document, or by `line`."),
    "tax_cents_off": Switch(0, "Cents that tax worked out outside the US is wrong by."),
    "inclusive_amount": Switch(
        "gross", "Under TaxInclusive an Amount without TaxInclusiveAmt is `gross` or `net`."
    ),
    "one_party_line": Switch(True, "A journal entry may have one line on A/R or A/P only."),
    "refund_customer": Switch(True, "RefundReceipt needs a CustomerRef (6560)."),
    "numbers_always_policed": Switch(
        False, "A DocNumber that is sent is checked for duplicates though numbers are automatic."
    ),
    "batch_order": Switch("kept", "Answers of a batch in the order `kept` or `shuffled`."),
    "cdc_positions": Switch(True, "startPosition and maxResults are in CDC answers."),
    "missing_status": Switch(400, "HTTP status with which a missing object (610) is answered."),
    "sparse_payment": Switch(
        "refused", "A sparse Payment without CustomerRef and TotalAmt is `refused` or `taken`."
    ),
    "auto_apply_shown": Switch(True, "AutoApplyPayments and AutoApplyCredit are in preferences."),
    "close_date_shown": Switch(True, "BookCloseDate is in preferences once it is set."),
    "bundle_amount": Switch(
        "zero", "The Amount of a bundle's own line: `zero`, as recorded, or the `sum` of its parts."
    ),
    "inactive_adjusted": Switch(
        True, "An inventory item that is made inactive with goods on hand is written off."
    ),
    "merged_named": Switch(
        True, "A CloudEvent of a merge has `data.deletedId`, as the older format has."
    ),
    "report_cells": Switch(400_000, "Cells of one report; then it ends with a notice."),
    "item_sku": Switch(False, "`SELECT * FROM Item` has Sku without asking for it."),
}


class QuickBooks(Sandbox):
    """See the module."""

    name = "quickbooks"
    title = "QuickBooks Online sandbox"
    port = 8101
    largest_body = 4_000_000
    switches: ClassVar[dict[str, Switch]] = SWITCHES

    def __init__(self, store: Store, *, base_url: str, speed: float = 1.0) -> None:
        super().__init__(store, base_url=base_url, speed=speed)
        self.news = News(self)
        self.oauth = OAuth(self)
        self.api = Api(self)
        self.limits = Limits(self)

    def known(self, realm: str) -> bool:
        """Whether there is such a company."""
        return self.store.setting(realm, "country") is not None if realm else False

    # --- The vendor's own words ----------------------------------------------------------------
    def fault(self, status: int, retry_after: float | None) -> Answer:
        at = self.clock.now()
        if status == 401:
            return errors.unauthenticated(at, "Token expired")
        if status == 403:
            return errors.unauthorised()
        if status == 429:
            xml = self.switch("throttle_body") == "xml"
            return errors.throttled(at, xml=xml, retry_after=retry_after)
        answer = errors.broken(at, status)
        if retry_after is not None:
            answer.headers["retry-after"] = str(int(retry_after))
        return answer

    def not_found(self, call: Call, allowed: list[str]) -> Answer:
        if not call.path.startswith(API):
            return Answer.json({"error": "not_found"}, 405 if allowed else 404)
        wrong = errors.Wrong("500", f"Unsupported Operation : {call.method} {call.path[:80]}")
        return wrong.refused(call.at).answer

    def bad_body(self, call: Call, problem: str) -> Answer:
        if not call.path.startswith(API):
            return Answer.json({"error": "invalid_request"}, 400)
        said = f"Property Name:Can not instantiate value from JSON: {problem[:120]}"
        return errors.Wrong("2010", said).refused(call.at).answer

    # --- Limits ----------------------------------------------------------------------------------
    def enter(self, call: Call) -> Answer | None:
        if not call.path.startswith(API) or not self.switch("limits"):
            return None
        realm, _slash, path = call.path.removeprefix(API).strip("/").partition("/")
        if self.limits.admits(call, realm, path.lower()):
            return None
        return self.fault(429, float(self.switch("retry_after")) or None)

    def leave(self, call: Call) -> None:
        self.limits.over(call)

    def finish(self, call: Call, answer: Answer) -> None:
        answer.headers.setdefault("intuit_tid", f"1-{uuid.uuid4().hex[:24]}")

    # --- Control ---------------------------------------------------------------------------------
    def fill(self, values: dict[str, Any]) -> Any:
        return filling.fill(self, values)

    def act(self, verb: str, values: dict[str, Any]) -> Any:
        return acting.act(self, verb, values)

    def company_title(self, company: str) -> str:
        return str(self.store.setting(company, "name", company))

    def sheets(self, company: str) -> list[Sheet]:
        return showing.sheets(self, company)

    def tick(self) -> None:
        self.news.tick(self.clock.now())
