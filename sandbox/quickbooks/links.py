"""Documents that settle, deposit or fulfil others, and what that does to those.

A settled document keeps `_applied`: {"Payment:12": amount}. Its open balance is its total less
those. A payment's lines say the same from the other side.
"""

from decimal import Decimal

from sandbox.common.store import Record
from sandbox.quickbooks import postings
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong

# What a payment may settle: +1 takes from the payment, -1 adds to it.
SIGNS = {
    "Payment": {"Invoice": 1, "CreditMemo": -1, "JournalEntry": 1},
    "BillPayment": {"Bill": 1, "VendorCredit": -1, "JournalEntry": 1},
}
SHOWN_ON = ("Invoice", "Bill", "VendorCredit")
PARTY = {"Payment": "CustomerRef", "BillPayment": "VendorRef"}
DEPOSITED = ("Payment", "SalesReceipt")


def link_type(kind: str, body: Body) -> str:
    """What a settled document calls the payment."""
    if kind == "BillPayment":
        return f"BillPayment{body['PayType']}"
    return kind


def open_amount(company: Company, kind: str, body: Body) -> Decimal:
    """What is still to be settled; for a journal entry its line on A/R or A/P (may be below 0)."""
    applied = sum(body.get("_applied", {}).values(), ZERO)
    if kind != "JournalEntry":
        return Decimal(body["TotalAmt"]) - applied
    total = journal_party(company, body)[2]
    return total - applied if total >= 0 else total + applied


def journal_party(company: Company, body: Body) -> tuple[str, str, Decimal]:
    """The customer or vendor of an entry, and what they owe or are owed by it."""
    for line in body["Line"]:
        detail = line.get("JournalEntryLineDetail") or {}
        if "Entity" not in detail:
            continue
        account = company.need("Account", detail["AccountRef"]["value"]).body["AccountType"]
        if account in ("Accounts Receivable", "Accounts Payable"):
            plus = "Debit" if account == "Accounts Receivable" else "Credit"
            amount = line["Amount"] if detail["PostingType"] == plus else -line["Amount"]
            entity = detail["Entity"]
            return entity["Type"], entity["EntityRef"]["value"], Decimal(amount)
    return "", "", ZERO


def rewrite(company: Company, kind: str, id_: str, body: Body) -> None:
    """Write a settled document after its links changed."""
    left = open_amount(company, kind, body)
    if kind != "JournalEntry":
        body["Balance"] = left
        if kind == "CreditMemo":
            body["RemainingCredit"] = left
        if "HomeBalance" in body:
            body["HomeBalance"] = cents(left * body.get("ExchangeRate", 1))
    company.put(kind, id_, body)


# --- Payments ------------------------------------------------------------------------------------
def settle(company: Company, kind: str, id_: str, body: Body) -> None:
    """Apply a payment's lines; amounts above what is open stay unapplied. Raises Wrong."""
    used = ZERO
    kept: list[Body] = []
    for line in body["Line"]:
        linked = line["LinkedTxn"][0]
        target_kind, target_id = linked["TxnType"], linked["TxnId"]
        if target_kind not in SIGNS[kind]:
            raise Wrong("620", f"Transaction cannot be linked : {target_kind[:40]}", "LinkedTxn")
        target = company.need(target_kind, target_id)
        left, sign = _applicable(company, kind, body, target_kind, target)
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
            _show_link(body_of, {"TxnId": id_, "TxnType": link_type(kind, body)})
        rewrite(company, target_kind, target_id, body_of)
        used += amount * sign
        kept.append({**line, "Amount": amount})
    body["Line"] = kept
    left = body["TotalAmt"] - used
    if left < 0:
        said = "Business Validation Error: the amount applied is more than the payment."
        raise Wrong("6000", said, "TotalAmt")
    if kind == "Payment":
        body["UnappliedAmt"] = left


