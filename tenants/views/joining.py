"""The link of an invitation to join: works for the invited address, once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.errors import NotFound, WharfError
from tenants.actor import Actor, acting_as
from tenants.boundary import tenant_context
from tenants.middleware import choose
from tenants.models import User
from tenants.request import client_address, person
from tenants.services.organisations import current_organisation
from tenants.services.people import accept_invitation, is_for, usable_invitation

# Where to come back to after signing up: confirming the address loses the way otherwise.
WAITING = "invitation"


def join(request: HttpRequest, tenant_id: UUID, token: str) -> HttpResponse:
    """Show who invites, and join with a click."""
    try:
        if request.method == "POST" and request.user.is_authenticated:
            return _join(request, tenant_id, token)
        with tenant_context(tenant_id):
            invitation = usable_invitation(token)
            name = current_organisation().name
            fits = request.user.is_authenticated and is_for(invitation, person(request))
    except NotFound as error:
        context = {"page_title": "This invitation cannot be used", "reason": error.message}
        return render(request, "tenants/join.html", context, status=404)
    if not request.user.is_authenticated:
        request.session[WAITING] = request.path
    shown = {"page_title": f"Join {name}", "name": name, "fits": fits, "here": request.path}
    return render(request, "tenants/join.html", shown)


def _join(request: HttpRequest, tenant_id: UUID, token: str) -> HttpResponse:
    user: User = person(request)
    actor = Actor("user", user.id, str(user), "web", client_address(request))
    try:
        with acting_as(actor), tenant_context(tenant_id):
            accept_invitation(token, user)
            name = current_organisation().name
    except NotFound:
        raise
    except WharfError as error:
        context = {"page_title": "This invitation is not for you", "reason": error.message}
        return render(request, "tenants/join.html", context, status=error.status)
    request.session.pop(WAITING, None)
    choose(request, tenant_id)
    messages.success(request, f"You joined {name}.")
    return redirect("tenants:home")
