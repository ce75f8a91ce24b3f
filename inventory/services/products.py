"""Products: making and changing them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import CharField

from hub.errors import InvalidInput, NotFound
from inventory.domain.matching import normalise_sku
from inventory.models import Product, ProductKind
from ledger.domain.accounts import CONTROL_ROLES
from ledger.models import Account
from network.domain.payload_base import clean_line, clean_note
from tenants.domain.attributes import AttributeOwner
from tenants.services.activity import log_activity
from tenants.services.attributes import clean_attributes

OWNER = AttributeOwner.PRODUCT
LINES = ("sku", "name", "unit", "barcode", "category", "brand", "family", "purchase_unit")


def product_or_404(product_id: UUID) -> Product:
    """The only door from an id to a product; raises NotFound."""
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NotFound("This product does not exist.")
    return product


def create_product(values: Mapping[str, Any]) -> Product:
    """Make a product. Raises InvalidInput: no SKU or name, a doubled SKU, a value too long."""
    product = Product()
    _assign(product, values)
    _save(product, is_new=True)
    log_activity("product.created", f"Product {product.sku} created", about=product)
    return product


def change_product(product_id: UUID, values: Mapping[str, Any]) -> Product:
    """Change a product; what is not named stays. Raises as `create_product`, and NotFound."""
    product = product_or_404(product_id)
    before = {field: getattr(product, field) for field in values}
    _same_manner(product, str(values.get("kind", product.kind)))
    _assign(product, values)
    _save(product, is_new=False)
    changes = {
        field.replace("_", " ").capitalize(): (old, getattr(product, field))
        for field, old in before.items()
        if old != getattr(product, field)
    }
    log_activity(
        "product.changed", f"Product {product.sku} changed", about=product, changes=changes
    )
    return product


def _same_manner(product: Product, kind: str) -> None:
    """Sales that are open were authorised as what the product was then."""
    if kind != product.kind and ProductKind.KIT in (kind, product.kind):
        message = "A kit is one from the start and stays one. Make a new product."
        raise InvalidInput(message, fields={"kind": [message]})


def _longest(field: str) -> int:
    column = Product._meta.get_field(field)
    assert isinstance(column, CharField)
    return column.max_length or 255


def _assign(product: Product, values: Mapping[str, Any]) -> None:
    fields: dict[str, list[str]] = {}
    for field, value in values.items():
        if field in LINES:
            length = _longest(field)
            cleaned = clean_line(str(value or ""), longest=length + 1)
            if len(cleaned) > length:
                fields[field] = [f"At most {length} characters."]
            setattr(product, field, cleaned)
        elif field == "attributes":
            product.attributes = clean_attributes(OWNER, value or {}, product.attributes)
        elif field == "description":
            product.description = clean_note(str(value or ""))
        else:
            setattr(product, field, value)
    product.sku_key = normalise_sku(product.sku)
    if not product.sku:
        fields["sku"] = ["Give the product a SKU, the code you know it by."]
    if not product.name:
        fields["name"] = ["Give the product a name."]
    product.unit = product.unit or "each"
    fields |= _units(product) | _weight(product) | _accounts(product)
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)


def _units(product: Product) -> dict[str, list[str]]:
    """Pack and its size go together; what is bought by the unit has neither."""
    if product.purchase_factor is not None and product.purchase_factor <= 0:
        return {"purchase_factor": ["This must be greater than 0."]}
    if product.purchase_unit and product.purchase_factor is None:
        message = f"Say how many units one {product.purchase_unit} holds."
        return {"purchase_factor": [message]}
    if product.purchase_factor is not None and not product.purchase_unit:
        return {"purchase_unit": ["Say what it is bought in, such as carton."]}
    return {}


def _weight(product: Product) -> dict[str, list[str]]:
    wrong = product.weight is not None and product.weight < 0
    return {"weight": ["This cannot be negative."]} if wrong else {}


def _accounts(product: Product) -> dict[str, list[str]]:
    """Accounts are ours, in use, and none that must equal what documents say."""
    wanted = {
        name: account
        for name in ("sale_account", "purchase_account", "cogs_account")
        if (account := getattr(product, f"{name}_id")) is not None
    }
    if not wanted:
        return {}
    known = {account.id: account for account in Account.objects.filter(id__in=set(wanted.values()))}
    faults: dict[str, list[str]] = {}
    for name, account_id in wanted.items():
        account = known.get(account_id)
        if account is None:
            faults[name] = ["This account does not exist."]
        elif account.role in CONTROL_ROLES:
            faults[name] = [f"{account.name} follows documents. Choose another account."]
    return faults


def _save(product: Product, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            product.save(force_insert=is_new)
    except IntegrityError as error:
        if "product_sku_once" not in str(error):
            raise
        message = "Another product has this SKU. Choose a different one."
        raise InvalidInput(message, fields={"sku": [message]}) from error
