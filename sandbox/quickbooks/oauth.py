"""Signing in: discovery, the page where a person allows an app, tokens and their rotation."""

import base64
import secrets
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlparse

from sandbox.common import pages
from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.quickbooks.errors import unauthenticated, unauthorised
from sandbox.quickbooks.identity import CLAIMS, OPENID, Identity, userinfo

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

AUTHORIZE = "/connect/oauth2"
BEARER = "/oauth2/v1/tokens/bearer"
REVOKE = "/v2/oauth2/tokens/revoke"
USERINFO = "/v1/openid_connect/userinfo"
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8_726_400
HARD_SECONDS = 5 * 365 * 86_400
HARD_HEADER = "x-include-refresh-token-hard-expires-in"
ACCOUNTING = "com.intuit.quickbooks.accounting"
APP = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "redirect_uris": []}

# What each scope means to a person.
SCOPES = {
    ACCOUNTING: "read and change the company's books",
    OPENID: "know who you are",
    "email": "know your e-mail address",
    "profile": "know your name",
    "phone": "know your telephone number",
    "address": "know your address",
}
STYLE = """<style>
main { max-width: 30rem; margin: 2rem auto; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
select, button { font: inherit; padding: .5rem .9rem; border: 1px solid #8886; border-radius: 6px; }
select { width: 100%; } form div { margin-top: 1.2rem; display: flex; gap: .6rem; }
button.main { background: #14612f; border-color: #14612f; color: #fff; font-weight: 600; }
</style>"""


