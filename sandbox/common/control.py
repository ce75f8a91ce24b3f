"""The control API under `/_control`: for tests and the demo, off unless it is asked for.

POST   /_control/reset                {"company": id} or {} for everything
POST   /_control/fill                 what company to make (see each sandbox)
GET    /_control/clock · POST {"set": iso or seconds, "stop": bool} or {"advance": seconds}
GET    /_control/faults · POST a rule or a list of rules (sandbox.common.faults) · DELETE
GET    /_control/switches · POST {"name": value}
GET    /_control/requests?limit=
GET    /_control/companies
GET    /_control/ledger/{company}?since=&until=&account=
POST   /_control/act/{verb}           what a person does in the vendor's screens
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sandbox.common.faults import Fault
from sandbox.common.http import Answer, BadBody, Call, Routes
from sandbox.common.ledger import Ledger
from sandbox.common.requests import newest
from sandbox.common.sandbox import Sandbox

PREFIX = "/_control"


class Control:
    """Answers for one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.routes = Routes()
        for methods, path, handler in (
            ("POST", "/reset", self.reset),
            ("POST", "/fill", self.fill),
            (("GET", "POST"), "/clock", self.clock),
            (("GET", "POST", "DELETE"), "/faults", self.faults),
            (("GET", "POST"), "/switches", self.switches),
            ("GET", "/requests", self.requests),
            ("GET", "/companies", self.companies),
            ("GET", "/ledger/{company}", self.ledger),
            ("POST", "/act/{verb}", self.act),
        ):
            self.routes.add(methods, PREFIX + path, handler)

    def answer(self, call: Call) -> Answer:
        """The answer, in a transaction of its own; what is wrong is said in {"error"}."""
        handler, steps, allowed = self.routes.find(call)
        if handler is None:
            return Answer.json({"error": "no such address"}, 405 if allowed else 404)
        try:
            with self.sandbox.store.transaction():
                return handler(call, **steps)
        except (ValueError, KeyError, TypeError, BadBody) as error:
            return Answer.json({"error": f"{type(error).__name__}: {error}"}, 400)

    def reset(self, call: Call) -> Answer:
        company = _body(call).get("company")
        self.sandbox.store.forget(company)
        if company is None:
            self.sandbox.faults.rules.clear()
        return Answer.json({})

    def fill(self, call: Call) -> Answer:
        return Answer.json(self.sandbox.fill(_body(call)), 201)

    def clock(self, call: Call) -> Answer:
        clock = self.sandbox.clock
        if call.method == "POST":
            wanted = _body(call)
            if "advance" in wanted:
                clock.advance(float(wanted["advance"]))
            else:
                clock.set(_moment(wanted["set"]), stop=bool(wanted.get("stop")))
        now = clock.now()
        text = datetime.fromtimestamp(now, UTC).isoformat()
        return Answer.json({"now": now, "iso": text, "speed": clock.speed})

    def faults(self, call: Call) -> Answer:
        rules = self.sandbox.faults.rules
        if call.method == "DELETE":
            rules.clear()
        elif call.method == "POST":
            wanted = call.json
            rules += [Fault.read(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        return Answer.json([{**asdict(rule), "path": rule.path.pattern} for rule in rules])

    def switches(self, call: Call) -> Answer:
        sandbox = self.sandbox
        if call.method == "POST":
            wanted = _body(call)
            unknown = set(wanted) - set(sandbox.switches)
            if unknown:
                raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
            for name, value in wanted.items():
                sandbox.store.set("", f"switch.{name}", value)
        return Answer.json({name: sandbox.switch(name) for name in sandbox.switches})

    def requests(self, call: Call) -> Answer:
        return Answer.json(newest(self.sandbox.store, int(call.query.get("limit", 200))))

    def companies(self, call: Call) -> Answer:
        ids = self.sandbox.store.companies()
        return Answer.json([{"id": one, "name": self.sandbox.company_title(one)} for one in ids])

    def ledger(self, call: Call, company: str) -> Answer:
        book, query = Ledger(self.sandbox.store, company), call.query
        since, until = query.get("since", ""), query.get("until", "9999-12-31")
        lines = book.lines(account=query.get("account", ""), since=since, until=until)
        return Answer.json(
            {
                "total": book.total(),
                "balances": book.balances(until, since),
                "lines": [asdict(line) for line in lines],
            }
        )

    def act(self, call: Call, verb: str) -> Answer:
        return Answer.json(self.sandbox.act(verb, _body(call)))


def _body(call: Call) -> dict[str, Any]:
    found = call.json if call.body else {}
    if not isinstance(found, dict):
        raise TypeError("send an object")
    return found


def _moment(value: Any) -> float:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(value)
