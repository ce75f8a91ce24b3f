"""Template tags of the platform's pages: `{% load platform %}`."""

from uuid import UUID

from django import template

from tenants.links import object_url

register = template.Library()


@register.simple_tag
def page_of(object_type: str, object_id: UUID | None) -> str:
    """The address of a thing's page; "" where it has none."""
    return object_url(object_type, object_id)
