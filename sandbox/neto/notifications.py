"""Order notifications: XML sent to every subscribed address, again until it answers 200."""

import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from xml.sax.saxutils import escape

from sandbox.common.sandbox import Sandbox
from sandbox.common.store import Record
from sandbox.neto.shops import Shop
from sandbox.neto.values import stamp

SHOPS = "notifying"
DUE = "event.due"
TRIES = 5


def subscribe(shop: Shop, url: str, token: str) -> None:
    """Send order events to an address from now on."""
    kept = [one for one in shop.profile["subscriptions"] if one["url"] != url]
    shop.change(subscriptions=[*kept, {"url": url, "token": token}])
    known = shop.store.setting("", SHOPS, [])
    shop.store.set("", SHOPS, sorted({*known, shop.name}))


def unsubscribe(shop: Shop, url: str) -> None:
    """No more to that address."""
    kept = [one for one in shop.profile["subscriptions"] if one["url"] != url]
    shop.change(subscriptions=kept)


def order_changed(shop: Shop, order: dict[str, Any]) -> None:
    """Note an event for every subscriber; it is sent after the change was committed."""
    for subscription in shop.profile["subscriptions"]:
        number = shop.next("event")
        body = (
            '<?xml version="1.0" encoding="utf-8"?>\n<Event>'
            f"<CurrentTime>{shop.now}</CurrentTime><EventID>{number}</EventID>"
            f"<EventType>Order</EventType><Order><OrderID>{escape(order['OrderID'])}</OrderID>"
            f"<OrderStatus>{escape(order['OrderStatus'])}</OrderStatus></Order></Event>"
        )
        event = {**subscription, "xml": body, "tries": 0, "due": shop.at, "answered": ""}
        event["order"] = order["OrderID"]
        shop.put("event", str(number), event, [(DUE, "yes")])


class Courier:
    """Sends what is due in threads of its own, so that a slow receiver delays nobody."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="notifications")
        self._flying: dict[tuple[str, str], Future[str]] = {}

    def tick(self) -> None:
        """Keep what was answered, and send what is due."""
        for key, flight in list(self._flying.items()):
            if flight.done():
                del self._flying[key]
                self._keep(*key, flight.result())
        store, now = self.sandbox.store, self.sandbox.clock.now()
        for name in store.setting("", SHOPS, []):
            due = sorted((int(id_) for _kind, id_ in store.found(name, DUE, "yes")))[:100]
            for id_ in map(str, due):
                record = store.get(name, "event", id_)
                if record is None or (name, id_) in self._flying or record.body["due"] > now:
                    continue
                self._flying[(name, id_)] = self._threads.submit(send, record.body)

    def _keep(self, name: str, id_: str, answered: str) -> None:
        store, now = self.sandbox.store, self.sandbox.clock.now()
        record: Record | None = store.get(name, "event", id_)
        if record is None:
            return
        wait = self.sandbox.switch("notification_retry")
        tries = record.body["tries"] + 1
        again = answered != "200" and wait and tries < TRIES
        event = {**record.body, "tries": tries, "answered": answered, "last": stamp(now)}
        event["due"] = now + float(wait)
        keys = [(DUE, "yes")] if again else []
        store.put(name, "event", id_, event, at=now, keys=keys)


def send(event: dict[str, Any]) -> str:
    """Post one; the status that was answered, or what went wrong."""
    request = urllib.request.Request(  # noqa: S310 - checked when it was subscribed
        event["url"],
        event["xml"].encode(),
        {
            "Content-Type": "text/xml; charset=utf-8",
            "NETO_NOTIFICATION": "Order",
            "NETOAPI_KEY": event["token"],
            "User-Agent": "Neto",
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except (OSError, ValueError) as error:
        return type(error).__name__
