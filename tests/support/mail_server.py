"""An SMTP server for tests: keeps what it is given, and can be stopped."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self


class _Session(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        self._say("220 test")
        self.recipients: list[str] = []
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper().strip()
            if verb in (b"EHLO", b"HELO"):
                self._say("250 test")
            elif verb == b"DATA":
                self._take()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                if verb == b"RCPT":
                    self.recipients.append(line.decode().split("<")[1].split(">")[0])
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = [
            line.removeprefix(b".") if line.startswith(b"..") else line
            for line in iter(self.rfile.readline, b".\r\n")
        ]
        message: Any = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.messages.append(message)
        self.server.recipients.append(self.recipients)
        self.recipients = []
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1 inside `with`; `messages` and `recipients` hold what came."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
