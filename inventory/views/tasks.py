"""Adjustments and transfers, and what stocktakes share with them: list, page, form, verbs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from hub.errors import Conflict, WharfError
from hub.ui.components import Fact, Link
from hub.ui.formatting import date_text
from hub.ui.listing import listing_response, without_action
from hub.ui.toasts import say
from inventory.domain.states import StockTaskStatus
from inventory.forms.tasks import (
    LOOKUP_URL,
    TaskForm,
    TaskLines,
    initial_line,
    lines_form,
    place_task_errors,
)
from inventory.listings.opened import open_tasks
from inventory.listings.stock import sections
from inventory.models import StockAdjustment, Stocktake, StockTask, StockTransfer
from inventory.presenters.tasks import TaskKind, TaskVerb, buttons_for, question
from inventory.selectors import standing_movements
from inventory.services.locations import default_location
from inventory.services.stock_tasks import task_or_404
from inventory.stock_selectors import locations
from ledger.models import Journal
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of
from tenants.selectors import MembershipInForce
from tenants.timeline import timeline_of

View = Callable[..., HttpResponse]


def list_view(kind: TaskKind) -> View:
    """All of one kind, the newest first."""

    @require_safe
    @tenant_view(Area.STOCK)
    def task_list(request: HttpRequest) -> HttpResponse:
        may_edit = membership_of(request).can(Area.STOCK, Level.EDIT)
        listing, rows = open_tasks(kind.model)
        context = {
            "kind": kind,
            "new_url": f"{kind.list_url}new/",
            "may_edit": may_edit,
            "page_tabs": sections(kind.list_name),
        }
        shown = listing if may_edit else without_action(listing)
        return listing_response(request, shown, rows, context)

    return task_list


def detail_view(kind: TaskKind) -> View:
    """One piece of stock work: what it changes, what it cost, what can be done to it."""

    @require_safe
    @tenant_view(Area.STOCK)
    def detail(request: HttpRequest, task_id: UUID) -> HttpResponse:
        task = task_or_404(kind.model, task_id)
        member = membership_of(request)
        context = {
            "page_title": task.number,
            "page_status": kind.status(task),
            "page_lead": kind.title,
            "breadcrumbs": [kind.crumb],
            "task": task,
            "kind": kind,
            "facts": _facts(task, member),
            "lines": _lines(task),
            "values": _values(task) if member.can(Area.LEDGER) else None,
            "buttons": buttons_for(kind, task, member),
            "entries": timeline_of(task.id),
        }
        return render(request, "inventory/task.html", context)

    return detail


def _facts(task: StockTask, member: MembershipInForce) -> list[Fact]:
    style = member.organisation.date_format
    facts = [Fact("Date", date_text(task.happened_on, style))]
    if isinstance(task, StockTransfer):
        facts += [Fact("From", task.location.name), Fact("To", task.destination.name)]
        if task.received_on:
            facts.append(Fact("Arrived", date_text(task.received_on, style)))
    else:
        facts.append(Fact("Location", task.location.name))
    if isinstance(task, StockAdjustment) and task.account is not None:
        facts.append(Fact("Account of the difference", str(task.account)))
    if task.reference:
        facts.append(Fact("Reference", task.reference))
    facts.append(Fact("Drafted by", task.created_by_name))
    if task.authorised_at:
        facts.append(Fact("Authorised by", task.authorised_by_name))
    if member.can(Area.LEDGER):
        journals = Journal.objects.filter(source_id=task.id).order_by("number")
        links = (
            format_html(
                " ".join(["{}"] * len(journals)),
                *(format_html('<a href="/journals/{}/">{}</a>', one.id, one) for one in journals),
            )
            if journals
            else ""
        )
        if links:
            facts.append(Fact("Journals", links))
    return facts


def _lines(task: StockTask) -> list[Any]:
    assert isinstance(task, StockAdjustment | StockTransfer | Stocktake)
    return list(task.lines.select_related("product").order_by("position"))


def _values(task: StockTask) -> dict[UUID, Decimal]:
    """What each product's standing movements came to; a transfer's are those that left."""
    found: dict[UUID, Decimal] = {}
    for movement in standing_movements([task.id]):
        if movement.kind != "transfer_in":
            value = abs(movement.value) if movement.kind == "transfer_out" else movement.value
            found[movement.product_id] = found.get(movement.product_id, Decimal(0)) + value
    return found


def new_view(kind: TaskKind) -> View:
    """Draft one."""

    @tenant_view(Area.STOCK, Level.EDIT)
    def new(request: HttpRequest) -> HttpResponse:
        initial = {"location": default_location().id, "happened_on": timezone.localdate()}
        return _edit(request, kind, None, initial)

    return new


def edit_view(kind: TaskKind) -> View:
    """Change a draft."""

    @tenant_view(Area.STOCK, Level.EDIT)
    def edit(request: HttpRequest, task_id: UUID) -> HttpResponse:
        task = task_or_404(kind.model, task_id)
        if task.status != StockTaskStatus.DRAFT:
            raise Conflict(f"{task.number} is no draft. Undo it first, then change it.")
        return _edit(request, kind, task, kind.form.initial_of(task))

    return edit


def _edit(
    request: HttpRequest, kind: TaskKind, task: StockTask | None, initial: dict[str, Any]
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    header = kind.form(data, initial=initial, places=list(locations(active_only=True)))
    stored = [initial_line(line) for line in _lines(task)] if task is not None else []
    lines = lines_form(kind.line_form, data, stored)
    if data is not None:
        saved = _save(kind, task, header, lines)
        if saved is not None:
            say(request, f"{saved.number} {'saved' if task is not None else 'drafted'}.")
            return redirect(kind.url(saved))
    noun = kind.title.lower()
    context = {
        "page_title": f"Edit {task.number}" if task is not None else f"New {noun}",
        "breadcrumbs": [kind.crumb, *([Link(task.number, kind.url(task))] if task else [])],
        "form": header,
        "formset": lines,
        "lookup_url": f"{LOOKUP_URL}?stock=yes",
        "save_label": f"Save {noun}",
        "cancel_url": kind.url(task) if task is not None else kind.list_url,
    }
    status = 422 if header.is_bound else 200
    return render(request, "inventory/task_form.html", context, status=status)


def _save(
    kind: TaskKind, task: StockTask | None, header: TaskForm, lines: TaskLines
) -> StockTask | None:
    header_is_right, lines_are_right = header.is_valid(), lines.is_valid()
    typed = lines.typed() if lines_are_right else None
    if not header_is_right or typed is None:
        return None
    assert kind.create is not None
    assert kind.change is not None
    try:
        with transaction.atomic():
            if task is None:
                return kind.create(header.header(), lines=typed, **header.more())
            return kind.change(task.id, header.header(), lines=typed, **header.more())
    except WharfError as error:
        if error.status in (403, 404):
            raise
        place_task_errors(header, lines, error)
    return None


def verb_view(kind: TaskKind, verb: TaskVerb) -> View:
    """Ask on GET, do it on POST."""

    @tenant_view(Area.STOCK, verb.level, special=verb.special)
    def act(request: HttpRequest, task_id: UUID) -> HttpResponse:
        task = task_or_404(kind.model, task_id)
        posted = request.method == "POST"
        form = verb.form(request.POST if posted else None)
        if posted and form.is_valid():
            with errors_to(form):
                verb.run(task.id, form.cleaned_data)
                say(request, verb.done.format(number=task.number))
                return redirect(kind.url(task))
        context = {
            "page_title": f"{verb.label}: {task.number}",
            "page_form": True,
            "breadcrumbs": [kind.crumb, Link(task.number, kind.url(task))],
            "ask": question(kind, verb, task, form),
            "cancel_url": kind.url(task),
        }
        status = 422 if form.errors else 200
        return render(request, "inventory/task_ask.html", context, status=status)

    return act
