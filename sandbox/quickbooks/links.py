"""Documents that settle or fulfil others, and what that does to those.

A settled document keeps `_applied`: {"Payment:12": amount}. Its open balance is its total less
those. A payment's lines say the same from the other side; `_signs` says which of them are credits.
"""

from decimal import Decimal

from sandbox.common.store import Record
from sandbox.quickbooks import parties, postings
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.lines import ACCOUNT

# What a payment may settle: +1 takes from it, -1 adds to it, 0: as that document's lines say.
SIGNS = {
    "Payment": {"Invoice": 1, "CreditMemo": -1, "JournalEntry": 0, "Purchase": 0},
    "BillPayment": {"Bill": 1, "VendorCredit": -1, "JournalEntry": 0, "Deposit": 0},
}
WHOLE = ("Invoice", "Bill", "CreditMemo", "VendorCredit")
SHOWN_ON = ("Invoice", "Bill", "VendorCredit")
PARTY = {"Payment": "CustomerRef", "BillPayment": "VendorRef"}


def target_of(linked: Body) -> tuple[str, str]:
    """Entity and id of a linked transaction: a purchase goes by the name of Expense."""
    kind = linked["TxnType"]
    return "Purchase" if kind == "Expense" else kind, linked["TxnId"]


def link_type(kind: str, body: Body) -> str:
    """What a settled document calls the payment."""
    if kind == "BillPayment":
        return f"BillPayment{body['PayType']}"
    return kind


def open_amount(body: Body) -> Decimal:
    """What is still to be settled of an invoice, a bill or a credit."""
    return Decimal(body["TotalAmt"]) - sum(body.get("_applied", {}).values(), ZERO)


def open_share(
    company: Company, target: tuple[str, Body], party: tuple[str, str], own: str
) -> Decimal:
    """What one party still owes by the lines of a journal entry and the like; below 0: a credit.

    `own` is the key of the payment that asks, which may not be written yet.
    """
    kind, body = target
    total = parties.share_of(company, kind, body, *party)
    applied = sum(
        (
            amount
            for key, amount in body.get("_applied", {}).items()
            if key == own or paid_by(company, key) == party
        ),
        ZERO,
    )
    return total - applied if total >= 0 else total + applied


def paid_by(company: Company, key: str) -> tuple[str, str]:
    """Whose payment it is that a key of `_applied` names."""
    kind, _colon, id_ = key.partition(":")
    payment = company.get(kind, id_)
    ref = payment.body[PARTY[kind]]["value"] if payment else ""
    return PARTY[kind].removesuffix("Ref"), ref


def sign_of(body: Body, kind: str, id_: str) -> int:
    """1 where a payment settles a document, -1 where it uses it as a credit."""
    usual = -1 if kind in ("CreditMemo", "VendorCredit") else 1
    return int(body.get("_signs", {}).get(f"{kind}:{id_}", usual))


def left_of(body: Body) -> Decimal:
    """What a payment has left that settles nothing."""
    used = ZERO
    for line in body["Line"]:
        kind, id_ = target_of(line["LinkedTxn"][0])
        used += line["Amount"] * sign_of(body, kind, id_)
    return Decimal(body["TotalAmt"]) - used


def rewrite(company: Company, kind: str, id_: str, body: Body) -> None:
    """Write a settled document after its links changed."""
    if kind in WHOLE:
        left = open_amount(body)
        body["Balance"] = left
        if kind == "CreditMemo":
            body["RemainingCredit"] = left
        if "HomeBalance" in body:
            body["HomeBalance"] = cents(left * body.get("ExchangeRate", 1))
    company.put(kind, id_, body)


# --- Payments ------------------------------------------------------------------------------------
def settle(company: Company, kind: str, id_: str, body: Body) -> None:
    """Apply a payment's lines; amounts above what is open stay unapplied. Raises Wrong."""
    kept: list[Body] = []
    body["_signs"] = {}
    for line in body["Line"]:
        linked = line["LinkedTxn"][0]
        target_kind, target_id = target_of(linked)
        if target_kind not in SIGNS[kind] or linked["TxnType"] == "Purchase":
            raise Wrong("620", f"Transaction cannot be linked : {linked['TxnType'][:40]}")
        target = company.need(target_kind, target_id)
        left, sign = _applicable(company, (kind, id_), body, target_kind, target)
        amount = min(line["Amount"], left)
        if amount < line["Amount"] and company.switch("line_over_balance") == "refuse":
            said = "Business Validation Error: the amount is more than the balance."
            raise Wrong("6000", said, "Amount")
        if not amount:
            continue
        body_of = target.body
        applied = body_of.setdefault("_applied", {})
        key = f"{kind}:{id_}"
        applied[key] = applied.get(key, ZERO) + amount
        if target_kind in SHOWN_ON:
            show_link(body_of, {"TxnId": id_, "TxnType": link_type(kind, body)})
        rewrite(company, target_kind, target_id, body_of)
        body["_signs"][f"{target_kind}:{target_id}"] = sign
        kept.append({**line, "Amount": amount})
    body["Line"] = kept
    left = left_of(body)
    if left < 0:
        said = "Business Validation Error: the amount applied is more than the payment."
        raise Wrong("6000", said, "TotalAmt")
    _even(company, kind, id_, body)
    _leave(company, kind, id_, body)


