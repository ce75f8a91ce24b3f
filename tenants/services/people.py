"""Who belongs to an organisation, and what they may do there.

Nobody raises themselves: a person changes neither their own place nor a role that they hold, and
gives nobody more than they have. The Owner role is given and taken by owners only, and one active
owner always stays.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from tenants.boundary import current_tenant
from tenants.domain.limits import is_above, limits_in_force
from tenants.domain.permissions import Area, Permissions, Special, effective
from tenants.models import (
    InvitationStatus,
    Membership,
    MembershipRole,
    Role,
    User,
    UserInvitation,
)
from tenants.selectors import MembershipInForce
from tenants.services.activity import log_activity
from tenants.services.mail import Letter, clean_addresses, post
from tenants.services.organisations import add_member, current_organisation

VALID_FOR = timedelta(days=7)
OWNER = "owner"
UNUSABLE = "This invitation was used, withdrawn, or is older than 7 days. Ask for a new one."
INVITATION = """Hello,

{who} invites you to work with {organisation} in Wharf.

Open this link, and sign in or sign up with this e-mail address:

    {link}

The link works once, for 7 days. If you do not know {organisation}, ignore this message.
"""


def token_hash(token: str) -> str:
    """SHA-256 of a token: it has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- Inviting -----------------------------------------------------------------------------------
def invite_user(email: str, role_ids: Sequence[UUID], *, acting: MembershipInForce) -> str:
    """Invite an address to join with roles; gives the link that the e-mail carries.

    An older open invitation to the address ends. Whether the address has an account makes no
    difference. Raises InvalidInput, PermissionDenied.
    """
    address = (clean_addresses([email], field="email") or [""])[0]
    if not address:
        raise InvalidInput("Enter an address.", fields={"email": ["Enter an e-mail address."]})
    roles = _roles(role_ids)
    _check_gift(roles, acting)
    if Membership.objects.filter(user__email=address, is_active=True).exists():
        message = f"{address} belongs to this organisation already."
        raise InvalidInput(message, fields={"email": [message]})
    UserInvitation.objects.filter(email=address, status=InvitationStatus.OPEN).update(
        status=InvitationStatus.REVOKED
    )
    token = secrets.token_urlsafe(32)
    organisation = current_organisation()
    who = User.objects.get(pk=_user_of(acting)).name or organisation.name
    invitation = UserInvitation(
        email=address,
        role_ids=[str(role.id) for role in roles],
        token_hash=token_hash(token),
        invited_by_name=who[:120],
        expires_at=timezone.now() + VALID_FOR,
    )
    invitation.save(force_insert=True)
    link = f"{settings.BASE_URL}/invitations/{organisation.id}/{token}/"
    words = {"who": who, "organisation": organisation.name, "link": link}
    subject = f"{organisation.name} invites you to Wharf"
    body = INVITATION.format(**words)
    post(Letter(to=[address], subject=subject, body=body, secret=link), about=invitation)
    log_activity("user.invited", f"Invited {address}", about=invitation, label=address)
    return link


def _user_of(acting: MembershipInForce) -> UUID:
    return Membership.objects.values_list("user_id", flat=True).get(id=acting.membership_id)


def revoke_invitation(invitation_id: UUID) -> UserInvitation:
    """Withdraw an invitation that nobody used. Raises NotFound, Conflict."""
    invitation = UserInvitation.objects.filter(id=invitation_id).first()
    if invitation is None:
        raise NotFound("This invitation does not exist.")
    changed = UserInvitation.objects.filter(id=invitation_id, status=InvitationStatus.OPEN).update(
        status=InvitationStatus.REVOKED
    )
    if changed != 1:
        raise Conflict("This invitation was used or withdrawn already.")
    log_activity(
        "user.invitation_withdrawn",
        f"Withdrew the invitation of {invitation.email}",
        about=invitation,
        label=invitation.email,
    )
    return invitation


def usable_invitation(token: str, *, for_update: bool = False) -> UserInvitation:
    """The open invitation that a token belongs to; raises NotFound, the same for every reason."""
    rows = UserInvitation.objects.filter(
        token_hash=token_hash(token), status=InvitationStatus.OPEN, expires_at__gt=Now()
    )
    invitation = (rows.select_for_update() if for_update else rows).first()
    if invitation is None:
        raise NotFound(UNUSABLE)
    return invitation


def is_for(invitation: UserInvitation, user: User) -> bool:
    """Whether the invited address is a verified one of this person."""
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return bool(addresses.filter(email__iexact=invitation.email).exists())


def accept_invitation(token: str, user: User) -> Membership:
    """Join with an invitation; it works once. Raises NotFound, PermissionDenied."""
    invitation = usable_invitation(token, for_update=True)
    if not is_for(invitation, user):
        raise PermissionDenied("This invitation is for another e-mail address.")
    roles = list(Role.objects.filter(id__in=invitation.role_ids))
    membership = Membership.objects.filter(user=user).first()
    if membership is None:
        membership = add_member(user, roles)
    else:
        membership.is_active = True
        membership.save(update_fields=["is_active"])
        _write_roles(membership, roles)
    invitation.status = InvitationStatus.ACCEPTED
    invitation.save(update_fields=["status"])
    log_activity("user.joined", f"{user} joined", about=membership, label=str(user))
    return membership


# --- Changing -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Place:
    membership: Membership
    keys: frozenset[str]


