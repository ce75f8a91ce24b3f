"""Our trial balance beside theirs (Q27)."""

from datetime import date
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.domain.answers import Posted
from accounting.domain.states import ConnectionState, SyncState
from accounting.engine.talking import ProviderRefused
from accounting.models import Connection
from accounting.presenters.frame import frame
from accounting.selectors import known_connection
from accounting.services.balances import (
    accounts_named,
    explain,
    foreign_postings,
    reconcile,
)
from accounting.services.reconciling import BalanceRow
from accounting.services.sync_documents import name_of
from hub.errors import InvalidInput
from hub.ui.components import Link
from hub.ui.export import CONTENT_TYPES, file_response
from tenants.access import tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.request import membership_of

HERE = "accounting:reconciliation"
READABLE = (ConnectionState.ACTIVE, ConnectionState.PAUSED, ConnectionState.MIGRATING)


def day_of(text: str) -> date:
    """The day as of which balances are compared; today for nothing. Raises InvalidInput (`on`)."""
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        message = "Write a date such as 2026-04-30."
        raise InvalidInput(message, fields={"on": [message]}) from error


@require_safe
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Both balances per account, differences first. The call there is made outside transactions."""
    tenant_id = UUID(str(membership_of(request).organisation.id))
    problem, rows = "", []
    try:
        on = day_of(request.GET.get("on", ""))
    except InvalidInput as error:
        on, problem = timezone.localdate(), error.message
    with tenant_context(tenant_id):
        connection = known_connection()
    asked = "on" in request.GET and not problem
    if asked and connection is not None and connection.state in READABLE:
        try:
            rows = reconcile(tenant_id, connection.id, on)
        except ProviderRefused as error:
            problem = error.message
    wanted = request.GET.get("format", "")
    if rows and wanted in CONTENT_TYPES:
        return _file(wanted, rows, on)
    with tenant_context(tenant_id):
        context = frame(request, connection, "Reconciliation", HERE)
        context |= _shown(connection, rows, on)
        context |= {"problem": problem, "asked": asked and not problem, "on": on}
        context["readable"] = connection is not None and connection.state in READABLE
        return render(request, "accounting/reconciliation.html", context)


def _file(file_format: str, rows: list[BalanceRow], on: date) -> HttpResponse:
    lines = [[row.label, row.ours, row.theirs, row.difference] for row in rows]
    header = ["Account", "Here", "There", "Difference"]
    name = f"reconciliation-{on.isoformat()}"
    # A streamed answer is no HttpResponse to the type stubs, though every view may return one.
    return cast("HttpResponse", file_response(name, file_format, header, iter(lines)))


def _shown(connection: Connection | None, rows: list[BalanceRow], on: date) -> dict[str, Any]:
    detail = reverse("accounting:reconciliation_detail")
    shown = []
    for row in rows:
        query = [("on", on.isoformat()), *(("account", str(key)) for key in row.accounts)]
        query += [("there", key) for key in row.remote_ids]
        shown.append((row, f"{detail}?{urlencode(query)}" if row.difference else ""))
    differing = sum(1 for row in rows if row.difference)
    return {
        "rows": shown,
        "differing": differing,
        "ours": sum((abs(row.ours) for row in rows if row.ours > 0), Decimal(0)),
        "theirs": sum((abs(row.theirs) for row in rows if row.theirs > 0), Decimal(0)),
    }


@require_safe
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def detail(request: HttpRequest) -> HttpResponse:
    """What may cause the difference of an account: what is not there as it stands here, and, when
    asked for, what others posted there.
    """
    tenant_id = UUID(str(membership_of(request).organisation.id))
    try:
        on, problem = day_of(request.GET.get("on", "")), ""
    except InvalidInput as error:
        on, problem = timezone.localdate(), error.message
    theirs = request.GET.getlist("there")
    with tenant_context(tenant_id):
        connection = known_connection()
    readable = connection is not None and connection.state in READABLE
    foreign: list[Posted] = []
    look = "look" in request.GET and readable and not problem
    if look and connection is not None:
        try:
            foreign = foreign_postings(tenant_id, connection.id, theirs, on)
        except ProviderRefused as error:
            problem = error.message
    with tenant_context(tenant_id):
        context = _detail(request, connection, on)
        context |= {"problem": problem, "looked": look and not problem, "foreign": foreign}
        context["look_url"] = f"?{request.GET.urlencode()}&look=1" if readable and theirs else ""
        return render(request, "accounting/reconciliation_detail.html", context)


def _detail(request: HttpRequest, connection: Connection | None, on: date) -> dict[str, Any]:
    accounts = accounts_named(request.GET.getlist("account"))
    found = explain(connection, [row.id for row in accounts], on) if connection and accounts else []
    title = ", ".join(row.name for row in accounts) or "An account that is not mapped"
    context = frame(request, connection, title, HERE)
    context["breadcrumbs"].append(Link("Reconciliation", f"{reverse(HERE)}?on={on.isoformat()}"))
    return context | {
        "on": on,
        "rows": [
            {
                "name": name_of(one.row),
                "url": reverse("accounting:history_entry", args=[one.row.id]),
                "state": SyncState(one.row.state),
                "message": one.row.message,
                "amount": one.amount,
            }
            for one in found
        ],
        "mapped": bool(accounts),
    }
