"""What a person does in Xero's screens, and what tests need to stand in for a browser."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sandbox.common.ledger import Entry
from sandbox.xero import appstore, budgets, fields, payments, tables
from sandbox.xero.accounts import keep_account
from sandbox.xero.books import ORGANISATION, Books
from sandbox.xero.contacts import keep_contact
from sandbox.xero.documents import Invoices
from sandbox.xero.items import Items, move_stock
from sandbox.xero.lines import tracked
from sandbox.xero.oauth import DEFAULT_APP, USER
from sandbox.xero.repeating import make_due
from sandbox.xero.webhooks import CATEGORIES
from sandbox.xero.wire import new_id, read_day
from sandbox.xero.writing import Writable

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

EVERYTHING = (
    "openid profile email offline_access accounting.settings accounting.contacts"
    " accounting.invoices accounting.payments accounting.banktransactions"
    " accounting.manualjournals accounting.attachments accounting.journals.read"
    " accounting.reports.trialbalance.read accounting.reports.balancesheet.read"
    " accounting.reports.profitandloss.read accounting.reports.aged.read"
    " accounting.reports.banksummary.read accounting.reports.executivesummary.read"
    " accounting.reports.budgetsummary.read accounting.reports.taxreports.read"
    " accounting.reports.tenninetynine.read accounting.budgets.read paymentservices"
)
OF_CONTACTS = (
    *("invoice", "credit_note", "prepayment", "overpayment", "bank_transaction"),
    *("purchase_order", "quote", "repeating_invoice", "receipt"),
)
Verb = Callable[["Xero", dict[str, Any]], Any]


def act(xero: "Xero", verb: str, values: dict[str, Any]) -> Any:
    """Do it; ValueError when it cannot be."""
    if verb not in VERBS:
        raise ValueError(f"nobody can {verb} here; verbs: {', '.join(sorted(VERBS))}")
    return VERBS[verb](xero, values)


def _books(xero: "Xero", values: dict[str, Any]) -> Books:
    tenant = str(values.get("tenant", "")).lower()
    if not xero.store.setting(tenant, ORGANISATION):
        raise ValueError("tenant: no such organisation")
    return xero.books(tenant)


def _record(books: Books, kind: str, id_: str) -> Any:
    found = books.get(kind, str(id_).lower())
    if found is None:
        raise ValueError(f"id: no such {kind}")
    return found


# --- Identity ----------------------------------------
def register_app(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"client_id", "secret", "redirects": [], "made": day, "tier", "certified", "custom": id}."""
    app = DEFAULT_APP | {name: values[name] for name in DEFAULT_APP if name in values}
    xero.identity.keep("app", app["client_id"], app)
    return app


def connect(xero: "Xero", values: dict[str, Any]) -> Any:
    """Tokens without a browser: {"tenants": [ids] or "tenant", "client_id", "scope", "user"}."""
    tenants = [str(one).lower() for one in values.get("tenants") or [values["tenant"]]]
    client = values.get("client_id", DEFAULT_APP["client_id"])
    if xero.identity.app(client) is None:
        raise ValueError("client_id: no such app")
    for tenant in tenants:
        _books(xero, {"tenant": tenant})
    event, user, now = new_id(), values.get("user", USER), xero.clock.now()
    problem = xero.identity.connect(client, user, tenants, event, now)
    if problem:
        raise ValueError(problem)
    granted = str(values.get("scope", EVERYTHING)).split()
    return xero.identity.issue(client, user, granted, event, now)


def disconnect_tenant(xero: "Xero", values: dict[str, Any]) -> Any:
    """A person removes the app from an organisation: {"tenant", "client_id"}."""
    client = values.get("client_id", DEFAULT_APP["client_id"])
    of_tenant = xero.store.found("", "connection.tenant", str(values["tenant"]).lower())
    of_app = xero.store.found("", "connection.app", client)
    for _kind, id_ in set(of_tenant) & set(of_app):
        xero.identity.close(id_)
    return {}


def revoke_app(xero: "Xero", values: dict[str, Any]) -> Any:
    """A person takes all access back: {"client_id", "user"}."""
    client = values.get("client_id", DEFAULT_APP["client_id"])
    xero.identity.end(client, values.get("user", USER))
    return {}


