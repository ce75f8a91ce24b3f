"""How documents look in the API, and what is taken in."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hub.errors import InvalidInput
from ledger.models import Account, TaxRule
from orders.api.line_data import counted, line_data, pack_data
from orders.comparisons import revised_order
from orders.domain.payloads import OrderAnswerPayload
from orders.domain.reasons import ReasonCode
from orders.models import CostSpread, LineKind, PurchaseOrder, SalesOrder, TradeDocument
from orders.selectors import lines_of
from orders.services.lines import LineInput
from orders.services.pre_sales import ChangeInput
from tenants.api.attributes import AttributeValues
from tenants.api.fields import Addresses, NumberAsTyped, amount, price, quantity

# --- Out -----------------------------------------------------------------------------------


class TotalsSerializer(serializers.Serializer[Any]):
    net = amount()
    tax = amount()
    total = amount()
    currency = serializers.CharField()


class LineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="line_id")
    position = serializers.IntegerField()
    kind = serializers.CharField()
    product = serializers.UUIDField(source="product_id", allow_null=True)
    sku = serializers.CharField()
    partner_sku = serializers.CharField()
    barcode = serializers.CharField()
    description = serializers.CharField()
    quantity = quantity()
    unit = serializers.CharField()
    price = price(source="unit_price")
    discount_percent = serializers.DecimalField(max_digits=18, decimal_places=8)
    tax_rule = serializers.UUIDField(source="tax_rule_id", allow_null=True)
    tax_name = serializers.CharField()
    tax_rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    account = serializers.UUIDField(source="account_id", allow_null=True)
    expected_on = serializers.DateField(allow_null=True)
    net = amount()
    tax = amount()
    total = amount()


class BoughtLineSerializer(LineSerializer):
    received = quantity()
    billed = quantity()
    pack_unit = serializers.CharField(help_text="Where it was entered in packs: which.")
    pack_size = quantity(allow_null=True, help_text="How many units one pack holds.")
    pack_price = price(allow_null=True)


class BoughtForSerializer(serializers.Serializer[Any]):
    purchase_order = serializers.UUIDField(source="purchase_order_id")
    purchase_number = serializers.CharField(source="purchase_order.number")
    purchase_line = serializers.UUIDField()
    sales_order = serializers.UUIDField(source="sales_order_id")
    sales_number = serializers.CharField(source="sales_order.number")
    sale_line = serializers.UUIDField()
    received = quantity(help_text="What of it has come, or gone to the customer.")
    quantity = quantity()


class SoldLineSerializer(LineSerializer):
    allocated = quantity(help_text="Promised from stock and not shipped yet.")
    bought = quantity(help_text="On its way for this line, on purchase orders.")
    shipped = quantity()
    invoiced = quantity()


class BilledLineSerializer(LineSerializer):
    spread = serializers.ChoiceField(choices=["", *CostSpread.values])


class NetworkSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(source="network_status")
    version = serializers.IntegerField()
    partner_number = serializers.CharField()
    partner_message = serializers.CharField()


class DocumentSerializer(serializers.Serializer[Any]):
    """What every document shows in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    contact = serializers.UUIDField(source="contact_id")
    contact_name = serializers.CharField(source="contact.name")
    contact_connected = serializers.BooleanField(source="contact.connected")
    reference = serializers.CharField()
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    issued_on = serializers.DateField()
    totals = serializers.SerializerMethodField()
    network = NetworkSerializer(source="*")
    emailed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    @extend_schema_field(TotalsSerializer)
    def get_totals(self, document: TradeDocument) -> dict[str, str]:
        """Amounts with their currency."""
        return {
            "net": f"{document.net:.4f}",
            "tax": f"{document.tax:.4f}",
            "total": f"{document.total:.4f}",
            "currency": document.currency,
        }


class PurchaseOrderSerializer(DocumentSerializer):
    required_on = serializers.DateField(allow_null=True)
    from_network = serializers.SerializerMethodField()

    def get_from_network(self, order: PurchaseOrder) -> bool:
        """Whether the supplier wrote it as a sales order for us."""
        return order.partner_key is not None


class SalesOrderSerializer(DocumentSerializer):
    required_on = serializers.DateField(allow_null=True)
    from_network = serializers.BooleanField()


