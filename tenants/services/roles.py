"""Roles: what each one may do."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from hub.ids import new_id
from hub.money import AMOUNT, plain
from tenants.domain.limits import LimitKind
from tenants.domain.permissions import Area, Level, Special, effective
from tenants.models import MembershipRole, Role
from tenants.selectors import MembershipInForce
from tenants.services.activity import log_activity
from tenants.services.people import OWNER, check_limits, check_not_above


def role_or_404(role_id: UUID) -> Role:
    """The only door from an id to a role; raises NotFound."""
    role = Role.objects.filter(id=role_id).first()
    if role is None:
        raise NotFound("This role does not exist.")
    return role


def save_role(
    role_id: UUID | None,
    *,
    name: str,
    description: str,
    areas: Mapping[Area, Level],
    specials: set[Special],
    limits: Mapping[LimitKind, str] | None = None,
    acting: MembershipInForce,
) -> Role:
    """Make or change a role. Nobody edits a role that they hold, or gives more than they have.

    `limits` are amounts in base currency as typed, "" for none; without it they stay. Raises
    NotFound, InvalidInput (no or a doubled name), PermissionDenied.
    """
    role = Role(key=f"own-{new_id()}") if role_id is None else role_or_404(role_id)
    if role.key == OWNER:
        raise PermissionDenied("The Owner role stays as it is: an owner can do everything.")
    if role.key in acting.role_keys:
        raise PermissionDenied("Nobody changes a role that they hold. Ask another admin.")
    if not name.strip():
        raise InvalidInput("Give the role a name.", fields={"name": ["Give the role a name."]})
    before = _words(role)
    role.name, role.description = name.strip()[:60], description.strip()[:200]
    role.areas = {area.value: int(level) for area, level in areas.items()}
    role.specials = sorted(special.value for special in specials)
    if limits is not None:
        role.limits = _limits(limits)
    check_not_above(effective([(role.areas, role.specials)], {}), acting)
    check_limits(role, acting)
    _save(role, is_new=role_id is None)
    after = _words(role)
    log_activity(
        "role.saved",
        f"Role “{role.name}” saved",
        about=role,
        changes={key: (before[key], after[key]) for key in after if before[key] != after[key]},
    )
    return role


def _limits(typed: Mapping[LimitKind, str]) -> dict[str, str]:
    """The limits as stored; raises InvalidInput naming `limits.<kind>`."""
    fields: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for kind, text in typed.items():
        path = f"limits.{kind.value}"
        if not text.strip():
            continue
        try:
            found[kind.value] = plain(AMOUNT.parse(text, field=path, minimum=0))
        except InvalidInput as error:
            fields.update(error.fields)
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    return found


def set_limits(role_id: UUID, limits: Mapping[LimitKind, str]) -> Role:
    """Set limits of a role; kinds that are not named stay. For programs; raises as `save_role`."""
    role = role_or_404(role_id)
    if role.key == OWNER:
        raise PermissionDenied("The Owner role stays as it is: an owner can do everything.")
    before = _words(role)
    kept = {LimitKind(kind): text for kind, text in role.limits.items()}
    role.limits = _limits({**kept, **limits})
    role.save(update_fields=["limits"])
    after = _words(role)
    changes = {key: (before[key], after[key]) for key in after if before[key] != after[key]}
    log_activity("role.saved", f"Role “{role.name}” saved", about=role, changes=changes)
    return role


def _words(role: Role) -> dict[str, str]:
    permissions = effective([(role.areas, role.specials)], {})
    levels = {area.label: permissions.areas[area].label for area in Area}
    held = {one.label: "Yes" if permissions.has(one) else "No" for one in Special}
    limits = {kind.label: role.limits.get(kind.value) or "No limit" for kind in LimitKind}
    return {**levels, **held, **limits}


def _save(role: Role, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            role.save(force_insert=is_new)
    except IntegrityError as error:
        if "role_name_once" not in str(error):
            raise
        message = "Another role has this name. Choose a different one."
        raise InvalidInput(message, fields={"name": [message]}) from error


def delete_role(role_id: UUID) -> None:
    """Delete a role of one's own making that nobody holds. Raises NotFound, Conflict."""
    role = role_or_404(role_id)
    if role.is_builtin:
        raise Conflict("This role comes with Wharf; edit it instead.")
    if MembershipRole.objects.filter(role=role).exists():
        raise Conflict(f"Somebody still holds the role “{role.name}”. Give them another one first.")
    log_activity("role.deleted", f"Role “{role.name}” deleted", about=role)
    role.delete()
