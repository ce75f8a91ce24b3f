"""Resources: adjustments, transfers, stocktakes, and their verbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.domain.states import StockTaskStatus
from inventory.models import StockAdjustment, Stocktake, StockTask, StockTransfer
from inventory.services import adjustments, transfers
from inventory.services.stock_tasks import TaskHeader, TaskLine, task_or_404
from tenants.api.fields import NumberAsTyped, price, quantity
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated

HEADER = (
    "id",
    "number",
    "status",
    "location",
    "happened_on",
    "reference",
    "note",
    "created_by_name",
    "created_at",
    "authorised_at",
    "authorised_by_name",
)
STATUS = OpenApiParameter("status", str, enum=[one.value for one in StockTaskStatus])


class AdjustmentLineSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    quantity = quantity()
    unit_cost = price(allow_null=True)
    note = serializers.CharField()


class AdjustmentSerializer(serializers.ModelSerializer[StockAdjustment]):
    """`account` bears the difference; null: Inventory discrepancy."""

    location = serializers.UUIDField(source="location_id")
    account = serializers.UUIDField(source="account_id", allow_null=True)

    class Meta:
        model = StockAdjustment
        fields: ClassVar = [*HEADER, "account"]


class AdjustmentDetail(AdjustmentSerializer):
    lines = serializers.SerializerMethodField()

    class Meta(AdjustmentSerializer.Meta):
        fields: ClassVar = [*AdjustmentSerializer.Meta.fields, "lines"]

    @extend_schema_field(AdjustmentLineSerializer(many=True))
    def get_lines(self, task: StockAdjustment) -> Any:
        """In their order."""
        return AdjustmentLineSerializer(_lines(task), many=True).data


class TransferLineSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    quantity = quantity()


class TransferSerializer(serializers.ModelSerializer[StockTransfer]):
    """Goods from `location` to `destination`; `received_on` is null until they arrive."""

    location = serializers.UUIDField(source="location_id")
    destination = serializers.UUIDField(source="destination_id")

    class Meta:
        model = StockTransfer
        fields: ClassVar = [*HEADER, "destination", "received_on"]


class TransferDetail(TransferSerializer):
    lines = serializers.SerializerMethodField()

    class Meta(TransferSerializer.Meta):
        fields: ClassVar = [*TransferSerializer.Meta.fields, "lines"]

    @extend_schema_field(TransferLineSerializer(many=True))
    def get_lines(self, task: StockTransfer) -> Any:
        """In their order."""
        return TransferLineSerializer(_lines(task), many=True).data


class StocktakeLineSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    expected = quantity()
    counted = quantity(allow_null=True)
    unit_cost = price(allow_null=True)


class StocktakeSerializer(serializers.ModelSerializer[Stocktake]):
    location = serializers.UUIDField(source="location_id")

    class Meta:
        model = Stocktake
        fields: ClassVar = [*HEADER]


class StocktakeDetail(StocktakeSerializer):
    """`expected` was on hand when the count began; `counted` is null until somebody counted."""

    lines = serializers.SerializerMethodField()

    class Meta(StocktakeSerializer.Meta):
        fields: ClassVar = [*StocktakeSerializer.Meta.fields, "lines"]

    @extend_schema_field(StocktakeLineSerializer(many=True))
    def get_lines(self, task: Stocktake) -> Any:
        """In their order."""
        return StocktakeLineSerializer(_lines(task), many=True).data


def _lines(task: StockAdjustment | StockTransfer | Stocktake) -> Any:
    return task.lines.select_related("product").order_by("position")


class HeaderInput(serializers.Serializer[Any]):
    """Left out: the default location, today."""

    location = serializers.UUIDField(required=False, allow_null=True)
    happened_on = serializers.DateField(required=False, allow_null=True)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class AdjustmentLineInput(serializers.Serializer[Any]):
    """More (or, negative, less) of a product; without a cost at the average of what is there."""

    product = serializers.UUIDField()
    quantity = NumberAsTyped()
    unit_cost = NumberAsTyped(required=False, allow_null=True)
    note = serializers.CharField(max_length=255, required=False, allow_blank=True)


class AdjustmentInput(HeaderInput):
    account = serializers.UUIDField(required=False, allow_null=True)
    lines = AdjustmentLineInput(many=True)


class TransferLineInput(serializers.Serializer[Any]):
    product = serializers.UUIDField()
    quantity = NumberAsTyped()


class TransferInput(HeaderInput):
    destination = serializers.UUIDField()
    lines = TransferLineInput(many=True)


class StocktakeInput(HeaderInput):
    """`products` left out: everything that is or was at the location."""

    products = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=2000
    )


class CountInput(serializers.Serializer[Any]):
    """`counted` null clears the count."""

    product = serializers.UUIDField()
    counted = NumberAsTyped(allow_null=True)
    unit_cost = NumberAsTyped(required=False, allow_null=True)


class CountsInput(serializers.Serializer[Any]):
    lines = CountInput(many=True)


class ArrivalInput(serializers.Serializer[Any]):
    received_on = serializers.DateField(required=False, allow_null=True)


def _header(values: Mapping[str, Any]) -> TaskHeader:
    return TaskHeader(
        values.get("location"),
        values.get("happened_on"),
        values.get("reference", ""),
        values.get("note", ""),
    )


def _typed(values: Mapping[str, Any], number: str = "quantity") -> list[TaskLine]:
    return [
        TaskLine(line["product"], line[number], line.get("unit_cost"), line.get("note", ""))
        for line in values["lines"]
    ]


def _adjustment(values: Mapping[str, Any], task_id: UUID | None = None) -> StockAdjustment:
    header, lines, account = _header(values), _typed(values), values.get("account")
    if task_id is None:
        return adjustments.draft_adjustment(header, lines, account=account)
    return adjustments.change_adjustment(task_id, header, lines, account=account)


def _transfer(values: Mapping[str, Any], task_id: UUID | None = None) -> StockTransfer:
    header, lines, target = _header(values), _typed(values), values["destination"]
    if task_id is None:
        return transfers.draft_transfer(header, target, lines)
    return transfers.change_transfer(task_id, header, target, lines)


def _stocktake(values: Mapping[str, Any], _task_id: UUID | None = None) -> Stocktake:
    return adjustments.begin_stocktake(_header(values), values.get("products"))


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of stock work as the API shows it."""

    noun: str
    model: type[StockTask]
    shown: type[serializers.ModelSerializer[Any]]
    detail: type[serializers.ModelSerializer[Any]]
    given: type[serializers.Serializer[Any]]
    save: Callable[..., StockTask]  # what was given, and the id of a draft that it replaces

    def verb(
        self,
        name: str,
        run: Callable[..., Any],
        summary: str,
        given: type[serializers.Serializer[Any]] | None = None,
    ) -> Callable[..., Any]:
        """The view of `POST /<noun>s/{id}/<name>`."""
        return verb_view(
            f"{self.noun}_{name}",
            area="stock",
            run=run,
            answer=lambda task: self.detail(task).data,
            request=given,
            response=self.detail,
            summary=summary,
        )


