"""Products as they come in: last change wins, archived here stays archived (Q12)."""

from typing import Any
from uuid import UUID

from accounting.domain.incoming import Held, IncomingItem
from accounting.domain.states import Kind
from accounting.incoming.lists import account_for
from accounting.incoming.taking_over import (
    is_known,
    keep_ours,
    ours_is_newer,
    refuse_unsettled,
    row_here,
    row_of,
    seen,
    take_over,
    title_of,
)
from accounting.models import Connection, SyncDocument
from hub.money import round_half_up
from inventory.domain.matching import normalise_sku
from inventory.models import Product, ProductKind
from inventory.services.products import change_product, create_product, product_or_404
from ledger.domain.accounts import CONTROL_ROLES, AccountRole
from ledger.models import Account

LONGEST_SKU = 60


def absorb_item(
    connection: Connection, item: IncomingItem, *, link_by_sku: bool = False, sku: str = ""
) -> UUID | None:
    """Take a product over; gives it, None for what is not wanted here (categories, inactive).

    `link_by_sku`: one here with the same SKU is the same. `sku`: take a new one over under another.
    Raises Held (`sku_clash`), InvalidInput.
    """
    row = row_of(connection, item.entity, item.id)
    if row is not None:
        return _known(connection, row, item)
    if not (item.is_active and item.is_product):
        return None
    refuse_unsettled(connection, Kind.PRODUCT)
    wanted = sku.strip() or sku_of(item)
    found = Product.objects.filter(sku_key=normalise_sku(wanted)).first()
    if found is None:
        values = {**_values(connection, item), "sku": wanted, "name": item.name}
        values["kind"] = ProductKind.STOCK if item.stocked else ProductKind.SERVICE
        product = create_product(values)
        take_over(connection, Kind.PRODUCT, product.id, item)
        return product.id
    if not found.is_active:
        return None
    if not link_by_sku:
        raise Held(
            f"{title_of(connection)} has a product “{item.name}” with the SKU {wanted}, and "
            f"“{found.name}” here has it too and is not linked to it. Link them, or take it over "
            "under another SKU.",
            code="sku_clash",
        )
    return link_item(connection, item, found.id)


def sku_of(item: IncomingItem) -> str:
    """What it is known by here: its SKU, else its name."""
    return (item.sku or item.name)[:LONGEST_SKU].strip()


def link_item(connection: Connection, item: IncomingItem, product_id: UUID) -> UUID:
    """Say that a product here is the one there; theirs wins where both say something."""
    product = product_or_404(product_id)
    row = row_here(connection, Kind.PRODUCT, product.id)
    if row is not None and row.remote_id and row.remote_id != item.id:
        raise Held(
            f"{product.sku} is linked to “{row.remote_number}” in {title_of(connection)} already. "
            "Give one of them another SKU, then it comes in.",
            code="linked_already",
        )
    _change(connection, product, item)
    take_over(connection, Kind.PRODUCT, product.id, item, row=row)
    return product.id


def _known(connection: Connection, row: SyncDocument, item: IncomingItem) -> UUID | None:
    if row.kind != Kind.PRODUCT:
        seen(row, item)  # the item of an account: nothing of it is anybody's to change here
        return None
    product = Product.objects.filter(id=row.local_id).first()
    if product is None or is_known(row, item):
        return row.local_id
    row.facts = {**row.facts, "tracked": item.tracked}
    row.save(update_fields=["facts"])
    if not product.is_active:
        seen(row, item)
        return None
    if ours_is_newer(connection, row, item):
        keep_ours(row, item)
        return product.id
    return follow_item(connection, row, item, product)


def follow_item(
    connection: Connection, row: SyncDocument, item: IncomingItem, product: Product
) -> UUID:
    """The product becomes what it is there. Raises Held (`sku_clash`)."""
    if not item.is_active:
        change_product(product.id, {"is_active": False})
    else:
        _change(connection, product, item)
    take_over(connection, Kind.PRODUCT, product.id, item, row=row)
    return product.id


def _change(connection: Connection, product: Product, item: IncomingItem) -> None:
    wanted = _values(connection, item, product)
    wanted["name"] = item.name
    if item.sku and normalise_sku(item.sku) != product.sku_key:
        taken = Product.objects.filter(sku_key=normalise_sku(item.sku)).exclude(id=product.id)
        if taken.exists():
            raise Held(
                f"“{item.name}” has the SKU {item.sku} in {title_of(connection)}, which another "
                "product has here. Change one of them.",
                code="sku_clash",
            )
        wanted["sku"] = item.sku
    changes = {
        field: value
        for field, value in wanted.items()
        if value != getattr(product, field) and not _as_sent(field, product, value)
    }
    if changes:
        change_product(product.id, changes)


def _as_sent(field: str, product: Product, theirs: Any) -> bool:
    """Whether theirs is ours as it goes there: cut, or with the name for a description."""
    if field == "name":
        return bool(product.name[:100].strip() == theirs)
    if field == "description":
        return bool((product.description or product.name)[:4000].strip() == theirs)
    return False


def _values(
    connection: Connection, item: IncomingItem, product: Product | None = None
) -> dict[str, Any]:
    values: dict[str, Any] = {"description": item.description}
    if item.price is not None:
        values["sale_price"] = round_half_up(max(item.price, item.price * 0), 6)
    if item.cost is not None:
        values["purchase_price"] = round_half_up(max(item.cost, item.cost * 0), 6)
    for field, remote, role in (
        ("sale_account_id", item.income_account, AccountRole.SALES),
        ("purchase_account_id", item.expense_account, AccountRole.PURCHASES),
    ):
        stocked = product.kind != ProductKind.SERVICE if product is not None else item.stocked
        if remote and not (field == "purchase_account_id" and stocked):
            account = Account.objects.filter(id=account_for(connection, remote)).first()
            if account is None or account.role in CONTROL_ROLES:
                continue
            values[field] = None if account.role == role else account.id
    return values
