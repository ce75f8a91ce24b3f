"""Secrets at rest: AES-256-GCM with a key ring; keyed hashes for look-ups.

The organisation and the field are associated data, so a ciphertext that is moved to another
organisation or column does not open.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

# People's secrets belong to no organisation: the associated data says so.
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """Where the ciphertexts of one `field` stand, so that `rotate_keys` finds them.

    `column` of `model` ("app.Model") holds one. With `keys` it is a JSON object, and those of its
    keys hold one or a list of them. `of_people`: its rows belong to no organisation.
    """

    field: str
    model: str
    column: str
    keys: tuple[str, ...] = ()
    of_people: bool = False


_columns: dict[str, SealedColumn] = {}


def register_sealed(column: SealedColumn) -> None:
    """Called from `AppConfig.ready`."""
    _columns[column.field] = column


def sealed_columns() -> list[SealedColumn]:
    """Every place where ciphertexts stand."""
    return list(_columns.values())


class UnreadableSecret(ValueError):
    """The ciphertext was changed, moved, or made with a key that the ring no longer has."""


def encrypt(plaintext: str, *, tenant_id: UUID, field: str) -> str:
    """`<key id>:<base64 of nonce and ciphertext>`, made with the ring's first key.

    Raises LookupError for a field that no app registered: its key could never be replaced.
    """
    if field not in _columns:
        raise LookupError(f"{field} is not registered; call register_sealed.")
    key_id, key = next(iter(settings.KEY_RING.items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, plaintext.encode(), _bound_to(tenant_id, field))
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, tenant_id: UUID, field: str) -> str:
    """The plaintext of `encrypt`; raises UnreadableSecret."""
    key_id, _, text = stored.partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
        return (
            AESGCM(settings.KEY_RING[key_id])
            .decrypt(raw[:12], raw[12:], _bound_to(tenant_id, field))
            .decode()
        )
    except (KeyError, ValueError, InvalidTag) as error:
        raise UnreadableSecret(field) from error


def reseal(stored: str, *, tenant_id: UUID, field: str) -> str:
    """The same secret under the ring's first key; `stored` itself where it is that already.

    Raises UnreadableSecret.
    """
    if stored.startswith(f"{next(iter(settings.KEY_RING))}:"):
        return stored
    return encrypt(
        decrypt(stored, tenant_id=tenant_id, field=field), tenant_id=tenant_id, field=field
    )


def keyed_hash(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256 in hex, to find a secret by its value without storing the value."""
    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def _bound_to(tenant_id: UUID, field: str) -> bytes:
    return f"{tenant_id}:{field}".encode()
