"""What has to be emptied in QuickBooks because it was emptied here.

An update without a field keeps what stands there, which is right for what others wrote into it and
wrong for what we did.
"""

from collections.abc import Mapping

from accounting.engine.provider import Rendered, Resolver

KEYS: Mapping[str, tuple[str, ...]] = {
    "email": ("PrimaryEmailAddr", "BillEmail"),
    "phone": ("PrimaryPhone",),
    "website": ("WebAddr",),
    "billing_address": ("BillAddr",),
    "delivery_address": ("ShipAddr",),
    "term": ("SalesTermRef", "TermRef"),
    "sku": ("Sku",),
    "description": ("Description", "PurchaseDesc"),
    "price": ("UnitPrice",),
    "cost": ("PurchaseCost",),
    "expense_account": ("ExpenseAccountRef", "PurchaseCost", "PurchaseDesc"),
    "due_on": ("DueDate", "ExpirationDate"),
    "ship_on": ("ShipDate",),
    "class_key": ("ClassRef",),
    "department_key": ("DepartmentRef",),
}
# What the mappers write into notes.
NOTED = frozenset({"reference", "order_number", "note"})
SOLD = frozenset({"Invoice", "Estimate", "CreditMemo", "RefundReceipt"})


def keys_emptied(fields: frozenset[str], rendered: Rendered, resolver: Resolver) -> tuple[str, ...]:
    """The keys to be emptied there, for names of a document's fields; sorted."""
    found = {key for name in fields for key in KEYS.get(name, ())}
    if fields & NOTED:
        found.update(_notes(rendered.entity, resolver))
    return tuple(sorted(found - rendered.payload.keys()))


def _notes(entity: str, resolver: Resolver) -> tuple[str, ...]:
    if entity not in SOLD:
        return ("PrivateNote", "PaymentRefNum")
    # The note to itself of a sale is QuickBooks' own, unless our settings write into it.
    told = bool(resolver.options.get("reference_to_statement"))
    return ("CustomerMemo", "PrivateNote") if told else ("CustomerMemo",)
