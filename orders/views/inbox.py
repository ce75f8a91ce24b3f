"""The inbox: a list of what waits, the chosen one beside it, and approving the plain ones."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hub.errors import WharfError
from hub.ui.components import EmptyState, Link
from hub.ui.toasts import say
from orders.presenters.inbox import InboxItem, chosen_item, following, inbox_items, inbox_url
from orders.presenters.pages import document_context
from orders.selectors import wanting_to_connect
from orders.verbs import verb_named
from tenants.access import require, tenant_view
from tenants.domain.permissions import Level, Special
from tenants.request import membership_of
from tenants.selectors import MembershipInForce

NOTHING_WAITS = EmptyState(
    "Nothing waits for you",
    "Orders and invoices of connected partners come here as soon as they arrive, and so does "
    "what colleagues ask you to approve.",
    "inbox",
    learn=Link("How documents travel over the network", "/help/"),
)


@tenant_view()
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person, newest first, and the chosen row."""
    member = membership_of(request)
    items = inbox_items(member)
    chosen = chosen_item(items, request.GET.get("item", ""))
    context: dict[str, Any] = {
        "items": items,
        "chosen": chosen,
        "empty": NOTHING_WAITS,
        "wanting": wanting_to_connect() if member.has(Special.NETWORK_PAGE) else 0,
        "may_bulk": any(_may_approve(member, item) for item in items),
        **(_preview(items, chosen, member) if chosen is not None else {}),
        "page_title": "Inbox",
        "page_status": None,
        "breadcrumbs": [],
    }
    return TemplateResponse(request, "orders/inbox.html", context)


def _preview(
    items: list[InboxItem], chosen: InboxItem, member: MembershipInForce
) -> dict[str, Any]:
    shown = document_context(
        chosen.kind, chosen.document, member, here=chosen.url, then=following(items, chosen)
    )
    return {**shown, "preview_status": shown["page_status"]}


def _may_approve(member: MembershipInForce, item: InboxItem) -> bool:
    return item.bulk and member.can(item.kind.area, Level.APPROVE)


@tenant_view()
def approve_selected(request: HttpRequest) -> HttpResponse:
    """Approve the ticked rows that have nothing to look at; the others are named."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    member = membership_of(request)
    wanted = set(request.POST.getlist("selected"))
    chosen = [item for item in inbox_items(member) if item.key in wanted]
    approved = [item for item in chosen if _approve(request, member, item)]
    if approved:
        numbers = ", ".join(item.document.number for item in approved)
        say(request, f"Approved: {numbers}.")
    elif not chosen:
        say(request, "Tick at least one row that still waits.", tone="attention")
    return redirect(inbox_url())


def _approve(request: HttpRequest, member: MembershipInForce, item: InboxItem) -> bool:
    number = item.document.number
    require(member, item.kind.area, Level.APPROVE)
    if not item.bulk:
        say(request, f"{number} has something to look at first.", tone="attention")
        return False
    try:
        with transaction.atomic():
            verb_named(item.kind.model, "approve").run(item.document.id, {})
    except WharfError as error:
        say(request, f"{number}: {error.message}", tone="critical")
        return False
    return True
