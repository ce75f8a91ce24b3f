"""Webhooks: what changed is told to the app's address, signed, in either format, until it answers.

Deliveries are made by a thread of their own: who is told may ask back at once.
"""

import base64
import hashlib
import hmac
import logging
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests

from sandbox.common.store import dump
from sandbox.quickbooks.fields import DOCUMENTS, LISTS

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

log = logging.getLogger("sandbox")
ENTITIES = frozenset(
    (*LISTS, *DOCUMENTS, "TimeActivity", "Preferences", "Budget", "Currency", "JournalCode")
) - {"TaxCode", "TaxRate", "CompanyCurrency"}
PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Merge": "merged",
    "Emailed": "emailed",
}
RETRIES = (10, 20, 30, 300, 1200, 7200, 14_400, 21_600)
ANSWER_SECONDS = 3.0
MOST_AT_ONCE = 100


class News:
    """The queue of changes and the deliveries under way."""

    def __init__(self, sandbox: "QuickBooks") -> None:
        self.sandbox, self.store = sandbox, sandbox.store
        self._sender = ThreadPoolExecutor(1, "webhooks")
        self._sent: tuple[str, Future[bool]] | None = None

    def settings(self) -> dict[str, Any]:
        """url, verifier, format (classic or cloudevents), delay, copies, bad_signature."""
        found = self.store.setting("", "webhooks", {})
        return dict(found)

    def note(
        self, realm: str, kind: str, id_: str, operation: str, at: float, *, deleted: str = ""
    ) -> None:
        """Something changed; `deleted` is what was merged into it."""
        if kind not in ENTITIES or not self.store.setting("", "webhooks", {}).get("url"):
            return
        event = {"realm": realm, "name": kind, "id": id_, "operation": operation, "at": at}
        if deleted:
            event |= {"deleted": deleted, "named": self.sandbox.switch("merged_named")}
        self.store.put("", "_event", str(self.store.next("", "event")), event, at=at)

    def tick(self, now: float) -> None:
        """Take in what came of the last delivery, then make the next one that is due."""
        if self._sent is not None:
            name, future = self._sent
            if not future.done():
                return
            self._sent = None
            self._settle(name, good=future.result(), now=now)
        waiting = self.store.setting("", "delivery")
        if waiting is None:
            waiting = self._gather(now)
        if waiting is not None and now >= float(waiting["due"]):
            self._sent = (waiting["name"], self._sender.submit(self._deliver, waiting))

    def _gather(self, now: float) -> dict[str, Any] | None:
        settings = self.settings()
        events = self.store.records("", "_event", limit=MOST_AT_ONCE)
        oldest = events[0].created if events else now
        if not events or not settings.get("url") or now - oldest < settings.get("delay", 0):
            return None
        classic = settings.get("format", "cloudevents") == "classic"
        made = [one.body for one in events]
        body = dump(classic_body(made) if classic else cloud_events(made))
        waiting = {"name": str(uuid.uuid4()), "body": body, "due": now, "tries": 0, **settings}
        self.store.set("", "delivery", waiting)
        for one in events:
            self.store.connection.execute(
                "DELETE FROM record WHERE company = '' AND kind = '_event' AND id = ?", (one.id,)
            )
        return waiting

    def _settle(self, name: str, *, good: bool, now: float) -> None:
        waiting = self.store.setting("", "delivery")
        if waiting is None or waiting["name"] != name:
            return
        left = waiting.get("copies", 1) - 1
        if good and left <= 0:
            self.store.set("", "delivery", None)
        elif good:
            self.store.set("", "delivery", waiting | {"copies": left})
        else:
            wait = RETRIES[min(waiting["tries"], len(RETRIES) - 1)]
            tries = waiting["tries"] + 1
            self.store.set("", "delivery", waiting | {"due": now + wait, "tries": tries})

    @staticmethod
    def _deliver(waiting: dict[str, Any]) -> bool:
        body = waiting["body"].encode()
        signature = sign(body, waiting.get("verifier", "verifier"))
        if waiting.get("bad_signature"):
            signature = sign(body, "another verifier")
        headers = {"content-type": "application/json", "intuit-signature": signature}
        try:
            answer = requests.post(
                waiting["url"], data=body, headers=headers, timeout=ANSWER_SECONDS
            )
        except requests.RequestException as error:
            log.info("webhook: %s", error)
            return False
        return answer.ok


def sign(body: bytes, verifier: str) -> str:
    """The intuit-signature of a body."""
    return base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest()).decode()


def classic_body(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The older format: one notification for each company."""
    by_realm: dict[str, list[dict[str, Any]]] = {}
    for one in events:
        moment = datetime.fromtimestamp(float(one["at"]), UTC).isoformat(timespec="milliseconds")
        entity = {"name": one["name"], "id": one["id"]}
        entity |= {"operation": one["operation"], "lastUpdated": moment.replace("+00:00", "Z")}
        if "deleted" in one:
            entity["deletedId"] = one["deleted"]
        by_realm.setdefault(one["realm"], []).append(entity)
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in by_realm.items()
    ]
    return {"eventNotifications": notifications}


def cloud_events(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """CloudEvents 1.0, a list of them."""
    made = []
    for one in events:
        moment = datetime.fromtimestamp(float(one["at"]), UTC).isoformat(timespec="microseconds")
        made.append(
            {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": "intuit.sandbox",
                "type": f"qbo.{one['name'].lower()}.{PAST[one['operation']]}.v1",
                "datacontenttype": "application/json",
                "time": moment.replace("+00:00", "000Z"),
                "intuitentityid": one["id"],
                "intuitaccountid": one["realm"],
                "data": {"deletedId": one["deleted"]} if one.get("named") else {},
            }
        )
    return made
