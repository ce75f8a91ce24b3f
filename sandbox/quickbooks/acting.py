"""What a person does in QuickBooks' own screens, for `act` of the control API.

Each verb takes {"realm", …}; ids are texts. What cannot be is said as ValueError.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.quickbooks import auto, changes
from sandbox.quickbooks.company import Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import DOCUMENTS, PARTIES_OF, QUERYABLE
from sandbox.quickbooks.merging import merge
from sandbox.quickbooks.oauth import ACCOUNTING, APP

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

Values = dict[str, Any]


def act(sandbox: "QuickBooks", verb: str, values: Values) -> Any:
    """Do it; what it changed comes back as the API shows it."""
    if verb in APART:
        return APART[verb](sandbox, values)
    if verb not in VERBS:
        raise ValueError(f"nobody can {verb}; known: {', '.join(sorted({*APART, *VERBS}))}")
    realm = str(values["realm"])
    if not sandbox.known(realm):
        raise ValueError(f"no company {realm}")
    company = Company(sandbox, realm, sandbox.clock.now())
    company.person = True
    try:
        return VERBS[verb](company, values)
    except Wrong as wrong:
        raise ValueError(f"{wrong.errors[0]['code']}: {wrong.errors[0]['Detail']}") from wrong


# --- Apps ----------------------------------------------------------------------------------------
def _connect(sandbox: "QuickBooks", values: Values) -> Body:
    realm = str(values["realm"])
    if not sandbox.known(realm):
        raise ValueError(f"no company {realm}")
    client = str(values.get("client_id", APP["client_id"]))
    scope = str(values.get("scope", ACCOUNTING))
    at = sandbox.clock.now()
    grant = sandbox.oauth.grant(client, realm, scope, at)
    return {**sandbox.oauth.tokens(grant, at), "realmId": realm}


def _revoke(sandbox: "QuickBooks", values: Values) -> Body:
    return {"ended": sandbox.oauth.revoke_company(str(values["realm"]), sandbox.clock.now())}


def _register(sandbox: "QuickBooks", values: Values) -> Body:
    return sandbox.oauth.register(values)


def _listen(sandbox: "QuickBooks", values: Values) -> Body:
    known = {"url", "verifier", "format", "delay", "copies", "bad_signature"}
    if set(values) - known:
        raise ValueError(f"unknown: {sorted(set(values) - known)}")
    sandbox.store.set("", "webhooks", values)
    return values


def _latency(sandbox: "QuickBooks", values: Values) -> Body:
    """seconds: how long each request takes, for limits of how many at once."""
    sandbox.store.set("", "latency", float(values["seconds"]))
    return {"seconds": float(values["seconds"])}


APART: dict[str, Callable[["QuickBooks", Values], Any]] = {
    "connect": _connect,
    "revoke_app": _revoke,
    "register_app": _register,
    "set_webhooks": _listen,
    "set_latency": _latency,
}


# --- Documents -----------------------------------------------------------------------------------
def _kind(values: Values) -> str:
    kind = str(values["entity"])
    if kind not in QUERYABLE:
        raise ValueError(f"no such entity: {kind}")
    return kind


def _merged(company: Company, kind: str, id_: str, changed: Body) -> Body:
    record = company.need(kind, id_)
    if kind == "Payment":
        changed = {name: record.body[name] for name in ("CustomerRef", "TotalAmt")} | changed
    given = {**changed, "Id": id_, "SyncToken": str(record.version), "sparse": True}
    return company.shown(kind, changes.write(company, kind, given, {}))


def _create(company: Company, values: Values) -> Body:
    kind = _kind(values)
    return company.shown(kind, changes.write(company, kind, values["body"], {}))


def _edit(company: Company, values: Values) -> Body:
    return _merged(company, _kind(values), str(values["id"]), dict(values["changes"]))


def _delete(company: Company, values: Values) -> Body:
    kind = _kind(values)
    record = company.need(kind, str(values["id"]))
    changes.delete(company, kind, {"Id": record.id, "SyncToken": str(record.version)})
    return {"deleted": record.id}


def _void(company: Company, values: Values) -> Body:
    kind = _kind(values)
    record = changes.void(company, kind, company.need(kind, str(values["id"])))
    return company.shown(kind, record)


def _receive(company: Company, values: Values) -> Body:
    """invoice (or customer), amount; the balance unless an amount is said."""
    invoice = company.need("Invoice", str(values["invoice"])) if values.get("invoice") else None
    given: Body = {"TxnDate": values.get("date", company.today)}
    if invoice is not None:
        amount = values.get("amount", invoice.body["Balance"])
        link = {"TxnId": invoice.id, "TxnType": "Invoice"}
        given |= {"CustomerRef": invoice.body["CustomerRef"], "TotalAmt": amount}
        given["CurrencyRef"] = invoice.body["CurrencyRef"]
        given["Line"] = [{"Amount": amount, "LinkedTxn": [link]}]
    else:
        given |= {"CustomerRef": {"value": str(values["customer"])}, "TotalAmt": values["amount"]}
    record = changes.write(company, "Payment", given, {})
    return company.shown("Payment", record)


def _pay_bill(company: Company, values: Values) -> Body:
    bill = company.need("Bill", str(values["bill"]))
    amount = values.get("amount", bill.body["Balance"])
    given: Body = {
        "VendorRef": bill.body["VendorRef"],
        "CurrencyRef": bill.body["CurrencyRef"],
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": company.system("bank")}},
        "TotalAmt": amount,
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": bill.id, "TxnType": "Bill"}]}],
    }
    return company.shown("BillPayment", changes.write(company, "BillPayment", given, {}))


def _apply_credit(company: Company, values: Values) -> Body:
    """credit_memo or payment, and invoice."""
    invoice = str(values["invoice"])
    company.need("Invoice", invoice)
    if values.get("payment"):
        auto.pay(company, str(values["payment"]), [invoice])
    else:
        auto.use_credit(company, str(values["credit_memo"]), [invoice])
    return company.shown("Invoice", company.need("Invoice", invoice))


def _deposit(company: Company, values: Values) -> Body:
    """payments (ids): from undeposited funds to the bank."""
    lines = []
    for one in values["payments"]:
        payment = company.need("Payment", str(one))
        link = {"TxnId": payment.id, "TxnType": "Payment", "TxnLineId": "0"}
        lines.append({"Amount": payment.body["TotalAmt"], "LinkedTxn": [link]})
    account = {"value": str(values.get("account") or company.system("bank"))}
    given = {"DepositToAccountRef": account, "Line": lines}
    return company.shown("Deposit", changes.write(company, "Deposit", given, {}))


# --- Lists and settings --------------------------------------------------------------------------
def _inactive(company: Company, values: Values) -> Body:
    kind = _kind(values)
    if kind in DOCUMENTS:
        raise ValueError(f"{kind} cannot be made inactive")
    return _merged(company, kind, str(values["id"]), {"Active": False})


def _active(company: Company, values: Values) -> Body:
    return _merged(company, _kind(values), str(values["id"]), {"Active": True})


def _rename(company: Company, values: Values) -> Body:
    kind = _kind(values)
    name = "DisplayName" if kind in PARTIES_OF else "Name"
    return _merged(company, kind, str(values["id"]), {name: values["name"]})


def _merge(company: Company, values: Values) -> Body:
    """id stays, other goes: customers, vendors, accounts, classes, departments."""
    return merge(company, _kind(values), str(values["id"]), str(values["other"]))


def _close_books(company: Company, values: Values) -> Body:
    """date: the last day that is closed; empty opens them again."""
    day = str(values.get("date") or "")
    company.store.set(company.realm, "closed", day)
    body = company.need("Preferences", "1").body
    body["AccountingInfoPrefs"].pop("BookCloseDate", None)
    if day:
        body["AccountingInfoPrefs"]["BookCloseDate"] = day
    company.put("Preferences", "1", body)
    return {"closed": day}


def _preferences(company: Company, values: Values) -> Body:
    """preferences: {"Group.Name": value or null}, other: {"Name": "value"}."""
    body = company.need("Preferences", "1").body
    for path, value in values.get("preferences", {}).items():
        group, _dot, name = path.partition(".")
        if group not in body or not name:
            raise ValueError(f"no such preferences: {path}")
        body[group].pop(name, None)
        if value is not None:
            body[group][name] = value
    pairs = {one["Name"]: one["Value"] for one in body["OtherPrefs"]["NameValue"]}
    pairs |= {name: str(value) for name, value in values.get("other", {}).items()}
    body["OtherPrefs"]["NameValue"] = [
        {"Name": name, "Value": value} for name, value in pairs.items()
    ]
    record = company.put("Preferences", "1", body)
    return company.shown("Preferences", record)


def _inventory(company: Company, values: Values) -> Body:
    path = "ProductAndServicesPrefs.QuantityOnHand"
    return _preferences(company, {"preferences": {path: bool(values["on"])}})


def _subscription(company: Company, values: Values) -> Body:
    """plan, status (active or ended)."""
    for name in ("plan", "status"):
        if name in values:
            company.store.set(company.realm, name, str(values[name]))
    return {"plan": company.plan, "status": company.store.setting(company.realm, "status")}


VERBS: dict[str, Callable[[Company, Values], Any]] = {
    "create": _create,
    "edit_document": _edit,
    "delete": _delete,
    "void": _void,
    "receive_payment": _receive,
    "pay_bill": _pay_bill,
    "apply_credit": _apply_credit,
    "make_deposit": _deposit,
    "make_inactive": _inactive,
    "make_active": _active,
    "rename": _rename,
    "merge": _merge,
    "close_books": _close_books,
    "set_preferences": _preferences,
    "track_inventory": _inventory,
    "set_subscription": _subscription,
}