def _applicable(
    company: Company, kind: str, body: Body, target_kind: str, target: Record
) -> tuple[Decimal, int]:
    """What is open on a target, and which way it counts. Raises Wrong (620)."""
    sign = SIGNS[kind][target_kind]
    party = body[PARTY[kind]]["value"]
    left = open_amount(company, target_kind, target.body)
    if target_kind == "JournalEntry":
        type_, owner, _amount = journal_party(company, target.body)
        same = (type_, owner) == (PARTY[kind].removesuffix("Ref"), party)
        sign, left = (1, left) if left >= 0 else (-1, -left)
    else:
        same = target.body[PARTY[kind]]["value"] == party
    if not same or target.body["CurrencyRef"]["value"] != body["CurrencyRef"]["value"]:
        raise Wrong("620", "Transaction cannot be linked : it is another party's or currency's.")
    return left, sign


def _show_link(body: Body, link: Body) -> None:
    shown = body.setdefault("LinkedTxn", [])
    if link not in shown:
        shown.append(link)


def unsettle(company: Company, kind: str, record: Record) -> None:
    """Take a payment's lines back from what they settled."""
    key = f"{kind}:{record.id}"
    for line in record.body["Line"]:
        linked = line["LinkedTxn"][0]
        target = company.get(linked["TxnType"], linked["TxnId"])
        if target is None or key not in target.body.get("_applied", {}):
            continue
        del target.body["_applied"][key]
        link = {"TxnId": record.id, "TxnType": link_type(kind, record.body)}
        if link in target.body.get("LinkedTxn", []):
            target.body["LinkedTxn"].remove(link)
        rewrite(company, linked["TxnType"], linked["TxnId"], target.body)


def release(company: Company, kind: str, id_: str, body: Body, keep: Decimal) -> None:
    """Let payments go that settle more than `keep` of a document; they become unapplied."""
    applied: dict[str, Decimal] = body.get("_applied", {})
    over = sum(applied.values(), ZERO) - keep
    for key in reversed(list(applied)):
        if over <= 0:
            break
        less = min(applied[key], over)
        over -= less
        applied[key] -= less
        payment_kind, payment_id = key.split(":")
        payment = company.need(payment_kind, payment_id)
        _shrink(company, (payment_kind, payment), (kind, id_), less)
        if not applied[key]:
            del applied[key]
            link = {"TxnId": payment_id, "TxnType": link_type(payment_kind, payment.body)}
            if link in body.get("LinkedTxn", []):
                body["LinkedTxn"].remove(link)


def _shrink(
    company: Company, payment: tuple[str, Record], target: tuple[str, str], less: Decimal
) -> None:
    payment_kind, record = payment
    kind, id_ = target
    body = record.body
    sign = SIGNS[payment_kind].get(kind, 1)
    for line in body["Line"]:
        linked = line["LinkedTxn"][0]
        if (linked["TxnType"], linked["TxnId"]) == (kind, id_):
            taken = min(line["Amount"], less)
            line["Amount"] -= taken
            less -= taken
            if payment_kind == "Payment":
                body["UnappliedAmt"] += taken * sign
    body["Line"] = [line for line in body["Line"] if line["Amount"]]
    if payment_kind == "Payment" and body["UnappliedAmt"] < 0:
        _drop_credit(company, record)
    company.put(payment_kind, record.id, body)
    postings.post(company, payment_kind, record.id, body)


def _drop_credit(company: Company, payment: Record) -> None:
    """A credit went: what it paid for is open again."""
    body = payment.body
    for line in reversed(body["Line"]):
        linked = line["LinkedTxn"][0]
        if body["UnappliedAmt"] >= 0 or linked["TxnType"] == "CreditMemo":
            continue
        less = min(line["Amount"], -body["UnappliedAmt"])
        line["Amount"] -= less
        body["UnappliedAmt"] += less
        target = company.need(linked["TxnType"], linked["TxnId"])
        key = f"Payment:{payment.id}"
        target.body["_applied"][key] -= less
        if not target.body["_applied"][key]:
            del target.body["_applied"][key]
            link = {"TxnId": payment.id, "TxnType": "Payment"}
            if link in target.body.get("LinkedTxn", []):
                target.body["LinkedTxn"].remove(link)
        rewrite(company, linked["TxnType"], linked["TxnId"], target.body)
    body["Line"] = [line for line in body["Line"] if line["Amount"]]


