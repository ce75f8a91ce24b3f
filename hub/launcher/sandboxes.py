"""The demo's stand-ins for QuickBooks Online, Xero and Neto: processes of their own, with stores.

Nothing of `sandbox` is imported: they are started as anybody would start them, and spoken to over
HTTP. Their stores are kept from one run to the next under `var/sandbox`.
"""

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.launcher.places import ROOT, var_folder
from hub.launcher.supervisor import Child

VENDORS = (
    ("quickbooks", "QuickBooks Online", 8101),
    ("xero", "Xero", 8102),
    ("neto", "Neto", 8103),
)
# What its first company is like: one that the demo's British organisations can connect to.
_FIRST = {"quickbooks": {"country": "GB", "name": "Kestrel Cafés Books"}}
# Wharf's own keys for a stand-in, which it knows from the start.
_QUICKBOOKS_KEYS = {
    "QUICKBOOKS_CLIENT_ID": "sandbox-client",
    "QUICKBOOKS_CLIENT_SECRET": "sandbox-secret",
    "QUICKBOOKS_WEBHOOK_TOKEN": "sandbox-verifier",
}
_NEAR = 10  # taken: 8111, then 8121, so that one does not take another's
_TRIES = 20
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SandboxPlace:
    """One stand-in: where it listens and keeps its things."""

    name: str
    title: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Path:
        return var_folder() / "sandbox" / f"{self.name}.sqlite"

    @property
    def sheet(self) -> Path:
        """What its first company answered when it was filled: keys and addresses."""
        return self.store.with_suffix(".json")

    def child(self, log: Path) -> Child:
        """The process, with its control API open: it is a demo."""
        command = [
            *(sys.executable, "-m", f"sandbox.{self.name}", f"--port={self.port}"),
            *(f"--store={self.store}", "--control"),
        ]
        return Child(f"sandbox {self.name}", command, log, _STOP_SECONDS)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            self._ask("/_control/companies")
        except OSError:
            return False
        return True

    def told(self) -> Any:
        """What a client needs to begin: as it was filled at first, or None if it refuses."""
        try:
            if self._ask("/_control/companies"):
                return self._kept()
            filled = self._ask("/_control/fill", _FIRST.get(self.name, {}))
        except OSError:
            return None
        self.sheet.touch(mode=0o600)
        content = {"url": self.url, "company": filled}
        self.sheet.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return filled

    def tell_of_changes(self, url: str, verifier: str) -> None:
        """Let it call that address when something changes there, as the real one does."""
        try:
            self._ask("/_control/act/set_webhooks", {"url": url, "verifier": verifier})
        except OSError:
            return

    def _kept(self) -> Any:
        if not self.sheet.exists():
            return None
        kept = self.sheet.read_text()
        # The port may be another one than at the last run.
        return json.loads(kept.replace(json.loads(kept)["url"], self.url))["company"]

    def _ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


def places(besides: Iterable[int], root: Path = ROOT) -> list[SandboxPlace]:
    """Those whose package can be started, each with a free port at or near its own."""
    taken = set(besides)
    found = []
    for name, title, port in VENDORS:
        if (root / "sandbox" / name / "__main__.py").exists():
            free = _free_near(port, taken)
            taken.add(free)
            found.append(SandboxPlace(name, title, free))
    return found


def addresses_of(found: Iterable[SandboxPlace], given: Mapping[str, str]) -> dict[str, str]:
    """What lets Wharf talk to the stand-ins, unless the environment says where to go instead."""
    quickbooks = next((place for place in found if place.name == "quickbooks"), None)
    if (
        quickbooks is None
        or given.get("QUICKBOOKS_ENVIRONMENT")
        or given.get("QUICKBOOKS_CLIENT_ID")
    ):
        return {}
    return {"QUICKBOOKS_ENVIRONMENT": quickbooks.url, **_QUICKBOOKS_KEYS}


def write_into(sheet: Path, sandboxes: Mapping[str, Any]) -> None:
    """Put `sandboxes` into demo.json beside what is there."""
    content = json.loads(sheet.read_text()) if sheet.exists() else {}
    partial = sheet.with_suffix(".part")
    partial.touch(mode=0o600)
    text = json.dumps({**content, "sandboxes": sandboxes}, indent=2, ensure_ascii=False)
    partial.write_text(text + "\n")
    os.replace(partial, sheet)  # noqa: PTH105 - atomic, whatever it finds


def _free_near(port: int, taken: set[int]) -> int:
    for step in range(_TRIES):
        wanted = port + step * _NEAR
        if wanted not in taken and _is_free(wanted):
            return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
