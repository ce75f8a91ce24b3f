"""The stand-in for Xero: its addresses, its words for what goes wrong, limits and replays."""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.common.http import Answer, BadBody, Call, Handler, Refused
from sandbox.common.sandbox import Sandbox, Sheet
from sandbox.common.store import Store
from sandbox.xero import (
    accounts,
    acting,
    appstore,
    banking,
    batches,
    budgets,
    contacts,
    documents,
    expenses,
    items,
    journals,
    linked,
    orders,
    organisation,
    payments,
    prepaid,
    problems,
    records,
    repeating,
    reports,
    scopes,
    services,
    sheets,
    templates,
    tracking,
    webhooks,
)
from sandbox.xero.books import ORGANISATION, Books
from sandbox.xero.limits import LARGEST_BODY, LONGEST_KEY, TIERS, Limits
from sandbox.xero.oauth import Caller, Identity
from sandbox.xero.problems import Invalid, WrongData, WrongQuery
from sandbox.xero.resource import Resource
from sandbox.xero.switches import SWITCHES

API = "/api.xro/2.0"


@dataclass(frozen=True, slots=True)
class Pass:
    """A request that came in: who, for which organisation."""

    caller: Caller
    tenant: str
    pair: str


class Xero(Sandbox):
    """See the package."""

    name = "xero"
    title = "Xero sandbox"
    port = 8102
    largest_body = LARGEST_BODY
    switches: ClassVar[dict[str, Any]] = SWITCHES

    def __init__(self, store: Store, *, base_url: str, speed: float = 1.0) -> None:
        super().__init__(store, base_url=base_url, speed=speed)
        self.limits = Limits()
        self.identity = Identity(self)
        self.hooks = webhooks.Hooks(self)
        appstore.AppStore(self)
        self.resources: dict[str, Resource] = {}
        self._passes: dict[int, Pass] = {}
        for kind in (
            *(organisation.Addresses, accounts.Accounts, accounts.TaxRates, accounts.Currencies),
            *(accounts.BrandingThemes, accounts.Users, tracking.TrackingCategories, items.Items),
            *(contacts.Contacts, contacts.ContactGroups, documents.Invoices),
            *(documents.CreditNotes, orders.PurchaseOrders, orders.Quotes),
            *(banking.BankTransactions, banking.BankTransfers, prepaid.Prepayments),
            *(prepaid.Overpayments, payments.Payments, batches.BatchPayments),
            *(journals.ManualJournals, journals.Journals, reports.Reports, records.Attachments),
            *(records.History, repeating.RepeatingInvoices, linked.LinkedTransactions),
            *(budgets.Budgets, expenses.Receipts, expenses.ExpenseClaims, expenses.Employees),
            *(services.PaymentServices, services.Setup),
        ):
            kind(self)

    # --- Addresses ----------------------------------------
    def api(self, methods: str, path: str, handler: Any, families: tuple[str, ...]) -> None:
        """An address of the Accounting API; `handler(call, books, **steps)`."""

        def answered(call: Call, **steps: str) -> Answer:
            passed = self._passes[id(call)]
            reading = call.method == "GET"
            if families and not scopes.opened(passed.caller.scopes, families, reading=reading):
                raise Refused(problems.refused(401, "AuthorizationUnsuccessful"))
            books = self._books(call, passed)
            if reading:
                return _worded(handler, call, books, steps)
            return self._once(handler, call, books, steps)

        self.routes.add(methods, API + path, answered)

    def _books(self, call: Call, passed: Pass) -> Books:
        query = {name.lower(): text for name, text in call.query.items()}
        return Books(
            self,
            passed.tenant,
            call.at,
            passed.caller.user,
            passed.caller.client,
            places=4 if query.get("unitdp") == "4" else 2,
            summarize=query.get("summarizeerrors", "true").lower() != "false",
        )

    def _once(self, handler: Any, call: Call, books: Books, steps: dict[str, str]) -> Answer:
        """A write: with an Idempotency-Key the first answer is kept and given again."""
        key = call.headers.get("idempotency-key", "")
        if not key:
            return _worded(handler, call, books, steps)
        if len(key) > LONGEST_KEY:
            return problems.post_data("The Idempotency-Key must not be longer than 128 characters")
        id_ = hashlib.sha256(f"{books.client}|{books.tenant}|{key}".encode()).hexdigest()
        asked = f"{call.method} {call.path}?{call.raw_query}\n".encode() + call.body
        digest = hashlib.sha256(asked).hexdigest()
        kept = self.store.get("", "idempotency", id_)
        if kept is not None and call.at - kept.updated < self.switch("idempotency_seconds"):
            if kept.body["asked"] != digest and self.switch("key_with_other_body_refused"):
                return problems.post_data(
                    "The Idempotency-Key was used before with a different request"
                )
            body = kept.body
            return Answer(body["status"], body["body"].encode("latin-1"), dict(body["headers"]))
        try:
            with self.store.part():
                answer = _worded(handler, call, books, steps)
        except Refused as refused:
            answer = refused.answer
        self._forget_keys(call.at)
        self.store.put(
            *("", "idempotency", id_),
            {
                "asked": digest,
                "status": answer.status,
                "body": answer.body.decode("latin-1"),
                "headers": answer.headers,
            },
            at=call.at,
        )
        return answer

    def _forget_keys(self, now: float) -> None:
        """Answers that are kept no longer go."""
        self.store.connection.execute(
            "DELETE FROM record WHERE company = '' AND kind = 'idempotency' AND updated <= ?",
            (now - self.switch("idempotency_seconds"),),
        )

    # --- The vendor's own words ----------------------------------------
    def fault(self, status: int, retry_after: float | None) -> Answer:
        if status == 401:
            answer = problems.refused(401, "TokenExpired: token expired")
        elif status == 403:
            answer = problems.refused(403, "AuthenticationUnsuccessful")
        elif status == 404:
            answer = problems.not_found()
        elif status == 400:
            answer = problems.validation([{"ValidationErrors": problems.messages(["A fault"])}])
        elif status == 429:
            answer = Answer(429, b"", {"x-rate-limit-problem": "minute"})
        else:
            answer = Answer.text(f"The service is not available ({status})", status, "text/plain")
        if retry_after is not None:
            answer.headers["retry-after"] = str(int(retry_after))
        return answer

    def not_found(self, call: Call, allowed: list[str]) -> Answer:
        return problems.not_found() if not allowed else Answer.text("", 405, "text/plain")

    def bad_body(self, call: Call, problem: str) -> Answer:
        if len(call.body) > self.largest_body:
            return Answer.text("Request Entity Too Large", 413, "text/plain")
        return problems.post_data(f"The body could not be read: {problem[:200]}")

    # --- Limits ----------------------------------------
    def enter(self, call: Call) -> Answer | None:
        if not call.path.startswith(API):
            return None
        try:
            caller = self.identity.caller(call)
        except Refused as refused:
            return refused.answer
        tenant = call.headers.get("xero-tenant-id", "").lower()
        custom = (self.identity.app(caller.client) or {}).get("custom", "")
        if custom and not tenant:  # a custom connection has one organisation only
            tenant = str(custom).lower()
        if self.identity.connection(caller.client, caller.user, tenant) is None:
            return problems.refused(403, "AuthenticationUnsuccessful")
        passed = Pass(caller, tenant, f"{caller.client}|{tenant}")
        problem, wait = self.limits.problem(
            passed.pair, caller.client, self._most(caller.client), call.at
        )
        if problem:
            words = {one: self.switch(f"word_{one}") for one in ("appminute", "concurrent")}
            headers = {"x-rate-limit-problem": words.get(problem, problem)}
            if wait:
                headers["retry-after"] = str(wait)
            return Answer(429, b"", headers | self._left(passed, call.at))
        self._passes[id(call)] = passed
        return None

    def _most(self, client: str) -> dict[str, int]:
        app = self.identity.app(client) or {"tier": "Core"}
        return {
            "concurrent": self.switch("limit_concurrent"),
            "minute": self.switch("limit_minute"),
            "day": self.switch("limit_day") or TIERS[app["tier"]]["day"],
            "app_minute": self.switch("limit_app_minute"),
        }

    def _left(self, passed: Pass, now: float) -> dict[str, str]:
        most = self._most(passed.caller.client)
        left = self.limits
        return {
            "X-DayLimit-Remaining": str(left.day.left(passed.pair, most["day"], now)),
            "X-MinLimit-Remaining": str(left.minute.left(passed.pair, most["minute"], now)),
            "X-AppMinLimit-Remaining": str(
                left.app.left(passed.caller.client, most["app_minute"], now)
            ),
        }

    def leave(self, call: Call) -> None:
        passed = self._passes.get(id(call))
        if passed is not None:
            self.limits.running[passed.pair] -= 1

    def finish(self, call: Call, answer: Answer) -> None:
        passed = self._passes.pop(id(call), None)
        if passed is not None:
            answer.headers |= self._left(passed, call.at)
            answer.headers["xero-correlation-id"] = f"{id(call):032x}"

    # --- Control ----------------------------------------
    def fill(self, values: dict[str, Any]) -> Any:
        return templates.fill(self, values)

    def act(self, verb: str, values: dict[str, Any]) -> Any:
        try:
            return acting.act(self, verb, values)
        except (Invalid, WrongData) as error:
            raise ValueError(str(error)) from error

    def sheets(self, company: str) -> list[Sheet]:
        return sheets.sheets(self, company)

    def company_title(self, company: str) -> str:
        return str(self.store.setting(company, ORGANISATION, {}).get("Name", company))

    def books(self, tenant: str) -> Books:
        """An organisation for what a person does."""
        return Books(self, tenant, self.clock.now(), places=4)

    def tick(self) -> None:
        self.hooks.deliver()


def _worded(handler: Handler, call: Call, books: Books, steps: dict[str, str]) -> Answer:
    """What a handler answers; a problem that it raises undoes everything."""
    try:
        return handler(call, books, **steps)
    except WrongData as error:
        raise Refused(problems.post_data(str(error))) from error
    except WrongQuery as error:
        raise Refused(problems.query(str(error))) from error
    except BadBody as error:
        raise Refused(
            problems.post_data(f"The body could not be read: {str(error)[:200]}")
        ) from error
    except Invalid as error:
        refused = problems.validation([{"ValidationErrors": problems.messages(error.messages)}])
        raise Refused(refused) from error
