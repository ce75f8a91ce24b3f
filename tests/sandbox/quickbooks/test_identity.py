"""Signing in with openid: id tokens that intuit-oauth accepts, their key, who a person is."""

from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from intuitlib.utils import validate_id_token

from tests.sandbox.quickbooks.helping import CLIENT, REDIRECT, Books, allow, books, quickbooks
from tests.sandbox.running import Running


def signed_in(server: Running, realm: str, *scopes: Scopes) -> AuthClient:
    """The client after a person allowed it these scopes."""
    discovery = f"{server.url}/.well-known/openid_sandbox_configuration/"
    client = AuthClient(*CLIENT, REDIRECT, discovery)
    back = allow(client.get_authorization_url(list(scopes), "state-1"), realm)
    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    return client


def claims(client: AuthClient) -> Any:
    """What its id token says, checked by a library that knows nothing of the sandbox."""
    key = jwt.PyJWKClient(client.jwks_uri).get_signing_key_from_jwt(client.id_token)
    return jwt.decode(
        client.id_token, key.key, algorithms=["RS256"], audience=CLIENT[0], issuer=client.issuer_uri
    )


def test_an_id_token_is_accepted(tmp_path: Path) -> None:
    """By the client itself, and by another library; the key outlives a restart."""
    with quickbooks(tmp_path) as server:
        made = books(server)
        client = signed_in(server, made.realm, Scopes.ACCOUNTING, Scopes.OPENID)
        assert validate_id_token(client.id_token, CLIENT[0], client.issuer_uri, client.jwks_uri)
        said = claims(client)
        assert (said["realmid"], said["aud"]) == (made.realm, [CLIENT[0]])
        assert said["exp"] - said["iat"] == 3600
        head, body, signature = client.id_token.split(".")
        other = "A" if signature[10] != "A" else "B"
        forged = f"{head}.{body}.{signature[:10]}{other}{signature[11:]}"
        issuer, keys = client.issuer_uri, client.jwks_uri
        assert validate_id_token(forged, CLIENT[0], issuer, keys) is False
        assert validate_id_token(client.id_token, "another", issuer, keys) is False
        first = requests.get(client.jwks_uri, timeout=30).json()
        assert Books(server, made.made, client.access_token).get("Customer", "1")["Id"] == "1"
    with quickbooks(tmp_path) as server:
        assert requests.get(f"{server.url}/op/v1/jwks", timeout=30).json() == first


def test_who_a_person_is(tmp_path: Path) -> None:
    """As the scopes allow; refused without openid, and with it the books are not open."""
    with quickbooks(tmp_path) as server:
        made = books(server)
        client = signed_in(
            server, made.realm, Scopes.OPENID, Scopes.EMAIL, Scopes.PROFILE, Scopes.PHONE
        )
        said = client.get_user_info().json()
        assert said == {
            "sub": claims(client)["sub"],
            "email": "owner@example.com",
            "emailVerified": True,
            "givenName": "Robin",
            "familyName": "Owner",
            "phoneNumber": "+1 5550100",
            "phoneNumberVerified": False,
        }
        assert client.email == "owner@example.com"
        alone = Books(server, made.made, client.access_token)
        assert alone.ask("GET", "preferences").status_code == 403
        bare = signed_in(server, made.realm, Scopes.OPENID)
        assert bare.get_user_info().json() == {"sub": said["sub"]}
        plain = signed_in(server, made.realm, Scopes.ACCOUNTING)
        assert plain.id_token is None
        with pytest.raises(AuthClientError, match="401"):
            plain.get_user_info()
        client.revoke()
        with pytest.raises(AuthClientError, match="401"):
            client.get_user_info()


def test_discovery_says_where_all_that_is(server: Running) -> None:
    """Every address in it answers."""
    said = requests.get(f"{server.url}/.well-known/openid_configuration", timeout=30).json()
    assert {"openid", "email", "profile", "phone", "address"} < set(said["scopes_supported"])
    assert requests.get(said["jwks_uri"], timeout=30).json()["keys"][0]["alg"] == "RS256"
    assert requests.get(said["userinfo_endpoint"], timeout=30).status_code == 401
    for name in ("token_endpoint", "revocation_endpoint"):
        assert requests.post(said[name], timeout=30).status_code == 401
    assert requests.get(said["authorization_endpoint"], timeout=30).status_code == 400


def test_consent_ends_after_five_years(tmp_path: Path) -> None:
    """However often it is refreshed; what is left of it is said to those who ask."""
    day, years = 86_400, 5 * 365
    with quickbooks(tmp_path) as server:
        server.control("clock", {"set": "2026-01-01T00:00:00Z", "stop": True})
        made = books(server)
        client = signed_in(server, made.realm, Scopes.ACCOUNTING)
        client.headers["x-include-refresh-token-hard-expires-in"] = "true"
        left = []
        for _ in range(18):
            server.control("clock", {"advance": 100 * day})
            client.refresh()
            left.append(client.x_refresh_token_hard_expires_in // day)
        assert left == [years - 100 * number for number in range(1, 19)]
        server.control("clock", {"advance": 25 * day - 1})
        client.refresh()
        assert client.x_refresh_token_hard_expires_in == 1
        server.control("clock", {"advance": 1})
        with pytest.raises(AuthClientError) as refused:
            client.refresh()
        assert b"invalid_grant" in refused.value.content
        again = signed_in(server, made.realm, Scopes.ACCOUNTING)
        again.refresh()