def _listed(kind: Resource) -> Callable[..., Any]:
    """The view of `GET` and `POST /<noun>s`."""
    noun, shown, detail, given = kind.noun, kind.shown, kind.detail, kind.given

    class Tasks(TenantAPIView):
        scope_area = "stock"

        @extend_schema(
            operation_id=f"{noun}_list",
            parameters=[*PAGING, STATUS],
            responses=paged(shown),
            summary=f"{noun.capitalize()}s, the newest first",
        )
        @in_tenant
        def get(self, request: Request) -> Response:
            rows = kind.model._default_manager.all()
            if request.query_params.get("status"):
                rows = rows.filter(status=request.query_params["status"])
            return page_of(request, rows, lambda found: shown(found, many=True).data)

        @extend_schema(
            operation_id=f"{noun}_create",
            request=given,
            responses={201: detail},
            summary=f"Draft: {noun}",
        )
        @in_tenant
        def post(self, request: Request) -> Response:
            task = kind.save(validated(given(data=request.data)))
            return Response(detail(task).data, status=201)

    Tasks.__name__ = f"{noun.capitalize()}sView"
    return Tasks.as_view()


def _single(kind: Resource, *, changeable: bool) -> Callable[..., Any]:
    """The view of `GET` and, for what can be replaced while a draft, `PUT /<noun>s/{id}`."""
    noun, model, detail, given = kind.noun, kind.model, kind.detail, kind.given

    class One(TenantAPIView):
        scope_area = "stock"

        @extend_schema(
            operation_id=f"{noun}_one", responses=detail, summary=f"{noun.capitalize()} with lines"
        )
        @in_tenant
        def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
            return Response(detail(task_or_404(model, id)).data)

    class Changeable(One):
        @extend_schema(
            operation_id=f"{noun}_change",
            request=given,
            responses=detail,
            summary=f"Replace what a draft says: {noun}",
        )
        @in_tenant
        def put(self, request: Request, id: UUID) -> Response:  # noqa: A002
            task_or_404(model, id)
            task = kind.save(validated(given(data=request.data)), id)
            return Response(detail(task).data)

    view = Changeable if changeable else One
    view.__name__ = f"{noun.capitalize()}View"
    return view.as_view()


