"""What QuickBooks does on its own when a preference says so: apply credits to new invoices."""

from sandbox.common.store import Record
from sandbox.quickbooks import links, postings
from sandbox.quickbooks.company import ZERO, Company


def apply_credits(company: Company, kind: str, record: Record) -> Record:
    """Apply unapplied payments and credits to open invoices; the record as it is then."""
    if kind == "Invoice":
        customer = record.body["CustomerRef"]["value"]
        if company.pref("SalesFormsPrefs", "AutoApplyPayments"):
            for _kind, id_ in _sorted(company, "unapplied", customer):
                pay(company, id_, [record.id])
        if company.pref("SalesFormsPrefs", "AutoApplyCredit"):
            for _kind, id_ in _sorted(company, "credit", customer):
                use_credit(company, id_, [record.id])
    elif kind == "CreditMemo" and company.pref("SalesFormsPrefs", "AutoApplyCredit"):
        customer = record.body["CustomerRef"]["value"]
        invoices = [id_ for _kind, id_ in _sorted(company, "open", customer)]
        use_credit(company, record.id, invoices)
    elif kind == "Payment" and company.pref("SalesFormsPrefs", "AutoApplyPayments"):
        customer = record.body["CustomerRef"]["value"]
        pay(company, record.id, [id_ for _kind, id_ in _sorted(company, "open", customer)])
    return company.need(kind, record.id)


def _sorted(company: Company, name: str, customer: str) -> list[tuple[str, str]]:
    return sorted(company.store.found(company.realm, name, customer), key=lambda one: int(one[1]))


def pay(company: Company, payment_id: str, invoices: list[str]) -> None:
    """Apply what is left of a payment to invoices, in order."""
    payment = company.need("Payment", payment_id)
    body = payment.body
    left = body["UnappliedAmt"]
    if body.get("_deposited") or left <= 0:
        return
    wanted = {line["LinkedTxn"][0]["TxnId"] for line in body["Line"]}
    lines = [dict(line) for line in body["Line"]]
    for id_ in invoices:
        invoice = company.get("Invoice", id_)
        if invoice is None or id_ in wanted or left <= 0:
            continue
        if invoice.body["CurrencyRef"]["value"] != body["CurrencyRef"]["value"]:
            continue
        amount = min(left, invoice.body["Balance"])
        if amount > 0:
            left -= amount
            lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": "Invoice"}]})
    if len(lines) == len(body["Line"]):
        return
    links.unsettle(company, "Payment", payment)
    body["Line"] = lines
    links.settle(company, "Payment", payment_id, body)
    company.put("Payment", payment_id, body)
    postings.post(company, "Payment", payment_id, body)


def use_credit(company: Company, credit_id: str, invoices: list[str]) -> None:
    """Use a credit memo on invoices: a payment of nothing that links them."""
    credit = company.need("CreditMemo", credit_id)
    left = credit.body["RemainingCredit"]
    lines = []
    for id_ in invoices:
        invoice = company.get("Invoice", id_)
        if invoice is None or left <= 0:
            continue
        if invoice.body["CurrencyRef"]["value"] != credit.body["CurrencyRef"]["value"]:
            continue
        amount = min(left, invoice.body["Balance"])
        if amount > 0:
            left -= amount
            lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": "Invoice"}]})
    used = credit.body["RemainingCredit"] - left
    if not lines:
        return
    link = {"TxnId": credit_id, "TxnType": "CreditMemo"}
    body = {
        "CustomerRef": credit.body["CustomerRef"],
        "TotalAmt": ZERO,
        "TxnDate": company.today,
        "CurrencyRef": credit.body["CurrencyRef"],
        "DepositToAccountRef": company.reference("Account", company.system("undeposited")),
        "PrivateNote": "Created by QB Online to link credits to charges.",
        "Line": [*lines, {"Amount": used, "LinkedTxn": [link]}],
    }
    if "ExchangeRate" in credit.body:
        body["ExchangeRate"] = credit.body["ExchangeRate"]
    id_ = company.new_id("Payment")
    links.settle(company, "Payment", id_, body)
    company.put("Payment", id_, body, "Create")
    postings.post(company, "Payment", id_, body)
