"""Settings → Users and roles."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.ui.components import Link, Tab
from hub.ui.listing import listing_response
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.people import LEVELS, InviteUserForm, MemberForm, RoleForm
from tenants.models import InvitationStatus, Membership, Role, UserInvitation
from tenants.people_list import MEMBERS, members
from tenants.request import membership_of
from tenants.services.people import (
    OWNER,
    change_roles,
    invite_user,
    member_or_404,
    revoke_invitation,
    set_active,
    set_overrides,
)
from tenants.services.roles import delete_role, role_or_404, save_role
from tenants.timeline import timeline_of

SETTINGS = Link("Settings", "/settings/")
USERS = Link("Users", "/settings/users/")
ROLES = Link("Roles", "/settings/roles/")


def _tabs(active: str) -> list[Tab]:
    return [
        Tab("Users", USERS.url, active=active == "users"),
        Tab("Roles", ROLES.url, active=active == "roles"),
    ]


@require_safe
@tenant_view(Area.USERS)
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who belongs here, and who is invited."""
    context = {
        "breadcrumbs": [SETTINGS],
        "page_tabs": _tabs("users"),
        "invitations": UserInvitation.objects.filter(status=InvitationStatus.OPEN).order_by("-id"),
        "may_change": membership_of(request).can(Area.USERS, Level.APPROVE),
    }
    return listing_response(request, MEMBERS, members(), context)


@tenant_view(Area.USERS, Level.APPROVE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = InviteUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            invite_user(
                form.cleaned_data["email"],
                form.cleaned_data["roles"],
                acting=membership_of(request),
            )
            messages.success(request, f"Invited {form.cleaned_data['email']}.")
            return redirect("tenants:users")
    context = {
        "page_title": "Invite a user",
        "page_form": True,
        "breadcrumbs": [SETTINGS, USERS],
        "form": form,
        "save_label": "Send invitation",
        "cancel_url": USERS.url,
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


@require_POST
@tenant_view(Area.USERS, Level.APPROVE)
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    gone = revoke_invitation(invitation_id)
    messages.success(request, f"Withdrew the invitation of {gone.email}.")
    return redirect("tenants:users")


@tenant_view(Area.USERS, Level.APPROVE)
def user(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """One member: roles, special permissions, in or out."""
    row = member_or_404(membership_id)
    acting = membership_of(request)
    form = MemberForm(request.POST or None, member=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            change_roles(membership_id, form.cleaned_data["roles"], acting=acting)
            set_overrides(membership_id, form.specials, acting=acting)
            messages.success(request, f"{row.user} saved.")
            return redirect("tenants:users")
    return _user_page(request, row, form)


def _user_page(request: HttpRequest, row: Membership, form: MemberForm) -> HttpResponse:
    context = {
        "page_title": str(row.user),
        "page_lead": row.user.email,
        "page_form": True,
        "breadcrumbs": [SETTINGS, USERS],
        "row": row,
        "form": form,
        "is_self": row.id == membership_of(request).membership_id,
        "save_label": "Save user",
        "cancel_url": USERS.url,
        "entries": timeline_of(row.id),
    }
    return render(request, "tenants/user.html", context, status=422 if form.errors else 200)


@require_POST
@tenant_view(Area.USERS, Level.APPROVE)
def activity_of_user(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Shut a member out, or let them in again."""
    active = request.POST.get("active") == "yes"
    row = set_active(membership_id, active=active, acting=membership_of(request))
    messages.success(request, f"{row.user} {'activated' if active else 'deactivated'}.")
    return redirect("tenants:users")


@require_safe
@tenant_view(Area.USERS)
def roles(request: HttpRequest) -> HttpResponse:
    """Every role."""
    acting = membership_of(request)
    context = {
        "page_title": "Users",
        "breadcrumbs": [SETTINGS],
        "page_tabs": _tabs("roles"),
        "roles": Role.objects.order_by("-is_builtin", "name"),
        "may_change": acting.can(Area.USERS, Level.APPROVE),
    }
    return render(request, "tenants/roles.html", context)


@tenant_view(Area.USERS, Level.APPROVE)
def role(request: HttpRequest, role_id: UUID | None = None) -> HttpResponse:
    """Make or edit a role: the matrix and the special permissions."""
    row = role_or_404(role_id) if role_id is not None else None
    acting = membership_of(request)
    form = RoleForm(request.POST or None, role=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_role(
                role_id,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                areas=form.areas,
                specials=form.specials,
                limits=form.limits,
                acting=acting,
            )
            messages.success(request, f"Role “{saved.name}” saved.")
            return redirect("tenants:roles")
    return _role_page(request, row, form)


def _role_page(request: HttpRequest, row: Role | None, form: RoleForm) -> HttpResponse:
    held = row is not None and row.key in {OWNER, *membership_of(request).role_keys}
    context = {
        "page_title": row.name if row is not None else "New role",
        "page_form": True,
        "breadcrumbs": [SETTINGS, ROLES],
        "row": row,
        "form": form,
        "levels": LEVELS,
        "readonly": held,
        "save_label": "Save role",
        "cancel_url": ROLES.url,
    }
    return render(request, "tenants/role.html", context, status=422 if form.errors else 200)


@require_POST
@tenant_view(Area.USERS, Level.APPROVE)
def remove_role(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Delete a role of one's own making that nobody holds."""
    delete_role(role_id)
    messages.success(request, "Role deleted.")
    return redirect("tenants:roles")
