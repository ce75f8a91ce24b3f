"""The invitation window and "Add a connection"."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.errors import WharfError
from network.domain.states import ConnectionStatus
from network.forms.connecting import ConnectForm, InviteForm
from network.models import Connection
from network.selectors import connection_or_404, contacts_to_invite
from network.services.contacts import contact_or_404
from network.services.handshake import connect_by_key
from network.services.invitations import InviteText, default_text, put_back, send_invitations
from network.views.connections import HERE, SETTINGS
from tenants.access import errors_to, place_errors, tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.request import client_address, membership_of


@tenant_view(special=Special.NETWORK_PAGE)
def invite(request: HttpRequest) -> HttpResponse:
    """Write an invitation to ticked contacts and typed addresses (N3)."""
    ticked = _ids(request.POST.getlist("contacts") or request.GET.getlist("contact"))
    invitable = contacts_to_invite(ticked)
    pick = [(str(one.id), one.name) for one in invitable]
    if request.method == "POST":
        form = InviteForm(_restored(request), pick=pick)
        if "put_back" not in request.POST and _is_sent(request, form):
            return redirect("network:connections")
    else:
        text = default_text()
        form = InviteForm(initial={"subject": text.subject, "body": text.body}, pick=pick)
    context = {"invitable": invitable, "ticked": {str(one) for one in ticked}, "form": form}
    return _window(request, context, refused=form.is_bound and bool(form.errors))


def _is_sent(request: HttpRequest, form: InviteForm) -> bool:
    """Send what the form says, if it can be sent."""
    if form.is_valid():
        with errors_to(form):
            rows = send_invitations(_ids(form.cleaned_data["contacts"]), form.addresses, form.text)
            count = len(rows)
            messages.success(request, f"{count} invite{'' if count == 1 else 's'} sent.")
    return not form.errors


def _window(request: HttpRequest, context: dict[str, object], *, refused: bool) -> HttpResponse:
    frame = {
        "page_title": "Send an invite",
        "page_form": True,
        "breadcrumbs": [SETTINGS, HERE],
        "action_url": request.path,
        "action_label": "Send invite",
        "cancel_url": HERE.url,
        "under_to": "network/invite_pick.html",
        "under_body": "network/invite_restore.html",
    }
    status = 422 if refused and "put_back" not in request.POST else 200
    return render(request, "network/invite.html", {**frame, **context}, status=status)


def _restored(request: HttpRequest) -> object:
    """What was posted; after "Put it back" with the body completed."""
    if "put_back" not in request.POST:
        return request.POST
    data = request.POST.copy()
    text = put_back(InviteText(data.get("subject", ""), data.get("body", "")[:20_000]))
    data["body"] = text.body
    return data


def _ids(texts: list[str]) -> list[UUID]:
    """The ids among the texts; what is none was never offered."""
    found = []
    for text in texts[:1000]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@tenant_view(special=Special.NETWORK_PAGE, own_transactions=True)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a partner's key for a contact (N5). Works in several transactions."""
    tenant_id = membership_of(request).organisation.id
    with tenant_context(tenant_id):
        form = ConnectForm(request.POST or None, initial=_initial(request))
        valid = request.method == "POST" and form.is_valid()
    if valid:
        try:
            row_id = connect_by_key(
                tenant_id,
                form.cleaned_data["contact"].id,
                form.cleaned_data["key"],
                address=client_address(request),
                role=form.partner_role,
            )
        except WharfError as error:
            place_errors(form, error)
        else:
            with tenant_context(tenant_id):
                _say_outcome(request, connection_or_404(row_id))
            return redirect("network:connection", row_id)
    with tenant_context(tenant_id):
        return _add_page(request, form)


def _initial(request: HttpRequest) -> dict[str, object]:
    wanted = _ids(request.GET.getlist("contact"))
    return {"contact": contact_or_404(wanted[0]).name} if wanted else {}


def _add_page(request: HttpRequest, form: ConnectForm) -> HttpResponse:
    context = {
        "page_title": "Add a connection",
        "page_lead": "Enter the network key that your partner sent you.",
        "page_form": True,
        "breadcrumbs": [SETTINGS, HERE],
        "form": form,
        "save_label": "Add connection",
        "cancel_url": HERE.url,
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


def _say_outcome(request: HttpRequest, row: Connection) -> None:
    if row.status == ConnectionStatus.CONNECTED:
        messages.success(request, f"Connected with {row.partner_name}.")
    elif row.status == ConnectionStatus.WAITING:
        messages.info(
            request,
            f"Asked {row.partner_name} to connect. You were not invited, so an admin there has "
            "to accept first; you are told.",
        )
    else:
        messages.error(request, f"Not connected: {row.disconnect_reason}")
