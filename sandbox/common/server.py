"""Serving a sandbox: one process, one thread, requests one after the other.

Each request is read whole, counted against the limits, put through the fault plan, answered in
one transaction of the store, noted in the log, and sent. Only delays let others pass.
"""

import argparse
import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.common import pages
from sandbox.common.control import PREFIX, Control
from sandbox.common.faults import Fault, spoilt
from sandbox.common.http import Answer, BadBody, Call, Refused
from sandbox.common.requests import note
from sandbox.common.sandbox import Sandbox
from sandbox.common.store import Store

log = logging.getLogger("sandbox")
TRANSPORT = "sandbox.transport"
TICK_SECONDS = 0.25

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class CuttableProtocol(HttpToolsProtocol):
    """Lets the application cut the connection, which HTTP servers do not offer."""

    def on_message_begin(self) -> None:
        """Every request knows its connection."""
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]


class Application:
    """The ASGI application of a sandbox."""

    def __init__(self, sandbox: Sandbox, *, control: bool) -> None:
        self.sandbox = sandbox
        self.control = Control(sandbox) if control else None
        self._ticking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._ticking = asyncio.create_task(self._tick())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._ticking is not None:
                    self._ticking.cancel()
                self.sandbox.store.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(max(0.02, TICK_SECONDS / max(1.0, self.sandbox.clock.speed)))
            try:
                with self.sandbox.store.transaction():
                    self.sandbox.tick()
            except Exception:
                log.exception("a tick failed")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = await self._read(scope, receive)
        if call is None:
            return
        started = time.perf_counter()
        if self.control is not None and call.path.startswith(PREFIX):
            await _send(send, self.control.answer(call))
            return
        page = pages.answer(self.sandbox, call)
        if page is not None:
            await _send(send, page)
            return
        fault = self.sandbox.faults.strike(call) or Fault()
        if fault.delay:
            await asyncio.sleep(fault.delay / self.sandbox.clock.speed)
        if fault.drop == "before":
            await _cut(scope)
            return
        answer = await self._answer(call, fault)
        with self.sandbox.store.transaction():
            note(self.sandbox.store, call, answer, time.perf_counter() - started)
        if fault.drop == "after":
            await _cut(scope)
            return
        await _send(send, spoilt(answer, fault.body) if fault.body else answer)

    async def _read(self, scope: Scope, receive: Receive) -> Call | None:
        body = bytearray()
        most = self.sandbox.largest_body
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            # One byte more than is allowed says that it is too much; the rest is thrown away.
            body += message.get("body", b"")[: most + 1 - len(body)]
            if not message.get("more_body"):
                break
        return Call(
            scope["method"],
            unquote(scope["path"]),
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            bytes(body),
            self.sandbox.clock.now(),
        )

    async def _answer(self, call: Call, fault: Fault) -> Answer:
        sandbox = self.sandbox
        if fault.status:
            answer = sandbox.fault(fault.status, fault.retry_after)
            sandbox.finish(call, answer)
            return answer
        answer_or_none = sandbox.enter(call)
        if answer_or_none is not None:
            sandbox.finish(call, answer_or_none)
            return answer_or_none
        try:
            latency = float(sandbox.store.setting("", "latency", 0))
            if latency:
                await asyncio.sleep(latency / sandbox.clock.speed)
            answer = self._handled(call)
        finally:
            sandbox.leave(call)
        sandbox.finish(call, answer)
        return answer

    def _handled(self, call: Call) -> Answer:
        sandbox = self.sandbox
        if len(call.body) > sandbox.largest_body:
            return sandbox.bad_body(call, "too large")
        handler, steps, allowed = sandbox.routes.find(call)
        if handler is None:
            return sandbox.not_found(call, allowed)
        try:
            with sandbox.store.transaction():
                return handler(call, **steps)
        except Refused as refused:
            return refused.answer
        except BadBody as error:
            return sandbox.bad_body(call, str(error))
        except Exception:
            # The vendor's answer to a fault of its own; ours is in the log.
            log.exception("%s %s failed", call.method, call.path)
            return sandbox.fault(500, None)


async def _cut(scope: Scope) -> None:
    scope[TRANSPORT].abort()
    await asyncio.sleep(0.01)  # until the server has noticed, or it would complain


async def _send(send: Send, answer: Answer) -> None:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    raw = [(name.lower().encode(), text.encode("latin-1")) for name, text in headers.items()]
    with contextlib.suppress(ConnectionError):
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})


def options(kind: type[Sandbox]) -> argparse.Namespace:
    """The command line, the same for every sandbox."""
    parser = argparse.ArgumentParser(prog=f"python -m sandbox.{kind.name}", description=kind.title)
    parser.add_argument("--port", type=int, default=kind.port, help="on 127.0.0.1")
    parser.add_argument("--store", type=Path, default=Path(f"var/sandbox/{kind.name}.sqlite"))
    parser.add_argument("--control", action="store_true", help="open the control API")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its clock runs")
    parser.add_argument("--base-url", default="", help="its address as others see it")
    return parser.parse_args()


def serve(kind: type[Sandbox]) -> None:
    """Run a sandbox until it is ended."""
    given = options(kind)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    base_url = given.base_url or f"http://127.0.0.1:{given.port}"
    sandbox = kind(Store(given.store), base_url=base_url, speed=given.speed)
    config = uvicorn.Config(
        Application(sandbox, control=given.control),
        host="127.0.0.1",
        port=given.port,
        http=CuttableProtocol,
        loop="uvloop",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    log.info("%s at %s", kind.title, base_url)
    uvicorn.Server(config).run()