class InvoiceSerializer(DocumentSerializer):
    due_on = serializers.DateField()
    sales_order = serializers.UUIDField(source="sales_order_id", allow_null=True)
    settled = amount()


class BillSerializer(DocumentSerializer):
    due_on = serializers.DateField()
    purchase_order = serializers.UUIDField(source="purchase_order_id", allow_null=True)
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)
    from_network = serializers.BooleanField()
    from_customer = serializers.BooleanField()
    settled = amount()
    warning = serializers.CharField()


class _Detail(serializers.Serializer[Any]):
    lines = serializers.SerializerMethodField()
    note = serializers.CharField()
    internal_note = serializers.CharField()

    @extend_schema_field(LineSerializer(many=True))
    def get_lines(self, document: TradeDocument) -> Any:
        """The lines in their order."""
        return [line_data(line) for line in lines_of(document)]


class _Revised(serializers.Serializer[Any]):
    revision = serializers.SerializerMethodField()

    def get_revision(self, order: PurchaseOrder | SalesOrder) -> dict[str, Any] | None:
        """What the partner changed since the version before (`ours`), while that waits for us."""
        found = revised_order(order)
        return found.as_dict() if found is not None else None


class _Order(serializers.Serializer[Any]):
    delivery_address = serializers.CharField()
    location = serializers.UUIDField(source="location_id", allow_null=True)
    is_advanced = serializers.BooleanField()
    job = serializers.CharField()
    attributes = AttributeValues(help_text="By slot number.")


class _BoughtFor(serializers.Serializer[Any]):
    bought_for = serializers.SerializerMethodField()

    @extend_schema_field(BoughtForSerializer(many=True))
    def get_bought_for(self, order: PurchaseOrder | SalesOrder) -> Any:
        """Which lines of purchases are for which lines of sales."""
        if isinstance(order, PurchaseOrder) and not order.is_from_demand:
            return []
        rows = order.bought_for.filter(quantity__gt=0).select_related(
            "purchase_order", "sales_order"
        )
        return BoughtForSerializer(rows.order_by("id"), many=True).data


class PurchaseOrderDetail(_BoughtFor, _Revised, _Order, _Detail, PurchaseOrderSerializer):
    is_drop_ship = serializers.BooleanField(help_text="The supplier delivers to the customer.")
    for_sale = serializers.UUIDField(allow_null=True, help_text="The one sale that it is for.")
    offer = serializers.SerializerMethodField()

    @extend_schema_field(BoughtLineSerializer(many=True))
    def get_lines(self, document: TradeDocument) -> Any:
        """The lines with what was received and billed of them."""
        return [
            counted(line, "received", "billed") | pack_data(line) for line in lines_of(document)
        ]

    def get_offer(self, order: PurchaseOrder) -> dict[str, Any] | None:
        """The supplier's changes that wait for our answer."""
        return offered(order.offer)


class SalesOrderDetail(_BoughtFor, _Revised, _Order, _Detail, SalesOrderSerializer):
    sales_rep = serializers.CharField()
    channel = serializers.CharField()
    proposal = serializers.SerializerMethodField()

    @extend_schema_field(SoldLineSerializer(many=True))
    def get_lines(self, document: TradeDocument) -> Any:
        """The lines with what is promised, shipped and invoiced of them."""
        return [
            counted(line, "allocated", "bought", "shipped", "invoiced")
            for line in lines_of(document)
        ]

    def get_proposal(self, order: SalesOrder) -> dict[str, Any] | None:
        """Our changes that wait for the buyer's answer."""
        return offered(order.proposal)


class InvoiceDetail(_Detail, InvoiceSerializer):
    pass


class BillDetail(_Detail, BillSerializer):
    @extend_schema_field(BilledLineSerializer(many=True))
    def get_lines(self, document: TradeDocument) -> Any:
        """The lines with how they are spread over the goods."""
        return [line_data(line) | {"spread": line.spread} for line in lines_of(document)]