# --- The organisation ----------------------------------------
def set_lock_dates(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "period": day or null, "year_end": day or null}; what is not said stays."""
    books = _books(xero, values)
    body = dict(books.organisation)
    for name, field in (("period", "PeriodLockDate"), ("year_end", "EndOfYearLockDate")):
        if name in values:
            body.pop(field, None)
            if values[name]:
                body[field] = read_day(str(values[name]))
    xero.store.set(books.tenant, ORGANISATION, body)
    return {name: body.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")}


def archive_account(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "code" or "id", "status": "ARCHIVED" | "ACTIVE" | "DELETED"}."""
    books = _books(xero, values)
    found = books.account({"AccountID": values.get("id"), "Code": values.get("code", "")})
    if found is None:
        raise ValueError("code: no such account")
    body = found.body | {"Status": values.get("status", "ARCHIVED")}
    keep_account(books, body)
    return body


def change_organisation(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "set": {field: value}}, such as Name, Class or PaymentTerms."""
    books = _books(xero, values)
    xero.store.set(books.tenant, ORGANISATION, books.organisation | dict(values["set"]))
    return books.organisation


# --- Documents ----------------------------------------
def edit_document(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "plural": "Invoices", "id", "set": {fields as the API takes them}}."""
    books = _books(xero, values)
    plural = str(values["plural"])
    written = {name: one for name, one in xero.resources.items() if isinstance(one, Writable)}
    resource = written.get(plural)
    if resource is None:
        raise ValueError(f"plural: one of {', '.join(sorted(written))}")
    record = _record(books, resource.kind, values["id"])
    given = fields.read_object(resource.table, values["set"], plural)
    id_, _warnings = resource.save(books, given, record)
    return resource.show(books, _record(books, resource.kind, id_))


def approve_draft(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "id", "plural": "Invoices"}."""
    plural = values.get("plural", "Invoices")
    status = "POSTED" if plural == "ManualJournals" else "AUTHORISED"
    return edit_document(xero, {**values, "plural": plural, "set": {"Status": status}})


def receive_payment(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "invoice": id, "account": code, "amount", "date", "reconciled"}."""
    books = _books(xero, values)
    invoice = _record(books, "invoice", values["invoice"])
    given: dict[str, Any] = {
        "Invoice": {"InvoiceID": invoice.id},
        "Account": {"Code": str(values.get("account", "090"))},
        "Amount": Decimal(str(values.get("amount", invoice.body["AmountDue"]))),
        "IsReconciled": bool(values.get("reconciled", False)),
    }
    if values.get("date"):
        given["Date"] = read_day(str(values["date"]))
    return {"PaymentID": payments.pay(books, given)}


def make_item_tracked(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "code", "asset": code of an INVENTORY account, "cogs": code}."""
    books = _books(xero, values)
    ids = books.found("item.code", str(values["code"]))
    if not ids:
        raise ValueError("code: no such item")
    resource = cast("Items", xero.resources["Items"])
    given = {
        "InventoryAssetAccountCode": values.get("asset", "630"),
        "PurchaseDetails": {"COGSAccountCode": values.get("cogs", "310")},
    }
    resource.save(books, fields.read_object(tables.ITEM, given, "Items"), books.get("item", ids[0]))
    return resource.show(books, _record(books, "item", ids[0]))


def adjust_stock(xero: "Xero", values: dict[str, Any]) -> Any:
    """A person adjusts a tracked item: {"tenant", "code", "quantity", "value", "account", "date"}.

    `quantity` is the difference; without `value` (base currency) it goes at average cost. The other
    side stands in `account`.
    """
    books = _books(xero, values)
    code, day = str(values["code"]), read_day(str(values.get("date") or books.today))
    account = books.account({"Code": str(values.get("account", "320"))})
    if not books.found("item.code", code) or account is None:
        raise ValueError("code or account: there is no such thing")
    books.must_be_open(day)
    value = Decimal(str(values["value"])) if values.get("value") is not None else None
    quantity, id_ = Decimal(str(values["quantity"])), new_id()
    value, item = move_stock(books, code, quantity, value)
    asset = books.account({"Code": item["InventoryAssetAccountCode"]})
    assert asset is not None
    sides = [Entry(asset.id, value), Entry(account.id, -value)]
    books.post("stock_adjustment", id_, day, sides, "MANJOURNAL")
    return {"ID": id_, "QuantityOnHand": item["QuantityOnHand"], "Value": value}


def rename_contact(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "id", "name"}."""
    set_ = {"Name": str(values["name"])}
    return edit_document(xero, {**values, "plural": "Contacts", "set": set_})


