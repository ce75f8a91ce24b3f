"""Keys for programs: made once, shown once, kept as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now

from hub.errors import InvalidInput, NotFound
from tenants.domain.scopes import SCOPES
from tenants.models import ApiKey
from tenants.services.activity import log_activity

PREFIX = "wharf_"


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A fresh key; `value` is shown this once and never again."""

    key: ApiKey
    value: str


def hash_of(value: str) -> str:
    """SHA-256 of a key: it has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(value.encode()).hexdigest()


def make_api_key(
    name: str, scopes: list[str], *, created_by: UUID | None, value: str | None = None
) -> MadeKey:
    """Make a key; raises InvalidInput for no name or unknown scopes."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        message = f"Unknown: {', '.join(unknown)}." if unknown else "Choose at least one scope."
        raise InvalidInput(message, fields={"scopes": [message]})
    if not name.strip():
        raise InvalidInput("Give the key a name.", fields={"name": ["Give the key a name."]})
    value = value or PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name.strip()[:80],
        prefix=value[:12],
        key_hash=hash_of(value),
        scopes=sorted(set(scopes)),
        created_by_id=created_by,
    )
    log_activity("api_key.made", f"API key “{key.name}” made", about=key, label=key.name)
    return MadeKey(key, value)


def revoke_api_key(key_id: UUID) -> None:
    """End a key at once; raises NotFound."""
    key = ApiKey.objects.filter(id=key_id, revoked_at=None).first()
    if key is None:
        raise NotFound
    ApiKey.objects.filter(id=key_id).update(revoked_at=Now())
    log_activity("api_key.revoked", f"API key “{key.name}” ended", about=key, label=key.name)
