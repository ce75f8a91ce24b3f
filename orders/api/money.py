"""Resources: quotes, credit notes, payments, settlements."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput
from hub.money import AMOUNT
from orders.api import money_io as io
from orders.api.serializers import SalesOrderDetail, TextIn, line_inputs
from orders.api.views import (
    FILTERS,
    DocumentsView,
    DocumentView,
    change,
    create,
    pdf_view,
    send_view,
    verbs,
)
from orders.areas import MONEY
from orders.domain.stock_states import PaymentStatus
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    Payment,
    PurchaseOrder,
    Quote,
    SalesOrder,
)
from orders.services import credit_notes, paying, quotes
from orders.services.documents import document_or_404
from orders.services.payments import pay, payment_or_404, void_payment
from orders.services.settlements import ItemKey, settle, unsettle
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.verbs import api_field_names, verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated

AREA = MONEY.value


# --- Quotes ----------------------------------------------------------------------------------
@extend_schema(
    methods=["GET"],
    parameters=FILTERS,
    responses=paged(io.QuoteSerializer),
    summary="Quotes, newest first",
)
class QuotesView(DocumentsView):
    scope_area = "sales"
    model = Quote
    row = io.QuoteSerializer
    detail = io.QuoteDetail

    @extend_schema(request=io.QuoteIn, responses={201: io.QuoteDetail}, summary="Draft a quote")
    @in_tenant
    def post(self, request: Request) -> Response:
        return create(self, request, io.QuoteIn, quotes.create_quote)


@extend_schema(methods=["GET"], responses=io.QuoteDetail, summary="One quote with its lines")
class QuoteView(DocumentView):
    scope_area = "sales"
    model = Quote
    detail = io.QuoteDetail

    @extend_schema(
        request=io.QuoteIn(partial=True), responses=io.QuoteDetail, summary="Change a draft quote"
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return change(self, request, id, io.QuoteIn, quotes.change_quote)


def _deposit(model: Any) -> Callable[..., Payment]:
    def run(id: UUID, **values: Any) -> Payment:  # noqa: A002
        return paying.deposit(model, id, io.moved(values))

    return run


def _paid(name: str, run: Callable[..., Payment], summary: str) -> Callable[..., Any]:
    """A verb that records money and answers the payment."""
    return verb_view(
        name,
        area=AREA,
        run=run,
        answer=lambda payment: io.PaymentDetail(payment).data,
        request=io.MovedIn,
        response=io.PaymentDetail,
        summary=summary,
        status=201,
    )


QUOTE_VERBS = {
    **verbs(
        "quote",
        "sales",
        Quote,
        io.QuoteDetail,
        {
            "authorise": (quotes.authorise_quote, None, "Authorise a draft"),
            "submit": (quotes.submit_quote, None, "Hand a draft to those who approve quotes"),
            "approve": (quotes.approve_quote, None, "Approve a submitted quote"),
            "refuse": (quotes.refuse_quote, TextIn, "Do not approve it, with the reason"),
            "take-back": (quotes.take_back_quote, None, "A submitted quote is a draft again"),
            "reject": (quotes.reject_quote, TextIn, "The customer does not want it"),
            "review": (quotes.review_quote, None, "A rejected quote is a draft again"),
            "undo": (quotes.undo_quote, None, "Back to draft"),
            "void": (quotes.void_quote, None, "Void it"),
        },
    ),
    "accept": verb_view(
        "quote_accept",
        area="sales",
        run=lambda id, authorise: quotes.accept_quote(id, authorise=authorise),  # noqa: A006
        answer=lambda order: SalesOrderDetail(order).data,
        request=io.AcceptIn,
        response=SalesOrderDetail,
        summary="The customer agrees: gives the sales order",
        status=201,
    ),
    "deposit": _paid("quote_deposit", _deposit(Quote), "Record a deposit"),
    "send": send_view("quote", "sales", Quote),
    "pdf": pdf_view(Quote, "sales"),
}


# --- Credit notes ----------------------------------------------------------------------------
class CreditNotesView(DocumentsView):
    scope_area = AREA
    model = CreditNote
    row = io.CreditNoteSerializer
    detail: ClassVar[Any] = io.CreditNoteDetail

    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("side", str, enum=CreditSide.values)],
        responses=paged(io.CreditNoteSerializer),
        summary="Credit notes of both sides, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = self.rows(request)
        side = request.query_params.get("side", "")
        if side:
            rows = rows.filter(side=_one_of("side", side))
        return page_of(request, rows, lambda found: self.row(found, many=True).data)

    @extend_schema(
        request=io.CreditNoteIn,
        responses={201: io.CreditNoteDetail},
        summary="Draft a credit note on an invoice or bill, or on its own",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(io.CreditNoteIn(data=request.data))
        with api_field_names():
            note = _credit(values)
        return Response(self.detail(note).data, status=201)


def _credit(values: dict[str, Any]) -> CreditNote:
    side, contact = values.pop("side", None), values.pop("contact", None)
    invoice, bill = values.pop("invoice", None), values.pop("bill", None)
    lines = values.pop("lines", None)
    if contact is not None:
        inputs = line_inputs(lines or [])
        return credit_notes.create_credit_note(CreditSide(side), contact, values, inputs)
    wanted = None if lines is None else io.credit_inputs(lines)
    if invoice is not None:
        return credit_notes.credit_invoice(invoice, wanted, values=values)
    assert bill is not None
    return credit_notes.credit_bill(bill, wanted, values=values)


@extend_schema(
    methods=["GET"], responses=io.CreditNoteDetail, summary="One credit note with its lines"
)
class CreditNoteView(DocumentView):
    scope_area = AREA
    model = CreditNote
    detail = io.CreditNoteDetail

    @extend_schema(
        request=io.CreditNoteIn(partial=True),
        responses=io.CreditNoteDetail,
        summary="Change a draft; `lines` replaces all of them",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(io.CreditNoteIn(data=request.data, partial=True))
        for name in ("side", "contact", "invoice", "bill"):
            values.pop(name, None)
        lines = values.pop("lines", None)
        note = document_or_404(CreditNote, id)
        with api_field_names():
            if lines is not None and (note.invoice_id or note.bill_id):
                inputs = io.credit_inputs(lines)
                credit_notes.change_credit_of(id, inputs, values=values)
            else:
                plain = None if lines is None else line_inputs(lines)
                credit_notes.change_credit_note(id, values, plain)
        return Response(self.detail(document_or_404(CreditNote, id)).data)


def _settle(kind: str) -> Callable[..., Any]:
    def run(id: UUID, **values: Any) -> Any:  # noqa: A002
        amount = AMOUNT.parse(values["amount"], field="amount", above=0)
        on = values.get("settled_on")
        return settle(ItemKey(kind, id), values["key"], amount, on=on)

    return run


def _keep(id: UUID, amount: str = "") -> Payment:  # noqa: A002
    return paying.keep_credit_note(id, amount)


CREDIT_NOTE_VERBS = {
    **verbs(
        "credit_note",
        AREA,
        CreditNote,
        io.CreditNoteDetail,
        {
            "authorise": (credit_notes.authorise_credit_note, None, "Authorise a draft"),
            "undo": (credit_notes.undo_credit_note, None, "Back to draft"),
            "void": (credit_notes.void_credit_note, None, "Void it"),
        },
    ),
    "settle": verb_view(
        "credit_note_settle",
        area=AREA,
        run=_settle("credit_note"),
        answer=lambda made: io.CreditNoteDetail(made.credit_note).data,
        request=io.SettleIn,
        response=io.CreditNoteDetail,
        summary="Use so much of it for an invoice or bill",
    ),
    "refund": _paid(
        "credit_note_refund",
        lambda id, **values: paying.refund_credit_note(id, io.moved(values)),  # noqa: A006
        "Pay so much of it back",
    ),
    "keep": verb_view(
        "credit_note_keep",
        area=AREA,
        run=_keep,
        answer=lambda payment: io.PaymentDetail(payment).data,
        request=io.KeepIn,
        response=io.PaymentDetail,
        summary="Keep it as the contact's credit, to be used later",
        status=201,
    ),
    "send": send_view("credit_note", AREA, CreditNote),
    "pdf": pdf_view(CreditNote, AREA),
}


# --- Payments --------------------------------------------------------------------------------
CHOICES = {
    "side": CreditSide.values,
    "direction": Direction.values,
    "status": [status.value for status in PaymentStatus],
}


class PaymentsView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("contact", UUID),
            OpenApiParameter("side", str, enum=CreditSide.values),
            OpenApiParameter("direction", str, enum=Direction.values),
            OpenApiParameter("status", str, description="`authorised` is what is not used up."),
        ],
        responses=paged(io.PaymentSerializer),
        summary="Payments, refunds and kept credit, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Payment.objects.select_related("contact")
        if request.query_params.get("contact"):
            rows = rows.filter(contact_id=uuid_parameter(request, "contact"))
        for name in ("side", "direction", "status"):
            wanted = request.query_params.get(name, "")
            if wanted:
                rows = rows.filter(**{name: _one_of(name, wanted)})
        return page_of(request, rows, lambda found: io.PaymentSerializer(found, many=True).data)

    @extend_schema(
        request=io.PaymentIn, responses={201: io.PaymentDetail}, summary="Record a payment"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(io.PaymentIn(data=request.data))
        wanted = io.moved(values).wanted(
            CreditSide(values["side"]),
            Direction(values["direction"]),
            values["contact"],
            values.get("currency", ""),
            values.get("order"),
        )
        made = pay(wanted, io.allocations(values.get("allocations", [])))
        return Response(io.PaymentDetail(made).data, status=201)


def _one_of(name: str, wanted: str) -> str:
    allowed = CHOICES[name]
    if wanted not in allowed:
        message = f"Use one of: {', '.join(allowed)}."
        raise InvalidInput(message, fields={name: [message]})
    return wanted


class PaymentView(TenantAPIView):
    scope_area = AREA

    @extend_schema(responses=io.PaymentDetail, summary="One payment and what it was used for")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(io.PaymentDetail(payment_or_404(id)).data)


PAYMENT_VERBS = {
    "void": verb_view(
        "payment_void",
        area=AREA,
        run=void_payment,
        answer=lambda payment: io.PaymentDetail(payment).data,
        response=io.PaymentDetail,
        summary="Take it back with all that it was used for",
    ),
    "settle": verb_view(
        "payment_settle",
        area=AREA,
        run=_settle("payment"),
        answer=lambda made: io.PaymentDetail(made.payment).data,
        request=io.SettleIn,
        response=io.PaymentDetail,
        summary="Use so much of what is left of it for an invoice or bill",
    ),
    "refund": _paid(
        "payment_refund",
        lambda id, **values: paying.refund_payment(id, io.moved(values)),  # noqa: A006
        "Pay unused credit back",
    ),
}
take_back = verb_view(
    "settlement_take_back",
    area=AREA,
    run=unsettle,
    answer=lambda _nothing: {},
    summary="Take one settlement back: the document is open again, the credit unused",
)
# Below the documents of other modules.
PAY_INVOICE = _paid(
    "invoice_pay",
    lambda id, **values: paying.pay_document(Invoice, id, io.moved(values)),  # noqa: A006
    "Record its payment; more than is open is kept as credit",
)
PAY_BILL = _paid(
    "bill_pay",
    lambda id, **values: paying.pay_document(Bill, id, io.moved(values)),  # noqa: A006
    "Record its payment; more than is open is kept as credit",
)
SALES_DEPOSIT = _paid("sales_order_deposit", _deposit(SalesOrder), "Record a deposit")
PURCHASE_DEPOSIT = _paid("purchase_order_deposit", _deposit(PurchaseOrder), "Record a deposit")
