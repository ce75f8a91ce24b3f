"""The list of users."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hub.ui.components import EmptyState, PlainBadge
from hub.ui.listing import Column, Listing, ListTab
from tenants.models import Membership


def members() -> QuerySet[Membership]:
    """Everybody who belongs here, with roles and whether a second factor is set up."""
    factors = Authenticator.objects.filter(user_id=OuterRef("user_id")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return (
        Membership.objects.select_related("user")
        .prefetch_related("roles")
        .annotate(second_factor=Exists(factors))
    )


def _yes(value: bool, yes: str, no: str, *, tone: str) -> PlainBadge:
    return PlainBadge(yes, "success", "circle-check") if value else PlainBadge(no, tone, "circle-x")


MEMBERS = Listing(
    key="users",
    title="Users",
    noun="user",
    columns=(
        Column("name", "Name", value=lambda row: str(row.user), primary=True, sub="user.email"),
        Column("roles", "Roles", value=lambda row: ", ".join(r.name for r in row.roles.all())),
        Column(
            "second_factor",
            "Two-step sign-in",
            "status",
            lambda row: _yes(row.second_factor, "Set up", "Not set up", tone="attention"),
        ),
        Column("last_login", "Last sign-in", kind="ago", value="user.last_login", hide_below="md"),
        Column(
            "active",
            "State",
            "status",
            lambda row: _yes(row.is_active, "Active", "Deactivated", tone="neutral"),
        ),
    ),
    tabs=(
        ListTab("active", "Active", {"is_active": True}),
        ListTab("inactive", "Deactivated", {"is_active": False}),
    ),
    sort="id",
    search=lambda rows, text: rows.filter(
        Q(user__email__icontains=text) | Q(user__name__icontains=text)
    ),
    search_hint="Search name or e-mail",
    row_url=lambda row: reverse("tenants:user", args=[row.pk]),
    template="tenants/users.html",
    empty=EmptyState("Nobody here", "People whom you deactivated are listed here.", icon="users"),
)
