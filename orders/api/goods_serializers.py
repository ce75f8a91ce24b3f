"""How receipts, shipments and previews of an undo look in the API, and what is taken in."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.serializers import Quantities
from orders.models import Receipt, Shipment
from orders.services.consequences import Consequences
from orders.services.receiving import ReceiptHeader, ReceiptInput
from orders.services.shipping import ShipmentHeader, ShipmentInput
from tenants.api.fields import NumberAsTyped, amount, price, quantity


# --- Out ----------------------------------------------------------------------------------------
class PieceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    contact = serializers.UUIDField(source="contact_id")
    contact_name = serializers.CharField(source="contact.name")
    location = serializers.UUIDField(source="location_id")
    happened_on = serializers.DateField()
    reference = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    authorised_at = serializers.DateTimeField(allow_null=True)


class ReceiptSerializer(PieceSerializer):
    purchase_order = serializers.UUIDField(source="purchase_order_id", allow_null=True)
    bill = serializers.UUIDField(source="bill_id", allow_null=True)


class ShipmentSerializer(PieceSerializer):
    sales_order = serializers.UUIDField(source="sales_order_id")
    carrier = serializers.CharField()
    tracking = serializers.CharField()
    parcels = serializers.IntegerField()
    delivery_address = serializers.CharField()


class PieceLineSerializer(serializers.Serializer[Any]):
    line_id = serializers.UUIDField(help_text="The ordered line's.")
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    description = serializers.CharField()
    quantity = quantity()


class ReceiptLineSerializer(PieceLineSerializer):
    unit_cost = price(help_text="In base currency; counts until a bill says better.")
    value = amount(help_text="What the goods came in at, in base currency; 0 in a draft.")


class ReceiptDetail(ReceiptSerializer):
    lines = serializers.SerializerMethodField()

    @extend_schema_field(ReceiptLineSerializer(many=True))
    def get_lines(self, receipt: Receipt) -> Any:
        """The lines in their order."""
        rows = receipt.lines.select_related("product").order_by("position")
        return ReceiptLineSerializer(rows, many=True).data


class ShipmentDetail(ShipmentSerializer):
    lines = serializers.SerializerMethodField()

    @extend_schema_field(PieceLineSerializer(many=True))
    def get_lines(self, shipment: Shipment) -> Any:
        """The lines in their order."""
        rows = shipment.lines.select_related("product").order_by("position")
        return PieceLineSerializer(rows, many=True).data


class JournalSideSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    amount = amount(help_text="Debits positive, in base currency.")


class JournalEffectSerializer(serializers.Serializer[Any]):
    event = serializers.CharField()
    posted_on = serializers.DateField()
    reverses = serializers.CharField(help_text="Number of the journal it takes back, if any.")
    lines = JournalSideSerializer(many=True)


class MovementEffectSerializer(serializers.Serializer[Any]):
    sku = serializers.CharField()
    product = serializers.CharField()
    location = serializers.CharField()
    quantity = quantity()
    value = amount()


class StatusEffectSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.UUIDField()
    number = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class CountEffectSerializer(serializers.Serializer[Any]):
    order = serializers.CharField(help_text="The order's number.")
    sku = serializers.CharField()
    description = serializers.CharField()
    counted = serializers.CharField(help_text="received, billed, allocated, shipped or invoiced")
    before = quantity()
    after = quantity()


class ConsequencesSerializer(serializers.Serializer[Any]):
    possible = serializers.BooleanField()
    refusal = serializers.CharField(help_text="Why it is not possible now.")
    code = serializers.CharField()
    journals = JournalEffectSerializer(many=True)
    movements = MovementEffectSerializer(many=True)
    statuses = StatusEffectSerializer(many=True)
    counts = CountEffectSerializer(many=True)
    partner = serializers.ListField(child=serializers.CharField())
    cautions = serializers.SerializerMethodField(
        help_text="What the accounting system will do by itself."
    )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cautions(self, _found: Consequences) -> list[str]:
        """Of the document that the preview is of."""
        return [f"{one.title}. {one.text}" for one in self.context["cautions"]]


# --- In -----------------------------------------------------------------------------------------
class ReceivedLineIn(serializers.Serializer[Any]):
    line_id = serializers.UUIDField(required=False, help_text="An ordered line's id.")
    product = serializers.UUIDField(required=False, help_text="Without an order: the product.")
    quantity = NumberAsTyped()
    unit_cost = NumberAsTyped(
        required=False, help_text="Without an order: in base currency; else the product's price."
    )


class _ReceivedIn(serializers.Serializer[Any]):
    happened_on = serializers.DateField(required=False)
    location = serializers.UUIDField(required=False, allow_null=True)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    lines = ReceivedLineIn(
        many=True, required=False, help_text="Without lines all that is outstanding."
    )


class ReceiveIn(_ReceivedIn):
    """What of an order came."""


class ReceiptIn(_ReceivedIn):
    purchase_order = serializers.UUIDField(required=False)
    bill = serializers.UUIDField(required=False, help_text="Receive what an approved bill says.")
    contact = serializers.UUIDField(required=False, help_text="Without an order: the supplier.")


class ShippedLineIn(serializers.Serializer[Any]):
    line_id = serializers.UUIDField(help_text="The ordered line's id.")
    quantity = NumberAsTyped()


class ShipOrderIn(serializers.Serializer[Any]):
    happened_on = serializers.DateField(required=False)
    location = serializers.UUIDField(required=False, allow_null=True)
    carrier = serializers.CharField(max_length=80, required=False, allow_blank=True)
    tracking = serializers.CharField(max_length=120, required=False, allow_blank=True)
    parcels = serializers.IntegerField(min_value=1, max_value=9999, required=False)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    lines = ShippedLineIn(many=True, required=False, help_text="Without lines what is promised.")


class ShipmentIn(ShipOrderIn):
    sales_order = serializers.UUIDField()


class PackIn(serializers.Serializer[Any]):
    parcels = serializers.IntegerField(min_value=1, max_value=9999, required=False)


class ShipIn(serializers.Serializer[Any]):
    happened_on = serializers.DateField(required=False)
    carrier = serializers.CharField(max_length=80, required=False)
    tracking = serializers.CharField(max_length=120, required=False)


class BillOrderIn(serializers.Serializer[Any]):
    partner_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    issued_on = serializers.DateField(required=False)
    due_on = serializers.DateField(required=False)
    quantities = Quantities(
        required=False, help_text="Line id → how much is billed. Without it all that is not."
    )
    prices = Quantities(required=False, help_text="Line id → price, where it differs.")


def receipt_inputs(lines: Iterable[dict[str, Any]] | None) -> list[ReceiptInput] | None:
    """Lines as the service takes them; None for all that is outstanding."""
    return None if lines is None else [ReceiptInput(**line) for line in lines]


def receipt_header(values: dict[str, Any]) -> ReceiptHeader:
    """The head of a receipt."""
    names = ("happened_on", "location", "reference", "note")
    return ReceiptHeader(**{name: values[name] for name in names if name in values})


def shipment_inputs(lines: Iterable[dict[str, Any]] | None) -> list[ShipmentInput] | None:
    """Lines as the service takes them; None for what is promised."""
    return None if lines is None else [ShipmentInput(**line) for line in lines]


def shipment_header(values: dict[str, Any]) -> ShipmentHeader:
    """The head of a shipment."""
    names = ("happened_on", "location", "carrier", "tracking", "note", "parcels")
    return ShipmentHeader(**{name: values[name] for name in names if name in values})