def _leave(company: Company, kind: str, id_: str, body: Body) -> None:
    """What a payment does not use stays for later."""
    if kind == "Payment":
        body["UnappliedAmt"] = left_of(body)
    else:
        sync_credit(company, id_, body)


def _applicable(
    company: Company, payment: tuple[str, str], body: Body, target_kind: str, target: Record
) -> tuple[Decimal, int]:
    """What is open on a target, and which way it counts. Raises Wrong (620)."""
    kind, id_ = payment
    sign = SIGNS[kind][target_kind]
    party = body[PARTY[kind]]["value"]
    if sign:
        left = open_amount(target.body)
        same = target.body[PARTY[kind]]["value"] == party
    else:
        whose = (PARTY[kind].removesuffix("Ref"), party)
        left = open_share(company, (target_kind, target.body), whose, f"{kind}:{id_}")
        same = bool(parties.share_of(company, target_kind, target.body, *whose))
        total = parties.share_of(company, target_kind, target.body, *whose)
        sign, left = (1, left) if total >= 0 else (-1, -left)
    own = target.body.get("_from") == id_ and target_kind == "VendorCredit"
    if not same or own or target.body["CurrencyRef"]["value"] != body["CurrencyRef"]["value"]:
        raise Wrong("620", "Transaction cannot be linked : it is another party's or currency's.")
    return left, sign


def show_link(body: Body, link: Body) -> None:
    """A document shows that another is linked to it."""
    shown = body.setdefault("LinkedTxn", [])
    if link not in shown:
        shown.append(link)


def hide_link(body: Body, link: Body) -> None:
    """It is no longer."""
    if link in body.get("LinkedTxn", []):
        body["LinkedTxn"].remove(link)


def unsettle(company: Company, kind: str, record: Record) -> None:
    """Take a payment's lines back from what they settled."""
    key = f"{kind}:{record.id}"
    for line in record.body["Line"]:
        target_kind, target_id = target_of(line["LinkedTxn"][0])
        target = company.get(target_kind, target_id)
        if target is None or key not in target.body.get("_applied", {}):
            continue
        del target.body["_applied"][key]
        hide_link(target.body, {"TxnId": record.id, "TxnType": link_type(kind, record.body)})
        rewrite(company, target_kind, target_id, target.body)


def release(company: Company, kind: str, id_: str, body: Body, keep: Decimal) -> None:
    """Let payments go that settle more than `keep` of a document; they become unapplied."""
    _release(company, (kind, id_), body, keep, list(body.get("_applied", {})))


def release_shares(company: Company, kind: str, id_: str, body: Body) -> None:
    """The same for a document that is owed by its lines, for each party apart."""
    by_party: dict[tuple[str, str], list[str]] = {}
    for key in body.get("_applied", {}):
        by_party.setdefault(paid_by(company, key), []).append(key)
    for party, keys in by_party.items():
        total = parties.share_of(company, kind, body, *party)
        signs = {sign_of(company.need(*key.split(":")).body, kind, id_) for key in keys}
        turned = total and signs != {1 if total > 0 else -1}
        _release(company, (kind, id_), body, ZERO if turned else abs(total), keys)


def _release(
    company: Company, target: tuple[str, str], body: Body, keep: Decimal, keys: list[str]
) -> None:
    applied: dict[str, Decimal] = body.get("_applied", {})
    over = sum((applied[key] for key in keys), ZERO) - keep
    for key in reversed(keys):
        if over <= 0:
            break
        less = min(applied[key], over)
        over -= less
        applied[key] -= less
        payment_kind, payment_id = key.split(":")
        payment = company.need(payment_kind, payment_id)
        if not applied[key]:
            del applied[key]
            link = {"TxnId": payment_id, "TxnType": link_type(payment_kind, payment.body)}
            hide_link(body, link)
        _shrink(company, (payment_kind, payment), target, less)


