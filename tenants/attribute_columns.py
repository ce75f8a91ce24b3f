"""Attributes as columns of a list: hidden until somebody shows them, and exported when shown."""

from dataclasses import replace
from typing import Any

from hub.ui.listing import Column, Listing
from tenants.domain.attributes import AttributeOwner
from tenants.models import Attribute
from tenants.services.attributes import attributes_in_use, shown_value


def with_attributes(listing: Listing, fields: dict[AttributeOwner, str]) -> Listing:
    """The listing with a column for each attribute in use; `fields` names where values are."""
    rows = attributes_in_use(*fields)
    if not rows:
        return listing
    columns = [_column(row, fields[AttributeOwner(row.owner)], len(fields) > 1) for row in rows]
    return replace(listing, columns=(*listing.columns, *columns))


def _column(row: Attribute, field: str, says_whose: bool) -> Column:
    def value(of: Any) -> str:
        return shown_value(row, getattr(of, field) or {})

    label = f"{row.owner.capitalize()}: {row.name}" if says_whose else row.name
    return Column(f"{row.owner}_{row.slot}", label, value=value, shown=False)
