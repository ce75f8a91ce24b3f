"""Webhooks: events are gathered, signed and posted, tried again, and can be doubled or mixed up.

A hook is one address of an app with its key. Intent to receive: some posts without events, some
of them with a wrong signature; only an address that answers 200 and 401 as it should gets events.
Posting is done by threads, because the receiver may call the sandbox while it answers.
"""

import base64
import hashlib
import hmac
import http.client
import json
import queue
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.xero.wire import moment_text, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero
    from sandbox.xero.books import Books

CATEGORIES = ("CONTACT", "INVOICE", "CREDITNOTE", "SUBSCRIPTION")
WAITS = (5, 30, 120, 600, 3_600, 4 * 3_600)
GIVE_UP_SECONDS, ANSWER_SECONDS = 86_400, 5


class Hooks:
    """The hooks of all apps, kept in the store; what is on its way is in memory."""

    def __init__(self, xero: "Xero") -> None:
        self.xero = xero
        self._done: queue.Queue[tuple[str, str, str, bool]] = queue.Queue()
        self._under_way: set[str] = set()

    # --- Gathering ----------------------------------------
    def happened(
        self,
        books: "Books",
        category: str,
        what: str,
        plural: str,
        id_: str,
        *,
        data: dict[str, Any] | None = None,
        only: str = "",
    ) -> None:
        """An event for the hook of every app that is connected to the organisation, or of one."""
        hooks: dict[str, Any] = self.xero.store.setting("", "hooks", {})
        for client, hook in hooks.items():
            wanted = hook["state"] == "ok" and category in hook["categories"]
            if not wanted or (only and client != only):
                continue
            if not only and not self._connected(client, books.tenant):
                continue
            root = "appstore" if category == "SUBSCRIPTION" else "api.xro"
            event = {
                "resourceUrl": f"{self.xero.base_url}/{root}/2.0/{plural}/{id_}",
                "resourceId": id_,
                "tenantId": books.tenant,
                "tenantType": "ORGANISATION",
                "eventCategory": category,
                "eventType": what,
                "eventDateUtc": moment_text(books.at, "%Y-%m-%dT%H:%M:%S.%f")[:-3],
            } | ({"data": data} if data else {})
            number = self.xero.store.next("", f"event.{client}")
            kept = {"client": client, "number": number, "event": event}
            self.xero.store.put("", "event", f"{client}/{number}", kept, at=books.at)

    def _connected(self, client: str, tenant: str) -> bool:
        of_tenant = set(self.xero.store.found("", "connection.tenant", tenant))
        return bool(of_tenant & set(self.xero.store.found("", "connection.app", client)))

    def hook(self, client: str, url: str, key: str, categories: list[str]) -> dict[str, Any]:
        """Make or replace the hook of an app; what the old one did not get, the new one does not.

        Intent to receive is asked for at the next tick. Raises ValueError.
        """
        if not url.startswith(("http://127.0.0.1", "http://localhost")):
            raise ValueError("url: this sandbox posts to this machine only")
        if not categories or set(categories) - set(CATEGORIES):
            raise ValueError(f"categories: some of {', '.join(CATEGORIES)}")
        self._drop(client, self.xero.store.setting("", f"event.{client}", 1))
        hooks = dict(self.xero.store.setting("", "hooks", {}))
        made = {"url": url, "key": key, "categories": categories, "state": "asking"}
        hooks[client] = made | {"id": new_id(), "tried": 0, "next": 0, "failing_since": None}
        self.xero.store.set("", "hooks", hooks)
        return made

    # --- Delivering ----------------------------------------
    def deliver(self) -> None:
        """Once a second: take in what came back, and post what is due."""
        hooks = self.xero.store.setting("", "hooks", {})
        if not hooks:
            return
        hooks, now = dict(hooks), self.xero.clock.now()
        while not self._done.empty():
            client, of, what, good = self._done.get()
            self._under_way.discard(client)
            if client in hooks and hooks[client]["id"] == of:
                hooks[client] = self._after(client, dict(hooks[client]), what, now, good=good)
        for client, hook in hooks.items():
            if client in self._under_way or hook["state"] == "disabled" or now < hook["next"]:
                continue
            if hook["state"] == "asking":
                self._start(client, hook["id"], "asked", partial(self._ask, hook))
                continue
            events = self._waiting(client)
            if events:
                bodies = self._bodies(client, events)
                last, url = str(events[-1]["number"]), hook["url"]
                self._start(client, hook["id"], last, partial(_post_all, url, bodies))
        self.xero.store.set("", "hooks", hooks)

    def _after(
        self, client: str, hook: dict[str, Any], what: str, now: float, *, good: bool
    ) -> dict[str, Any]:
        if good:
            if what != "asked":
                self._drop(client, int(what))
            return hook | {"state": "ok", "tried": 0, "next": 0, "failing_since": None}
        since = hook["failing_since"] or now
        wait = WAITS[min(hook["tried"], len(WAITS) - 1)]
        state = hook["state"]
        if what == "asked" or now - float(since) > GIVE_UP_SECONDS:
            state = "disabled"
        moved = {"tried": hook["tried"] + 1, "next": now + wait, "failing_since": since}
        return hook | moved | {"state": state}

    def _drop(self, client: str, last: int) -> None:
        """Events of an app up to a number are waited for no longer."""
        self.xero.store.connection.execute(
            "DELETE FROM record WHERE company = '' AND kind = 'event'"
            " AND id LIKE ? || '/%' AND CAST(json_extract(body, '$.number') AS INT) <= ?",
            (client, last),
        )

    def _waiting(self, client: str) -> list[dict[str, Any]]:
        found = self.xero.store.records(
            *("", "event"),
            where="json_extract(body, '$.client') = ?",
            values=[client],
            order="CAST(json_extract(body, '$.number') AS INTEGER)",
            limit=100,
        )
        return [one.body for one in found]

    def _bodies(self, client: str, events: list[dict[str, Any]]) -> list[tuple[bytes, str]]:
        """One post, or as a test wants it: doubled, in reverse, or with a wrong signature."""
        hook = self.xero.store.setting("", "hooks", {})[client]
        mischief = self.xero.store.setting("", "hook_mischief", [])
        listed = [one["event"] for one in events]
        if "reorder" in mischief:
            listed.reverse()
        body = _body(listed, events[0]["number"], events[-1]["number"])
        signed = (body, signature(hook["key"], body))
        posts = [signed, signed] if "duplicate" in mischief else [signed]
        if "forge" in mischief:
            posts.insert(0, (body, signature("another key", body)))
        return posts

    def _ask(self, hook: dict[str, Any]) -> bool:
        answers = []
        for good in (True, False, True):
            body = _body([], 0, 0)
            key = hook["key"] if good else secrets.token_hex(16)
            status = _post(hook["url"], body, signature(key, body))
            answers.append(status == (200 if good else 401))
        return all(answers)

    def _start(self, client: str, of: str, what: str, work: Callable[[], bool]) -> None:
        self._under_way.add(client)

        def run() -> None:
            self._done.put((client, of, what, work()))

        threading.Thread(target=run, daemon=True).start()


def signature(key: str, body: bytes) -> str:
    """The x-xero-signature of a body."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def _body(events: list[dict[str, Any]], first: int, last: int) -> bytes:
    return json.dumps(
        {
            "events": events,
            "firstEventSequence": first,
            "lastEventSequence": last,
            "entropy": secrets.token_hex(10).upper(),
        }
    ).encode()


def _post_all(url: str, bodies: list[tuple[bytes, str]]) -> bool:
    return [_post(url, body, signed) for body, signed in bodies][-1] == 200


def _post(url: str, body: bytes, signed: str) -> int:
    """The status of the answer; 0 for none within five seconds."""
    headers = {"content-type": "application/json", "x-xero-signature": signed}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - this machine only
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return 0
