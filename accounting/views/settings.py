"""The settings of the integration: general, sync options, class and location (Q13 to Q16)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState
from accounting.forms.settings import AutosyncForm, ChannelForm, GeneralForm, TrackingForm
from accounting.models import Connection
from accounting.presenters.frame import frame, provider_of, settings_tabs
from accounting.selectors import known_connection
from accounting.services import settings as verbs
from accounting.services.autosync import next_autosync, zone_here
from accounting.services.runs import living_connection
from orders.presenters.manner import Manner
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.request import membership_of


def settings_frame(request: HttpRequest, title: str, current: str, **more: Any) -> dict[str, Any]:
    """The context of a settings page; `connection` is None where nothing is connected."""
    connection = known_connection()
    if connection is not None and connection.state == ConnectionState.DISABLED:
        connection = None
    context = frame(request, connection, title, current, **more)
    return {**context, "settings_tabs": settings_tabs(current), "page_form": True}


def nothing_connected(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page of settings that nobody can make yet."""
    return render(request, "accounting/settings_empty.html", context)


@tenant_view(special=Special.QUICKBOOKS)
def general(request: HttpRequest) -> HttpResponse:
    """What is exported and imported, and how."""
    context = settings_frame(request, "Settings", "accounting:settings")
    connection: Connection | None = context["connection"]
    if connection is None:
        return nothing_connected(request, context)
    provider = provider_of(connection)
    form = GeneralForm(
        request.POST or None,
        options=read_options(connection.options),
        title=provider.title,
        told=provider.closed_until(connection.preferences),
    )
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            verbs.change_options(connection, form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Settings saved. They hold from the next sync.")
            return redirect("accounting:settings")
    context |= {"form": form, "save_label": "Save settings"}
    status = 422 if form.errors else 200
    return render(request, "accounting/settings_general.html", context, status=status)


@tenant_view(special=Special.QUICKBOOKS)
def tracking(request: HttpRequest) -> HttpResponse:
    """What is written into class and location there."""
    context = settings_frame(request, "Settings", "accounting:settings_tracking")
    connection: Connection | None = context["connection"]
    if connection is None:
        return nothing_connected(request, context)
    form = TrackingForm(request.POST or None, options=read_options(connection.options))
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            verbs.change_options(connection, form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Class and location saved.")
            return redirect("accounting:settings_tracking")
    classes, locations = provider_of(connection).tracks(connection.preferences)
    off = [name for name, on in (("Class", classes), ("Location", locations)) if not on]
    context |= {"form": form, "save_label": "Save", "off": " and ".join(off)}
    status = 422 if form.errors else 200
    return render(request, "accounting/settings_tracking.html", context, status=status)


@tenant_view(special=Special.QUICKBOOKS)
def sync_options(request: HttpRequest) -> HttpResponse:
    """The timetable, alerts, and what is synced of each sales channel."""
    context = settings_frame(request, "Settings", "accounting:settings_sync")
    connection: Connection | None = context["connection"]
    if connection is None:
        return nothing_connected(request, context)
    plan = read_options(connection.options).autosync
    form = AutosyncForm(request.POST or None, plan=plan, zone=zone_here())
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            verbs.change_autosync(connection, form.plan())
        if form.is_valid():
            messages.success(request, "Autosync saved.")
            return redirect("accounting:settings_sync")
    due = next_autosync(connection)
    context |= {
        "form": form,
        "channels": _channel_forms(connection),
        "next": Manner.of(membership_of(request).organisation).moment(due) if due else "",
    }
    status = 422 if form.errors else 200
    return render(request, "accounting/settings_sync.html", context, status=status)


def _channel_forms(connection: Connection, data: Any = None) -> list[ChannelForm]:
    return [
        ChannelForm(data, name=name, choice=choice, prefix=f"channel-{place}")
        for place, (name, choice) in enumerate(verbs.sales_channels(connection))
    ]


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def channels(request: HttpRequest) -> HttpResponse:
    """Save what is synced of each sales channel."""
    connection = living_connection()
    forms = _channel_forms(connection, request.POST)
    for form in forms:
        form.is_valid()
    if any(form.errors for form in forms):
        context = settings_frame(request, "Settings", "accounting:settings_sync")
        plan = read_options(connection.options).autosync
        context |= {"form": AutosyncForm(plan=plan, zone=zone_here()), "channels": forms}
        return render(request, "accounting/settings_sync.html", context, status=422)
    verbs.change_channels(connection, {form.channel: form.choice() for form in forms})
    messages.success(request, "Sales channels saved.")
    return redirect("accounting:settings_sync")
