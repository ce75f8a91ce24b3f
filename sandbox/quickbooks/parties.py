"""Lines on receivables and payables: whose they are, and what they add to what is owed.

An invoice or a bill is owed as a whole. A journal entry, a deposit or an expense is owed by the
lines that it has on such accounts; a payment may settle those as well.
"""

from decimal import Decimal

from sandbox.quickbooks.company import ZERO, Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.lines import ACCOUNT, JOURNAL

OWED_TO_US, OWED_BY_US = "Accounts Receivable", "Accounts Payable"
PARTY_OF = {OWED_TO_US: "Customer", OWED_BY_US: "Vendor"}
BOUGHT = ("Bill", "VendorCredit", "Purchase")
BY_LINE = ("JournalEntry", "Deposit", "Purchase")
Share = tuple[str, str, Decimal]


def shares(company: Company, kind: str, body: Body) -> list[Share]:
    """Customer or Vendor, its id, and what a line adds to its balance; one for each such line."""
    found = []
    for line in body.get("Line", ()):
        part = _part(kind, body, line)
        if part is None:
            continue
        account, debit, parties = part
        owed = company.need("Account", account).body["AccountType"]
        party = parties.get(PARTY_OF.get(owed, ""))
        if party:
            amount = debit if owed == OWED_TO_US else -debit
            found.append((PARTY_OF[owed], party, amount))
    return found


def share_of(company: Company, kind: str, body: Body, party_kind: str, party: str) -> Decimal:
    """What all lines of a document add to one party's balance."""
    found = shares(company, kind, body)
    return sum((amount for of, id_, amount in found if (of, id_) == (party_kind, party)), ZERO)


def need_parties(company: Company, kind: str, body: Body) -> None:
    """Each line on such an account says whose it is. Raises Wrong (6000)."""
    for line in body["Line"]:
        part = _part(kind, body, line)
        if part is None:
            continue
        account, _debit, parties = part
        owed = company.need("Account", account).body["AccountType"]
        if owed in PARTY_OF and not parties.get(PARTY_OF[owed]):
            need = PARTY_OF[owed].lower()
            said = f"When you use {owed}, you must choose a {need} in the Name field."
            raise Wrong("6000", f"Business Validation Error: {said}", "Entity")


def _part(kind: str, body: Body, line: Body) -> tuple[str, Decimal, dict[str, str]] | None:
    """The account of a line, what it debits there, and the parties that it names."""
    amount = Decimal(line.get("Amount", ZERO))
    if kind == "JournalEntry":
        detail = line.get(JOURNAL)
        if not detail:
            return None
        entity = detail.get("Entity") or {"Type": "", "EntityRef": {"value": ""}}
        debit = amount if detail["PostingType"] == "Debit" else -amount
        parties = {entity["Type"]: entity["EntityRef"]["value"]}
    elif kind == "Deposit":
        detail = line.get("DepositLineDetail")
        if line.get("LinkedTxn") or not detail:
            return None
        entity = detail.get("Entity") or {"type": "", "value": ""}
        debit, parties = -amount, {entity["type"]: entity["value"]}
    elif kind in BOUGHT:
        detail = line.get(ACCOUNT)
        if not detail:
            return None
        back = kind == "VendorCredit" or body.get("Credit") is True
        debit, parties = -amount if back else amount, _parties(body, detail)
    else:
        return None
    return detail["AccountRef"]["value"], debit, parties


def _parties(body: Body, detail: Body) -> dict[str, str]:
    entity = body.get("EntityRef") or {}
    parties = {entity.get("type", ""): entity.get("value", "")}
    for name, ref in (("Vendor", body.get("VendorRef")), ("Customer", detail.get("CustomerRef"))):
        if ref:
            parties[name] = ref["value"]
    return parties
