"""Subscriptions of organisations to an app, as the App Store has them: read by the app itself."""

from typing import TYPE_CHECKING, Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.xero import problems
from sandbox.xero.wire import moment_text, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero
    from sandbox.xero.books import Books

SCOPE, STATUSES = "marketplace.billing", ("ACTIVE", "CANCELED", "PAST_DUE")
MONTH = 30 * 86_400


class AppStore:
    """GET of one subscription, with a token of the app's own."""

    def __init__(self, xero: "Xero") -> None:
        self.xero = xero
        xero.routes.add("GET", "/appstore/2.0/subscriptions/{id}", self.read)

    def read(self, call: Call, id: str) -> Answer:  # noqa: A002 - a step's name
        """One, if it is of the app that asks."""
        caller = self.xero.identity.caller(call)
        if SCOPE not in caller.scopes:
            raise Refused(problems.refused(401, "AuthorizationUnsuccessful"))
        found = self.xero.store.get("", "subscription", id.lower())
        if found is None or found.body["client"] != caller.client:
            return Answer.json({"title": "Not Found", "status": 404}, 404)
        return Answer.json(found.body["shown"])


def subscribe(books: "Books", client: str, plan: str, status: str) -> dict[str, Any]:
    """An organisation's subscription to an app is made or changed. Raises ValueError."""
    if status not in STATUSES:
        raise ValueError(f"status: one of {', '.join(STATUSES)}")
    xero, key = books.xero, f"{client}|{books.tenant}"
    ids = xero.store.found("", "subscription.of", key)
    old = xero.store.get("", "subscription", ids[0][1]) if ids else None
    now, until = moment_text(books.at), moment_text(books.at + MONTH)
    shown: dict[str, Any] = {
        "id": old.id if old else new_id(),
        "organisationId": books.tenant,
        "startDate": old.body["shown"]["startDate"] if old else now,
        "currentPeriodEnd": until,
        "status": status,
        "testMode": True,
        "plans": [_plan(plan, status, now)],
    }
    if status == "CANCELED":
        shown["endDate"] = now
    body = {"client": client, "shown": shown}
    xero.store.put(
        *("", "subscription", shown["id"], body), at=books.at, keys=[("subscription.of", key)]
    )
    what = "UPDATE" if old else "CREATE"
    xero.hooks.happened(books, "SUBSCRIPTION", what, "subscriptions", shown["id"], only=client)
    return shown


def _plan(name: str, status: str, now: str) -> dict[str, Any]:
    item = {
        "id": new_id(),
        "quantity": 1,
        "startDate": now,
        "testMode": True,
        "price": {"id": new_id(), "amount": 50, "currency": "AUD"},
        "product": {"id": new_id(), "name": name, "type": "FIXED"},
    }
    kept = status if status in ("ACTIVE", "CANCELED") else "ACTIVE"
    return {"id": new_id(), "name": name, "status": kept, "subscriptionItems": [item]}