def _shrink(
    company: Company, payment: tuple[str, Record], target: tuple[str, str], less: Decimal
) -> None:
    payment_kind, record = payment
    body = record.body
    for line in body["Line"]:
        if target_of(line["LinkedTxn"][0]) == target:
            taken = min(line["Amount"], less)
            line["Amount"] -= taken
            less -= taken
    body["Line"] = [line for line in body["Line"] if line["Amount"]]
    _even(company, payment_kind, record.id, body)
    _leave(company, payment_kind, record.id, body)
    company.put(payment_kind, record.id, body)
    postings.post(company, payment_kind, record.id, body)


def _even(company: Company, kind: str, id_: str, body: Body) -> None:
    """What was paid with a credit that went is open again; so is a credit that pays nothing now."""
    total = Decimal(body["TotalAmt"])
    _lessen(company, (kind, id_), body, -left_of(body), 1)
    _lessen(company, (kind, id_), body, left_of(body) - total, -1)
    body["Line"] = [line for line in body["Line"] if line["Amount"]]


def _lessen(
    company: Company, payment: tuple[str, str], body: Body, over: Decimal, sign: int
) -> None:
    """Take an amount back from the lines of one sign, the last first."""
    kind, id_ = payment
    for line in reversed(body["Line"]):
        target_kind, target_id = target_of(line["LinkedTxn"][0])
        if over <= 0 or sign_of(body, target_kind, target_id) != sign:
            continue
        less = min(line["Amount"], over)
        over -= less
        line["Amount"] -= less
        target = company.need(target_kind, target_id)
        key = f"{kind}:{id_}"
        target.body["_applied"][key] -= less
        if not target.body["_applied"][key]:
            del target.body["_applied"][key]
            hide_link(target.body, {"TxnId": id_, "TxnType": link_type(kind, body)})
        rewrite(company, target_kind, target_id, target.body)


# --- What a bill payment leaves -------------------------------------------------------------------
def sync_credit(company: Company, id_: str, body: Body) -> None:
    """Make, change or take away the vendor's credit that a bill payment leaves. Raises Wrong.

    The payment has put the whole into payables; its credit moves nothing more (both of its sides
    are there), but has a balance that later payments may use.
    """
    left = left_of(body)
    how = company.switch("overpaid_bill")
    if left and how == "refuse":
        raise Wrong("6000", "Business Validation Error: the payment is more than it settles.")
    excess = left if how == "credit" else ZERO
    credit = company.get("VendorCredit", body.get("_credit", ""))
    if credit is None:
        body.pop("_credit", None)
        if excess:
            body["_credit"] = company.new_id("VendorCredit")
            made = _credit(company, id_, body, excess)
            company.put("VendorCredit", body["_credit"], made, "Create")
            postings.post(company, "VendorCredit", body["_credit"], made)
    elif excess:
        made = _credit(company, id_, body, excess)
        made["_applied"] = credit.body.get("_applied", {})
        release(company, "VendorCredit", credit.id, made, excess)
        made["Balance"] = open_amount(made)
        if made != credit.body:
            company.put("VendorCredit", credit.id, made)
            postings.post(company, "VendorCredit", credit.id, made)
    else:
        release(company, "VendorCredit", credit.id, credit.body, ZERO)
        company.book.post("VendorCredit", credit.id, credit.body["TxnDate"], [])
        company.bury("VendorCredit", credit)
        body.pop("_credit", None)


def _credit(company: Company, id_: str, body: Body, excess: Decimal) -> Body:
    account = company.reference("Account", body["APAccountRef"]["value"])
    detail: Body = {"AccountRef": account, "BillableStatus": "NotBillable"}
    line: Body = {"Id": "1", "LineNum": 1, "Amount": excess, "DetailType": ACCOUNT}
    made: Body = {
        "VendorRef": body["VendorRef"],
        "APAccountRef": account,
        "CurrencyRef": body["CurrencyRef"],
        "TxnDate": body["TxnDate"],
        "PrivateNote": "Created by QB Online: paid above what was due.",
        "Line": [{**line, ACCOUNT: detail}],
        "TotalAmt": excess,
        "Balance": cents(excess),
        "_from": id_,
    }
    if "ExchangeRate" in body:
        made["ExchangeRate"] = body["ExchangeRate"]
    return made
