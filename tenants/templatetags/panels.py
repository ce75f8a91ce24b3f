"""`{% object_panels "product" product.pk %}`: cards that apps above bring to a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tenants.panels import object_panels as panels_of
from tenants.request import membership_of

register = template.Library()


@register.simple_tag(takes_context=True)
def object_panels(context: template.Context, object_type: str, object_id: Any) -> SafeString:
    """The cards, one below the other; nothing where there are none."""
    request = context["request"]
    found = panels_of(object_type, object_id, membership_of(request))
    parts = [
        render_to_string("components/side_panel.html", {"side": side}, request=request)
        for side in found
    ]
    return mark_safe("".join(parts))  # noqa: S308 - rendered templates
