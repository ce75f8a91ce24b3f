"""Template tags of stock: `{% load stock %}`."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django import template
from django.utils.safestring import SafeString, mark_safe

from hub.ui.formatting import quantity_text

register = template.Library()


@register.filter
def of_product(values: Mapping[UUID, Decimal], product_id: UUID) -> Decimal | None:
    """`{{ values|of_product:line.product_id }}`: its value, None where it has none."""
    return values.get(product_id)


@register.simple_tag
def more_or_less(found: Decimal | None, expected: Decimal) -> SafeString:
    """`{% more_or_less line.counted line.expected %}`: +2, -3, or nothing where they agree."""
    if found is None or found == expected:
        return mark_safe("")
    difference = found - expected
    sign = "+" if difference > 0 else ""
    return SafeString(f'<span class="w-number">{sign}{quantity_text(difference)}</span>')
