"""Deleting what an organisation tried Wharf with (Q3), through one door of the database.

What was shared stays at the partner, the audit report stays, and numbers go on: none is given a
second time.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.db import connection

from hub.errors import Conflict, InvalidInput
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.models import Organisation
from tenants.services.activity import log_activity


class Erasable(StrEnum):
    """A kind of data that can be deleted as a whole."""

    TRANSACTIONS = "transactions"
    PRODUCTS = "products"
    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"
    OPENING = "opening"
    REFERENCE = "reference"

    @property
    def is_chosen(self) -> bool:
        """Whether it is chosen by itself, besides transactions."""
        return self not in (Erasable.TRANSACTIONS, Erasable.REFERENCE)


LABELS = {
    Erasable.TRANSACTIONS: "Transactions",
    Erasable.PRODUCTS: "Products",
    Erasable.CUSTOMERS: "Customers",
    Erasable.SUPPLIERS: "Suppliers",
    Erasable.OPENING: "Opening balances",
    Erasable.REFERENCE: "Reference books",
}
WORDS = {
    "quotes": "quotes",
    "sales_orders": "sales orders",
    "purchase_orders": "purchase orders",
    "invoices": "invoices",
    "bills": "bills",
    "credit_notes": "credit notes",
    "payments": "payments",
    "receipts": "receipts",
    "shipments": "shipments",
    "journals": "journals",
    "products": "products",
    "customers": "customers",
    "suppliers": "suppliers",
    "opening": "opening balances",
    "tax_rules": "tax rules",
    "terms": "payment terms",
    "accounts": "accounts that Wharf does not post to",
    "locations": "locations",
    "price_tiers": "price tiers",
    "rates": "exchange rates",
}


_ALL = "true"
# What is counted → (the kind it goes with, its table, a condition on row `r`).
COUNTED: Mapping[str, tuple[Erasable, str, str]] = {
    "quotes": (Erasable.TRANSACTIONS, "orders_quote", _ALL),
    "sales_orders": (Erasable.TRANSACTIONS, "orders_salesorder", _ALL),
    "purchase_orders": (Erasable.TRANSACTIONS, "orders_purchaseorder", _ALL),
    "invoices": (Erasable.TRANSACTIONS, "orders_invoice", _ALL),
    "bills": (Erasable.TRANSACTIONS, "orders_bill", _ALL),
    "credit_notes": (Erasable.TRANSACTIONS, "orders_creditnote", _ALL),
    "payments": (Erasable.TRANSACTIONS, "orders_payment", _ALL),
    "receipts": (Erasable.TRANSACTIONS, "orders_receipt", _ALL),
    "shipments": (Erasable.TRANSACTIONS, "orders_shipment", _ALL),
    "journals": (Erasable.TRANSACTIONS, "ledger_journal", "r.event <> 'opening'"),
    "opening": (Erasable.OPENING, "ledger_journal", "r.event = 'opening'"),
    "products": (Erasable.PRODUCTS, "inventory_product", _ALL),
    "customers": (Erasable.CUSTOMERS, "network_contact", "r.is_customer"),
    "suppliers": (Erasable.SUPPLIERS, "network_contact", "r.is_supplier"),
    "tax_rules": (Erasable.REFERENCE, "ledger_taxrule", "NOT r.is_default"),
    "terms": (Erasable.REFERENCE, "ledger_paymentterm", "NOT r.is_default"),
    "accounts": (Erasable.REFERENCE, "ledger_account", "r.role = ''"),
    "locations": (Erasable.REFERENCE, "inventory_location", "NOT r.is_default"),
    "price_tiers": (Erasable.REFERENCE, "ledger_pricetier", _ALL),
    "rates": (Erasable.REFERENCE, "ledger_exchangerate", _ALL),
}
COUNT = " UNION ALL ".join(
    f"SELECT '{what}', '{kind.value}', "  # noqa: S608 - all of it is written above
    f"(SELECT count(*) FROM {table} r WHERE r.tenant_id = %(tenant)s AND {condition})"
    for what, (kind, table, condition) in COUNTED.items()
)


def count_erasable(kinds: Iterable[Erasable] = tuple(Erasable)) -> Mapping[str, int]:
    """What there is of these kinds, by the words of `WORDS`; what is in use may stay."""
    wanted = set(kinds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"tenant": current_tenant()})
        return {what: rows for what, kind, rows in cursor.fetchall() if rows and kind in wanted}


def erase(kinds: Iterable[Erasable], typed_name: str) -> Mapping[str, int]:
    """Delete it; gives what went. Raises InvalidInput (the name), Conflict (nothing to delete)."""
    me = Organisation.objects.select_for_update().get(id=current_tenant())
    if " ".join(typed_name.split()).casefold() != me.name.casefold():
        message = f"Type “{me.name}” to say that you mean it."
        raise InvalidInput(message, fields={"name": [message]})
    wanted = list(kinds)
    before = count_erasable(wanted)
    if not before:
        raise Conflict("There is nothing to delete.", code="nothing_to_erase")
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_erase(%s)", [_values(wanted)])
    after = count_erasable(wanted)
    gone = {what: count - after.get(what, 0) for what, count in before.items()}
    gone = {what: count for what, count in gone.items() if count}
    names = ", ".join(LABELS[kind].lower() for kind in wanted)
    log_activity(
        "data.erased",
        f"{current_actor().name or 'Somebody'} deleted {names}: {described(gone)}",
        about=me,
    )
    return gone


def described(counts: Mapping[str, int]) -> str:
    """12 invoices, 3 payments."""
    return ", ".join(f"{count:,} {WORDS.get(what, what)}" for what, count in counts.items())


def _values(kinds: Iterable[Erasable]) -> list[str]:
    return sorted({kind.value for kind in kinds})
