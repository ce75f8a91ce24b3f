"""The addresses under /v3/company/{realm}: objects, queries, changes, batches and reports."""

import binascii
import email
import random
from typing import TYPE_CHECKING, Any

import simplejson

from sandbox.common.http import Answer, BadBody, Call
from sandbox.common.store import Record
from sandbox.quickbooks import changes, query, reports
from sandbox.quickbooks.company import Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import NOT_IN_CDC, QUERYABLE
from sandbox.quickbooks.settings import exchange_rate, preferences, set_rate, tax_service
from sandbox.quickbooks.times import instant, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.quickbooks.app import QuickBooks

API = "/v3/company/"
BATCH_MOST, CDC_MOST, CDC_DAYS = 30, 1000, 30
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SENDABLE = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt", "PurchaseOrder")


class Api:
    """Each request is admitted, answered for its company, and refused in the vendor's words."""

    def __init__(self, sandbox: "QuickBooks") -> None:
        self.sandbox, self.store = sandbox, sandbox.store
        for methods, path, handler in (
            (("GET", "POST"), "query", self.query),
            ("GET", "cdc", self.cdc),
            ("POST", "batch", self.batch),
            ("POST", "upload", self.upload),
            ("GET", "reports/{report}", self.report),
            ("POST", "taxservice/taxcode", self.tax_service),
            ("GET", "exchangerate", self.rate),
            ("GET", "preferences", self.read_preferences),
            ("GET", "companyinfo/{id}", self.read_company),
            ("GET", "{entity}/{id}", self.read),
            ("GET", "{entity}/{id}/pdf", self.pdf),
            ("POST", "{entity}/{id}/send", self.send),
            ("POST", "{entity}", self.write),
        ):
            sandbox.routes.add(methods, f"{API}{{realm}}/{path}", self._admitted(handler))

    def _admitted(self, handler: "Callable[..., Answer]") -> "Callable[..., Answer]":
        def handled(call: Call, realm: str, **steps: str) -> Answer:
            self.sandbox.oauth.admit(call, realm)
            company = Company(self.sandbox, realm, call.at)
            try:
                if self.store.setting(realm, "status") != "active":
                    raise Wrong("6190")
                if call.method == "POST":
                    return self._once(call, company, handler, steps)
                return handler(call, company, **steps)
            except Wrong as wrong:
                refused = wrong.refused(call.at)
                if wrong.code == "610":
                    refused.answer.status = int(self.sandbox.switch("missing_status"))
                raise refused from wrong

        return handled

    def _once(
        self, call: Call, company: Company, handler: "Callable[..., Answer]", steps: dict[str, str]
    ) -> Answer:
        """A repeated `requestid` has the first answer again, and changes nothing."""
        token = call.query.get("requestid") if call.raw_query else None
        if not token or not self.sandbox.switch("requestid"):
            return handler(call, company, **steps)
        batch = call.path.rstrip("/").endswith("/batch")
        most = 36 if batch else 50
        if len(token) > most or "\x00" in token:
            raise Wrong("2050", f"Length of the field exceeds {most} chars", "requestid")
        if batch:
            _short_ids(call.json)
        kept = self.store.get(company.realm, "_request", token)
        if kept is not None:
            body = kept.body["body"].encode()
            return Answer(kept.body.get("status", 200), body, {"content-type": "application/json"})
        try:
            with self.store.part():
                answer = handler(call, company, **steps)
        except Wrong as wrong:
            if not self.sandbox.switch("requestid_failures"):
                raise
            answer = wrong.refused(call.at).answer
        body_kept = {"body": answer.body.decode(), "status": answer.status}
        self.store.put(company.realm, "_request", token, body_kept, at=call.at)
        return answer

    # --- One object ------------------------------------------------------------------------------
    def write(self, call: Call, company: Company, entity: str) -> Answer:
        kind = changes.entity_of(entity)
        options = call.query if call.raw_query else {}
        shown = self.changed(company, kind, call.json, options)
        return _single(kind, shown, call)

    def changed(self, company: Company, kind: str, given: Any, options: dict[str, str]) -> Body:
        """Create, update, delete or void, as `operation` says; `bId`: of a batch. Raises Wrong."""
        if not isinstance(given, dict):
            raise Wrong("2010", "Property Name: an object is expected")
        operation = options.get("operation", "").lower()
        way = "" if "bId" in options else "operation" if operation == "void" else "include"
        if operation == "delete":
            buried = changes.delete(company, kind, given)
            return {"domain": "QBO", "status": "Deleted", "Id": buried.id}
        if operation == "void":
            record = changes.void(company, kind, changes.current(company, kind, given), way)
        elif operation not in ("", "create", "update"):
            raise Wrong("500", f"Operation {operation[:40]} is not supported.")
        elif kind == "Preferences":
            record = preferences(company, given)
        elif kind == "ExchangeRate":
            record = set_rate(company, given)
        elif options.get("include") == "void":
            record = changes.void(company, kind, changes.current(company, kind, given), way)
        else:
            record = changes.write(company, kind, given, options)
        return company.shown(kind, record)

    def read(self, call: Call, company: Company, entity: str, id: str) -> Answer:  # noqa: A002
        kind = changes.entity_of(entity)
        record = self._found(company, kind, id)
        return _single(kind, company.shown(kind, record), call)

    def _found(self, company: Company, kind: str, id_: str) -> Record:
        if "\x00" in id_ or any("\ud800" <= one <= "\udfff" for one in id_):
            raise Wrong("2030", "Invalid ID : Id should be a valid number", "Id")
        return company.need(kind, id_)

    def read_preferences(self, call: Call, company: Company) -> Answer:
        record = company.need("Preferences", "1")
        return _single("Preferences", company.shown("Preferences", record), call)

    def read_company(self, call: Call, company: Company, id: str) -> Answer:  # noqa: A002
        if id not in (company.realm, "1"):
            raise Wrong("610")
        record = company.need("CompanyInfo", "1")
        return _single("CompanyInfo", company.shown("CompanyInfo", record), call)

    def rate(self, call: Call, company: Company) -> Answer:
        return _single("ExchangeRate", exchange_rate(company, call.query), call)

    def tax_service(self, call: Call, company: Company) -> Answer:
        return Answer.json(tax_service(company, call.json))

    def pdf(self, _call: Call, company: Company, entity: str, id: str) -> Answer:  # noqa: A002
        kind = changes.entity_of(entity)
        if kind not in SENDABLE:
            raise Wrong("500", f"Operation pdf is not supported for {kind}")
        self._found(company, kind, id)
        return Answer(200, PDF, {"content-type": "application/pdf"})

    def send(self, call: Call, company: Company, entity: str, id: str) -> Answer:  # noqa: A002
        kind = changes.entity_of(entity)
        if kind not in SENDABLE:
            raise Wrong("500", f"Operation send is not supported for {kind}")
        record = self._found(company, kind, id)
        address = call.query.get("sendTo") or record.body.get("BillEmail", {}).get("Address", "")
        if "@" not in address or "\x00" in address:
            raise Wrong("2210", "Invalid Email Address format", "BillEmail")
        body = record.body | {"EmailStatus": "EmailSent"}
        body["POEmail" if kind == "PurchaseOrder" else "BillEmail"] = {"Address": address[:100]}
        record = company.put(kind, record.id, body, "Emailed")
        return _single(kind, company.shown(kind, record), call)

    def upload(self, call: Call, company: Company) -> Answer:
        """Attachments as multipart; the files themselves are not kept."""
        made = []
        for name, part in _parts(call):
            if not name.startswith("file_metadata"):
                continue
            try:
                given = simplejson.loads(part, use_decimal=True)
            except (ValueError, RecursionError) as error:
                raise BadBody(str(error)) from error
            record = changes.write(company, "Attachable", given, {})
            made.append({"Attachable": company.shown("Attachable", record)})
        if not made:
            raise Wrong("2020", "Required parameter file_metadata is missing")
        return Answer.json({"AttachableResponse": made, "time": stamp(call.at)})

    # --- Many ------------------------------------------------------------------------------------
    def query(self, call: Call, company: Company) -> Answer:
        text = call.query.get("query", "")
        if call.method == "POST":
            try:
                text = call.body.decode()
            except UnicodeDecodeError as error:
                raise BadBody("not UTF-8") from error
        found = self.answered(company, text)
        return Answer.json({"QueryResponse": found, "time": stamp(call.at)})

    def answered(self, company: Company, text: str) -> Body:
        """The QueryResponse of a statement. Raises Wrong."""
        if not text.strip() or "\x00" in text:
            raise Wrong("4000", 'QueryParserError: Encountered "<EOF>"')
        found = query.run(company, text)
        for item in found.get("Item", []):
            if "sku" not in text.lower() and not self.sandbox.switch("item_sku"):
                item.pop("Sku", None)
        return found

    def cdc(self, call: Call, company: Company) -> Answer:
        asked, since_text = call.query.get("entities", ""), call.query.get("changedSince", "")
        kinds = [one.strip() for one in asked.split(",") if one.strip()]
        known = {one.lower(): one for one in QUERYABLE}
        if not kinds or any(one.lower() not in known for one in kinds):
            raise Wrong("2010", f"Property Name:entities is invalid: {asked[:60]}")
        try:
            since = instant(since_text.replace(" ", "+"))
        except ValueError as error:
            raise Wrong("2010", "Property Name:changedSince is invalid") from error
        if call.at - since > CDC_DAYS * 86_400:
            raise Wrong("6000", "changedSince: changes are kept for 30 days")
        left, responses = CDC_MOST, []
        for kind in (known[one.lower()] for one in kinds):
            if kind in NOT_IN_CDC:
                raise Wrong("500", f"{kind} is not supported for change data capture")
            changed = self.store.records(
                company.realm, kind, since=since, deleted=True, order="updated, id", limit=left
            )
            left -= len(changed)
            shown = company.shown_all(kind, changed)
            one: Body = {kind: shown} if shown else {}
            if shown and self.sandbox.switch("cdc_positions"):
                one |= {"startPosition": 1, "maxResults": len(shown), "totalCount": len(shown)}
            responses.append(one)
        return Answer.json({"CDCResponse": [{"QueryResponse": responses}], "time": stamp(call.at)})

    def batch(self, call: Call, company: Company) -> Answer:
        given = call.json
        items = given.get("BatchItemRequest") if isinstance(given, dict) else None
        if not isinstance(items, list) or not items:
            raise Wrong("2020", "Required parameter BatchItemRequest is missing")
        if len(items) > BATCH_MOST:
            said = f"Batch item size exceeds the limit of {BATCH_MOST}"
            raise Wrong("1040", said, "BatchItemRequest")
        answers = [self._item(company.realm, one, call.at) for one in items]
        if self.sandbox.switch("batch_order") == "shuffled":
            random.shuffle(answers)
        return Answer.json({"BatchItemResponse": answers, "time": stamp(call.at)})

    def _item(self, realm: str, item: Any, at: float) -> Body:
        bid = item.get("bId") if isinstance(item, dict) else None
        named: Body = {"bId": bid} if isinstance(bid, str) else {}
        try:
            with self.store.part():
                # A company of its own: nothing that a refused item read or changed is used.
                return {**self._done(Company(self.sandbox, realm, at), item), **named}
        except Wrong as wrong:
            return {"Fault": wrong.fault(), **named}

    def _done(self, company: Company, item: Any) -> Body:
        if not isinstance(item, dict):
            raise Wrong("2010", "Property Name: an object is expected")
        if "Query" in item:
            return {"QueryResponse": self.answered(company, str(item["Query"]))}
        kind = next((one for one in item if one in QUERYABLE), None)
        if kind is None:
            raise Wrong("500", "Unsupported Operation : no entity is given")
        operation = str(item.get("operation", ""))
        options = {"operation": operation} if operation in ("delete", "void") else {}
        if operation not in ("create", "update", "delete", "void"):
            raise Wrong("500", f"Operation {operation[:40]} is not supported.")
        if str(item.get("optionsData", "")).lower() == "void":
            options = {"include": "void"}
        return {kind: self.changed(company, kind, item[kind], {**options, "bId": ""})}

    def report(self, call: Call, company: Company, report: str) -> Answer:
        return Answer.json(reports.run(company, report, call.query))


def _short_ids(given: Any) -> None:
    """Of the items of a batch that has a `requestid`. Raises Wrong (2050)."""
    items = given.get("BatchItemRequest") if isinstance(given, dict) else None
    for one in items if isinstance(items, list) else []:
        if isinstance(one, dict) and len(str(one.get("bId", ""))) > 10:
            raise Wrong("2050", "Length of the field exceeds 10 chars", "bId")


def _single(kind: str, shown: Body, call: Call) -> Answer:
    return Answer.json({kind: shown, "time": stamp(call.at)})


def _parts(call: Call) -> list[tuple[str, bytes]]:
    """The parts of a multipart body by their names. Raises BadBody."""
    kind = call.headers.get("content-type", "")
    if "multipart" not in kind:
        raise BadBody("not multipart")
    head = f"content-type: {kind}\r\n\r\n".encode("latin-1", "replace")
    message = email.message_from_bytes(head + call.body.lstrip(b"\r\n"))
    found = []
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            try:
                payload = part.get_payload(decode=True)
            except (binascii.Error, ValueError) as error:
                raise BadBody(str(error)) from error
            found.append((name, payload if isinstance(payload, bytes) else b""))
    return found