def offered(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """An answer's changes as the API shows them."""
    if stored is None:
        return None
    answer = OrderAnswerPayload.model_validate_json(json.dumps(stored["payload"]))
    changes = [
        {
            "line_id": str(change.line_id),
            "quantity": None if change.quantity is None else f"{change.quantity:.5f}",
            "price": None if change.unit_price is None else f"{change.unit_price:.6f}",
            "expected_on": change.expected_on,
            "reason": change.reason.value if change.reason else None,
            "text": change.text,
        }
        for change in answer.changes
    ]
    return {"text": answer.text, "changes": changes}


# --- In ------------------------------------------------------------------------------------
@extend_schema_field(OpenApiTypes.STR)
class Reference(serializers.Field[Any, Any, Any, Any]):
    """An id, or a code or name that says the same."""

    def to_internal_value(self, data: Any) -> UUID | str:
        if not isinstance(data, str) or not data.strip() or len(data) > 255:
            raise serializers.ValidationError("Give an id.")
        if not data.isprintable():
            raise serializers.ValidationError("Give an id; this holds letters that cannot be seen.")
        try:
            return UUID(data)
        except ValueError:
            return data.strip()

    def to_representation(self, value: Any) -> str:
        return str(value)


class LineIn(serializers.Serializer[Any]):
    id = serializers.UUIDField(
        required=False, help_text="Keep a line's id when you send the lines of a document again."
    )
    kind = serializers.ChoiceField(
        choices=[value for value, _label in LineKind.written()], required=False
    )
    product = Reference(required=False, allow_null=True, help_text="A product's id or SKU.")
    sku = serializers.CharField(max_length=60, required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)
    quantity = NumberAsTyped(required=False)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    price = NumberAsTyped(required=False, allow_null=True)
    discount_percent = NumberAsTyped(required=False)
    tax_rule = Reference(required=False, allow_null=True, help_text="A tax rule's id or name.")
    account = Reference(
        required=False,
        allow_null=True,
        help_text="An account's id or code; without it the product's own or the usual one.",
    )
    spread = serializers.ChoiceField(
        choices=["", *CostSpread.values],
        required=False,
        help_text="Bills only: makes the line's net part of the cost of the bill's goods.",
    )
    expected_on = serializers.DateField(required=False, allow_null=True)


def line_inputs(lines: Iterable[dict[str, Any]]) -> list[LineInput]:
    """Lines as the services take them; tax rules that are named are looked up once."""
    items = list(lines)
    names = {line["tax_rule"] for line in items if isinstance(line.get("tax_rule"), str)}
    rules = dict(TaxRule.objects.filter(name__in=names).values_list("name", "id")) if names else {}
    codes = {line["account"] for line in items if isinstance(line.get("account"), str)}
    found = Account.objects.filter(code__in=codes).values_list("code", "id") if codes else ()
    return [_line_input(n, line, rules, dict(found)) for n, line in enumerate(items)]


def _line_input(
    position: int, line: dict[str, Any], rules: dict[str, UUID], accounts: dict[str, UUID]
) -> LineInput:
    product, rule, account = line.get("product"), line.get("tax_rule"), line.get("account")
    if isinstance(rule, str):
        if rule not in rules:
            message = f"No tax rule is called “{rule[:60]}”."
            raise InvalidInput(message, fields={f"lines.{position}.tax_rule": [message]})
        rule = rules[rule]
    if isinstance(account, str):
        if account not in accounts:
            message = f"No account has the code “{account[:60]}”."
            raise InvalidInput(message, fields={f"lines.{position}.account": [message]})
        account = accounts[account]
    return LineInput(
        kind=line.get("kind", LineKind.ITEM),
        product=product if isinstance(product, UUID) else None,
        sku=product if isinstance(product, str) else line.get("sku", ""),
        description=line.get("description", ""),
        quantity=line.get("quantity"),
        unit=line.get("unit", ""),
        unit_price=line.get("price"),
        discount_percent=line.get("discount_percent", "0"),
        tax_rule=rule,
        expected_on=line.get("expected_on"),
        line_id=line.get("id"),
        account=account,
        spread=line.get("spread", ""),
    )


class DocumentIn(serializers.Serializer[Any]):
    contact = serializers.UUIDField()
    currency = serializers.CharField(max_length=3, required=False)
    reference = serializers.CharField(required=False, allow_blank=True)
    prices_include_tax = serializers.BooleanField(required=False)
    issued_on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    internal_note = serializers.CharField(required=False, allow_blank=True)
    lines = LineIn(many=True)


class OrderIn(DocumentIn):
    required_on = serializers.DateField(required=False, allow_null=True)
    delivery_address = serializers.CharField(required=False, allow_blank=True)
    location = serializers.UUIDField(required=False, allow_null=True)
    is_advanced = serializers.BooleanField(
        required=False, help_text="False: one receipt or shipment, one bill or invoice."
    )
    job = serializers.CharField(required=False, allow_blank=True)
    attributes = AttributeValues(required=False)


class SaleIn(OrderIn):
    sales_rep = serializers.CharField(required=False, allow_blank=True)
    channel = serializers.CharField(required=False, allow_blank=True)


class InvoiceIn(DocumentIn):
    due_on = serializers.DateField(required=False)


class SendIn(serializers.Serializer[Any]):
    via = serializers.ListField(child=serializers.CharField(), max_length=5)
    to = Addresses(required=False)
    cc = Addresses(required=False)
    subject = serializers.CharField(max_length=255, required=False, allow_blank=True)
    body = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class SentSerializer(serializers.Serializer[Any]):
    job = serializers.UUIDField(allow_null=True)
    envelope = serializers.UUIDField(allow_null=True)
    mail = serializers.UUIDField(allow_null=True)
    document = serializers.UUIDField()


class TextIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class AskIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    question = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`question` is another name for `text`."""
        return {"question": attrs["question"] or attrs["text"]}


class DeclineIn(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=4000,
        required=False,
        allow_blank=True,
        default="",
        help_text=f"One of {', '.join(ReasonCode.values)}, or the reason in words.",
    )
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A reason in words is "another reason" with that text."""
        given, text = attrs["reason"].strip(), attrs["text"].strip()
        if given in ReasonCode.values:
            return {"reason": ReasonCode(given), "text": text}
        words = " ".join(part for part in (given, text) if part)
        return {"reason": ReasonCode.OTHER, "text": words}


class ChangeIn(serializers.Serializer[Any]):
    line_id = serializers.UUIDField()
    quantity = NumberAsTyped(required=False, allow_null=True)
    price = NumberAsTyped(required=False, allow_null=True)
    expected_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.ChoiceField(choices=ReasonCode.choices, required=False, allow_null=True)
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "line_id" not in data:
            named = data.get("line", data.get("id"))
            data = {**data, **({"line_id": named} if named is not None else {})}
        return super().to_internal_value(data)


class RequestChangeIn(serializers.Serializer[Any]):
    changes = ChangeIn(many=True, required=False)
    cancel = serializers.BooleanField(default=False)
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ApproveIn(serializers.Serializer[Any]):
    changes = ChangeIn(many=True, required=False)
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


def change_inputs(changes: Iterable[dict[str, Any]]) -> list[ChangeInput]:
    """Changes as the service takes them."""
    return [
        ChangeInput(
            line_id=change["line_id"],
            quantity=change.get("quantity"),
            unit_price=change.get("price"),
            expected_on=change.get("expected_on"),
            reason=ReasonCode(change["reason"]) if change.get("reason") else None,
            text=change.get("text", ""),
        )
        for change in changes
    ]


class MapIn(serializers.Serializer[Any]):
    lines = serializers.DictField(
        child=serializers.UUIDField(allow_null=True), help_text="Line id → our product's id."
    )

    def validate_lines(self, value: dict[str, UUID | None]) -> dict[UUID, UUID | None]:
        """Keys are line ids."""
        try:
            return {UUID(key): product for key, product in value.items()}
        except ValueError as error:
            raise serializers.ValidationError("Each key is a line's id.") from error


class Quantities(serializers.DictField):
    """Numbers as typed by line id."""

    child = NumberAsTyped()

    def to_internal_value(self, data: Any) -> dict[UUID, str]:
        try:
            return {UUID(key): number for key, number in super().to_internal_value(data).items()}
        except ValueError as error:
            raise serializers.ValidationError("Each key is a line's id.") from error


class InvoiceOrderIn(serializers.Serializer[Any]):
    issued_on = serializers.DateField(required=False, allow_null=True)
    quantities = Quantities(
        required=False,
        help_text="Line id → how much to invoice now. Without it all that is not invoiced yet.",
    )
