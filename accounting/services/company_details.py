"""How the company is reached, as its accounting system says it (Q10).

A setting that is empty here takes theirs; one that came from there follows it. What somebody
entered here stays.
"""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounting.domain.answers import Company
from accounting.domain.states import ConnectionState
from accounting.engine.provider import provider_named
from accounting.models import Connection
from network.domain.payload_base import clean_line, clean_note
from tenants.models import Organisation
from tenants.services.organisations import change_settings, current_organisation

TAKEN = "company"  # in a connection's cursor: field → what it was taken over as


def take_company(connection: Connection, company: Company) -> None:
    """Fill what is empty in the company settings, and follow what came from there before."""
    theirs = _theirs(company)
    ours = current_organisation()
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    before: Mapping[str, str] = row.cursor.get(TAKEN, {})
    taken: dict[str, str] = {}
    changes: dict[str, str] = {}
    for field, value in theirs.items():
        mine = getattr(ours, field)
        follows = mine == before.get(field) and field in before
        if field == "company_email" and ours.discoverable:
            continue  # others know the organisation by it
        if mine != value and (follows or (not mine and value)):
            changes[field] = value
        if mine == value or field in changes:
            taken[field] = value
    if changes:
        change_settings(changes)
    if taken != before:
        connection.cursor = {**row.cursor, TAKEN: taken}
        connection.save(update_fields=["cursor"])


def _theirs(company: Company) -> dict[str, str]:
    """What is said there, by the name of our setting; what is not said there is left out."""
    own = clean_note(company.address, longest=500)
    customers = clean_note(company.customer_address, longest=500)
    found = {
        "legal_name": clean_line(company.legal_name, longest=160),
        "address": own,
        "company_email": _email(company.email),
        "phone": clean_line(company.phone, longest=40),
    }
    said = {field: value for field, value in found.items() if value}
    # The same address twice is one address.
    return {**said, "customer_address": customers if customers != own else ""}


def _email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError:
        return ""
    return text.strip()


def followed() -> dict[str, str]:
    """The company settings that follow a connected system, and what it is called."""
    connection = Connection.objects.filter(state__in=sorted(ConnectionState.living())).first()
    if connection is None:
        return {}
    taken: Mapping[str, str] = connection.cursor.get(TAKEN, {})
    ours: Organisation = current_organisation()
    title = provider_named(connection.provider).title
    return {
        field: title
        for field, value in taken.items()
        if value and getattr(ours, field, None) == value
    }
