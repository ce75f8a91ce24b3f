"""Secrets at rest: AES-256-GCM with a key ring; keyed hashes for look-ups.

The organisation and the field are associated data, so a ciphertext that is moved to another
organisation or column does not open.
"""

import base64
import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class UnreadableSecret(ValueError):
    """The ciphertext was changed, moved, or made with a key that the ring no longer has."""


def encrypt(plaintext: str, *, tenant_id: UUID, field: str) -> str:
    """`<key id>:<base64 of nonce and ciphertext>`, made with the ring's first key."""
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


def keyed_hash(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256 in hex, to find a secret by its value without storing the value."""
    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def _bound_to(tenant_id: UUID, field: str) -> bytes:
    return f"{tenant_id}:{field}".encode()
