"""One Neto store at one moment: its profile, its records, its clock, and who may call it."""

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.common.http import Call
from sandbox.common.sandbox import Sandbox
from sandbox.common.store import Record
from sandbox.neto.values import STAMP, Problem, missing, stamp

RATES = {"AU": Decimal(10), "NZ": Decimal(15), "GB": Decimal(20)}
ZONES = {"AU": "Australia/Sydney", "NZ": "Pacific/Auckland", "GB": "Europe/London"}
CURRENCIES = {"AU": "AUD", "NZ": "NZD", "GB": "GBP"}


class Shop:
    """A store, for the length of one request."""

    def __init__(self, sandbox: Sandbox, name: str, at: float) -> None:
        self.sandbox, self.store, self.name, self.at = sandbox, sandbox.store, name, at
        self.profile: dict[str, Any] = self.store.setting(name, "profile", {})

    # --- Profile ---------------------------------------------------------------------------------
    @property
    def rate(self) -> Decimal:
        """Tax, in percent."""
        return Decimal(self.profile["tax_rate"])

    @property
    def zone(self) -> ZoneInfo:
        """Where the store is."""
        return ZoneInfo(self.profile["zone"])

    @property
    def api_id(self) -> str:
        """What the gateway knows the store by."""
        return str(self.profile.get("api_id", self.name))

    @property
    def url(self) -> str:
        """The base address that a client is given."""
        return f"{self.sandbox.base_url}/{self.name}"

    def switch(self, name: str) -> Any:
        """How a switch stands."""
        return self.sandbox.switch(name)

    def change(self, **values: Any) -> None:
        """Keep something in the profile."""
        self.profile = {**self.profile, **values}
        self.store.set(self.name, "profile", self.profile)

    # --- Time ------------------------------------------------------------------------------------
    @property
    def now(self) -> str:
        """The time, in UTC, as answers write it."""
        return stamp(self.at)

    def day(self, at: str = "") -> str:
        """The day that a moment in UTC is in the store's zone."""
        when = datetime.fromisoformat(at or self.now).replace(tzinfo=UTC)
        zone = self.zone if self.switch("dates_are_local") else UTC
        return when.astimezone(zone).date().isoformat()

    def local(self, at: str) -> str:
        """A moment in UTC as clocks there show it."""
        if not at:
            return ""
        there = datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(self.zone)
        return there.strftime(STAMP)

    def midnight(self, day: str, days: int = 0) -> str:
        """The start of a day there (or of one that many days later), in UTC."""
        start = datetime.combine(date.fromisoformat(day) + timedelta(days), time(), self.zone)
        return stamp(start)

    # --- Records ---------------------------------------------------------------------------------
    def get(self, kind: str, id_: str) -> dict[str, Any] | None:
        """A record's body."""
        record = self.record(kind, id_)
        return None if record is None else record.body

    def record(self, kind: str, id_: str) -> Record | None:
        """A record that is not deleted."""
        found = self.store.get(self.name, kind, id_)
        return None if found is None or found.deleted else found

    def need(self, kind: str, id_: str, called: str = "") -> dict[str, Any]:
        """A record's body. Raises Problem."""
        found = self.get(kind, id_)
        if found is None:
            raise missing(called or kind.capitalize(), id_)
        return found

    def put(
        self, kind: str, id_: str, body: dict[str, Any], keys: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Write a record now."""
        self.store.put(self.name, kind, id_, body, at=self.at, keys=keys)

    def all(self, kind: str, **how: Any) -> list[dict[str, Any]]:
        """Every record of a kind."""
        return [one.body for one in self.store.records(self.name, kind, **how)]

    def next(self, name: str, first: int = 1) -> int:
        """The next number of a sequence."""
        return self.store.next(self.name, name, first)

    # --- Who calls -------------------------------------------------------------------------------
    def admit(self, call: Call, action: str, opens: Callable[[str, str, int], bool]) -> None:
        """Raises Problem unless the headers hold a key that may do this.

        `opens(client id, token, generation)` says whether an add-on's token is good.
        """
        if not self._admitted(call.headers, action, opens):
            raise Problem("Invalid API Key", "The API key is not valid for this request")

    def _admitted(
        self, headers: Mapping[str, str], action: str, opens: Callable[[str, str, int], bool]
    ) -> bool:
        profile = self.profile
        bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if bearer:
            return _same(bearer, profile.get("bearer", "")) or opens("", bearer, 2)
        secret = headers.get("x_secret_key", "").strip()
        if secret:
            known = headers.get("x_access_key", "").strip()
            mine = _same(known, profile["client_id"]) and _same(secret, profile["client_secret"])
            return mine or opens(known, secret, 1)
        key = headers.get("netoapi_key", "").strip()
        if _same(key, profile.get("global_key", "")):
            return True
        user = profile.get("users", {}).get(headers.get("netoapi_username", "").strip())
        if user is None or not _same(key, user["key"]):
            return False
        return user["actions"] is None or action in user["actions"]


def _same(given: str, kept: str) -> bool:
    return bool(kept) and hmac.compare_digest(given.encode(), kept.encode())


def new_key() -> str:
    """A key as the control panel makes them."""
    return secrets.token_urlsafe(24)


def new_profile(values: Mapping[str, Any]) -> dict[str, Any]:
    """A store's profile; what is not given has a default. Raises ValueError."""
    country = str(values.get("country", "AU"))
    if country not in RATES:
        raise ValueError(f"country: one of {', '.join(RATES)}")
    return {
        "name": str(values.get("name", "Sample Store")),
        "country": country,
        "zone": str(values.get("zone", ZONES[country])),
        "currency": str(values.get("currency", CURRENCIES[country])),
        "tax_rate": str(Decimal(str(values.get("tax_rate", RATES[country])))),
        "tax_code": "GST" if country in ("AU", "NZ") else "VAT",
        "tax_inclusive": bool(values.get("tax_inclusive", True)),
        "prefix": str(values.get("prefix", "N")),
        "global_key": str(values.get("global_key") or new_key()),
        "users": {
            str(values.get("username", "integration")): {
                "key": str(values.get("user_key") or new_key()),
                "actions": None,
            }
        },
        "client_id": new_key(),
        "client_secret": new_key(),
        "api_id": secrets.token_hex(8),
        "bearer": str(values.get("bearer") or new_key()),
        "verify_token": str(values.get("verify_token") or new_key()),
        "subscriptions": [],
    }
