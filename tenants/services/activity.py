"""Writing the audit report."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from tenants.actor import current_actor
from tenants.models import Activity


def log_activity(
    action: str,
    summary: str,
    *,
    about: models.Model | None = None,
    label: str = "",
    changes: Mapping[str, tuple[Any, Any] | list[Any]] | None = None,
) -> Activity:
    """Append one line: `action` is stable (`purchase_order.authorised`), people read `summary`.

    `changes` maps a field's label to (before, after), both as printed.
    """
    actor = current_actor()
    return Activity.objects.create(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        via=actor.via,
        ip=actor.ip,
        request_id=actor.request_id,
        action=action,
        object_type=_type_of(about),
        object_id=_id_of(about),
        object_label=(label or (str(about) if about is not None else ""))[:200],
        summary=summary,
        changes={key: [str(old), str(new)] for key, (old, new) in (changes or {}).items()},
    )


def _type_of(about: models.Model | None) -> str:
    """The model's name, or the one that a model gives where another app has the same."""
    if about is None:
        return ""
    return str(getattr(about, "activity_type", "") or about._meta.model_name or "")


def _id_of(about: models.Model | None) -> UUID | None:
    return about.pk if about is not None else None
