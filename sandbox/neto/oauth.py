"""Add-ons: the page where a merchant allows one, its tokens, and what they open.

Two generations live side by side. The first has tokens without an end, sent with the client id as
X_ACCESS_KEY and X_SECRET_KEY to the store itself. The second (`version=2`) has bearers that end and
are refreshed, sent to the gateway under the store's `api_id`.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sandbox.common.http import Answer, BadBody, Call, Routes
from sandbox.common.sandbox import Sandbox
from sandbox.neto import oauth_pages
from sandbox.neto.shops import Shop, new_key

AUTHORISE, TOKEN = "/oauth/v2/auth", "/oauth/v2/token"
FIRST_APP = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "redirects": []}
SCOPE = "api user address"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COUNTRIES = {"AU": "Australia", "NZ": "New Zealand", "GB": "United Kingdom"}
Form = Mapping[str, str]


class Wrong(Exception):
    """An OAuth error: its code, and what to say."""

    def __init__(self, code: str, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.code, self.words, self.status = code, words, status

    @property
    def body(self) -> dict[str, str]:
        """As answers and redirects carry it."""
        return {
            "error": self.code,
            "error_description": self.words,
            "hint": self.words,
            "message": self.words,
        }


# --- Apps and grants -----------------------------------------------------------------------------
def apps(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Every app by its client id."""
    made: dict[str, dict[str, Any]] = sandbox.store.setting("", "apps", {})
    return {str(FIRST_APP["client_id"]): FIRST_APP, **made}


def register(sandbox: Sandbox, values: Mapping[str, Any]) -> dict[str, Any]:
    """Another app; `redirect_uris` are taken exactly, none: any address on this machine."""
    app = {
        "client_id": str(values.get("client_id") or new_key()),
        "client_secret": str(values.get("client_secret") or new_key()),
        "redirects": [str(one) for one in values.get("redirect_uris", [])],
    }
    known = dict(sandbox.store.setting("", "apps", {}))
    sandbox.store.set("", "apps", {**known, app["client_id"]: app})
    return app


def install(shop: Shop, client_id: str, version: int) -> dict[str, Any]:
    """Tokens of an app for a store. Raises ValueError."""
    if client_id not in apps(shop.sandbox):
        raise ValueError("client_id: no such app")
    grant: dict[str, Any] = {"client_id": client_id, "version": version}
    grant["access_token"] = secrets.token_urlsafe(30)
    keys = [("grant.client", client_id)]
    if version == 2:
        grant["refresh_token"] = secrets.token_urlsafe(30)
        grant["until"] = shop.at + float(shop.switch("bearer_seconds"))
        shop.store.set("", f"refresh.{grant['refresh_token']}", [shop.name, grant["access_token"]])
    shop.put("grant", grant["access_token"], grant, keys)
    return grant


def remove(shop: Shop, client_id: str) -> int:
    """The merchant removes an add-on: its tokens end. How many there were."""
    found = shop.store.found(shop.name, "grant.client", client_id)
    for _kind, token in found:
        _end(shop, token)
    return len(found)


def _end(shop: Shop, token: str) -> None:
    grant = shop.get("grant", token)
    if grant is not None:
        shop.store.put(shop.name, "grant", token, grant, at=shop.at, deleted=True)


def opens(shop: Shop, client_id: str, token: str, version: int) -> bool:
    """Whether a token is good for a store now; a bearer (version 2) names no client."""
    grant = shop.get("grant", token) if token else None
    if grant is None or grant["version"] != version:
        return False
    if version == 1:
        return hmac.compare_digest(str(grant["client_id"]).encode(), client_id.encode())
    return bool(grant["until"] > shop.at)


def shop_of_domain(sandbox: Sandbox, domain: str, at: float) -> Shop | None:
    """A store by `{store}.localhost:8103`, by `127.0.0.1:8103/{store}` or by its name."""
    host, _slash, path = domain.strip().lower().rpartition("://")[2].partition("/")
    for name in (path.strip("/"), host.partition(":")[0].partition(".")[0]):
        shop = Shop(sandbox, name, at)
        if name and shop.profile:
            return shop
    return None


def domain_of(shop: Shop) -> str:
    """What stands before /do/WS/NetoAPI, without the scheme."""
    return shop.url.partition("://")[2]


