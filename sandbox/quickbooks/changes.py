"""Create, update, delete and void: the steps that every object goes through."""

from typing import Any

from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.quickbooks import deposits, documents, links, lists, orders, postings, stock
from sandbox.quickbooks.auto import apply_credits
from sandbox.quickbooks.bundles import goods
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import (
    BY_PATH,
    DOCUMENTS,
    FIELDS,
    LISTS,
    NO_NUMBER,
    PLAIN,
    VOIDABLE,
)
from sandbox.quickbooks.lines import ITEM, SALE
from sandbox.quickbooks.parties import BY_LINE, shares
from sandbox.quickbooks.validation import clean, needed

PLUS = ("Plus", "Advanced")
GATED: dict[str, tuple[str, ...]] = {"PurchaseOrder": PLUS, "Class": PLUS, "Department": PLUS}
ESSENTIALS = ("Essentials", *PLUS)
GATED |= {"Bill": ESSENTIALS, "BillPayment": ESSENTIALS, "VendorCredit": ESSENTIALS}
SETTLED = (*links.WHOLE, *BY_LINE)
WARNED = {
    "Bill": "WarnDuplicateBillNumber",
    "JournalEntry": "WarnDuplicateJournalNumber",
    "BillPayment": "WarnDuplicateCheckNumber",
    "Purchase": "WarnDuplicateCheckNumber",
}
READ_ONLY = ("TaxCode", "TaxRate", "TaxAgency")
KEPT = ("_applied", "_deposited", "_done", "_credit", "_from", "_status")


def admit(company: Company, kind: str) -> None:
    """Refuse what the plan does not have. Raises Wrong (5020)."""
    plans = GATED.get(kind)
    if plans and company.plan not in plans:
        raise Wrong("5020")


def write(company: Company, kind: str, given: Any, options: dict[str, str]) -> Record:
    """Create, or update when there is an id. Raises Wrong."""
    admit(company, kind)
    body = clean(kind, given)
    id_ = given.get("Id")
    if id_ in (None, "", 0, "0"):
        return create(company, kind, body, options)
    return update(company, kind, given, body, options)


def create(company: Company, kind: str, body: Body, options: dict[str, str]) -> Record:
    """A new object. Raises Wrong."""
    if kind in ("TaxCode", "TaxRate") or kind not in (*LISTS, *DOCUMENTS, *PLAIN):
        raise Wrong("500", f"Operation create is not supported for {kind}")
    needed(kind, body)
    if kind in PLAIN:
        company.refer_all(body)
    elif kind in LISTS:
        lists.prepare(company, kind, body, None)
    if kind in DOCUMENTS:
        documents.prepare(company, kind, body, None)
        _open_period(company, body["TxnDate"])
        id_ = company.new_id(kind)
        _number(company, kind, body, None, options)
        _apply(company, kind, id_, body, None)
        record = company.put(kind, id_, body, "Create")
        postings.post(company, kind, id_, body)
        return apply_credits(company, kind, record)
    id_ = company.new_id(kind)
    record = company.put(kind, id_, body, "Create")
    if kind == "Item" and body.get("_value"):
        _opening_stock(company, id_, body)
    return record


def _opening_stock(company: Company, id_: str, body: Body) -> None:
    asset, value = body["AssetAccountRef"]["value"], body["_value"]
    sides = [(asset, value), (company.system("opening"), -value)]
    entries = [Entry(account, amount, body["Name"][:80]) for account, amount in sides]
    company.book.post("Item", id_, body["InvStartDate"], entries)


def current(company: Company, kind: str, given: Any) -> Record:
    """The object that a change is about, which nobody else has changed. Raises Wrong."""
    id_, token = given.get("Id"), given.get("SyncToken")
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise Wrong("2030", "Invalid ID : Id should be a valid number", "Id")
    if token is None or token == "":
        raise Wrong("2020", "Required parameter SyncToken is missing in the request", "SyncToken")
    record = company.need(kind, str(id_))
    if str(token) != str(record.version):
        raise Wrong("5010")
    return record


def update(company: Company, kind: str, given: Any, body: Body, options: dict[str, str]) -> Record:
    """A full or a sparse update. Raises Wrong."""
    if kind in READ_ONLY:
        raise Wrong("500", f"Operation update is not supported for {kind}")
    old = current(company, kind, given)
    if given.get("sparse") in (True, "true"):
        if kind == "Payment" and company.switch("sparse_payment") == "refused":
            needed(kind, body)
        cleared = [name for name, value in given.items() if value in (None, "")]
        shown = {name: value for name, value in old.body.items() if name[0] != "_"}
        body = {name: value for name, value in shown.items() if name not in cleared} | body
        _forget_unsent(kind, given, body)
    else:
        needed(kind, body)
        body |= {
            name: old.body[name]
            for name, field in FIELDS[kind].items()
            if field.read_only and name in old.body
        }
    return replace(company, kind, old, body, options)


def _forget_unsent(kind: str, given: Any, body: Body) -> None:
    """What follows from something that was sent is worked out anew."""
    if "TxnTaxDetail" not in given and kind in DOCUMENTS and "Line" in given:
        body.pop("TxnTaxDetail", None)


