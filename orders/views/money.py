"""Money about a document or a payment: pay, deposit, refund, use credit, take back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from hub.errors import WharfError
from hub.money import Money
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.areas import MONEY
from orders.forms.payments import MoneyForm, SettleForm
from orders.models import Bill, Invoice, Payment, PurchaseOrder, Quote, SalesOrder
from orders.open_items import counterparts, item_of
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    SALE,
    SUPPLIER_CREDIT,
)
from orders.presenters.payments import PAYMENT
from orders.selectors import price_text
from orders.services import paying
from orders.services.paying import Moved
from orders.services.settlements import settle, unsettle
from orders.views.common import View, next_page
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """A page that records money about one thing of `kind` (a Kind, or the payments)."""

    kind: Any
    name: str
    title: str  # "{number}" stands for the thing's
    button: str
    done: str  # "{money}", "{payment}" and "{number}" are filled in
    run: Callable[[UUID, Moved], Payment]
    starts_with_open: bool = True
    lead: str = ""


def _of(model: Any, service: Callable[[Any, UUID, Moved], Payment]) -> Any:
    return lambda key, moved: service(model, key, moved)


MORE = "More than is open is kept as credit of {contact}."
PAID = "{money} recorded as {payment}."
DEPOSIT = "Kept as credit of {contact} until there is a document to use it for."
BACK = "{money} paid back as {payment}."
MONEY_PAGES = (
    *(
        MoneyPage(
            kind,
            "pay",
            "Record payment for {number}",
            "Record payment",
            PAID,
            _of(model, paying.pay_document),
            lead=MORE,
        )
        for kind, model in ((INVOICE, Invoice), (BILL, Bill))
    ),
    *(
        MoneyPage(
            kind,
            "deposit",
            "Record deposit on {number}",
            "Record deposit",
            PAID,
            _of(model, paying.deposit),
            starts_with_open=False,
            lead=DEPOSIT,
        )
        for kind, model in ((SALE, SalesOrder), (PURCHASE, PurchaseOrder), (QUOTE, Quote))
    ),
    *(
        MoneyPage(kind, "refund", "Refund {number}", "Record refund", BACK, run)
        for kind, run in (
            (CREDIT_NOTE, paying.refund_credit_note),
            (SUPPLIER_CREDIT, paying.refund_credit_note),
            (PAYMENT, paying.refund_payment),
        )
    ),
)


def money_view(page: MoneyPage) -> View:
    """The form; on POST the money is recorded, or the form says at its field what is wrong."""

    @tenant_view(MONEY, Level.EDIT)
    def record(request: HttpRequest, document_id: UUID) -> HttpResponse:
        thing = page.kind.find(document_id)
        form = _money_form(request, page, thing)
        if request.method == "POST" and form.is_valid():
            with errors_to(form):
                made = page.run(thing.id, form.moved())
            if form.is_valid():
                money = Money(made.amount, made.currency)
                say(request, page.done.format(money=money, payment=made.number))
                return redirect(page.kind.url(thing))
        names = {"number": thing.number, "contact": thing.contact.name}
        context = {
            "page_title": page.title.format(**names),
            "page_lead": _lead(page, thing, names),
            "page_form": True,
            "breadcrumbs": _crumbs(page.kind, thing),
            "form": form,
            "save_label": page.button,
            "cancel_url": page.kind.url(thing),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "components/form_page.html", context, status=status)

    return record


def _money_form(request: HttpRequest, page: MoneyPage, thing: Any) -> MoneyForm:
    initial: dict[str, Any] = {"paid_on": timezone.localdate()}
    if page.starts_with_open:
        initial["amount"] = price_text(item_of(thing).open)
    data = request.POST if request.method == "POST" else None
    base = str(membership_of(request).organisation.base_currency)
    return MoneyForm(data, initial=initial, currency=thing.currency, base=base)


def _lead(page: MoneyPage, thing: Any, names: dict[str, str]) -> str:
    words = page.lead.format(**names)
    if not page.starts_with_open:
        return words
    item = item_of(thing)
    open_words = f"{Money(item.open, item.currency)} of {Money(item.total, item.currency)} is "
    open_words += "open." if page.name == "pay" else "not used."
    return f"{open_words} {words}".strip()


def _crumbs(kind: Any, thing: Any) -> list[Link]:
    return [Link(kind.list_title, kind.list_url), Link(thing.number, kind.url(thing))]


def settle_view(kind: Any) -> View:
    """Use a credit for a document, seen from either; without JavaScript also as a page."""

    @tenant_view(MONEY, Level.EDIT)
    def use(request: HttpRequest, document_id: UUID) -> HttpResponse:
        thing = kind.find(document_id)
        is_debt = isinstance(thing, Invoice | Bill)
        items = counterparts(thing)
        data = request.POST if request.method == "POST" else None
        label, today = "Credit" if is_debt else "Document", timezone.localdate()
        form = SettleForm(data, items=items, label=label, initial={"settled_on": today})
        if data is not None and form.is_valid():
            with errors_to(form):
                _settle(thing, form, is_debt=is_debt)
            if form.is_valid():
                say(request, f"{form.other_number()} and {thing.number} are set off.")
                return redirect(kind.url(thing))
        context = {
            "page_title": f"Use credit for {thing.number}" if is_debt else f"Use {thing.number}",
            "page_form": True,
            "breadcrumbs": _crumbs(kind, thing),
            "form": form,
            "save_label": "Use credit",
            "cancel_url": kind.url(thing),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "components/form_page.html", context, status=status)

    return use


def _settle(thing: Any, form: SettleForm, *, is_debt: bool) -> None:
    mine, other = item_of(thing).key, form.key()
    source, target = (other, mine) if is_debt else (mine, other)
    settle(source, target, form.how_much(), on=form.cleaned_data["settled_on"])


@tenant_view(MONEY, Level.EDIT)
def take_back(request: HttpRequest, settlement_id: UUID) -> HttpResponse:
    """Take one settlement back: the document is open again, the credit unused."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    page = next_page(request, PAYMENT.list_url)
    try:
        unsettle(settlement_id)
    except WharfError as error:
        if error.status == 404:
            raise
        say(request, error.message, tone="critical")
        return redirect(page)
    say(request, "Taken back.")
    return redirect(page)
