"""The facts of a product's page."""

from decimal import Decimal

from hub.ui.components import Fact
from hub.ui.formatting import quantity_text, unit_price_text
from inventory.models import Product, ProductKind
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from tenants.domain.attributes import AttributeOwner
from tenants.services.attributes import attributes_in_use, shown_value

OWNER = AttributeOwner.PRODUCT
ROLES = (AccountRole.SALES, AccountRole.PURCHASES, AccountRole.COGS, AccountRole.INVENTORY)


def _price(price: Decimal | None, currency: str) -> str:
    return f"{currency} {unit_price_text(price, currency)}" if price is not None else ""


def account_facts(row: Product) -> list[tuple[str, str]]:
    """Which accounts the product is posted to, and whether that is set here or inherited.

    A line's own account comes before both; goods that are bought go to stock.
    """
    usual = {one.role: one for one in Account.objects.filter(role__in=ROLES)}

    def of(role: AccountRole, own: Account | None) -> str:
        if own is not None:
            return f"{own} (set here)"
        found = usual.get(role)
        return f"{found} (inherited: the organisation's usual account)" if found else ""

    facts = [("Account of sales", of(AccountRole.SALES, row.sale_account))]
    if row.kind == ProductKind.KIT:
        return [*facts, ("Account of cost", "That of each component")]
    if row.kind == ProductKind.STOCK:
        inventory = usual.get(AccountRole.INVENTORY)
        facts.append(("Account of purchases", f"{inventory} (stock)" if inventory else ""))
        facts.append(("Account of cost", of(AccountRole.COGS, row.cogs_account)))
        return facts
    return [*facts, ("Account of purchases", of(AccountRole.PURCHASES, row.purchase_account))]


def product_facts(row: Product, currency: str) -> list[Fact]:
    """What the product is, costs and belongs to; what is not set is left out."""
    pack = ""
    if row.purchase_unit and row.purchase_factor is not None:
        pack = f"{row.purchase_unit} of {quantity_text(row.purchase_factor)} {row.unit}"
    weight = f"{quantity_text(row.weight)} kg" if row.weight is not None else ""
    facts = [
        Fact("SKU", row.sku),
        Fact("Kind", ProductKind(row.kind).label),
        Fact("Unit", row.unit),
        Fact("Sale price", _price(row.sale_price, currency)),
        Fact("Tax rule of sales", row.sale_tax_rule),
        Fact("Purchase price", _price(row.purchase_price, currency)),
        Fact("Tax rule of purchases", row.purchase_tax_rule),
    ]
    optional = (
        ("Bought in", pack),
        ("Weight", weight),
        ("Barcode", row.barcode),
        ("Category", row.category),
        ("Brand", row.brand),
        ("Family", row.family),
        *account_facts(row),
    )
    own = [(one.name, shown_value(one, row.attributes)) for one in attributes_in_use(OWNER)]
    return [*facts, *(Fact(label, value) for label, value in (*optional, *own) if value)]
