"""Resources: what sales lack, the purchases made for it, and drop-ships that left (K3, O4)."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.goods_serializers import (
    ReceiptDetail,
    ShipmentDetail,
    ShippedLineIn,
    receipt_header,
    receipt_inputs,
)
from orders.api.serializers import PurchaseOrderDetail
from orders.models import PurchaseOrder
from orders.presenters.kinds import GOODS_OUT
from orders.services.demand import MOST_DEMAND, BuyInput, buy_for_sale, order_demand
from orders.services.documents import document_or_404
from orders.services.drop_shipping import Carriage, Delivery, supplier_shipped
from orders.shortage import Short, is_ecommerce, lines_short, with_suppliers
from tenants.api.fields import NumberAsTyped, price, quantity
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


# --- Out ------------------------------------------------------------------------------------------
class SupplierOptionSerializer(serializers.Serializer[Any]):
    supplier = serializers.UUIDField(source="contact.id")
    name = serializers.CharField(source="contact.name")
    price = price(allow_null=True, help_text="In base currency; null where none is agreed.")
    minimum_quantity = quantity(source="minimum")


class ShortSerializer(serializers.Serializer[Any]):
    sales_order = serializers.UUIDField(source="order.id")
    number = serializers.CharField(source="order.number")
    customer = serializers.UUIDField(source="order.contact_id")
    customer_name = serializers.CharField(source="order.contact.name")
    channel = serializers.CharField(source="order.channel")
    is_ecommerce = serializers.SerializerMethodField()
    line = serializers.UUIDField(source="line.line_id")
    product = serializers.UUIDField(source="line.product_id")
    sku = serializers.CharField(source="line.sku")
    description = serializers.CharField(source="line.description")
    needed_on = serializers.SerializerMethodField()
    quantity = quantity(help_text="Neither shipped nor promised nor on its way for this line.")
    suppliers = SupplierOptionSerializer(many=True, help_text="Who sells it, the preferred first.")

    def get_is_ecommerce(self, short: Short) -> bool:
        """Whether a sales channel other than Wharf raised it."""
        return is_ecommerce(short.order)

    def get_needed_on(self, short: Short) -> str | None:
        """The line's day, else the order's."""
        day = short.line.expected_on or short.order.required_on
        return day.isoformat() if day else None


class MadeSerializer(serializers.Serializer[Any]):
    purchase_orders = PurchaseOrderDetail(many=True)


class DeliverySerializer(serializers.Serializer[Any]):
    receipt = ReceiptDetail()
    shipment = ShipmentDetail()


# --- In -------------------------------------------------------------------------------------------
class BoughtLineIn(serializers.Serializer[Any]):
    line = serializers.UUIDField(help_text="The sale's line.")
    supplier = serializers.UUIDField(
        required=False, allow_null=True, help_text="Without it the preferred one."
    )
    quantity = NumberAsTyped(
        required=False, allow_null=True, help_text="Without it all that is short."
    )


class BuyIn(serializers.Serializer[Any]):
    drop_ship = serializers.BooleanField(
        default=False, help_text="True: the supplier delivers to the customer."
    )
    lines = BoughtLineIn(
        many=True,
        required=False,
        help_text="Without lines all that is short.",
    )


class DemandLineIn(BoughtLineIn):
    sales_order = serializers.UUIDField()


class DemandIn(serializers.Serializer[Any]):
    lines = DemandLineIn(many=True, help_text=f"At most {MOST_DEMAND}.")


class SupplierShippedIn(serializers.Serializer[Any]):
    happened_on = serializers.DateField(required=False)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    carrier = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    tracking = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    parcels = serializers.IntegerField(min_value=1, max_value=9999, required=False, default=1)
    lines = ShippedLineIn(
        many=True,
        required=False,
        help_text="Lines of the purchase order. Without lines all that is outstanding.",
    )


# --- Demand ---------------------------------------------------------------------------------------
class DemandView(TenantAPIView):
    scope_area = "purchases"

    @extend_schema(
        parameters=PAGING,
        responses=paged(ShortSerializer),
        summary="What authorised sales lack, and who sells it",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        return page_of(request, lines_short(), _shown)


def _shown(lines: Sequence[Any]) -> Any:
    return ShortSerializer(with_suppliers(lines), many=True).data


class OrderDemandView(TenantAPIView):
    scope_area = "purchases"

    @extend_schema(
        request=DemandIn,
        responses={201: MadeSerializer},
        summary="Draft purchase orders for what sales lack, put together as the settings say",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        lines = validated(DemandIn(data=request.data))["lines"]
        made = order_demand([_input(line["sales_order"], line) for line in lines])
        return Response(_made(made), status=201)


def _input(order_id: UUID, line: dict[str, Any]) -> BuyInput:
    return BuyInput(order_id, line["line"], line.get("quantity"), line.get("supplier"))


def _made(orders: Iterable[PurchaseOrder]) -> Any:
    rows = [document_or_404(PurchaseOrder, key) for key in dict.fromkeys(one.id for one in orders)]
    return MadeSerializer({"purchase_orders": rows}).data


# --- Verbs ----------------------------------------------------------------------------------------
def _buy(
    id: UUID,  # noqa: A002
    drop_ship: bool = False,
    lines: Sequence[dict[str, Any]] | None = None,
) -> list[PurchaseOrder]:
    wanted = None if lines is None else [_input(id, line) for line in lines]
    return buy_for_sale(id, wanted, drop_ship=drop_ship)


def _shipped(id: UUID, **values: Any) -> Delivery:  # noqa: A002
    carriage = Carriage(values["carrier"], values["tracking"], values["parcels"])
    return supplier_shipped(
        id, receipt_inputs(values.get("lines")), receipt_header(values), carriage
    )


BUY = verb_view(
    "sales_order_buy",
    area="purchases",
    run=_buy,
    answer=_made,
    request=BuyIn,
    response=MadeSerializer,
    summary="Draft purchase orders for what a sale lacks, back-to-back or as a drop-ship",
    status=201,
)
SUPPLIER_SHIPPED = verb_view(
    "purchase_order_supplier_shipped",
    area=GOODS_OUT.value,
    run=_shipped,
    answer=lambda made: DeliverySerializer(made).data,
    request=SupplierShippedIn,
    response=DeliverySerializer,
    summary="The supplier shipped a drop-ship order to the customer: receipt and shipment at once",
    status=201,
)