# --- Addresses -----------------------------------------------------------------------------------
class OAuth:
    """Answers under /oauth/v2."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def add_routes(self, routes: Routes) -> None:
        """The page, its two buttons, and the tokens."""
        routes.add("GET", AUTHORISE, self.ask)
        routes.add("POST", AUTHORISE, self.decide)
        routes.add(("GET", "POST"), TOKEN, self.token)

    def ask(self, call: Call) -> Answer:
        """The merchant's page; what is wrong with the app or its address is told here."""
        try:
            asked = self._asked(call.query)
        except Wrong as wrong:
            return oauth_pages.told(wrong.words)
        if asked.get("response_type") != "code":
            return self._back(asked, Wrong("unsupported_response_type", "response_type is code"))
        shop = shop_of_domain(self.sandbox, asked.get("store_domain", ""), call.at)
        if shop is None and asked.get("store_domain"):
            return oauth_pages.told(f"There is no store at {asked['store_domain']}")
        names = [shop.name] if shop else self.sandbox.store.companies()
        found = [Shop(self.sandbox, name, call.at) for name in names]
        pairs = [(one.name, str(one.profile["name"])) for one in found if one.profile]
        return oauth_pages.consent(asked, pairs)

    def decide(self, call: Call) -> Answer:
        """Back to the app, with a code or without."""
        origin = call.headers.get("origin", "")
        if origin and origin.partition("://")[2] != call.headers.get("host", ""):
            return Answer.text("<h1>This form is of another site</h1>", 403)
        try:
            asked = self._asked(call.form)
        except (Wrong, BadBody) as wrong:
            return oauth_pages.told(str(wrong))
        if asked.get("decision") != "allow":
            return self._back(asked, Wrong("access_denied", "The merchant did not allow it"))
        shop = Shop(self.sandbox, asked.get("store", ""), call.at)
        if not shop.profile:
            return oauth_pages.told("There is no such store")
        code = secrets.token_urlsafe(24)
        kept = {"store": shop.name, "client_id": asked["client_id"], "at": call.at}
        kept |= {"redirect_uri": asked["redirect_uri"], "version": asked.get("version", "")}
        self.sandbox.store.set("", f"code.{code}", kept)
        return _redirect(asked, {"code": code, "store_domain": domain_of(shop)})

    def token(self, call: Call) -> Answer:
        """Tokens for a code, or for a refresh token."""
        try:
            return Answer.json(self._granted(call), cache_control="no-store")
        except Wrong as wrong:
            return Answer.json(wrong.body, wrong.status)
        except BadBody as error:
            return Answer.json(Wrong("invalid_request", str(error)[:200]).body, 400)

    def _asked(self, given: Form) -> dict[str, str]:
        asked = dict(given)
        app = apps(self.sandbox).get(asked.get("client_id", ""))
        if app is None:
            raise Wrong("invalid_client", "There is no add-on with this client_id")
        address = asked.get("redirect_uri", "")
        try:
            host = urlsplit(address).hostname
        except ValueError:
            host = None
        good = address in app["redirects"] if app["redirects"] else host in LOOPBACK
        if not good or urlsplit(address).scheme not in ("http", "https"):
            raise Wrong("invalid_request", "redirect_uri is not registered for this add-on")
        return asked

    def _back(self, asked: Form, wrong: Wrong) -> Answer:
        return _redirect(asked, wrong.body)

    def _granted(self, call: Call) -> dict[str, Any]:
        form = _fields(call)
        client_id, secret = _client(call, form)
        app = apps(self.sandbox).get(client_id)
        known = str(app["client_secret"]) if app else ""
        if not known or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
            raise Wrong("invalid_client", "client_id or client_secret is wrong", 401)
        version = 2 if "2" in (call.query.get("version"), form.get("version")) else 1
        if form.get("grant_type") == "authorization_code":
            return self._for_code(call, form, client_id, version)
        if form.get("grant_type") == "refresh_token":
            return self._for_refresh(call, form, client_id)
        raise Wrong("unsupported_grant_type", "grant_type: authorization_code or refresh_token")

    def _for_code(self, call: Call, form: Form, client_id: str, version: int) -> dict[str, Any]:
        code = form.get("access_code") or form.get("code", "")
        kept = self.sandbox.store.setting("", f"code.{code}", {})
        if not kept or kept["client_id"] != client_id:
            raise Wrong("invalid_grant", "The access code is not known, or was used")
        if call.at > kept["at"] + float(self.sandbox.switch("code_seconds")):
            raise Wrong("invalid_grant", "The access code is too old")
        if form.get("redirect_uri") != kept["redirect_uri"]:
            raise Wrong("invalid_grant", "redirect_uri is not the one of the access code")
        self.sandbox.store.set("", f"code.{code}", {})
        shop = Shop(self.sandbox, kept["store"], call.at)
        if not shop.profile:
            raise Wrong("invalid_grant", "The store is gone")
        version = 2 if kept["version"] == "2" else version
        return told_tokens(shop, install(shop, client_id, version))

    def _for_refresh(self, call: Call, form: Form, client_id: str) -> dict[str, Any]:
        refresh = form.get("refresh_token", "")
        store, token = self.sandbox.store.setting("", f"refresh.{refresh}", None) or ("", "")
        shop = Shop(self.sandbox, store, call.at)
        grant = shop.get("grant", token) if token else None
        if grant is None or grant["client_id"] != client_id:
            raise Wrong("invalid_grant", "The refresh token is not known, or was used")
        _end(shop, token)
        made = install(shop, client_id, 2)
        if self.sandbox.switch("refresh_rotates"):
            self.sandbox.store.set("", f"refresh.{refresh}", [])
        else:
            self.sandbox.store.set("", f"refresh.{made['refresh_token']}", [])
            self.sandbox.store.set("", f"refresh.{refresh}", [store, made["access_token"]])
            made["refresh_token"] = refresh
        return told_tokens(shop, made)


