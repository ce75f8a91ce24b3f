"""OAuth 2.0 with Intuit: four calls. Whoever refreshes holds the lock on the connection's row."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from django.utils import timezone

from accounting.domain.answers import ProviderDown, Tokens, Verdict
from accounting.domain.states import Action, Who
from accounting.quickbooks.addresses import addresses, keys

SCOPE = "com.intuit.quickbooks.accounting"
TIMEOUT = (10, 30)
LONGEST_ANSWER = 64 * 1024


def consent_url(state: str, redirect: str) -> str:
    """Intuit's page on which a person picks a company and allows Wharf to see it."""
    client_id, _secret = keys()
    query = {
        "client_id": client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": redirect,
        "state": state,
    }
    return f"{addresses().consent}?{urlencode(query)}"


def exchange_code(code: str, redirect: str) -> Tokens:
    """The first pair; raises ProviderDown."""
    return _tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect})


def refresh(refresh_token: str) -> Tokens:
    """A new pair; the value of the refresh token may change every day and must be kept."""
    return _tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})


def revoke(refresh_token: str) -> None:
    """Kill the pair. A token that is dead already is no fault; raises ProviderDown otherwise."""
    try:
        answer = requests.post(
            addresses().revoke,
            json={"token": refresh_token},
            auth=keys(),
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise _unreachable() from error
    if answer.status_code >= 500:
        raise _unreachable()


def _tokens(form: dict[str, str]) -> Tokens:
    asked_at = timezone.now()
    try:
        answer = requests.post(
            addresses().token,
            data=form,
            auth=keys(),
            headers={
                "Accept": "application/json",
                # Tells when consent itself ends: at most five years after it was given.
                "x-include-refresh-token-hard-expires-in": "true",
            },
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        body = answer.json() if len(answer.content) <= LONGEST_ANSWER else {}
    except ValueError:
        raise _unreachable() from None
    except requests.RequestException:
        raise _unreachable() from None
    if answer.status_code == 200 and isinstance(body, dict):
        return _read(body, asked_at)
    raise _refused(answer.status_code, body)


def _read(body: dict[str, Any], asked_at: datetime) -> Tokens:
    try:
        hard = body.get("x_refresh_token_hard_expires_in")
        return Tokens(
            access=str(body["access_token"]),
            refresh=str(body["refresh_token"]),
            access_expires_at=asked_at + timedelta(seconds=int(body["expires_in"])),
            refresh_expires_at=asked_at
            + timedelta(seconds=int(body["x_refresh_token_expires_in"])),
            consent_until=asked_at + timedelta(seconds=int(hard)) if hard else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unreachable() from None


def _refused(status: int, body: Any) -> ProviderDown:
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if code == "invalid_grant":
        return ProviderDown(
            Verdict(
                Action.RECONNECT,
                "consent_ended",
                "QuickBooks no longer lets Wharf in: access was withdrawn or has run out. "
                "Reconnect QuickBooks; nothing is lost, what waits is sent afterwards.",
                Who.USER,
            )
        )
    if code == "invalid_client" or status == 401:
        return ProviderDown(
            Verdict(
                Action.PAUSE,
                "client_refused",
                "QuickBooks does not accept Wharf's own keys. The operator of this server has to "
                "correct QUICKBOOKS_CLIENT_ID and QUICKBOOKS_CLIENT_SECRET.",
                Who.OPERATOR,
            )
        )
    return _unreachable()


def _unreachable() -> ProviderDown:
    return ProviderDown(
        Verdict(
            Action.RETRY,
            "sign_in_unreachable",
            "Intuit's sign-in does not answer at the moment. Wharf tries again by itself.",
            Who.NOBODY,
            seconds=60,
        )
    )
