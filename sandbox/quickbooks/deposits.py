"""Deposits: what they take out of undeposited funds, and put back there."""

from decimal import Decimal

from sandbox.common.store import Record
from sandbox.quickbooks.company import ZERO, Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.lines import JOURNAL

DEPOSITED = ("Payment", "SalesReceipt", "RefundReceipt", "Transfer", "JournalEntry")


def waiting(company: Company, kind: str, body: Body) -> Decimal:
    """What a document has put into undeposited funds; a refund took it from there."""
    funds = company.system("undeposited")
    if kind == "Transfer":
        sign = int(body["ToAccountRef"]["value"] == funds)
        sign -= int(body["FromAccountRef"]["value"] == funds)
        return Decimal(body["Amount"]) * sign
    if kind == "JournalEntry":
        found = ZERO
        for line in body["Line"]:
            detail = line.get(JOURNAL)
            if detail and detail["AccountRef"]["value"] == funds:
                found += line["Amount"] if detail["PostingType"] == "Debit" else -line["Amount"]
        return found
    if body["DepositToAccountRef"]["value"] != funds:
        return ZERO
    return -Decimal(body["TotalAmt"]) if kind == "RefundReceipt" else Decimal(body["TotalAmt"])


def deposit(company: Company, id_: str, body: Body) -> None:
    """Take linked documents out of undeposited funds, each whole. Raises Wrong (620)."""
    for line in body["Line"]:
        if not line.get("LinkedTxn"):
            continue
        linked = line["LinkedTxn"][0]
        if linked["TxnType"] not in DEPOSITED:
            raise Wrong("620", f"Transaction cannot be linked : {linked['TxnType'][:40]}")
        target = company.need(linked["TxnType"], linked["TxnId"]).body
        currency: Body = target.get("CurrencyRef") or body["CurrencyRef"]
        if currency["value"] != body["CurrencyRef"]["value"]:
            raise Wrong("620", "Transaction cannot be linked : it is in another currency.")
        amount = waiting(company, linked["TxnType"], target)
        if not amount or target.get("_deposited") or line["Amount"] != amount:
            raise Wrong("620", "Transaction cannot be linked : it is not in undeposited funds.")
        company.amend(linked["TxnType"], linked["TxnId"], {"_deposited": id_})


def undeposit(company: Company, body: Body) -> None:
    """Put what a deposit took back into undeposited funds."""
    for line in body["Line"]:
        if line.get("LinkedTxn"):
            linked = line["LinkedTxn"][0]
            company.amend(linked["TxnType"], linked["TxnId"], {"_deposited": ""})


def refuse_deposited(record: Record) -> None:
    """What is in a deposit does not change. Raises Wrong (6540)."""
    if record.body.get("_deposited"):
        raise Wrong("6540")