def replace(
    company: Company, kind: str, old: Record, body: Body, options: dict[str, str]
) -> Record:
    """Put a new whole body in an object's place. Raises Wrong."""
    if kind not in DOCUMENTS:
        if kind in LISTS:
            lists.prepare(company, kind, body, old)
        gone = old.body.get("Active", True) and not body.get("Active", True)
        if gone and body.get("QtyOnHand") and company.switch("inactive_adjusted"):
            stock.write_off(company, body)
        return company.put(kind, old.id, body)
    deposits.refuse_deposited(old)
    _open_period(company, old.body["TxnDate"])
    body |= {name: old.body[name] for name in KEPT if name in old.body}
    _undo(company, kind, old)
    documents.prepare(company, kind, body, old)
    _open_period(company, body["TxnDate"])
    _number(company, kind, body, old, options)
    _apply(company, kind, old.id, body, old)
    record = company.put(kind, old.id, body)
    postings.post(company, kind, old.id, body)
    if "ExchangeRate" in body:
        _repost_payments(company, body)
    return record


def _repost_payments(company: Company, body: Body) -> None:
    for key in body.get("_applied", {}):
        kind, _colon, id_ = key.partition(":")
        postings.post(company, kind, id_, company.need(kind, id_).body)


def delete(company: Company, kind: str, given: Any) -> Record:
    """Delete a document. Raises Wrong."""
    if kind not in (*DOCUMENTS, *PLAIN):
        raise Wrong("500", f"Operation delete is not supported for {kind}")
    record = current(company, kind, given)
    if kind in DOCUMENTS:
        deposits.refuse_deposited(record)
        _open_period(company, record.body["TxnDate"])
        _undo(company, kind, record)
        if kind in SETTLED:
            links.release(company, kind, record.id, record.body, ZERO)
        elif kind == "BillPayment":
            _to_nothing(record.body)
            links.sync_credit(company, record.id, record.body)
        company.book.post(kind, record.id, record.body["TxnDate"], [])
    company.bury(kind, record)
    return record


