"""Template tags of the platform's pages: `{% load platform %}`."""

import re
from uuid import UUID

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from tenants.links import object_url

register = template.Library()


@register.simple_tag
def page_of(object_type: str, object_id: UUID | None) -> str:
    """The address of a thing's page; "" where it has none."""
    return object_url(object_type, object_id)


@register.filter
def breakable(code: str) -> SafeString:
    """A code such as `bill.partner_approved` that may break after its dots and underscores."""
    return format_html_join("", "{}<wbr>", ((part,) for part in re.split(r"(?<=[._])", code)))
