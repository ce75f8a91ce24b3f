"""Changing to another company, disabling, and the addresses that QuickBooks opens (Q20, Q28)."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounting.domain.answers import ProviderDown
from accounting.domain.states import Action, ConnectionState
from accounting.engine.provider import provider_named
from accounting.engine.tokens import TokenKeeper
from accounting.forms.wizard import NameForm
from accounting.models import Connection
from accounting.services.connecting import companies_of, end_by_name, give_back
from accounting.services.runs import living_connection
from accounting.views.wizard_frame import GALLERY, PROVIDER, overview_link, tenant_of
from hub.errors import InvalidInput, WharfError
from tenants.access import place_errors, tenant_view
from tenants.beginnings import SESSION_KEY
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.selectors import places_of

STAYS = (
    "Everything in Wharf: documents, contacts, products, stock, the book and its reports.",
    "Everything in QuickBooks: nothing is deleted, changed or voided there.",
    "What corresponded to what, and the sync history, to look up.",
)
DISABLING = (
    "Nothing is sent or read any more, and Wharf gives its access to QuickBooks back.",
    "Documents that wait to be sent are marked as skipped.",
    "Chart of accounts, tax rules and terms can be changed here again.",
)
CHANGING = (
    "The company that is connected now is let go; Wharf gives its access back.",
    "The wizard starts anew for the other company, with a mapping of its own.",
    (
        "Documents that were sent stay in the old company. The new one gets documents from the day "
        "that the wizard is finished, and earlier ones when you export history."
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def disable_page(request: HttpRequest) -> HttpResponse:
    """End the connection; Wharf keeps its own books from then on."""
    return _end(request, "Disable integration", DISABLING, "", "Disable integration")


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def change_page(request: HttpRequest) -> HttpResponse:
    """Let this company go and begin the wizard with another."""
    target = "accounting:connect"
    return _end(request, "Change organisation", CHANGING, target, "Change organisation")


def _end(
    request: HttpRequest, title: str, happens: tuple[str, ...], target: str, button: str
) -> HttpResponse:
    form = NameForm(request.POST or None)
    tenant_id = tenant_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            with tenant_context(tenant_id):
                token = end_by_name(PROVIDER, form.cleaned_data["name"])
        except InvalidInput as error:
            place_errors(form, error)
        else:
            give_back(provider_named(PROVIDER), token)
            messages.success(request, "The connection has ended. Everything here stays.")
            return redirect(target or overview_link().url)
    with tenant_context(tenant_id):
        connection = living_connection(PROVIDER)
        form.fields["name"].label = f"Type “{connection}” to go on"
        context = {
            "page_title": title,
            "page_form": True,
            "breadcrumbs": [GALLERY, overview_link()],
            "form": form,
            "happens": happens,
            "stays": STAYS,
            "save_label": button,
            "cancel_url": overview_link().url,
            "connection": connection,
        }
        status = 422 if form.errors else 200
        return render(request, "accounting/wizard/end.html", context, status=status)


# --- What QuickBooks opens ---------------------------------------------------------------------
@require_safe
def launch(request: HttpRequest) -> HttpResponse:
    """Somebody came from QuickBooks: sign in or up, found an organisation, begin the wizard.

    The sign-in page leads on to signing up, and both come back here.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), "account_login")
    places = places_of(request.user.pk)
    if not places:
        request.session[SESSION_KEY] = PROVIDER
        return redirect("tenants:found")
    return redirect("accounting:wizard")


@require_safe
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def disconnected(request: HttpRequest) -> HttpResponse:
    """QuickBooks says that it was disconnected there: asked, not believed; nothing is deleted."""
    tenant_id = tenant_of(request)
    realm = request.GET.get("realmId", "")
    with tenant_context(tenant_id):
        row = Connection.objects.filter(
            provider=PROVIDER, state__in=sorted(ConnectionState.living())
        ).first()
        mine = row is not None and bool(row.realm) and realm in ("", row.realm)
        if realm and not mine:
            mine = any(tenant == tenant_id for tenant, _id in companies_of(PROVIDER, realm))
    ended = False
    if row is not None and mine:
        keeper = TokenKeeper(tenant_id, row.id, provider_named(PROVIDER))
        try:
            keeper()
            keeper(True)  # the token may be good for an hour after consent was withdrawn
        except ProviderDown as error:
            ended = error.verdict.action == Action.RECONNECT
        except WharfError:
            ended = False
    with tenant_context(tenant_id):
        context = {
            "page_title": "QuickBooks was disconnected" if ended else "Still connected",
            "page_form": True,
            "breadcrumbs": [GALLERY, overview_link()],
            "ended": ended,
            "connection": row,
            "stays": STAYS,
            "overview": overview_link(),
        }
        return render(request, "accounting/wizard/disconnected.html", context)
