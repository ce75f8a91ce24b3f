"""Resources: purchase orders, sales orders, invoices, bills."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api import serializers as io
from orders.api.offers import AcceptChangesIn, accept_offer
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder, TradeDocument
from orders.presenters.kinds import kind_of
from orders.selectors import documents
from orders.services import bills, invoices, pre_sales, purchases, sales, sending
from orders.services.changes import accept_change, decline_change, request_change
from orders.services.documents import document_or_404
from orders.services.opening import mark_opened
from orders.services.order_parts import make_advanced
from orders.services.printing import pdf_of_document
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.verbs import api_field_names, verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.services.comments import comment

FILTERS = [
    *PAGING,
    OpenApiParameter("status", str),
    OpenApiParameter("contact", UUID),
    OpenApiParameter("q", str, description="Number, reference, partner's number or contact."),
]


class DocumentsView(TenantAPIView):
    """A list of one kind, newest first; subclasses add POST where one may be made."""

    model: ClassVar[type[TradeDocument]]
    row: ClassVar[type[serializers.Serializer[Any]]]

    @in_tenant
    def get(self, request: Request) -> Response:
        rows = self.rows(request)
        return page_of(request, rows, lambda found: self.row(found, many=True).data)

    def rows(self, request: Request) -> QuerySet[Any]:
        """What the address asks for; raises InvalidInput."""
        contact = (
            uuid_parameter(request, "contact") if request.query_params.get("contact") else None
        )
        return documents(
            self.model,
            wanted=request.query_params.get("q", ""),
            status=request.query_params.get("status", ""),
            contact=contact,
        )


class DocumentView(TenantAPIView):
    """One document; subclasses add PATCH where a draft may be changed."""

    model: ClassVar[type[TradeDocument]]
    detail: ClassVar[type[serializers.Serializer[Any]]]

    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(self.detail(document_or_404(self.model, id)).data)


def create(view: Any, request: Request, form: Any, service: Callable[..., Any]) -> Response:
    """Draft a document of a contact with its lines."""
    values = validated(form(data=request.data))
    contact, lines = values.pop("contact"), values.pop("lines")
    with api_field_names():
        document = service(contact, values, io.line_inputs(lines))
    return Response(view.detail(document).data, status=201)


def change(
    view: Any, request: Request, document_id: UUID, form: Any, service: Callable[..., Any]
) -> Response:
    """Change a draft; lines that are left out stay."""
    values = validated(form(data=request.data, partial=True))
    values.pop("contact", None)
    lines = values.pop("lines", None)
    with api_field_names():
        service(document_id, values, None if lines is None else io.line_inputs(lines))
    return Response(view.detail(document_or_404(view.model, document_id)).data)


# --- Purchase orders -------------------------------------------------------------------------
@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.PurchaseOrderSerializer),
    summary="Purchase orders, newest first",
)
class PurchaseOrdersView(DocumentsView):
    scope_area = "purchases"
    model = PurchaseOrder
    row = io.PurchaseOrderSerializer
    detail = io.PurchaseOrderDetail

    @extend_schema(
        request=io.OrderIn,
        responses={201: io.PurchaseOrderDetail},
        summary="Draft a purchase order",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        return create(self, request, io.OrderIn, purchases.create_purchase_order)


@extend_schema(
    methods=["GET"], responses=io.PurchaseOrderDetail, summary="One purchase order with its lines"
)
class PurchaseOrderView(DocumentView):
    scope_area = "purchases"
    model = PurchaseOrder
    detail = io.PurchaseOrderDetail

    @extend_schema(
        request=io.OrderIn(partial=True),
        responses=io.PurchaseOrderDetail,
        summary="Change a draft; `lines` replaces all of them",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return change(self, request, id, io.OrderIn, purchases.change_purchase_order)


# --- Sales orders ----------------------------------------------------------------------------
@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.SalesOrderSerializer),
    summary="Sales orders and pre-sales, newest first",
)
class SalesOrdersView(DocumentsView):
    scope_area = "sales"
    model = SalesOrder
    row = io.SalesOrderSerializer
    detail = io.SalesOrderDetail

    @extend_schema(
        request=io.SaleIn,
        responses={201: io.SalesOrderDetail},
        summary="Draft a sales order of our own",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        return create(self, request, io.SaleIn, sales.create_sales_order)


@extend_schema(
    methods=["GET"], responses=io.SalesOrderDetail, summary="One sales order with its lines"
)
class SalesOrderView(DocumentView):
    scope_area = "sales"
    model = SalesOrder
    detail = io.SalesOrderDetail

    @extend_schema(
        request=io.SaleIn(partial=True),
        responses=io.SalesOrderDetail,
        summary="Change a draft of our own",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return change(self, request, id, io.SaleIn, sales.change_sales_order)


# --- Invoices --------------------------------------------------------------------------------
@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.InvoiceSerializer),
    summary="Invoices, newest first",
)
class InvoicesView(DocumentsView):
    scope_area = "invoices"
    model = Invoice
    row = io.InvoiceSerializer
    detail = io.InvoiceDetail

    @extend_schema(
        request=io.InvoiceIn,
        responses={201: io.InvoiceDetail},
        summary="Draft an invoice without an order",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        return create(self, request, io.InvoiceIn, invoices.create_invoice)


@extend_schema(methods=["GET"], responses=io.InvoiceDetail, summary="One invoice with its lines")
class InvoiceView(DocumentView):
    scope_area = "invoices"
    model = Invoice
    detail = io.InvoiceDetail

    @extend_schema(
        request=io.InvoiceIn(partial=True),
        responses=io.InvoiceDetail,
        summary="Change a draft invoice",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return change(self, request, id, io.InvoiceIn, invoices.change_invoice)


# --- Bills -----------------------------------------------------------------------------------
@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.BillSerializer),
    summary="Bills, newest first",
)
class BillsView(DocumentsView):
    scope_area = "bills"
    model = Bill
    row = io.BillSerializer
    detail = io.BillDetail

    @extend_schema(
        request=io.InvoiceIn, responses={201: io.BillDetail}, summary="Draft a bill by hand"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        return create(self, request, io.InvoiceIn, bills.create_bill)


@extend_schema(methods=["GET"], responses=io.BillDetail, summary="One bill with its lines")
class BillView(DocumentView):
    scope_area = "bills"
    model = Bill
    detail = io.BillDetail

    @extend_schema(
        request=io.InvoiceIn(partial=True),
        responses=io.BillDetail,
        summary="Change a draft bill; `lines` replaces all of them",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return change(self, request, id, io.InvoiceIn, bills.change_bill)


# --- PDF -------------------------------------------------------------------------------------
class PdfView(TenantAPIView):
    """The printed document."""

    model: ClassVar[type[TradeDocument]]

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY}, summary="The document as PDF"
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
        return HttpResponse(self._pdf(request, id), content_type="application/pdf")

    @in_tenant
    def _pdf(self, request: Request, document_id: UUID) -> Any:
        return pdf_of_document(document_or_404(self.model, document_id))


def pdf_view(model_: type[TradeDocument], area: str) -> Callable[..., Any]:
    """A PDF view of one kind."""

    class View(PdfView):
        scope_area = area
        model = model_

    return View.as_view()


# --- Verbs -----------------------------------------------------------------------------------
def _comment(kind: str, model: type[TradeDocument]) -> Callable[..., Any]:
    def write(id: UUID, text: str = "") -> TradeDocument:  # noqa: A002
        document = document_or_404(model, id)
        shown = kind_of(document)
        comment(document, kind, document.number, text, url=shown.url(document), area=shown.area)
        return document

    return write


def verbs(
    kind: str,
    area: str,
    model: type[TradeDocument],
    detail: Any,
    table: dict[str, tuple[Any, Any, str]],
) -> dict[str, Callable[..., Any]]:
    """Views by verb: {verb: (what to run, its input, summary)}; each answers the document."""

    def shown(document: TradeDocument) -> Any:
        return detail(document_or_404(model, document.id)).data

    table = {**table, "comment": (_comment(kind, model), io.TextIn, "Write to colleagues")}
    return {
        verb: verb_view(
            f"{kind}_{verb.replace('-', '_')}",
            area=area,
            run=run,
            # An authorised document is as the verb left it; others may have changed below it.
            answer=(lambda document: detail(document).data) if verb == "authorise" else shown,
            request=request,
            response=detail,
            summary=summary,
        )
        for verb, (run, request, summary) in table.items()
    }


def send_view(kind: str, area: str, model: type[TradeDocument]) -> Callable[..., Any]:
    """The verb `send` of a kind."""

    def run(id: UUID, **values: Any) -> sending.Sent:  # noqa: A002
        return sending.send_document(model, id, sending.Sending(**values))

    def answer(sent: sending.Sent) -> dict[str, Any]:
        envelope, mail = sent.envelope, sent.mail
        return {
            "job": envelope.job_id if envelope is not None else None,
            "envelope": envelope.id if envelope is not None else None,
            "mail": mail.id if mail is not None else None,
            "document": sent.document.id,
        }

    return verb_view(
        f"{kind}_send",
        area=area,
        run=run,
        answer=answer,
        request=io.SendIn,
        response=io.SentSerializer,
        summary="Send by e-mail, over the network, or both",
        status=202,
    )


def _approve_sale(id: UUID, changes: Any = (), text: str = "") -> SalesOrder:  # noqa: A002
    return pre_sales.approve_pre_sale(id, io.change_inputs(changes), text=text)


def _open(model: Any) -> Callable[[UUID], Any]:
    def run(id: UUID) -> Any:  # noqa: A002
        mark_opened(model, id)
        return document_or_404(model, id)

    return run


def _decline_changes(id: UUID, text: str = "") -> PurchaseOrder:  # noqa: A002
    return purchases.decline_changes(id, text)


def _resend(model: type[TradeDocument]) -> Callable[[UUID], Any]:
    return lambda id: sending.resend_failed(model, id)  # noqa: A006


def _advance(model: type[Any]) -> Callable[[UUID], Any]:
    return lambda id: make_advanced(model, id)  # noqa: A006


def _request_change(model: type[PurchaseOrder] | type[SalesOrder]) -> Callable[..., Any]:
    def ask(id: UUID, **values: Any) -> Any:  # noqa: A002
        wanted = io.change_inputs(values.get("changes") or [])
        request_change(model, id, wanted, text=values["text"], cancel=values["cancel"])
        return document_or_404(model, id)

    return ask


def _change_verbs(model: type[PurchaseOrder] | type[SalesOrder]) -> dict[str, Any]:
    """Changing an order that both sides have accepted (N16)."""
    return {
        "request-change": (
            _request_change(model),
            io.RequestChangeIn,
            "Ask the partner to change or cancel an accepted order",
        ),
        "agree-change": (partial(accept_change, model), None, "Agree to the partner's request"),
        "refuse-change": (
            lambda id, text="": decline_change(model, id, text),  # noqa: A006
            io.TextIn,
            "Refuse the partner's request",
        ),
    }


PURCHASE_VERBS = {
    **verbs(
        "purchase_order",
        "purchases",
        PurchaseOrder,
        io.PurchaseOrderDetail,
        {
            "authorise": (purchases.authorise_purchase_order, None, "Authorise a draft"),
            "undo": (purchases.undo_purchase_order, None, "Back to draft"),
            "void": (purchases.void_purchase_order, None, "Void it"),
            "make-advanced": (_advance(PurchaseOrder), None, "Let it be done in parts, for good"),
            **_change_verbs(PurchaseOrder),
            "accept-changes": (
                accept_offer,
                AcceptChangesIn,
                "Accept the supplier's changes, or those of some lines",
            ),
            "decline-changes": (_decline_changes, io.TextIn, "Decline the supplier's changes"),
            "approve": (purchases.approve_offered_order, None, "Approve a supplier's sales order"),
            "decline": (
                purchases.decline_offered_order,
                io.DeclineIn,
                "Decline a supplier's sales order",
            ),
            "open": (_open(PurchaseOrder), None, "Tell the supplier that it was opened"),
            "send-again": (_resend(PurchaseOrder), None, "Send again after a failed delivery"),
        },
    ),
    "send": send_view("purchase_order", "purchases", PurchaseOrder),
    "pdf": pdf_view(PurchaseOrder, "purchases"),
}
SALES_VERBS = {
    **verbs(
        "sales_order",
        "sales",
        SalesOrder,
        io.SalesOrderDetail,
        {
            "authorise": (sales.authorise_sales_order, None, "Authorise a draft of our own"),
            "undo": (sales.undo_sales_order, None, "Back to draft"),
            "void": (sales.void_sales_order, None, "Void it"),
            "make-advanced": (_advance(SalesOrder), None, "Let it be done in parts, for good"),
            "approve": (_approve_sale, io.ApproveIn, "Approve a pre-sale, with changes or without"),
            "decline": (
                pre_sales.decline_pre_sale,
                io.DeclineIn,
                "Decline a pre-sale with a reason",
            ),
            "ask": (pre_sales.ask_about_pre_sale, io.AskIn, "Ask the buyer"),
            **_change_verbs(SalesOrder),
            "recall": (pre_sales.recall_answer, None, "Take an answer back"),
            "map": (
                pre_sales.map_lines,
                io.MapIn,
                "Choose our product for a partner's lines",
            ),
            "open": (_open(SalesOrder), None, "Tell the buyer that it was opened"),
            "send-again": (_resend(SalesOrder), None, "Send again after a failed delivery"),
        },
    ),
    "invoice": verb_view(
        "sales_order_invoice",
        area="sales",
        run=invoices.invoice_sales_order,
        answer=lambda invoice: io.InvoiceDetail(invoice).data,
        request=io.InvoiceOrderIn,
        response=io.InvoiceDetail,
        summary="Draft the invoice of an authorised order",
        status=201,
    ),
    "send": send_view("sales_order", "sales", SalesOrder),
    "pdf": pdf_view(SalesOrder, "sales"),
}
INVOICE_VERBS = {
    **verbs(
        "invoice",
        "invoices",
        Invoice,
        io.InvoiceDetail,
        {
            "authorise": (invoices.authorise_invoice, None, "Authorise a draft"),
            "undo": (invoices.undo_invoice, None, "Back to draft"),
            "void": (invoices.void_invoice, None, "Void it"),
            "send-again": (_resend(Invoice), None, "Send again after a failed delivery"),
        },
    ),
    "send": send_view("invoice", "invoices", Invoice),
    "pdf": pdf_view(Invoice, "invoices"),
}
BILL_VERBS = verbs(
    "bill",
    "bills",
    Bill,
    io.BillDetail,
    {
        "approve": (bills.approve_bill, None, "Approve it"),
        "decline": (bills.decline_bill, io.DeclineIn, "Decline it with a reason"),
        "ask": (bills.ask_about_bill, io.AskIn, "Ask the supplier"),
        "undo": (bills.undo_bill, None, "Undo the approval: back to draft, or awaiting approval"),
        "void": (bills.void_bill, None, "Void it"),
        "open": (_open(Bill), None, "Tell the supplier that it was opened"),
    },
)