def void(company: Company, kind: str, record: Record, way: str = "") -> Record:
    """Make a document nothing; it stays with its number. Raises Wrong.

    `way` is how an app asked: an invoice is voided by `operation`, what else can be by `include`.
    """
    usual = "operation" if kind == "Invoice" else "include"
    wrong_way = way not in ("", usual) and company.switch("void_address") == "documented"
    if kind not in VOIDABLE or wrong_way:
        raise Wrong("500", f"Operation void is not supported for {kind}")
    deposits.refuse_deposited(record)
    _open_period(company, record.body["TxnDate"])
    _undo(company, kind, record)
    body = record.body
    if kind in SETTLED:
        links.release(company, kind, record.id, body, ZERO)
    _to_nothing(body)
    if kind == "BillPayment":
        links.sync_credit(company, record.id, body)
    note = body.get("PrivateNote", "")
    if not note.startswith("Voided"):
        body["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
    company.book.post(kind, record.id, body["TxnDate"], [])
    return company.put(kind, record.id, body, "Void")


def _to_nothing(body: Body) -> None:
    linked = "LinkedTxn" in (body["Line"][0] if body.get("Line") else {}) and (
        "DetailType" not in body["Line"][0]
    )
    if linked:
        body["Line"] = []
    for line in body.get("Line", []):
        line["Amount"] = ZERO
    for line in (*goods(body), *(one for one in body.get("Line", []) if ITEM in one)):
        line["Amount"] = ZERO
        detail = line.get(SALE) or line.get(ITEM)
        if detail and "Qty" in detail:
            detail["Qty"] = ZERO
        if detail and "TaxInclusiveAmt" in detail:
            detail["TaxInclusiveAmt"] = ZERO
    for name in ("TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "UnappliedAmt"):
        if name in body:
            body[name] = ZERO
    if "TxnTaxDetail" in body:
        body["TxnTaxDetail"] = {"TotalTax": ZERO}
    body.pop("LinkedTxn", None)


# --- Effects -------------------------------------------------------------------------------------
def _undo(company: Company, kind: str, record: Record) -> None:
    """Take back what a document did to others."""
    if kind in links.SIGNS:
        links.unsettle(company, kind, record)
    elif kind == "Deposit":
        deposits.undeposit(company, record.body)
    elif kind in ("Bill", "Invoice"):
        orders.unfulfil(company, kind, record)
    stock.undo(company, record.body)
    for party_kind, id_, amount in record.body.pop("_owed", []):
        _owe(company, party_kind, id_, -amount)


def _apply(company: Company, kind: str, id_: str, body: Body, old: Record | None) -> None:
    if kind in links.SIGNS:
        links.settle(company, kind, id_, body)
    elif kind == "Deposit":
        deposits.deposit(company, id_, body)
    elif kind in ("Bill", "Invoice"):
        _own_links(kind, body, old)
        orders.fulfil(company, kind, id_, body)
    if kind in SETTLED:
        _balance(company, kind, id_, body)
    stock.move(company, kind, body)
    owed = _owed(company, kind, body)
    for party_kind, party, amount in owed:
        _owe(company, party_kind, party, amount)
    if owed:
        body["_owed"] = [list(one) for one in owed]


def _own_links(kind: str, body: Body, old: Record | None) -> None:
    """Links that only payments make are not the caller's to send."""
    writable = ("PurchaseOrder",) if kind == "Bill" else ("Estimate", "TimeActivity")
    sent = [one for one in body.get("LinkedTxn", []) if one["TxnType"] in writable]
    had = old.body.get("LinkedTxn", []) if old else []
    body["LinkedTxn"] = [*sent, *(one for one in had if one["TxnType"] not in writable)]


def _balance(company: Company, kind: str, id_: str, body: Body) -> None:
    if kind in BY_LINE:
        links.release_shares(company, kind, id_, body)
        return
    if body.get("_applied"):
        links.release(company, kind, id_, body, body["TotalAmt"])
    left = links.open_amount(body)
    body["Balance"] = left
    if kind == "CreditMemo":
        body["RemainingCredit"] = left
    if "HomeTotalAmt" in body or "HomeBalance" in body:
        rate = body.get("ExchangeRate", 1)
        body["HomeBalance"] = cents(left * rate)
        if kind == "VendorCredit":
            del body["HomeBalance"]


WHOLE_SIGNS = {"Invoice": 1, "CreditMemo": -1, "Payment": -1}
WHOLE_SIGNS |= {"Bill": 1, "VendorCredit": -1, "BillPayment": -1}


def _owed(company: Company, kind: str, body: Body) -> list[tuple[str, str, Any]]:
    """What a document adds to the balances of customers and vendors."""
    found: list[tuple[str, str, Any]] = []
    if kind in WHOLE_SIGNS:
        party = "CustomerRef" if "CustomerRef" in body else "VendorRef"
        amount = body["TotalAmt"] * WHOLE_SIGNS[kind]
        found.append((party.removesuffix("Ref"), body[party]["value"], amount))
    return found + shares(company, kind, body)


def _owe(company: Company, kind: str, id_: str, amount: Any) -> None:
    record = company.store.get(company.realm, kind, id_)
    if record is None or not amount:
        return
    balance = record.body.get("Balance", ZERO) + amount
    changed = {"Balance": balance}
    if kind == "Customer":
        changed["BalanceWithJobs"] = balance
    company.amend(kind, id_, changed)


# --- Numbers and periods -------------------------------------------------------------------------
def _open_period(company: Company, day: str) -> None:
    closed = company.store.setting(company.realm, "closed", "")
    if closed and day <= closed:
        raise Wrong("6210")


def _number(
    company: Company, kind: str, body: Body, old: Record | None, options: dict[str, str]
) -> None:
    """DocNumber by the company's preferences. Raises Wrong (6140)."""
    if kind in NO_NUMBER or options.get("include") == "allowduplicatedocnum":
        return
    number = body.get("DocNumber")
    if number is None:
        if old is None and _numbers_itself(company, kind, options):
            body["DocNumber"] = _next_number(company, kind)
        elif old is not None and "DocNumber" in old.body and _numbers_itself(company, kind, {}):
            body["DocNumber"] = old.body["DocNumber"]
        return
    if not _policed(company, kind):
        return
    for _kind, id_ in company.store.found(company.realm, f"DocNumber.{kind}", number):
        if old is None or id_ != old.id:
            said = (
                "Duplicate Document Number Error : You must specify a different number. This"
                f" number has already been used. DocNumber={number} is assigned to"
                f" TxnType={kind} with TxnId={id_}"
            )
            raise Wrong("6140", said)


def _next_number(company: Company, kind: str) -> str:
    while True:
        number = str(company.store.next(company.realm, f"number.{kind}", 1001))
        if not company.store.found(company.realm, f"DocNumber.{kind}", number):
            return number


def _custom_orders(company: Company) -> bool:
    return company.other_pref("VendorAndPurchasesPrefs.UseCustomTxnNumbers") == "true"


def _numbers_itself(company: Company, kind: str, options: dict[str, str]) -> bool:
    if kind == "JournalEntry":
        return options.get("include") == "allowautodocnum"
    if kind == "PurchaseOrder":
        return not _custom_orders(company)
    if kind in ("Bill", "VendorCredit", "Purchase", "BillPayment"):
        return False
    return not company.pref("SalesFormsPrefs", "CustomTxnNumbers")


def _policed(company: Company, kind: str) -> bool:
    if kind in WARNED:
        return company.other_pref(WARNED[kind]) == "true"
    if kind == "PurchaseOrder":
        return _custom_orders(company)
    if kind == "VendorCredit":
        return False
    custom = bool(company.pref("SalesFormsPrefs", "CustomTxnNumbers"))
    return custom or bool(company.switch("numbers_always_policed"))


def entity_of(path: str) -> str:
    """The entity of a step of an address. Raises Wrong (500)."""
    entity = BY_PATH.get(path.lower())
    if entity is None:
        raise Wrong("500", f"Unsupported Operation : {path[:60]}")
    return entity