def merge_contacts(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "id", "into": id}: the first is archived and points to the second."""
    books = _books(xero, values)
    gone, kept = (_record(books, "contact", values[name]) for name in ("id", "into"))
    if gone.id == kept.id or kept.body["ContactStatus"] != "ACTIVE":
        raise ValueError("into: another contact, which is active")
    body = gone.body | {"ContactStatus": "ARCHIVED", "MergedToContactID": kept.id}
    keep_contact(books, body)
    roles = {name: gone.body[name] or kept.body[name] for name in ("IsCustomer", "IsSupplier")}
    keep_contact(books, kept.body | roles)
    for kind in OF_CONTACTS:
        for document in xero.store.records(
            *(books.tenant, kind),
            where="json_extract(body, '$.Contact.ContactID') = ?",
            values=[gone.id],
        ):
            moved = document.body | {"Contact": {"ContactID": kept.id}}
            keys = [
                (name, kept.id if value == gone.id else value)
                for name, value in xero.store.keys(books.tenant, kind, document.id)
            ]
            books.put(kind, document.id, moved, keys)
    for one in (gone, kept):
        xero.hooks.happened(books, "CONTACT", "UPDATE", "Contacts", one.id)
    return body


# --- The sandbox ----------------------------------------
def set_latency(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"seconds"}: how long each request takes, so that several are there at once."""
    xero.store.set("", "latency", float(values["seconds"]))
    return {}


def clear_limits(xero: "Xero", values: dict[str, Any]) -> Any:
    """Forget what was counted."""
    xero.limits.clear()
    return {}


def kept_keys(xero: "Xero", values: dict[str, Any]) -> Any:
    """How many answers to an Idempotency-Key are kept."""
    return {"count": xero.store.count("", "idempotency")}


def set_subscription(xero: "Xero", values: dict[str, Any]) -> Any:
    """A person subscribes to an app, or changes that: {"tenant", "client_id", "plan", "status"}."""
    books = _books(xero, values)
    client = values.get("client_id", DEFAULT_APP["client_id"])
    plan, status = str(values.get("plan", "Small")), str(values.get("status", "ACTIVE"))
    return appstore.subscribe(books, client, plan, status)


def make_due_invoices(xero: "Xero", values: dict[str, Any]) -> Any:
    """Time has come for the templates of repeating invoices: {"tenant"}."""
    books = _books(xero, values)
    return {"InvoiceIDs": make_due(books, cast("Invoices", xero.resources["Invoices"]))}


def set_budget(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"tenant", "description", "lines": {code: {"2026-05": amount}}, "tracking": as on lines}."""
    books = _books(xero, values)
    lines = {
        str(code): {str(month): Decimal(str(amount)) for month, amount in months.items()}
        for code, months in dict(values["lines"]).items()
    }
    tracking = tracked(books, list(values.get("tracking", [])), [])
    name = str(values.get("description", "Overall Budget"))
    return {"BudgetID": budgets.set_budget(books, name, lines, tracking)}


def set_webhook(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"client_id", "url", "key", "categories": [CONTACT, INVOICE, CREDITNOTE, SUBSCRIPTION]}."""
    return xero.hooks.hook(
        values.get("client_id", DEFAULT_APP["client_id"]),
        str(values["url"]),
        str(values["key"]),
        list(values.get("categories", CATEGORIES)),
    )


def hook_mischief(xero: "Xero", values: dict[str, Any]) -> Any:
    """{"do": ["duplicate", "reorder", "forge"]}."""
    xero.store.set("", "hook_mischief", list(values["do"]))
    return {}


def hooks(xero: "Xero", values: dict[str, Any]) -> Any:
    """How the hooks stand."""
    return xero.store.setting("", "hooks", {})


VERBS: dict[str, Verb] = {
    one.__name__: one
    for one in (
        *(register_app, connect, disconnect_tenant, revoke_app, set_lock_dates, archive_account),
        *(change_organisation, edit_document, approve_draft, receive_payment, make_item_tracked),
        *(rename_contact, merge_contacts, set_latency, clear_limits, set_webhook, hook_mischief),
        *(hooks, kept_keys, adjust_stock, set_subscription),
        *(make_due_invoices, set_budget),
    )
}
