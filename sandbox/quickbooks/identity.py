"""Who a person is, for apps that asked for `openid`: signed id tokens, their key, and userinfo."""

import base64
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.common.store import Record, Store, dump

KEY, KEY_ID = "identity.key", "sandbox-1"
ID_SECONDS = 3600
OPENID = "openid"
# What userinfo has for each scope beside `openid`.
CLAIMS: dict[str, dict[str, Any]] = {
    "email": {"email": "owner@example.com", "emailVerified": True},
    "profile": {"givenName": "Robin", "familyName": "Owner"},
    "phone": {"phoneNumber": "+1 5550100", "phoneNumberVerified": False},
    "address": {
        "address": {
            "streetAddress": "1 Quay Street",
            "locality": "Mountain View",
            "region": "CA",
            "postalCode": "94043",
            "country": "US",
        }
    },
}


class Identity:
    """One RSA key for each store, made when it is first needed."""

    def __init__(self, store: Store, issuer: str) -> None:
        self.store, self.issuer = store, issuer

    def _key(self) -> rsa.RSAPrivateKey:
        kept = self.store.setting("", KEY)
        if kept is None:
            made = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
            pem = made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            self.store.set("", KEY, pem.decode())
            return made
        key = serialization.load_pem_private_key(str(kept).encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def keys(self) -> dict[str, Any]:
        """The JWKS document."""
        numbers = self._key().public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    def id_token(self, grant: Record, at: float) -> str:
        """A JWT that says who allowed the app, and which company."""
        now = int(at)
        claims = {
            "sub": person(grant),
            "aud": [grant.body["client_id"]],
            "realmid": grant.body["realm"],
            "auth_time": int(grant.body["consent"]),
            "iss": self.issuer,
            "exp": now + ID_SECONDS,
            "iat": now,
        }
        header = {"kid": KEY_ID, "alg": "RS256"}
        signed = f"{_text(dump(header).encode())}.{_text(dump(claims).encode())}"
        signature = self._key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"


def person(grant: Record) -> str:
    """The id of who allowed the app."""
    return f"person-of-{grant.body['realm']}"


def userinfo(grant: Record) -> dict[str, Any]:
    """What the granted scopes let an app know."""
    found: dict[str, Any] = {"sub": person(grant)}
    for scope in grant.body["scope"].split():
        found |= CLAIMS.get(scope, {})
    return found


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))
