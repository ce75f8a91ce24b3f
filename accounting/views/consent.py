"""Before you start, consent, and what comes back from it (Q1)."""

import secrets
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounting.domain.states import ConnectionState
from accounting.engine.provider import provider_named
from accounting.models import Connection
from accounting.services.connecting import consent_state, read_state
from accounting.services.consenting import take_consent
from accounting.views.wizard_frame import GALLERY, PROVIDER, overview_link
from hub.errors import InvalidInput, PermissionDenied, WharfError
from hub.ui.components import Fact
from tenants.access import tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.middleware import SESSION_KEY
from tenants.request import membership_of, person

NONCE = "consent"
Check = tuple[bool, str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS, while_locked=True)
def before(request: HttpRequest) -> HttpResponse:
    """What is needed, checked; the button goes to the provider's own sign-in."""
    if request.method == "POST":
        return _start(request)
    provider = provider_named(PROVIDER)
    row = Connection.objects.filter(
        provider=PROVIDER, state__in=sorted(ConnectionState.living())
    ).first()
    checks = checks_of(request)
    ready = all(good for good, _title, _text in checks)
    context = {
        "page_title": f"{'Reconnect' if row and row.realm else 'Connect'} {provider.title}",
        "breadcrumbs": [GALLERY, overview_link()],
        "page_form": True,
        "checks": checks,
        "ready": ready,
        "connection": row if row and row.realm else None,
        "title": provider.title,
    }
    answer = render(request, "accounting/wizard/before.html", context)
    return _may_leave_for(answer, provider.consent_url("state", _callback())) if ready else answer


def _may_leave_for(answer: HttpResponse, address: str) -> HttpResponse:
    """The form's answer leads to the provider, which the page's policy has to allow."""
    parts = urlsplit(address)
    allowed: Any = csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})
    return allowed(lambda: answer)()  # type: ignore[no-any-return]


def checks_of(request: HttpRequest) -> list[Check]:
    """What has to be in order here: (whether it is, what, what to do)."""
    membership = membership_of(request)
    organisation = membership.organisation
    ready = bool(settings.QUICKBOOKS_CLIENT_ID and settings.QUICKBOOKS_CLIENT_SECRET)
    return [
        (
            membership.has_second_factor,
            "Two-step sign-in",
            "Yours is set up."
            if membership.has_second_factor
            else "Set it up under your name → Security: who connects the books signs in with two "
            "steps.",
        ),
        (
            membership.has(Special.QUICKBOOKS),
            "Permission",
            f"You have “{Special.QUICKBOOKS.label}”.",
        ),
        (
            bool(organisation.base_currency),
            "Base currency",
            (
                f"{organisation.base_currency}. The company in QuickBooks has to keep its books in "
                "the same currency; that is checked once you have chosen it."
            ),
        ),
        (
            ready,
            "This server",
            "Wharf's own keys for QuickBooks are entered."
            if ready
            else "Its operator has to enter Wharf's keys (QUICKBOOKS_CLIENT_ID, "
            "QUICKBOOKS_CLIENT_SECRET).",
        ),
    ]


def _start(request: HttpRequest) -> HttpResponse:
    for good, title, text in checks_of(request):
        if not good:
            raise PermissionDenied(f"{title}: {text}")
    nonce = secrets.token_urlsafe(24)
    request.session[NONCE] = nonce
    state = consent_state(PROVIDER, UUID(str(person(request).pk)), nonce)
    return redirect(provider_named(PROVIDER).consent_url(state, _callback()))


def _callback() -> str:
    return settings.BASE_URL.rstrip("/") + reverse("accounting:callback")


@require_safe
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True, while_locked=True)
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the person back to; what came is good once."""
    try:
        tenant_id = _came_back(request)
        row = take_consent(tenant_id, PROVIDER, request.GET.dict(), _callback())
    except WharfError as error:
        return _refused(request, error)
    if row.connected_at is not None:
        messages.success(request, f"{row} is connected again. What waited is sent now.")
        return redirect(overview_link().url)
    return redirect("accounting:wizard")


def _came_back(request: HttpRequest) -> UUID:
    """Check the state: signed, young, of this session, person, organisation; used up here."""
    nonce = request.session.pop(NONCE, "")
    consent = read_state(request.GET.get("state", ""))
    membership = membership_of(request)
    fits = (
        bool(nonce)
        and secrets.compare_digest(nonce, consent.nonce)
        and consent.person == person(request).pk
        and consent.provider == PROVIDER
        and consent.tenant == membership.organisation.id
    )
    if not fits:
        raise InvalidInput(
            "This sign-in was started elsewhere, was used already, or belongs to another "
            "organisation. Start again.",
            code="bad_state",
        )
    if not membership.has_second_factor:
        raise PermissionDenied("Set up two-step sign-in first, then connect.")
    if request.GET.get("error"):
        denied = request.GET.get("error") == "access_denied"
        raise InvalidInput(
            "You chose not to give Wharf access, so nothing was connected and nothing changed."
            if denied
            else f"QuickBooks reported “{request.GET.get('error', '')[:60]}”. Start again.",
            code="denied",
        )
    return consent.tenant


def _refused(request: HttpRequest, error: WharfError) -> HttpResponse:
    tenant_id = membership_of(request).organisation.id
    request.session[SESSION_KEY] = str(tenant_id)
    with tenant_context(tenant_id):
        context = {
            "page_title": "Not connected",
            "page_form": True,
            "breadcrumbs": [GALLERY, overview_link()],
            "error": error,
            "facts": [Fact("What went on there", "Nothing: no data was read or written.")],
            "another_company": error.code == "another_company",
        }
        status = error.status if error.status != 403 else 400
        return render(request, "accounting/wizard/refused.html", context, status=status)
