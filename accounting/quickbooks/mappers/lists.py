"""Customers, suppliers and products."""

from decimal import Decimal

from accounting.domain.outgoing import Document, Item, Party
from accounting.engine.provider import Rendered, Resolver
from accounting.quickbooks.mappers.wording import (
    Payload,
    address_of,
    checked_name,
    only,
    ref,
    several_currencies,
    term_ref,
)
from hub.money import round_half_up


def customer(document: Document, resolver: Resolver) -> Rendered:
    """A customer. The contact's other role, if any, is another name there."""
    assert isinstance(document, Party)
    name = checked_name(document.name, 500, "customer")
    payload = _party(document, resolver, name)
    payload.update(
        only(
            {
                "BillAddr": address_of(document.billing_address),
                "ShipAddr": address_of(document.delivery_address),
                "SalesTermRef": term_ref(document.term, resolver),
            }
        )
    )
    return Rendered("Customer", payload, name)


def supplier(document: Document, resolver: Resolver) -> Rendered:
    """A supplier. Names are unique over customers and suppliers, so a shared one gets “ (V)”."""
    assert isinstance(document, Party)
    name = checked_name(document.name, 496 if document.shared_name else 500, "supplier")
    if document.shared_name:
        name = f"{name} (V)"
    payload = _party(document, resolver, name)
    payload.update(
        only(
            {
                "BillAddr": address_of(document.billing_address),
                "TermRef": term_ref(document.term, resolver),
                "PrintOnCheckName": document.name[:100],
            }
        )
    )
    return Rendered("Vendor", payload, name)


def _party(document: Party, resolver: Resolver, name: str) -> Payload:
    several = several_currencies(document, resolver)
    return only(
        {
            "DisplayName": name,
            "CompanyName": (document.legal_name or document.name)[:100],
            "PrimaryEmailAddr": {"Address": document.email[:100]} if document.email else None,
            "PrimaryPhone": {"FreeFormNumber": document.phone[:30]} if document.phone else None,
            "WebAddr": {"URI": document.website[:1000]} if document.website else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "Active": document.is_active,
        }
    )


def item(document: Document, resolver: Resolver) -> Rendered:
    """Products go as services: stock is kept here, and QuickBooks must not cost it again."""
    assert isinstance(document, Item)
    name = checked_name(document.name, 100, "product")
    income = resolver.account(document.income_account)
    expense = ref(resolver.account(document.expense_account)) if document.expense_account else None
    payload = only(
        {
            "Name": name,
            "Type": "Service",
            "Sku": document.sku[:100],
            "Description": document.description[:4000],
            "PurchaseDesc": document.description[:1000] if expense else "",
            "UnitPrice": _price(document.price),
            "PurchaseCost": _price(document.cost),
            "IncomeAccountRef": ref(income),
            "ExpenseAccountRef": expense,
            "Active": document.is_active,
        }
    )
    return Rendered("Item", payload, name, facts={"income_account": income})


def _price(value: Decimal | None) -> Decimal | None:
    return round_half_up(value, 6) if value is not None else None