def told_tokens(shop: Shop, grant: Mapping[str, Any]) -> dict[str, Any]:
    """What the token address answers, by generation."""
    if grant["version"] == 2:
        return {
            "scope": SCOPE,
            "api_id": shop.api_id,
            "token_type": "Bearer",
            "expires_in": int(shop.switch("bearer_seconds")),
            "access_token": grant["access_token"],
            "refresh_token": grant["refresh_token"],
        }
    profile = shop.profile
    country = str(profile["country"])
    return {
        "scope": SCOPE,
        "store_id": shop.api_id,
        "store_domain": domain_of(shop),
        "store_name": profile["name"],
        "store_timezone": profile["zone"],
        "access_token": grant["access_token"],
        "user": {
            "id": "1",
            "first_name": "Sample",
            "last_name": "Merchant",
            "email": f"owner@{shop.name}.example",
        },
        "billing_address": {
            "street1": "14 Foundry Street",
            "street2": "",
            "city": "Alexandria",
            "state": "NSW",
            "post_code": "2015",
            "country_name": COUNTRIES.get(country, country),
            "country_code": country,
        },
    }


def _fields(call: Call) -> dict[str, str]:
    """The query and the body, whether it is a form or JSON. Raises BadBody."""
    found = dict(call.query)
    if not call.body:
        return found
    if "json" not in call.headers.get("content-type", ""):
        return {**found, **call.form}
    given = call.json
    if not isinstance(given, dict):
        raise BadBody("not an object")
    texts = {name: one for name, one in given.items() if isinstance(one, str)}
    # Half a pair of surrogates is JSON but no text that could be kept.
    return {
        **found,
        **{name: one.encode("utf-8", "replace").decode() for name, one in texts.items()},
    }


def _client(call: Call, form: Form) -> tuple[str, str]:
    scheme, _blank, coded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _colon, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Wrong("invalid_client", "Authorization cannot be read", 401) from error
        return name, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _redirect(asked: Form, more: Mapping[str, str]) -> Answer:
    parts = urlsplit(asked["redirect_uri"])
    pairs = [*parse_qsl(parts.query), *more.items()]
    if asked.get("state"):
        pairs.append(("state", asked["state"]))
    address = urlunsplit(parts._replace(query=urlencode(pairs), fragment=""))
    return Answer.redirect(quote(address, safe="%/:=&?~#+!$,;'@()*[]"))