def change_roles(
    membership_id: UUID, role_ids: Sequence[UUID], *, acting: MembershipInForce
) -> Membership:
    """Give a member exactly these roles; the member signs in again. Raises as the module says."""
    place = _place(membership_id, acting)
    roles = _roles(role_ids)
    before = list(place.membership.roles.order_by("name"))
    _check_gift([role for role in roles if role not in before], acting)
    _check_owner(place, acting, stays=OWNER in {role.key for role in roles})
    if set(before) == set(roles):
        return place.membership
    _write_roles(place.membership, roles)
    end_sessions(place.membership.user_id)
    log_activity(
        "user.roles_changed",
        f"Roles of {place.membership.user} changed",
        about=place.membership,
        label=str(place.membership.user),
        changes={"Roles": (_names(before), _names(roles))},
    )
    return place.membership


def set_overrides(
    membership_id: UUID, specials: dict[Special, bool | None], *, acting: MembershipInForce
) -> Membership:
    """Switch special permissions on or off for one member, whatever the roles say; None: no say."""
    place = _place(membership_id, acting)
    for special, wanted in specials.items():
        if wanted and not acting.has(special):
            raise PermissionDenied("You can give only what you have yourself.")
    _check_owner(place, acting, stays=True)
    before = dict(place.membership.overrides)
    after = {key: value for key, value in before.items() if not key.startswith("special:")}
    after |= {f"special:{name}": on for name, on in specials.items() if on is not None}
    if after == before:
        return place.membership
    place.membership.overrides = after
    place.membership.save(update_fields=["overrides"])
    end_sessions(place.membership.user_id)
    log_activity(
        "user.permissions_changed",
        f"Special permissions of {place.membership.user} changed",
        about=place.membership,
        label=str(place.membership.user),
        changes={
            special.label: (_word(before, special), _word(after, special))
            for special in Special
            if before.get(f"special:{special}") != after.get(f"special:{special}")
        },
    )
    return place.membership


def _word(overrides: dict[str, bool], special: Special) -> str:
    return {None: "as role", True: "on", False: "off"}[overrides.get(f"special:{special}")]


def set_active(membership_id: UUID, *, active: bool, acting: MembershipInForce) -> Membership:
    """Shut a member out, or let them in again. The last owner stays."""
    place = _place(membership_id, acting)
    _check_owner(place, acting, stays=active)
    if place.membership.is_active == active:
        return place.membership
    place.membership.is_active = active
    place.membership.save(update_fields=["is_active"])
    end_sessions(place.membership.user_id)
    word = "activated" if active else "deactivated"
    log_activity(
        f"user.{word}",
        f"{place.membership.user} {word}",
        about=place.membership,
        label=str(place.membership.user),
    )
    return place.membership


def end_sessions(user_id: UUID) -> None:
    """Sign a person out everywhere: what they may do has changed."""
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()


def _place(membership_id: UUID, acting: MembershipInForce) -> _Place:
    # The Owner role's row is the lock of every change that could take the last owner away.
    Role.objects.select_for_update(no_key=True).filter(key=OWNER).first()
    membership = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .filter(id=membership_id)
        .first()
    )
    if membership is None:
        raise NotFound("This user does not exist.")
    if membership.id == acting.membership_id:
        raise PermissionDenied("Nobody changes their own permissions. Ask another admin.")
    keys = frozenset(membership.roles.values_list("key", flat=True))
    return _Place(membership, keys)


def _check_owner(place: _Place, acting: MembershipInForce, *, stays: bool) -> None:
    if OWNER not in place.keys:
        return
    if OWNER not in acting.role_keys:
        raise PermissionDenied("Only an owner changes another owner.")
    if stays:
        return
    others = MembershipRole.objects.filter(role__key=OWNER, membership__is_active=True).exclude(
        membership=place.membership
    )
    if not others.exists():
        raise Conflict("This is the last owner. Make somebody else an owner first.")


def _roles(role_ids: Iterable[UUID]) -> list[Role]:
    wanted = set(role_ids)
    roles = list(Role.objects.filter(id__in=wanted).order_by("name"))
    if len(roles) != len(wanted):
        raise NotFound("One of the roles does not exist.")
    if not roles:
        message = "Choose at least one role."
        raise InvalidInput(message, fields={"roles": [message]})
    return roles


def _check_gift(roles: Iterable[Role], acting: MembershipInForce) -> None:
    for role in roles:
        if role.key == OWNER and OWNER not in acting.role_keys:
            raise PermissionDenied("Only an owner makes somebody an owner.")
        check_not_above(effective([(role.areas, role.specials)], {}), acting)
        check_limits(role, acting)


def check_not_above(wanted: Permissions, acting: MembershipInForce) -> None:
    """Raise PermissionDenied when somebody would give more than they have."""
    above = any(not acting.can(area, wanted.areas[area]) for area in Area)
    if above or not wanted.specials <= acting.permissions.specials:
        raise PermissionDenied("You can give only what you have yourself.")


def check_limits(role: Role, acting: MembershipInForce) -> None:
    """Raise PermissionDenied when the role may approve more than the person who gives it."""
    own = limits_in_force([(role.areas, role.limits)], {})
    areas = effective([(role.areas, role.specials)], {}).areas
    if is_above(own, areas, acting.limits):
        raise PermissionDenied("You can give only limits up to your own.")


def _write_roles(membership: Membership, roles: Iterable[Role]) -> None:
    MembershipRole.objects.filter(membership=membership).delete()
    MembershipRole.objects.bulk_create(
        MembershipRole(membership=membership, role=role) for role in roles
    )


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(role.name for role in roles) or "none"


def member_or_404(membership_id: UUID) -> Membership:
    """The only door from an id to a member; raises NotFound."""
    row = Membership.objects.select_related("user").filter(id=membership_id).first()
    if row is None or row.tenant_id != current_tenant():
        raise NotFound("This user does not exist.")
    return row
