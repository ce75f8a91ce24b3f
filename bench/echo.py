"""The floor of the sandboxes: keep each body in one SQLite INSERT and send it back.

`python -m bench.echo PORT STORE`. The same server, loop and pragmas as the sandboxes have, and
nothing else: what is above it is what a sandbox does.
"""

import sqlite3
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Echo:
    """The ASGI application."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("CREATE TABLE received (id INTEGER PRIMARY KEY, body BLOB)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.connection.execute("INSERT INTO received (body) VALUES (?)", [body])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve until ended."""
    uvicorn.run(
        Echo(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        lifespan="off",
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
