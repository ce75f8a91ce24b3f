"""Documents with lines: sales, purchases, what is given back, quotes and orders."""

from decimal import Decimal
from typing import Any

from accounting.domain.outgoing import Document, Line, Trade
from accounting.domain.sharing import share
from accounting.domain.states import Kind
from accounting.engine.provider import Rendered, Resolver
from accounting.quickbooks.mappers.wording import (
    NOTE,
    Payload,
    address_of,
    class_ref,
    department_ref,
    is_american,
    only,
    pref,
    ref,
    several_currencies,
    short_number,
    term_ref,
)
from hub.money import divide, minor_units, multiply, round_half_up

ZERO = Decimal(0)
MEMO = 1000


def _head(document: Trade, resolver: Resolver, lines: list[Payload], side: str) -> Payload:
    several = several_currencies(document, resolver)
    payload = only(
        {
            "DocNumber": short_number(document.number),
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "DepartmentRef": department_ref(document, resolver),
            "Line": lines,
        }
    )
    payload.update(_taxes(document, resolver, side))
    return payload


def _tax_code(rule: Any, resolver: Resolver) -> Payload | None:
    if rule is None:
        return ref("NON") if is_american(resolver) else None
    found = resolver.tax(rule)
    if is_american(resolver):
        return ref("NON" if found == "NON" else "TAX")
    return ref(found)


def _taxes(document: Trade, resolver: Resolver, side: str) -> Payload:
    """Our tax, to the cent: QuickBooks' own arithmetic may be a cent off ours."""
    if is_american(resolver):
        return {"TxnTaxDetail": {"TotalTax": document.tax or ZERO}} if side == "sales" else {}
    lines: list[Payload] = []
    for one in document.taxes:
        if one.rule is None:
            continue
        code = resolver.record("tax", resolver.tax(one.rule))
        rates = [(each, resolver.record("tax_rate", each)) for each in code.get(side, [])]
        percents = [Decimal(str(data.get("rate", 0))) for _id, data in rates]
        if not rates:
            continue
        parts = share(one.tax, percents, minor_units(document.currency))
        for (rate_id, _data), percent, part in zip(rates, percents, parts, strict=True):
            lines.append(
                {
                    "Amount": part,
                    "DetailType": "TaxLineDetail",
                    "TaxLineDetail": {
                        "TaxRateRef": ref(rate_id),
                        "PercentBased": True,
                        "TaxPercent": percent,
                        "NetAmountTaxable": one.net,
                    },
                }
            )
    detail: Payload = {"TotalTax": document.tax or ZERO}
    if lines:
        detail["TaxLine"] = lines
    return {"GlobalTaxCalculation": "TaxExcluded", "TxnTaxDetail": detail}


def _sales_lines(document: Trade, resolver: Resolver) -> list[Payload]:
    return [_sales_line(line, document, resolver) for line in document.lines]


def _sales_line(line: Line, document: Trade, resolver: Resolver) -> Payload:
    assert line.item is not None
    detail = only(
        {
            "ItemRef": ref(resolver.document(*line.item)),
            **_quantities(line, document.currency),
            "TaxCodeRef": _tax_code(line.tax_rule, resolver),
            "ClassRef": class_ref(line.class_key or document.class_key, resolver),
        }
    )
    return only(
        {
            "Description": _described(line)[:NOTE],
            "Amount": line.net,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }
    )


def _quantities(line: Line, currency: str) -> Payload:
    """Quantity and price only where they multiply to the amount; QuickBooks refuses others."""
    if not line.quantity:
        return {}
    decimals = minor_units(currency)
    for price in (line.unit_price, round_half_up(divide(line.net, line.quantity), 7)):
        if round_half_up(multiply(line.quantity, price), decimals) == line.net:
            return {"Qty": line.quantity.normalize(), "UnitPrice": price.normalize()}
    return {}


def _described(line: Line) -> str:
    return line.description


def _note(document: Trade) -> str:
    return " ".join(filter(None, (document.order_number, document.reference)))


