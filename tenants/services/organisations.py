"""Founding an organisation and changing its settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Field

from hub.ids import new_id
from tenants.boundary import current_tenant, tenant_context
from tenants.domain.permissions import BUILTIN_ROLES
from tenants.models import (
    MailingList,
    Membership,
    MembershipRole,
    NumberSequence,
    Organisation,
    Role,
    User,
)
from tenants.services.activity import log_activity

# What the floors above lay down in a new organisation: tax rules, terms, a network key.
_founders: list[Callable[[Organisation], None]] = []


def register_founder(founder: Callable[[Organisation], None]) -> None:
    """Called from `AppConfig.ready`; runs inside the founding transaction, in floor order."""
    _founders.append(founder)


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is asked of somebody who founds one; the rest is settings with defaults."""

    name: str
    legal_name: str
    base_currency: str
    country: str = "GB"
    timezone: str = "UTC"
    company_email: str = ""
    tax_number: str = ""
    address: str = ""


SEQUENCES = (
    ("purchase_order", "PO-"),
    ("sales_order", "SO-"),
    ("invoice", "INV-"),
    ("bill", "BILL-"),
    ("quote", "QU-"),
    ("receipt", "GRN-"),
    ("shipment", "SH-"),
    ("credit_note", "CN-"),
    ("supplier_credit", "SCN-"),
    ("payment", "PAY-"),
    ("adjustment", "ADJ-"),
    ("transfer", "TR-"),
    ("stocktake", "ST-"),
)


def found_organisation(new: NewOrganisation, *, owner: User, tenant_id: UUID | None = None) -> UUID:
    """Create an organisation with roles, numbers and lists; `owner` becomes Owner. Gives its id.

    An entry point: opens its own transaction. The number of statements does not depend on how
    many organisations there are, and none of them changes the schema.
    """
    tenant_id = tenant_id or new_id()
    with tenant_context(tenant_id):
        organisation = Organisation(
            id=tenant_id,
            **{field: getattr(new, field) for field in new.__dataclass_fields__},
        )
        organisation.save(force_insert=True)
        roles = _create_roles()
        add_member(owner, [roles["owner"]])
        NumberSequence.objects.bulk_create(
            NumberSequence(kind=kind, prefix=prefix) for kind, prefix in SEQUENCES
        )
        MailingList.objects.create(name="Company", addresses=_addresses(new))
        for founder in _founders:
            founder(organisation)
        log_activity("organisation.founded", f"{new.name} was set up", about=organisation)
    return tenant_id


def _addresses(new: NewOrganisation) -> list[str]:
    return [new.company_email] if new.company_email else []


def _create_roles() -> dict[str, Role]:
    roles = Role.objects.bulk_create(
        Role(
            key=role.key,
            name=role.name,
            description=role.description,
            is_builtin=True,
            areas={area.value: int(level) for area, level in role.areas.items()},
            specials=sorted(special.value for special in role.specials),
        )
        for role in BUILTIN_ROLES
    )
    return {role.key: role for role in roles}


def add_member(user: User, roles: list[Role]) -> Membership:
    """Give a person a place and roles in the current organisation."""
    membership = Membership(user=user)
    membership.save(force_insert=True)
    MembershipRole.objects.bulk_create(
        MembershipRole(membership=membership, role=role) for role in roles
    )
    return membership


def current_organisation() -> Organisation:
    """The row of the organisation whose transaction this is."""
    return Organisation.objects.get(id=current_tenant())


def _label(field: str) -> str:
    column = Organisation._meta.get_field(field)
    assert isinstance(column, Field)
    return str(column.verbose_name).capitalize()


def change_settings(changes: dict[str, Any]) -> Organisation:
    """Change the organisation's own settings; the audit report shows before and after."""
    organisation = Organisation.objects.select_for_update().get(id=current_tenant())
    before = {field: getattr(organisation, field) for field in changes}
    for field, value in changes.items():
        setattr(organisation, field, value)
    organisation.save(update_fields=list(changes))
    changed = {
        _label(field): (old, changes[field])
        for field, old in before.items()
        if old != changes[field]
    }
    if changed:
        log_activity(
            "organisation.changed",
            "Company settings changed",
            about=organisation,
            changes=changed,
        )
    return organisation