class OAuth:
    """Grants (an app, a company) and their tokens, kept beside the companies."""

    def __init__(self, sandbox: "QuickBooks") -> None:
        self.sandbox, self.store = sandbox, sandbox.store
        self.identity = Identity(sandbox.store, f"{sandbox.base_url}/op/v1")
        add = sandbox.routes.add
        for name in ("openid_configuration", "openid_sandbox_configuration"):
            add("GET", f"/.well-known/{name}", self.discovery)
        add("GET", AUTHORIZE, self.page)
        add("POST", AUTHORIZE, self.decide)
        add("POST", BEARER, self.token)
        add("POST", REVOKE, self.revoke)
        add("GET", USERINFO, self.userinfo)
        add("GET", "/op/v1/jwks", self.keys)

    # --- Apps ------------------------------------------------------------------------------------
    def app(self, client_id: str) -> dict[str, Any] | None:
        """A registered app; one is there from the start."""
        if client_id == APP["client_id"]:
            return dict(self.store.setting("", f"app.{client_id}", APP))
        found = self.store.setting("", f"app.{client_id}")
        return None if found is None else dict(found)

    def register(self, values: dict[str, Any]) -> dict[str, Any]:
        """Register an app: client_id, client_secret, redirect_uris (none: any on loopback)."""
        app = {name: values.get(name, APP[name]) for name in APP}
        self.store.set("", f"app.{app['client_id']}", app)
        return app

    def _allowed(self, app: dict[str, Any], redirect: str) -> bool:
        if app["redirect_uris"]:
            return redirect in app["redirect_uris"]
        try:
            parts = urlparse(redirect)
        except ValueError:
            return False
        if not (redirect.isascii() and redirect.isprintable()):
            return False
        return parts.scheme in ("http", "https") and parts.hostname in ("127.0.0.1", "localhost")

    def _client(self, call: Call) -> str:
        scheme, _space, encoded = call.headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(encoded, validate=True).decode()
        except ValueError:  # not base64, or not text
            pair = ""
        client_id, _colon, secret = pair.partition(":")
        app = self.app(client_id)
        if scheme.lower() != "basic" or app is None or app["client_secret"] != secret:
            raise Refused(Answer.json({"error": "invalid_client"}, 401))
        return client_id

    # --- The page --------------------------------------------------------------------------------
    def discovery(self, _call: Call) -> Answer:
        base = self.sandbox.base_url
        return Answer.json(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": base + AUTHORIZE,
                "token_endpoint": base + BEARER,
                "userinfo_endpoint": base + USERINFO,
                "revocation_endpoint": base + REVOKE,
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": [OPENID, *CLAIMS, ACCOUNTING],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    def _asked(self, given: dict[str, str]) -> str:
        """What is wrong with a request for access, or nothing."""
        app = self.app(given.get("client_id", ""))
        if app is None:
            return "The client_id is not known."
        if not self._allowed(app, given.get("redirect_uri", "")):
            return "The redirect_uri is not registered for this app."
        if given.get("response_type") != "code" or not given.get("scope"):
            return "response_type has to be code, and a scope is needed."
        return "" if given.get("state") else "A state is needed."

    def page(self, call: Call) -> Answer:
        given = call.query
        wrong = self._asked(given)
        if wrong:
            return Answer(400, pages.page("Something is not right", f"<p>{wrong}</p>").body)
        hidden = "".join(
            f"<input type='hidden' name='{name}' value='{escape(given[name], quote=True)}'>"
            for name in ("client_id", "redirect_uri", "response_type", "scope", "state")
        )
        choices = "".join(
            f"<option value='{escape(realm)}'>{escape(self.sandbox.company_title(realm))}</option>"
            for realm in self.sandbox.store.companies()
        )
        asked = "".join(
            f"<li>{escape(SCOPES.get(scope, scope))}</li>" for scope in given["scope"].split()
        )
        form = (
            f"{STYLE}<p><b>{escape(given['client_id'])}</b> would like to:</p><ul>{asked}</ul>"
            f"<form method='post' action='{AUTHORIZE}'>{hidden}"
            "<label for='realm'>Company</label>"
            f"<select id='realm' name='realmId'>{choices}</select>"
            "<div><button class='main' name='decision' value='allow'>Connect</button> "
            "<button name='decision' value='deny'>No, thanks</button></div></form>"
        )
        return pages.page("Connect an app to QuickBooks", form)

    def decide(self, call: Call) -> Answer:
        given = call.form
        wrong = self._asked(given)
        realm = given.get("realmId", "")
        if wrong or (given.get("decision") == "allow" and not self.sandbox.known(realm)):
            said = wrong or "There is no such company."
            return Answer(400, pages.page("Something is not right", f"<p>{said}</p>").body)
        back = given["redirect_uri"]
        join = "&" if urlparse(back).query else "?"
        if given.get("decision") != "allow":
            said = urlencode({"error": "access_denied", "state": given["state"]})
            return Answer.redirect(f"{back}{join}{said}")
        code = "AB11" + secrets.token_urlsafe(30)
        body = {name: given[name] for name in ("client_id", "redirect_uri", "scope")}
        self.store.put("", "_code", code, {**body, "realm": realm}, at=call.at)
        said = urlencode({"code": code, "state": given["state"], "realmId": realm})
        return Answer.redirect(f"{back}{join}{said}")

    # --- Tokens ----------------------------------------------------------------------------------
    def token(self, call: Call) -> Answer:
        client_id = self._client(call)
        form = call.form
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            found = self.store.get("", "_code", form.get("code", ""))
            fresh = found and call.at - found.created < self.sandbox.switch("code_seconds")
            same = found and (found.body["client_id"], found.body["redirect_uri"]) == (
                client_id,
                form.get("redirect_uri"),
            )
            if found is None or found.deleted or not fresh or not same:
                return _invalid_grant("Authorization code is invalid or expired")
            self.store.put("", "_code", found.id, found.body, at=call.at, deleted=True)
            grant = self.grant(client_id, found.body["realm"], found.body["scope"], call.at)
            return self._issued(call, grant, first=True)
        if kind == "refresh_token":
            return self._refreshed(call, client_id, form.get("refresh_token", ""))
        error = "unsupported_grant_type" if kind else "invalid_request"
        return Answer.json({"error": error}, 400)

    def grant(self, client_id: str, realm: str, scope: str, at: float) -> Record:
        """A person has allowed an app; what the app had before for the company stays good."""
        body = {"client_id": client_id, "realm": realm, "scope": scope, "consent": at}
        body |= {"refresh": "", "rotated": 0, "used": at, "revoked": False}
        id_ = str(self.store.next("", "grant"))
        return self._rotate(self.store.put("", "_grant", id_, body, at=at), at)

    def _rotate(self, grant: Record, at: float) -> Record:
        body = grant.body
        if body["refresh"]:
            old = {"grant": grant.id, "until": at + float(self.sandbox.switch("rotation_grace"))}
            self.store.put("", "_refresh", body["refresh"], old, at=at)
        body |= {"refresh": "AB11" + secrets.token_urlsafe(30), "rotated": at}
        self.store.put("", "_refresh", body["refresh"], {"grant": grant.id}, at=at)
        return self.store.put("", "_grant", grant.id, body, at=at)

    def _refreshed(self, call: Call, client_id: str, token: str) -> Answer:
        found = self.store.get("", "_refresh", token) if token else None
        grant = self.store.get("", "_grant", found.body["grant"]) if found else None
        if found is None or grant is None or not self._alive(grant, found, client_id, call.at):
            return _invalid_grant("Incorrect or invalid refresh token")
        grant.body["used"] = call.at
        if call.at - float(grant.body["rotated"]) >= float(self.sandbox.switch("rotate_after")):
            grant = self._rotate(grant, call.at)
        else:
            self.store.put("", "_grant", grant.id, grant.body, at=call.at)
        return self._issued(call, grant)

    def _alive(self, grant: Record, token: Record, client_id: str, at: float) -> bool:
        body = grant.body
        return (
            not body["revoked"]
            and body["client_id"] == client_id
            and at < float(token.body.get("until", at + 1))
            and at - float(body["used"]) < REFRESH_SECONDS
            and at - float(body["consent"]) < HARD_SECONDS
        )

    def access(self, grant: Record, at: float) -> str:
        """A new access token of a grant."""
        token = "eyJ" + secrets.token_urlsafe(48)
        body = {"grant": grant.id, "until": at + ACCESS_SECONDS}
        self.store.put("", "_access", token, body, at=at)
        return token

    def tokens(self, grant: Record, at: float) -> dict[str, Any]:
        """What the token endpoint answers."""
        return {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "refresh_token": grant.body["refresh"],
            "x_refresh_token_expires_in": REFRESH_SECONDS,
            "access_token": self.access(grant, at),
        }

    def _issued(self, call: Call, grant: Record, *, first: bool = False) -> Answer:
        body = self.tokens(grant, call.at)
        if first and OPENID in grant.body["scope"].split():
            body["id_token"] = self.identity.id_token(grant, call.at)
        if call.headers.get(HARD_HEADER, "").lower() == "true":
            left = float(grant.body["consent"]) + HARD_SECONDS - call.at
            body["x_refresh_token_hard_expires_in"] = int(left)
        return Answer.json(body, cache_control="no-store")

    def revoke(self, call: Call) -> Answer:
        client_id = self._client(call)
        given = call.json if "json" in call.headers.get("content-type", "json") else call.form
        token = given.get("token") if isinstance(given, dict) else None
        for kind in ("_refresh", "_access"):
            found = self.store.get("", kind, token) if isinstance(token, str) else None
            grant = self.store.get("", "_grant", found.body["grant"]) if found else None
            if grant is not None and grant.body["client_id"] == client_id:
                self.end(grant, call.at)
                return Answer(200)
        return Answer.json({"error": "invalid_request"}, 400)

    def end(self, grant: Record, at: float) -> None:
        """Nothing of this grant is good any more."""
        self.store.put("", "_grant", grant.id, grant.body | {"revoked": True}, at=at)

    def revoke_company(self, realm: str, at: float) -> int:
        """A person disconnects every app from a company; how many grants that ended."""
        where = "json_extract(body, '$.realm') = ? AND NOT json_extract(body, '$.revoked')"
        found = self.store.records("", "_grant", where=where, values=(realm,))
        for grant in found:
            self.end(grant, at)
        return len(found)

    # --- Who asks --------------------------------------------------------------------------------
    def asking(self, call: Call) -> Record | None:
        """The grant behind a request's token, while it is good."""
        scheme, _space, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = self.store.get("", "_access", token.strip())
        if found is None or call.at >= float(found.body["until"]):
            return None
        grant = self.store.get("", "_grant", found.body["grant"])
        return None if grant is None or grant.body["revoked"] else grant

    def admit(self, call: Call, realm: str) -> None:
        """Refuse who may not speak for a company."""
        grant = self.asking(call)
        if grant is None:
            given = "authorization" in call.headers
            said = "Token expired" if given else "Authorization header is missing"
            raise Refused(unauthenticated(call.at, said))
        if grant.body["realm"] != realm or ACCOUNTING not in grant.body["scope"].split():
            if self.sandbox.switch("wrong_company") == "unknown":
                raise Refused(unauthenticated(call.at, "Token is not of this company"))
            raise Refused(unauthorised())

    def userinfo(self, call: Call) -> Answer:
        grant = self.asking(call)
        if grant is None or OPENID not in grant.body["scope"].split():
            return Answer.json({"error": "invalid_token"}, 401)
        return Answer.json(userinfo(grant))

    def keys(self, _call: Call) -> Answer:
        return Answer.json(self.identity.keys())


def _invalid_grant(said: str) -> Answer:
    return Answer.json({"error": "invalid_grant", "error_description": said}, 400)
