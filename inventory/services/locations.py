"""Locations: where stock is kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.errors import InvalidInput, NotFound
from inventory.models import Location, StockLevel
from network.domain.payload_base import clean_line, clean_note
from tenants.models import Organisation
from tenants.services.activity import log_activity


def lay_down_locations(_organisation: Organisation) -> None:
    """The first location of a new organisation."""
    Location.objects.create(code="MAIN", name="Main warehouse", is_default=True)


def default_location() -> Location:
    """Where goods go when nobody says otherwise."""
    location: Location = Location.objects.get(is_default=True)
    return location


def location_or_404(location_id: UUID) -> Location:
    """One location; raises NotFound."""
    location = Location.objects.filter(id=location_id).first()
    if location is None:
        raise NotFound("This location does not exist.")
    return location


def location_or_default(location_id: UUID | None, *, field: str = "location") -> Location:
    """The location asked for, or the default; raises InvalidInput naming `field`."""
    if location_id is None:
        return default_location()
    location = Location.objects.filter(id=location_id).first()
    if location is None or not location.is_active:
        message = "This location does not exist or is archived. Choose another."
        raise InvalidInput(message, fields={field: [message]})
    return location


def save_location(location_id: UUID | None, values: Mapping[str, Any]) -> Location:
    """Create or change a location. Raises InvalidInput, NotFound.

    One location is always the default; one with stock cannot be archived.
    """
    location = Location() if location_id is None else location_or_404(location_id)
    for name, value in values.items():
        setattr(location, name, value)
    _clean(location)
    _check(location, was_default=values.get("is_default") is False and location_id is not None)
    try:
        with transaction.atomic():
            if location.is_default:
                Location.objects.exclude(id=location.id).filter(is_default=True).update(
                    is_default=False
                )
            location.save(force_insert=location_id is None)
    except IntegrityError as error:
        if "location_code_once" not in str(error):
            raise
        message = f"Another location has the code {location.code}. Choose a different one."
        raise InvalidInput(message, fields={"code": [message]}) from error
    log_activity("location.saved", f"Location {location.name} saved", about=location)
    return location


def _clean(location: Location) -> None:
    location.code = clean_line(location.code, longest=20)
    location.name = clean_line(location.name, longest=80)
    location.address = clean_note(location.address)
    missing = {
        name: [message]
        for name, message in (
            ("code", "Give the location a short code, such as MAIN."),
            ("name", "Give the location a name."),
        )
        if not getattr(location, name)
    }
    if missing:
        raise InvalidInput(next(iter(missing.values()))[0], fields=missing)


def _check(location: Location, *, was_default: bool) -> None:
    if (
        was_default
        and not Location.objects.filter(is_default=True).exclude(id=location.id).exists()
    ):
        message = "One location is the default. Make another one the default instead."
        raise InvalidInput(message, fields={"is_default": [message]})
    if location.is_active:
        return
    if location.is_default:
        message = "This is the default location. Make another one the default first."
        raise InvalidInput(message, fields={"is_active": [message]})
    levels = StockLevel.objects.filter(location=location)
    if levels.filter(in_transit__gt=0).exists():
        message = "Goods are on their way here. Receive that transfer first."
        raise InvalidInput(message, fields={"is_active": [message]})
    if levels.filter(on_hand__gt=0).exists():
        message = "There is stock here. Transfer it to another location first."
        raise InvalidInput(message, fields={"is_active": [message]})
