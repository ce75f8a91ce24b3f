"""Where the page of a thing is, by the type that the audit report and envelopes name it by."""

from uuid import UUID

from django.urls import reverse

_url_names: dict[str, str] = {}


def register_object_link(object_type: str, url_name: str) -> None:
    """Called from `AppConfig.ready`: the address takes the thing's id."""
    _url_names[object_type] = url_name


def object_url(object_type: str, object_id: UUID | None) -> str:
    """The address of its page; "" where it has none."""
    if object_id is None or object_type not in _url_names:
        return ""
    return reverse(_url_names[object_type], args=[object_id])