def _customer_head(document: Trade, resolver: Resolver) -> Payload:
    payload = _head(document, resolver, _sales_lines(document, resolver), "sales")
    payload["CustomerRef"] = ref(resolver.document(Kind.CUSTOMER, document.party))
    memo = _note(document)
    statement = memo if resolver.options.get("reference_to_statement") else ""
    payload.update(
        only(
            {
                "BillAddr": address_of(document.billing_address),
                "ShipAddr": address_of(document.delivery_address),
                "BillEmail": {"Address": document.email[:100]} if document.email else None,
                "CustomerMemo": ref(memo[:MEMO]) if memo else None,
                "PrivateNote": statement[:NOTE],
                "ClassRef": class_ref(document.class_key, resolver)
                if pref(resolver, "AccountingInfoPrefs", "ClassTrackingPerTxn")
                else None,
            }
        )
    )
    return payload


def invoice(document: Document, resolver: Resolver) -> Rendered:
    """An invoice, with the options of the settings page."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    payload.update(
        only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "SalesTermRef": term_ref(document.term, resolver),
                "ShipDate": document.ship_on.isoformat() if document.ship_on else None,
            }
        )
    )
    if pref(resolver, "SalesFormsPrefs", "ETransactionPaymentEnabled"):
        both = bool(resolver.options.get("online_payment"))
        payload["AllowOnlineCreditCardPayment"] = both or bool(resolver.options.get("online_card"))
        payload["AllowOnlineACHPayment"] = both or bool(resolver.options.get("online_ach"))
    return _traded("Invoice", payload, document)


def _traded(entity: str, payload: Payload, document: Trade) -> Rendered:
    number = str(payload.get("DocNumber", ""))
    facts = {"shortened": document.number} if number != document.number else {}
    return Rendered(entity, payload, number, document.total, document.tax, facts)


def estimate(document: Document, resolver: Resolver) -> Rendered:
    """A quote."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    if document.due_on:
        payload["ExpirationDate"] = document.due_on.isoformat()
    return _traded("Estimate", payload, document)


def credit_memo(document: Document, resolver: Resolver) -> Rendered:
    """What is left of a credit note after its refunds."""
    assert isinstance(document, Trade)
    return _traded("CreditMemo", _customer_head(document, resolver), document)


def refund_receipt(document: Document, resolver: Resolver) -> Rendered:
    """One refund, with its part of the credit note's lines."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    payload["DepositToAccountRef"] = ref(resolver.account(document.account))
    return _traded("RefundReceipt", payload, document)


def _purchase_lines(document: Trade, resolver: Resolver) -> list[Payload]:
    return [_purchase_line(line, document, resolver) for line in document.lines]


def _purchase_line(line: Line, document: Trade, resolver: Resolver) -> Payload:
    detail = only(
        {
            "TaxCodeRef": None if is_american(resolver) else _tax_code(line.tax_rule, resolver),
            "ClassRef": class_ref(line.class_key or document.class_key, resolver),
        }
    )
    if line.item is not None:
        kind = "ItemBasedExpenseLineDetail"
        detail["ItemRef"] = ref(resolver.document(*line.item))
        detail.update(_quantities(line, document.currency))
    else:
        kind = "AccountBasedExpenseLineDetail"
        detail["AccountRef"] = ref(resolver.account(line.account))
    return only(
        {
            "Description": line.description[:NOTE],
            "Amount": line.net,
            "DetailType": kind,
            kind: detail,
        }
    )


def _supplier_head(document: Trade, resolver: Resolver) -> Payload:
    payload = _head(document, resolver, _purchase_lines(document, resolver), "purchases")
    payload["VendorRef"] = ref(resolver.document(Kind.SUPPLIER, document.party))
    note = " ".join(filter(None, (document.reference, document.order_number, document.note)))
    payload.update(only({"PrivateNote": note[:NOTE]}))
    return payload


def bill(document: Document, resolver: Resolver) -> Rendered:
    """A bill, line by account as it stands in the book here."""
    assert isinstance(document, Trade)
    payload = _supplier_head(document, resolver)
    payload.update(
        only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "SalesTermRef": term_ref(document.term, resolver),
            }
        )
    )
    return _traded("Bill", payload, document)


def vendor_credit(document: Document, resolver: Resolver) -> Rendered:
    """A supplier's credit note."""
    assert isinstance(document, Trade)
    return _traded("VendorCredit", _supplier_head(document, resolver), document)


def purchase_order(document: Document, resolver: Resolver) -> Rendered:
    """A purchase order; the account payable is the mapped one."""
    assert isinstance(document, Trade)
    payload = _supplier_head(document, resolver)
    payload["APAccountRef"] = ref(resolver.account("payable"))
    payload.update(
        only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "ShipAddr": address_of(document.delivery_address),
            }
        )
    )
    return _traded("PurchaseOrder", payload, document)