# --- Deposits ------------------------------------------------------------------------------------
def deposit(company: Company, id_: str, body: Body) -> None:
    """Take linked payments and receipts out of undeposited funds. Raises Wrong (620)."""
    for line in body["Line"]:
        if not line.get("LinkedTxn"):
            continue
        linked = line["LinkedTxn"][0]
        if linked["TxnType"] not in DEPOSITED:
            raise Wrong("620", f"Transaction cannot be linked : {linked['TxnType'][:40]}")
        target = company.need(linked["TxnType"], linked["TxnId"]).body
        if target["CurrencyRef"]["value"] != body["CurrencyRef"]["value"]:
            raise Wrong("620", "Transaction cannot be linked : it is in another currency.")
        where = target["DepositToAccountRef"]["value"]
        whole = line["Amount"] == target["TotalAmt"]
        if where != company.system("undeposited") or target.get("_deposited") or not whole:
            raise Wrong("620", "Transaction cannot be linked : it is not in undeposited funds.")
        company.amend(linked["TxnType"], linked["TxnId"], {"_deposited": id_})


def undeposit(company: Company, body: Body) -> None:
    """Put what a deposit took back into undeposited funds."""
    for line in body["Line"]:
        if line.get("LinkedTxn"):
            linked = line["LinkedTxn"][0]
            company.amend(linked["TxnType"], linked["TxnId"], {"_deposited": ""})


def refuse_deposited(record: Record) -> None:
    """A payment that is in a deposit does not change. Raises Wrong (6540)."""
    if record.body.get("_deposited"):
        raise Wrong("6540")


# --- Orders and estimates ------------------------------------------------------------------------
def fulfil(company: Company, kind: str, id_: str, body: Body) -> None:
    """Link a bill to its purchase orders, an invoice to its estimate. Raises Wrong (620)."""
    wanted = "PurchaseOrder" if kind == "Bill" else "Estimate"
    party = "VendorRef" if kind == "Bill" else "CustomerRef"
    links = [dict(one) for one in body.get("LinkedTxn", [])]
    lines: dict[str, set[str]] = {}
    for line in body["Line"]:
        for link in line.get("LinkedTxn", []):
            if link.get("TxnType") != wanted:
                continue
            if "TxnLineId" not in link:
                raise Wrong("2020", "Required parameter TxnLineId is missing", "TxnLineId")
            lines.setdefault(link["TxnId"], set()).add(link["TxnLineId"])
    named = {one["TxnId"] for one in links if one["TxnType"] == wanted} | set(lines)
    own = [one for one in links if one["TxnType"] != wanted]
    for target_id in sorted(named):
        target = company.need(wanted, target_id)
        if target.body[party]["value"] != body[party]["value"]:
            raise Wrong("620", "Transaction cannot be linked : it is another party's.")
        _show_link(target.body, {"TxnId": id_, "TxnType": kind})
        done = target.body.setdefault("_done", {})
        done[id_] = sorted(lines.get(target_id, set()))
        _close(wanted, target.body)
        company.put(wanted, target_id, target.body)
        own.append({"TxnId": target_id, "TxnType": wanted})
    body["LinkedTxn"] = own
    if not own:
        del body["LinkedTxn"]


def unfulfil(company: Company, kind: str, record: Record) -> None:
    """Open again what a bill or an invoice had closed."""
    wanted = "PurchaseOrder" if kind == "Bill" else "Estimate"
    for link in record.body.get("LinkedTxn", []):
        target = company.get(wanted, link["TxnId"]) if link["TxnType"] == wanted else None
        if target is None:
            continue
        target.body.get("_done", {}).pop(record.id, None)
        shown = {"TxnId": record.id, "TxnType": kind}
        if shown in target.body.get("LinkedTxn", []):
            target.body["LinkedTxn"].remove(shown)
        _close(wanted, target.body)
        company.put(wanted, link["TxnId"], target.body)


def _close(kind: str, body: Body) -> None:
    done: dict[str, list[str]] = body["_done"]
    if kind == "Estimate":
        body["TxnStatus"] = "Closed" if done else "Pending"
        return
    goods = {line["Id"] for line in body["Line"] if line["DetailType"] != "DescriptionOnly"}
    whole = any(not lines for lines in done.values())
    received = {one for lines in done.values() for one in lines}
    body["POStatus"] = "Closed" if done and (whole or goods <= received) else "Open"
