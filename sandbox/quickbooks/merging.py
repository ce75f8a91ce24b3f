"""Two of a list made one, as a person does it: everything of one becomes the other's."""

from typing import Any

from sandbox.quickbooks.company import PARTIES, ZERO, Body, Company, name_of
from sandbox.quickbooks.fields import DOCUMENTS, LISTS, PLAIN

REFS = {
    "Customer": ("CustomerRef",),
    "Vendor": ("VendorRef", "PrefVendorRef"),
    "Class": ("ClassRef",),
    "Department": ("DepartmentRef",),
}
KEYS = ("unapplied", "credit", "open")


def merge(company: Company, kind: str, id_: str, other: str) -> Body:
    """`other` goes, `id_` has all that it had. Raises ValueError for what cannot be one."""
    if kind not in (*REFS, "Account"):
        raise ValueError(f"{kind} cannot be merged")
    kept, gone = company.need(kind, id_), company.need(kind, other)
    alike = ("CurrencyRef", "AccountType")
    if id_ == other or any(kept.body.get(one) != gone.body.get(one) for one in alike):
        raise ValueError("they are the same one, or of another currency or type")
    if kind == "Account" and _own(company, other):
        raise ValueError("QuickBooks needs that account itself")
    name = name_of(kind, kept.body)
    for of in (*DOCUMENTS, *LISTS, *PLAIN):
        for record in company.store.records(company.realm, of):
            if _pointed(record.body, (kind, other, id_, name), tree=of == kind):
                company.store.amend(company.realm, of, record.id, record.body)
    _move(company, kind, other, id_)
    company.forget()
    body = company.need(kind, id_).body
    if kind in ("Customer", "Vendor"):
        body["Balance"] = body.get("Balance", ZERO) + gone.body.get("Balance", ZERO)
        if kind == "Customer":
            body["BalanceWithJobs"] = body["Balance"]
    company.store.put(company.realm, kind, other, gone.body, at=company.at, deleted=True)
    record = company.put(kind, id_, body, "")
    company.sandbox.news.note(company.realm, kind, id_, "Merge", company.at, deleted=other)
    return company.shown(kind, record)


def _own(company: Company, account: str) -> bool:
    row = company.store.connection.execute(
        "SELECT 1 FROM setting WHERE company = ? AND name LIKE 'account.%' AND value = ?",
        (company.realm, f'"{account}"'),
    ).fetchone()
    return row is not None


def _pointed(value: Any, change: tuple[str, str, str, str], *, tree: bool) -> bool:
    """Point every reference to one at the other, in place; whether there was any."""
    kind, old, new, name = change
    if isinstance(value, list):
        if kind in PARTIES and len(value) == 3 and value[:2] == [kind, old]:
            value[1] = new  # what the document adds to its balance
            return True
        return sum(_pointed(one, change, tree=tree) for one in value) > 0
    if not isinstance(value, dict):
        return False
    found = False
    for key, inner in value.items():
        named = isinstance(inner, dict) and inner.get("value") == old
        if named and (_means(kind, key, inner, value) or (tree and key == "ParentRef")):
            inner |= {"value": new, "name": name}
            found = True
        found = _pointed(inner, change, tree=tree) or found
    return found


def _means(kind: str, key: str, ref: Body, holder: Body) -> bool:
    if kind == "Account":
        return key.endswith("AccountRef")
    if key in ("EntityRef", "Entity"):
        return kind in (ref.get("type"), holder.get("Type"))
    return key in REFS[kind]


def _move(company: Company, kind: str, old: str, new: str) -> None:
    """What is found by them, and what is posted to them."""
    if kind == "Account":
        company.book.move(old, new)
        return
    documents = ", ".join("?" * len(DOCUMENTS))
    company.store.connection.execute(
        "UPDATE lookup SET value = ? WHERE company = ? AND value = ?"
        f" AND name IN (?, ?, ?) AND kind IN ({documents})",
        (new, company.realm, old, *KEYS, *DOCUMENTS),
    )
