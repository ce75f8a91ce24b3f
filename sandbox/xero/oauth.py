"""Identity: consent with a choice of organisations, tokens, revocation, connections.

Tokens belong to a user and an app; a connection opens one organisation to both. Everything is
kept in the store under no company, tokens by their hash.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.pages import page
from sandbox.common.store import Record
from sandbox.xero import problems, scopes
from sandbox.xero.limits import TIERS
from sandbox.xero.wire import moment_text, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

ACCESS_SECONDS, CODE_SECONDS = 1_800, 300
UNUSED_SECONDS, GRACE_SECONDS = 60 * 86_400, 30 * 60
LOOPBACK = ("http://127.0.0.1", "http://localhost")
DEFAULT_APP: dict[str, Any] = {
    "client_id": "sandbox-client",
    "secret": "sandbox-secret",
    "redirects": [],  # none: any on this machine
    "made": "2026-04-01",
    "tier": "Core",
    "certified": False,
    "custom": "",  # of a custom connection: the one organisation that it has
}
USER = "00000000-0000-4000-8000-00000000a11a"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with a token."""

    client: str
    user: str
    scopes: set[str]


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Identity:
    """Its addresses, and the checks that the API asks for."""

    def __init__(self, xero: "Xero") -> None:
        self.xero, self.store = xero, xero.store
        add = xero.routes.add
        add("GET", "/identity/connect/authorize", self.ask)
        add("POST", "/identity/connect/authorize", self.decide)
        add("POST", "/connect/token", self.token)
        add("POST", "/connect/revocation", self.revoke)
        add("GET", "/[Cc]onnections", self.connections)
        add("DELETE", "/[Cc]onnections/{id}", self.disconnect)
        add("GET", "/.well-known/openid-configuration", self.discovery)

    # --- Kept things ----------------------------------------
    def keep(self, kind: str, id_: str, body: dict[str, Any], *keys: tuple[str, str]) -> None:
        """Write a record of no company."""
        self.store.put("", kind, id_, body, at=self.xero.clock.now(), keys=keys)

    def app(self, client: str) -> dict[str, Any] | None:
        """An app by its client id."""
        found = self.store.get("", "app", client)
        if found is None:
            return DEFAULT_APP if client == DEFAULT_APP["client_id"] else None
        return None if found.deleted else found.body

    def connection(self, client: str, user: str, tenant: str) -> Record | None:
        """The connection that opens an organisation."""
        for _kind, id_ in self.store.found("", "connection", f"{client}|{user}|{tenant}"):
            return self.store.get("", "connection", id_)
        return None

    def caller(self, call: Call) -> Caller:
        """Who calls. Raises Refused with 401."""
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        found = self.store.get("", "access", hashed(token)) if kind.lower() == "bearer" else None
        if found is None:
            raise Refused(problems.refused(401, "AuthenticationUnsuccessful"))
        body = found.body
        if call.at >= float(body["until"]):
            until = moment_text(float(body["until"]), "%m/%d/%Y %H:%M:%S")
            raise Refused(problems.refused(401, f"TokenExpired: token expired at {until}"))
        return Caller(body["client"], body["user"], set(body["scopes"]))

    # --- Consent ----------------------------------------
    def ask(self, call: Call) -> Answer:
        """The page that asks a person."""
        query = call.query
        problem = self._unfit(query)
        if problem is not None:
            return problem
        hidden = "".join(
            f"<input type='hidden' name='{escape(name)}' value='{escape(text)}'>"
            for name, text in query.items()
        )
        picks = "".join(
            f"<div><label><input type='checkbox' name='tenant{number}' value='{escape(one)}'"
            f"{'' if number else ' checked'}> {escape(self.xero.company_title(one))}</label></div>"
            for number, one in enumerate(self.store.companies())
        )
        asked = "".join(f"<li>{escape(one)}</li>" for one in query["scope"].split())
        return page(
            f"Allow {query['client_id']} access to your organisations?",
            f"<form method='post'>{hidden}{picks or '<p>There is no organisation yet.</p>'}"
            f"<p>It asks for:</p><ul>{asked}</ul>"
            "<p><button name='decision' value='allow'>Allow access</button> "
            "<button name='decision' value='deny'>Cancel</button></p></form>",
        )

    def _unfit(self, query: dict[str, str]) -> Answer | None:
        app = self.app(query.get("client_id", ""))
        redirect = query.get("redirect_uri", "")
        if app is None:
            return _plain("unauthorized_client", "Unknown client_id")
        known = redirect in app["redirects"] or (
            not app["redirects"] and redirect.startswith(LOOPBACK)
        )
        if not known:
            return _plain("unauthorized_client", "Invalid redirect_uri")
        if query.get("response_type") != "code":
            return self._back(query, error="unsupported_response_type")
        error = scopes.refused(query.get("scope", "").split(), app["made"])
        if error:
            return self._back(query, error=error)
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return self._back(query, error="invalid_request")
        return None

    def _back(self, query: dict[str, str], **given: str) -> Answer:
        if "state" in query:
            given["state"] = query["state"]
        address = query["redirect_uri"]
        joint = "&" if "?" in address else "?"
        return Answer.redirect(f"{quote(address, safe=':/?&=%#')}{joint}{urlencode(given)}")

    def decide(self, call: Call) -> Answer:
        """What the person decided."""
        form = call.query | call.form
        problem = self._unfit(form)
        if problem is not None:
            return problem
        if form.get("decision") != "allow":
            return self._back(form, error="access_denied")
        tenants = [text for name, text in form.items() if name.startswith("tenant")]
        tenants = [one for one in tenants if one in self.store.companies()]
        if not tenants:
            return self._back(form, error="access_denied")
        user, event = form.get("user") or USER, new_id()
        client = form["client_id"]
        if self.connect(client, user, tenants, event, call.at):
            return self._back(form, error="access_denied")
        code = secrets.token_urlsafe(32)
        kept = {
            "client": client,
            "user": user,
            "event": event,
            "redirect": form["redirect_uri"],
            "scopes": form["scope"].split(),
            "challenge": form.get("code_challenge", ""),
            "until": call.at + CODE_SECONDS,
        }
        self.keep("code", hashed(code), kept)
        return self._back(form, code=code, scope=form["scope"])

    def connect(self, client: str, user: str, tenants: list[str], event: str, at: float) -> str:
        """Open organisations to an app; what bars it, or nothing."""
        app = self.app(client) or DEFAULT_APP
        for tenant in tenants:
            found = self.connection(client, user, tenant)
            moment = moment_text(at, "%Y-%m-%dT%H:%M:%S.%f") + "0"
            if found is not None:
                body = found.body | {"authEventId": event, "updatedDateUtc": moment}
            else:
                problem = self._no_room(client, app, tenant)
                if problem:
                    return problem
                body = {
                    "id": new_id(),
                    "authEventId": event,
                    "tenantId": tenant,
                    "tenantType": "ORGANISATION",
                    "tenantName": self.xero.company_title(tenant),
                    "createdDateUtc": moment,
                    "updatedDateUtc": moment,
                }
            whose = ("connection.of", f"{client}|{user}")
            key = ("connection", f"{client}|{user}|{tenant}")
            self.keep(
                *("connection", body["id"], body),
                *(key, whose, ("connection.app", client), ("connection.tenant", tenant)),
            )
        return ""

    def _no_room(self, client: str, app: dict[str, Any], tenant: str) -> str:
        used = len(self.store.found("", "connection.app", client))
        if used >= TIERS[app["tier"]]["connections"]:
            return "the app's tier allows no more connections"
        others = set()
        for _kind, id_ in self.store.found("", "connection.tenant", tenant):
            others |= {v for k, v in self.store.keys("", "connection", id_) if k.endswith(".app")}
        uncertified = [one for one in others - {client} if not (self.app(one) or app)["certified"]]
        if not app["certified"] and len(uncertified) >= self.xero.switch("uncertified_apps"):
            return "the organisation can have no more uncertified apps"
        return ""

    # --- Tokens ----------------------------------------
    def token(self, call: Call) -> Answer:
        """A code or a refresh token for new tokens."""
        form = call.form
        client = self._client(call, form)
        if client is None:
            return Answer.json({"error": "invalid_client"}, 400)
        match form.get("grant_type"):
            case "authorization_code":
                return self._from_code(client, form, call.at)
            case "refresh_token":
                return self._refreshed(client, form, call.at)
            case "client_credentials":
                return self._of_its_own(client, form, call.at)
            case _:
                return Answer.json({"error": "unsupported_grant_type"}, 400)

    def _client(self, call: Call, form: dict[str, str]) -> str | None:
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, given = call.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                text = base64.b64decode(given, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return None
            client, _, secret = (unquote(part) for part in text.partition(":"))
        app = self.app(client)
        if app is None or not hmac.compare_digest(app["secret"].encode(), secret.encode()):
            return None
        return client

    def _from_code(self, client: str, form: dict[str, str], at: float) -> Answer:
        id_ = hashed(form.get("code", ""))
        found = self.store.get("", "code", id_)
        bad = Answer.json({"error": "invalid_grant"}, 400)
        if found is None or found.deleted or found.body["client"] != client:
            return bad
        kept = found.body
        self.store.put("", "code", id_, kept, at=at, deleted=True)
        if at >= float(kept["until"]) or kept["redirect"] != form.get("redirect_uri"):
            return bad
        if kept["challenge"]:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != kept["challenge"]:
                return bad
        return Answer.json(
            self.issue(client, kept["user"], kept["scopes"], kept["event"], at),
            cache_control="no-store",
        )

    def _refreshed(self, client: str, form: dict[str, str], at: float) -> Answer:
        id_ = hashed(form.get("refresh_token", ""))
        found = self.store.get("", "refresh", id_)
        bad = Answer.json({"error": "invalid_grant"}, 400)
        if found is None or found.deleted or found.body["client"] != client:
            return bad
        kept = found.body
        if at - float(kept["issued"]) > UNUSED_SECONDS:
            return bad
        if "rotated" in kept:
            if at - float(kept["rotated"]) > GRACE_SECONDS:
                return bad
        else:
            self.keep(
                "refresh", id_, kept | {"rotated": at}, ("refresh.of", f"{client}|{kept['user']}")
            )
        made = self.issue(client, kept["user"], kept["scopes"], kept["event"], at)
        return Answer.json(made, cache_control="no-store")

    def _of_its_own(self, client: str, form: dict[str, str], at: float) -> Answer:
        """Without a person: for custom connections, and any app for its own matters."""
        app = self.app(client) or DEFAULT_APP
        asked = form.get("scope", "").split()
        tenant = str(app["custom"]).lower()
        if not tenant:
            if not asked or set(asked) - set(scopes.OF_APPS):
                return Answer.json({"error": "unauthorized_client"}, 400)
            return Answer.json(self.issue(client, client, asked, new_id(), at))
        error = scopes.refused(asked or list(scopes.CUSTOM), app["made"])
        if error or "offline_access" in asked:
            return Answer.json({"error": "invalid_scope"}, 400)
        event = new_id()
        if self.connect(client, client, [tenant], event, at):
            return Answer.json({"error": "unauthorized_client"}, 400)
        made = self.issue(client, client, asked or list(scopes.CUSTOM), event, at)
        return Answer.json(made, cache_control="no-store")

    def issue(
        self, client: str, user: str, granted: list[str], event: str, at: float
    ) -> dict[str, Any]:
        """New tokens; a refresh token only for offline_access."""
        claims = {
            "iss": self.xero.base_url,
            "exp": int(at) + ACCESS_SECONDS,
            "client_id": client,
            "xero_userid": user,
            "authentication_event_id": event,
            "scope": granted,
            "jti": secrets.token_hex(16),
        }
        access = self._signed(claims)
        kept = {"client": client, "user": user, "scopes": granted, "until": at + ACCESS_SECONDS}
        self.keep("access", hashed(access), kept)
        made: dict[str, Any] = {"access_token": access}
        if "openid" in granted:
            made["id_token"] = self._signed({"iss": self.xero.base_url, "sub": user, "aud": client})
        made |= {"expires_in": ACCESS_SECONDS, "token_type": "Bearer", "scope": " ".join(granted)}
        if "offline_access" in granted:
            made["refresh_token"] = secrets.token_urlsafe(48)
            body = {k: v for k, v in kept.items() if k != "until"} | {"event": event, "issued": at}
            self.keep(
                *("refresh", hashed(made["refresh_token"]), body),
                ("refresh.of", f"{client}|{user}"),
            )
        return made

    def _signed(self, claims: dict[str, Any]) -> str:
        key = self.store.setting("", "signing_key")
        if key is None:
            key = secrets.token_hex(32)
            self.store.set("", "signing_key", key)
        head = _part({"alg": "HS256", "typ": "JWT"}) + "." + _part(claims)
        digest = hmac.new(key.encode(), head.encode(), hashlib.sha256).digest()
        return f"{head}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def revoke(self, call: Call) -> Answer:
        """All of the user's connections to the app end."""
        form = call.form
        client = self._client(call, form)
        if client is None:
            return Answer.json({"error": "invalid_client"}, 400)
        found = self.store.get("", "refresh", hashed(form.get("token", "")))
        if found is not None and found.body["client"] == client:
            self.end(client, found.body["user"])
        return Answer(200)

    def end(self, client: str, user: str) -> None:
        """No connections and no refresh tokens of a user with an app are left."""
        for kind in ("connection", "refresh"):
            for _kind, id_ in self.store.found("", f"{kind}.of", f"{client}|{user}"):
                found = self.store.get("", kind, id_)
                if found is not None:
                    self.store.put(
                        "", kind, id_, found.body, at=self.xero.clock.now(), deleted=True
                    )

    # --- Connections ----------------------------------------
    def connections(self, call: Call) -> Answer:
        """What is open to this user and app."""
        caller = self.caller(call)
        ids = self.store.found("", "connection.of", f"{caller.client}|{caller.user}")
        found = [self.store.get("", "connection", id_) for _kind, id_ in ids]
        listed = [one.body for one in found if one is not None]
        event = call.query.get("authEventId")
        listed = [one for one in listed if not event or one["authEventId"] == event]
        listed = [one | {"tenantName": self.xero.company_title(one["tenantId"])} for one in listed]
        return Answer.json(sorted(listed, key=lambda one: one["createdDateUtc"]))

    def disconnect(self, call: Call, id: str) -> Answer:  # noqa: A002 - a step's name
        """Close one; the id is that of the connection."""
        caller = self.caller(call)
        mine = self.store.found("", "connection.of", f"{caller.client}|{caller.user}")
        if id not in [id_ for _kind, id_ in mine]:
            return problems.refused(403, "AuthenticationUnsuccessful")
        self.close(id)
        return Answer(204)

    def close(self, id_: str) -> None:
        """A connection ends."""
        found = self.store.get("", "connection", id_)
        if found is not None:
            now = self.xero.clock.now()
            self.store.put("", "connection", id_, found.body, at=now, deleted=True)

    def discovery(self, call: Call) -> Answer:
        """Where everything is."""
        base = self.xero.base_url
        return Answer.json(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/identity/connect/authorize",
                "token_endpoint": f"{base}/connect/token",
                "revocation_endpoint": f"{base}/connect/revocation",
            }
        )


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _plain(error: str, words: str) -> Answer:
    answer = page("Something is not right", f"<p>{escape(error)}: {escape(words)}</p>")
    answer.status = 400
    return answer
