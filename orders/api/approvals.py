"""Approval of documents by the API: asking, sending back, and what waits."""

from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.money_io import CreditNoteDetail
from orders.api.serializers import BillDetail, PurchaseOrderDetail, SalesOrderDetail, TextIn
from orders.api.views import verbs
from orders.models import (
    ApprovalRequest,
    ApprovalState,
    Bill,
    CreditNote,
    PurchaseOrder,
    SalesOrder,
)
from orders.services.approvals import ask_approval, send_back, withdraw_approval
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of


def _verbs(name: str, area: str, model: Any, detail: Any) -> dict[str, Any]:
    return verbs(
        name,
        area,
        model,
        detail,
        {
            "ask-approval": (
                partial(ask_approval, model),
                TextIn,
                "Ask those who may approve it to do so",
            ),
            "send-back": (partial(send_back, model), TextIn, "Answer a request: not like this"),
            "withdraw-request": (
                partial(withdraw_approval, model),
                None,
                "Take a request for approval back",
            ),
        },
    )


APPROVAL_VERBS = {
    "purchase-orders": _verbs("purchase_order", "purchases", PurchaseOrder, PurchaseOrderDetail),
    "sales-orders": _verbs("sales_order", "sales", SalesOrder, SalesOrderDetail),
    "bills": _verbs("bill", "bills", Bill, BillDetail),
    "credit-notes": _verbs("credit_note", "payments", CreditNote, CreditNoteDetail),
}


class ApprovalRequestSerializer(serializers.ModelSerializer[ApprovalRequest]):
    class Meta:
        model = ApprovalRequest
        fields = [
            "id",
            "kind",
            "document",
            "number",
            "state",
            "asked_by_name",
            "asked_at",
            "note",
            "answered_by_name",
            "answered_at",
            "answer",
        ]


class ApprovalRequestsView(TenantAPIView):
    scope_area = "activity"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("state", str, enum=ApprovalState.values)],
        responses=paged(ApprovalRequestSerializer),
        summary="Who asked for the approval of what, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = ApprovalRequest.objects.all()
        state = request.query_params.get("state", "")
        if state in ApprovalState.values:
            rows = rows.filter(state=state)
        return page_of(
            request, rows, lambda found: ApprovalRequestSerializer(found, many=True).data
        )
