"""The way into every page: signed in, a member, allowed, inside the organisation's transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from hub.errors import PermissionDenied, WharfError
from tenants.actor import Actor, acting_as
from tenants.boundary import tenant_context
from tenants.domain.permissions import Area, Level, Special
from tenants.lock import refuse_change
from tenants.middleware import chosen_place
from tenants.request import client_address
from tenants.retrying import untied
from tenants.selectors import MembershipInForce, membership_in_force

ASK_AN_ADMIN = "An admin can give it under Settings → Users."
View = Callable[..., HttpResponse]


def tenant_view(
    area: Area | None = None,
    level: Level = Level.VIEW,
    *,
    special: Special | None = None,
    own_transactions: bool = False,
    while_locked: bool = False,
) -> Callable[[View], View]:
    """Guard a page and open the organisation's transaction around it; it renders inside.

    `own_transactions`: the page opens `tenant_context` itself, because it works in several
    transactions (a handshake with a partner); the guard has run before. `while_locked`: it may
    change something while the organisation is read-only: the pages that the lock belongs to.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            place = chosen_place(request)
            if place is None:
                return redirect("tenants:found")

            def inside() -> HttpResponse | None:
                with tenant_context(place.tenant_id), acting_as(_actor(request)):
                    turned_away = _enter(request, area, level, special)
                    if turned_away is None and not while_locked:
                        _refuse_change(request)
                    if turned_away is not None or own_transactions:
                        return turned_away
                    return _rendered(view(request, *args, **kwargs))

            try:
                # An upload can be read once only.
                answer = inside() if request.FILES else untied(inside)
                if answer is not None:
                    return answer
                with acting_as(_actor(request)):
                    return _rendered(view(request, *args, **kwargs))
            except WharfError as error:
                with tenant_context(place.tenant_id):
                    return render_error(request, error)

        guarded.tenant_guard = (area, level, special)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _enter(
    request: HttpRequest, area: Area | None, level: Level, special: Special | None
) -> HttpResponse | None:
    assert request.user.pk is not None
    membership = membership_in_force(request.user.pk)
    if membership is None:
        return redirect("tenants:found")
    request.membership = membership  # type: ignore[attr-defined]
    if membership.needs_second_factor and not membership.has_second_factor:
        messages.warning(
            request,
            "Your role needs two-step sign-in. Set it up with an authenticator app to go on.",
        )
        return redirect("mfa_activate_totp")
    if area is not None:
        require(membership, area, level)
    if special is not None and not membership.has(special):
        raise PermissionDenied(f"You need the permission “{special.label}”. {ASK_AN_ADMIN}")
    return None


def _refuse_change(request: HttpRequest) -> None:
    organisation = request.membership.organisation  # type: ignore[attr-defined]
    refuse_change(organisation.locked_because, request.method)


def require(membership: MembershipInForce, area: Area, level: Level) -> None:
    """Raise PermissionDenied, saying which permission is missing, unless the person has it."""
    if not membership.can(area, level):
        raise PermissionDenied(f"You need “{level.label}” on “{area.label}”. {ASK_AN_ADMIN}")


def _rendered(response: HttpResponse) -> HttpResponse:
    if isinstance(response, TemplateResponse) and not response.is_rendered:
        response.render()
    return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = redirect("account_login")
    if request.method == "GET":
        target["Location"] += "?" + urlencode({"next": request.get_full_path()})
    return target


def _actor(request: HttpRequest) -> Actor:
    return Actor(
        kind="user",
        id=request.user.pk,
        name=str(request.user),
        via="web",
        ip=client_address(request),
        request_id=getattr(request, "request_id", ""),
    )


def render_error(request: HttpRequest, error: WharfError) -> HttpResponse:
    """The page for a broken rule: what happened and what to do, with the right status."""
    template = "errors/not_found.html" if error.status == 404 else "errors/refused.html"
    return render(request, template, {"error": error}, status=error.status)


@contextmanager
def errors_to(form: BaseForm) -> Iterator[None]:
    """Run a verb for a form: what it wrote is rolled back and its message goes to its field."""
    try:
        with transaction.atomic():
            yield
    except WharfError as error:
        if error.status in (403, 404):
            raise
        place_errors(form, error)


def place_errors(form: BaseForm, error: WharfError) -> None:
    """Put a verb's messages at the form's fields; what belongs to no field goes to the top."""
    placed = False
    for path, texts in error.fields.items():
        name = path if path in form.fields else None
        for text in texts:
            form.add_error(name, text)
            placed = True
    if not placed:
        form.add_error(None, error.message)