def _write_counts(task_id: UUID, lines: list[dict[str, Any]]) -> Stocktake:
    return adjustments.write_counts(task_id, _typed({"lines": lines}, "counted"))


AGAIN_A_DRAFT = "Take it back: stock and books as before, and it is a draft again"
VOIDED = "Void a draft; its number stays taken"
_ADJUSTMENT = Resource(
    "adjustment",
    StockAdjustment,
    AdjustmentSerializer,
    AdjustmentDetail,
    AdjustmentInput,
    _adjustment,
)
_TRANSFER = Resource(
    "transfer", StockTransfer, TransferSerializer, TransferDetail, TransferInput, _transfer
)
_STOCKTAKE = Resource(
    "stocktake", Stocktake, StocktakeSerializer, StocktakeDetail, StocktakeInput, _stocktake
)
adjustment_list, adjustment = _listed(_ADJUSTMENT), _single(_ADJUSTMENT, changeable=True)
transfer_list, transfer = _listed(_TRANSFER), _single(_TRANSFER, changeable=True)
stocktake_list, stocktake = _listed(_STOCKTAKE), _single(_STOCKTAKE, changeable=False)
VERBS = {
    "adjustments": {
        "authorise": _ADJUSTMENT.verb(
            "authorise", adjustments.authorise_adjustment, "Change stock and post the difference"
        ),
        "undo": _ADJUSTMENT.verb("undo", adjustments.undo_adjustment, AGAIN_A_DRAFT),
        "void": _ADJUSTMENT.verb("void", adjustments.void_adjustment, VOIDED),
    },
    "transfers": {
        "send": _TRANSFER.verb(
            "send", transfers.send_transfer, "The goods leave; they are in transit until received"
        ),
        "receive": _TRANSFER.verb(
            "receive",
            transfers.receive_transfer,
            "The goods arrive, at their cost and as old as they were",
            ArrivalInput,
        ),
        "undo": _TRANSFER.verb("undo", transfers.undo_transfer, AGAIN_A_DRAFT),
        "void": _TRANSFER.verb("void", transfers.void_transfer, VOIDED),
    },
    "stocktakes": {
        "counts": _STOCKTAKE.verb(
            "counts",
            _write_counts,
            "Write what was counted; products that are not named keep their count",
            CountsInput,
        ),
        "authorise": _STOCKTAKE.verb(
            "authorise",
            adjustments.authorise_stocktake,
            "Correct stock by the differences and post them",
        ),
        "undo": _STOCKTAKE.verb("undo", adjustments.undo_stocktake, AGAIN_A_DRAFT),
        "void": _STOCKTAKE.verb("void", adjustments.void_stocktake, VOIDED),
    },
}
