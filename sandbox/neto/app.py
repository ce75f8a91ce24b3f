"""The sandbox: one address per store for every action, and its shop."""

from typing import Any, ClassVar

from sandbox.common.http import Answer, BadBody, Call, Refused
from sandbox.common.limits import Window
from sandbox.common.sandbox import Sandbox, Sheet, Switch
from sandbox.common.store import Store
from sandbox.neto import acting, oauth, screens, shop_pages, templates
from sandbox.neto.actions import ACTIONS
from sandbox.neto.envelope import Reply, answer, read, wants_json
from sandbox.neto.notifications import Courier
from sandbox.neto.shops import Shop
from sandbox.neto.switches import SWITCHES
from sandbox.neto.values import Problem, stamp

API = "/do/WS/NetoAPI"
GATEWAY = "/v1/stores/"
LOST = (
    "<!doctype html><html><head><title>Website not found</title></head><body>"
    "<h1>This store cannot be found</h1><p>Check the address, or <a href='/'>sign in</a>.</p>"
    "</body></html>"
)


class Neto(Sandbox):
    """Stores by path, `/{store}/do/WS/NetoAPI`, or by host name, `{store}.localhost`."""

    name = "neto"
    title = "Neto"
    port = 8103
    switches: ClassVar[dict[str, Switch]] = SWITCHES

    def __init__(self, store: Store, *, base_url: str, speed: float = 1.0) -> None:
        super().__init__(store, base_url=base_url, speed=speed)
        self.window = Window(500, 60)
        self._counted = 0.0
        self.courier = Courier(self)
        self.routes.add("POST", API, self.by_host)
        self.routes.add("POST", "/{store}" + API, self.api)
        self.routes.add("POST", GATEWAY + "{api_id}" + API, self.by_gateway)
        oauth.OAuth(self).add_routes(self.routes)
        shop_pages.add_routes(self.routes, self.shop)

    # --- The API ---------------------------------------------------------------------------------
    def shop(self, call: Call, store: str) -> Shop:
        """A store. Raises Refused with the page that a wrong domain answers."""
        shop = Shop(self, store, call.at)
        if not shop.profile:
            raise Refused(Answer.text(LOST, 404))
        return shop

    def by_host(self, call: Call) -> Answer:
        """The API of the store that the host name says."""
        return self.api(call, _host(call))

    def by_gateway(self, call: Call, api_id: str) -> Answer:
        """The API of the store that has this id; who has no good bearer is told by the status."""
        return self.api(call, self._of_gateway(api_id), self.switch("bearer_status"))

    def _of_gateway(self, api_id: str) -> str:
        return str(self.store.setting("", f"api.{api_id}", api_id))

    def api(self, call: Call, store: str, refused: int = 0) -> Answer:
        """One action of one store; what is wrong with all of it undoes all of it."""
        shop = self.shop(call, store)
        action = call.headers.get("netoapi_action", "").strip()
        reply = Reply(shop.now, {name: self.switch(name) for name in SWITCHES})
        try:
            shop.admit(call, action, lambda *asked: oauth.opens(shop, *asked))
        except Problem as problem:
            status = refused or self.switch("auth_status")
            raise Refused(self._failed(call, reply, problem, status))
        try:
            if action not in ACTIONS:
                raise Problem("Request Error", f"Action {action or 'NETOAPI_ACTION'} is unknown")
            ACTIONS[action](shop, read(call, action), reply)
        except Problem as problem:
            raise Refused(self._failed(call, reply, problem, 200))
        except BadBody as error:
            kind = "XML Error" if call.body.lstrip()[:1] == b"<" else "JSON Error"
            raise Refused(self._failed(call, reply, Problem(kind, str(error)[:300]), 200))
        return answer(call, action, self._wrapped(call, action, reply.body()))

    def _wrapped(self, call: Call, action: str, body: dict[str, Any]) -> dict[str, Any]:
        wrap = wants_json(call) and self.switch("wrapped")
        return {f"{action}Response": body} if wrap else body

    def _failed(self, call: Call, reply: Reply, problem: Problem, status: int) -> Answer:
        reply.content, reply.warnings, reply.errors = {}, [], []
        problem.severity = "Error"
        reply.note(problem)
        return answer(call, call.headers.get("netoapi_action", ""), reply.body(), status)

    # --- The vendor's own words ------------------------------------------------------------------
    def fault(self, status: int, retry_after: float | None) -> Answer:
        headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
        title = {429: "Too Many Requests", 503: "Service Unavailable"}.get(status, "Server Error")
        page = f"<!doctype html><html><head><title>{status} {title}</title></head><body>"
        found = Answer.text(f"{page}<h1>{title}</h1></body></html>", status)
        found.headers |= headers
        return found

    def not_found(self, call: Call, allowed: list[str]) -> Answer:
        return Answer.text(LOST, 405 if allowed else 404)

    def bad_body(self, call: Call, problem: str) -> Answer:
        reply = Reply(stamp(call.at), {name: self.switch(name) for name in SWITCHES})
        return self._failed(call, reply, Problem("Request Error", problem[:300]), 200)

    # --- Limits ----------------------------------------------------------------------------------
    def enter(self, call: Call) -> Answer | None:
        """429 when the store's account has had its requests of this minute."""
        before, found, _after = call.path.partition(API)
        if not found or call.method != "POST":
            return None
        if call.at < self._counted:  # the clock was put back
            self.window.clear()
        self._counted = call.at
        self.window.most = int(self.switch("requests_a_minute"))
        key = before.rpartition("/")[2] or _host(call)
        if before.startswith(GATEWAY):
            key = self._of_gateway(key)  # the account's requests are counted together
        if self.window.take(key, call.at):
            return None
        wait = self.window.wait(key, call.at) if self.switch("retry_after") else None
        return self.fault(429, wait if wait is None else float(int(wait) + 1))

    # --- Control ---------------------------------------------------------------------------------
    def fill(self, values: dict[str, Any]) -> Any:
        return templates.fill(self, values)

    def act(self, verb: str, values: dict[str, Any]) -> Any:
        return acting.act(self, verb, values)

    def sheets(self, company: str) -> list[Sheet]:
        return screens.sheets(Shop(self, company, self.clock.now()))

    def company_title(self, company: str) -> str:
        profile = self.store.setting(company, "profile", {})
        return str(profile.get("name", company))

    def tick(self) -> None:
        self.courier.tick()


def _host(call: Call) -> str:
    """The first word of the host name."""
    return call.headers.get("host", "").partition(":")[0].partition(".")[0]
