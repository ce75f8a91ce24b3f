"""Customers, suppliers, products, and the items that stand for accounts, on their way out."""

from collections.abc import Sequence
from uuid import UUID

from accounting.domain.outgoing import Document, Item, Party
from accounting.domain.states import Kind
from accounting.outgoing.frame import Frame
from inventory.models import Product, ProductKind
from ledger.domain.accounts import AccountRole
from network.models import Contact


def customers(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Contacts in the role of a customer."""
    return _parties(Kind.CUSTOMER, ids)


def suppliers(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Contacts in the role of a supplier."""
    return _parties(Kind.SUPPLIER, ids)


def _parties(kind: Kind, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return {row.id: _party(kind, row) for row in Contact.objects.filter(id__in=ids)}


def _party(kind: Kind, row: Contact) -> Party:
    return Party(
        kind=kind,
        local_id=row.id,
        number=row.name,
        currency=row.currency,
        name=row.name,
        shared_name=row.is_customer and row.is_supplier,
        legal_name=row.legal_name,
        email=row.email,
        phone=row.phone,
        website=row.website,
        tax_number=row.tax_number,
        billing_address=row.billing_address,
        delivery_address=row.delivery_address,
        country=row.country,
        term=row.terms_id,
        is_active=row.is_active,
        note=row.note,
    )


def products(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Products as items. What is bought for stock goes to inventory, a service to its expense."""
    found: dict[UUID, Document] = {}
    for row in Product.objects.filter(id__in=ids):
        stock = row.kind == ProductKind.STOCK
        expense = (
            frame.role(AccountRole.INVENTORY)
            if stock
            else row.purchase_account_id or frame.role(AccountRole.PURCHASES)
        )
        found[row.id] = Item(
            kind=Kind.PRODUCT,
            local_id=row.id,
            number=row.sku,
            name=row.name,
            sku=row.sku,
            description=row.description or row.name,
            price=row.sale_price,
            cost=row.purchase_price,
            income_account=row.sale_account_id or frame.role(AccountRole.SALES),
            expense_account=expense,
            is_active=row.is_active,
        )
    return found


def account_items(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """One item per account that lines without a product are posted to."""
    return {
        key: Item(
            kind=Kind.ACCOUNT_ITEM,
            local_id=key,
            number=frame.accounts[key].code,
            name=f"{frame.accounts[key].name} ({frame.accounts[key].code})",
            description=frame.accounts[key].name,
            income_account=key,
        )
        for key in ids
        if key in frame.accounts
    }
