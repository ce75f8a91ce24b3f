"""Resources: receipts and shipments, and the verbs of orders that make them."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput
from orders.api import goods_serializers as io
from orders.api.serializers import BillDetail
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Receipt,
    SalesOrder,
    Shipment,
    StockDocument,
    TradeDocument,
)
from orders.presenters.kinds import GOODS_IN, GOODS_OUT
from orders.selectors import pieces, search_pieces
from orders.services import drop_shipping, receiving, shipping
from orders.services.bills import bill_order
from orders.services.consequences import consequences_of
from orders.services.documents import document_or_404
from orders.services.stock_documents import piece_or_404
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.panels import cautions_of

FILTERS = [
    *PAGING,
    OpenApiParameter("status", str),
    OpenApiParameter("contact", UUID),
    OpenApiParameter("q", str, description="Number, order or contact."),
]


class PiecesView(TenantAPIView):
    """A list of receipts or shipments, newest first."""

    model: ClassVar[type[StockDocument]]
    row: ClassVar[type[serializers.Serializer[Any]]]

    @in_tenant
    def get(self, request: Request) -> Response:
        wanted = request.query_params
        contact = uuid_parameter(request, "contact") if wanted.get("contact") else None
        rows = pieces(self.model, status=wanted.get("status", ""), contact=contact)
        rows = search_pieces(rows, wanted.get("q", ""))
        return page_of(request, rows, lambda found: self.row(found, many=True).data)


class PieceView(TenantAPIView):
    """One receipt or shipment."""

    model: ClassVar[type[StockDocument]]
    detail: ClassVar[type[serializers.Serializer[Any]]]

    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(self.detail(piece_or_404(self.model, id)).data)


@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.ReceiptSerializer),
    summary="Receipts, newest first",
)
class ReceiptsView(PiecesView):
    scope_area = GOODS_IN.value
    model = Receipt
    row = io.ReceiptSerializer

    @extend_schema(
        request=io.ReceiptIn,
        responses={201: io.ReceiptDetail},
        summary="Draft a receipt: of an order, of a bill, or of goods that nobody ordered",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        receipt = _draft_receipt(validated(io.ReceiptIn(data=request.data)))
        return Response(io.ReceiptDetail(receipt).data, status=201)


def _draft_receipt(values: dict[str, Any]) -> Receipt:
    header, lines = io.receipt_header(values), io.receipt_inputs(values.get("lines"))
    named = [name for name in ("purchase_order", "bill", "contact") if values.get(name)]
    if len(named) != 1:
        message = "Name one of purchase_order, bill or contact."
        raise InvalidInput(message, fields={"purchase_order": [message]})
    if named == ["purchase_order"]:
        return receiving.draft_receipt(values["purchase_order"], lines, header)
    if named == ["bill"]:
        return receiving.draft_receipt_of_bill(values["bill"], header)
    return receiving.draft_blind_receipt(values["contact"], lines or [], header)


@extend_schema(methods=["GET"], responses=io.ReceiptDetail, summary="One receipt with its lines")
class ReceiptView(PieceView):
    scope_area = GOODS_IN.value
    model = Receipt
    detail = io.ReceiptDetail


@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.ShipmentSerializer),
    summary="Shipments, newest first",
)
class ShipmentsView(PiecesView):
    scope_area = GOODS_OUT.value
    model = Shipment
    row = io.ShipmentSerializer

    @extend_schema(
        request=io.ShipmentIn,
        responses={201: io.ShipmentDetail},
        summary="Begin to pick an authorised order",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(io.ShipmentIn(data=request.data))
        shipment = shipping.draft_shipment(
            values["sales_order"],
            io.shipment_inputs(values.get("lines")),
            io.shipment_header(values),
        )
        return Response(io.ShipmentDetail(shipment).data, status=201)


@extend_schema(methods=["GET"], responses=io.ShipmentDetail, summary="One shipment with its lines")
class ShipmentView(PieceView):
    scope_area = GOODS_OUT.value
    model = Shipment
    detail = io.ShipmentDetail


# --- Verbs ----------------------------------------------------------------------------------------
def _verbs(
    kind: str,
    area: str,
    model: type[StockDocument],
    detail: Any,
    table: dict[str, tuple[Any, Any, str]],
) -> dict[str, Callable[..., Any]]:
    """Views by verb: {verb: (what to run, its input, summary)}; each answers the piece."""
    return {
        verb: verb_view(
            f"{kind}_{verb}",
            area=area,
            run=run,
            answer=lambda piece: detail(piece_or_404(model, piece.id)).data,
            request=request,
            response=detail,
            summary=summary,
        )
        for verb, (run, request, summary) in table.items()
    }


def preview_view(
    name: str, model: type[Any], find: Callable[..., Any], area: str, verb: str
) -> Callable[..., Any]:
    """`GET …/{id}/undo-preview`: what the verb would change; it changes nothing."""

    class Preview(TenantAPIView):
        scope_area = area

        @extend_schema(
            operation_id=f"{name}_{verb}_preview",
            responses=io.ConsequencesSerializer,
            summary=f"What “{verb}” would change: journals, stock, statuses, the partner",
        )
        @in_tenant
        def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
            document = find(model, id)
            found = consequences_of(document, verb)
            cautions = cautions_of(document._meta.model_name or "", id, verb)
            context = {"cautions": cautions}
            return Response(io.ConsequencesSerializer(found, context=context).data)

    Preview.__name__ = f"{name.title()}{verb.title()}PreviewView"
    return Preview.as_view()


def previews(
    name: str, model: type[TradeDocument] | type[StockDocument], area: str
) -> dict[str, Callable[..., Any]]:
    """The previews of undo and void of one kind."""
    find: Any = piece_or_404 if issubclass(model, StockDocument) else document_or_404
    return {
        f"{verb}-preview": preview_view(name, model, find, area, verb) for verb in ("undo", "void")
    }


def _receive_order(id: UUID, **values: Any) -> Receipt:  # noqa: A002
    lines = io.receipt_inputs(values.get("lines"))
    return receiving.receive_order(id, lines, io.receipt_header(values))


def _ship_order(id: UUID, **values: Any) -> Shipment:  # noqa: A002
    lines = io.shipment_inputs(values.get("lines"))
    return shipping.ship_order(id, lines, io.shipment_header(values))


def _bill_order(id: UUID, **values: Any) -> Bill:  # noqa: A002
    quantities, prices = values.pop("quantities", None), values.pop("prices", None)
    return bill_order(id, quantities=quantities, prices=prices, values=values)


RECEIPT_VERBS = {
    **_verbs(
        "receipt",
        GOODS_IN.value,
        Receipt,
        io.ReceiptDetail,
        {
            "authorise": (receiving.authorise_receipt, None, "Receive a draft: stock goes up"),
            "undo": (
                drop_shipping.undo_goods_in,
                None,
                "Back to draft: the goods leave stock; a drop-ship is undone with its shipment",
            ),
            "void": (receiving.void_receipt, None, "Void a draft"),
        },
    ),
    **previews("receipt", Receipt, GOODS_IN.value),
}
SHIPMENT_VERBS = {
    **_verbs(
        "shipment",
        GOODS_OUT.value,
        Shipment,
        io.ShipmentDetail,
        {
            "pick": (shipping.pick_shipment, None, "Everything on it is picked"),
            "pack": (shipping.pack_shipment, io.PackIn, "Everything on it is packed"),
            "ship": (shipping.ship, io.ShipIn, "Stock leaves and its cost is posted"),
            "undo": (
                drop_shipping.undo_goods_out,
                None,
                "To be picked again; goods come back; a drop-ship is undone with its receipt",
            ),
            "void": (shipping.void_shipment, None, "Void one that has not shipped"),
        },
    ),
    **previews("shipment", Shipment, GOODS_OUT.value),
}
PURCHASE_VERBS = {
    **previews("purchase_order", PurchaseOrder, "purchases"),
    "receive": verb_view(
        "purchase_order_receive",
        area=GOODS_IN.value,
        run=_receive_order,
        answer=lambda receipt: io.ReceiptDetail(receipt).data,
        request=io.ReceiveIn,
        response=io.ReceiptDetail,
        summary="Receive an order, or a part of it, in one call",
        status=201,
    ),
    "bill": verb_view(
        "purchase_order_bill",
        area="bills",
        run=_bill_order,
        answer=lambda bill: BillDetail(bill).data,
        request=io.BillOrderIn,
        response=BillDetail,
        summary="Draft the bill of an order, or of a part of it",
        status=201,
    ),
}
SALES_VERBS = {
    **previews("sales_order", SalesOrder, "sales"),
    "ship": verb_view(
        "sales_order_ship",
        area=GOODS_OUT.value,
        run=_ship_order,
        answer=lambda shipment: io.ShipmentDetail(shipment).data,
        request=io.ShipOrderIn,
        response=io.ShipmentDetail,
        summary="Ship an order, or a part of it, in one call",
        status=201,
    ),
}
INVOICE_PREVIEWS = previews("invoice", Invoice, "invoices")
CREDIT_NOTE_PREVIEWS = previews("credit_note", CreditNote, "payments")
BILL_PREVIEWS = previews("bill", Bill, "bills")
