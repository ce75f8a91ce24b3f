"""`make screenshots`: the pictures of the README, taken from a demo of their own.

The demo lives in a temporary folder and on a free port, so that the pictures never show what
somebody did in theirs; it is stopped and deleted at the end.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from hub.launcher.chromium import CHROMIUM
from hub.launcher.environment import SERVER_VARIABLES
from hub.launcher.places import ROOT
from hub.launcher.processes import free_port

BUYER = "mara@kestrelcafes.example"
FOLDER = ROOT / "docs" / "images"
SIZE = (1280, 800)
# Flat colours: a small palette looks the same and keeps the repository light.
COLOURS = 256
MOST_BYTES = 90_000
STOP_SECONDS = 60
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def main() -> int:
    """Take the three pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wharf-screenshots-") as folder:
        var, port = Path(folder) / "var", free_port()
        with _running_demo(var, port):
            _take_all(f"http://127.0.0.1:{port}", _buyer(var))
    return 0


@contextmanager
def _running_demo(var: Path, port: int) -> Iterator[None]:
    """A demo in `var` on `port`, from its invitation to press Ctrl-C until the end of the block."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in SERVER_VARIABLES},
        "WHARF_VAR": str(var),
        "WHARF_PORT": str(port),
    }
    command = [sys.executable, "-m", "hub.launcher"]
    print("Starting a demo for the pictures …", flush=True)
    demo = subprocess.Popen(
        [*command, "demo", "--die-with-parent"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_up(demo)
        yield
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=STOP_SECONDS)


def _wait_until_up(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout is not None
    told = []
    for line in demo.stdout:
        told.append(line)
        if line.startswith("Ctrl-C"):
            return
    raise SystemExit("The demo did not start:\n" + "".join(told))


def _buyer(var: Path) -> dict[str, str]:
    """How the buyer's owner signs in."""
    told = json.loads((var / "demo.json").read_text())
    people = [user for company in told["organisations"] for user in company["users"]]
    found: dict[str, str] = next(user for user in people if user["email"] == BUYER)
    return found


def _take_all(base_url: str, buyer: dict[str, str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(BROWSER_ARGUMENTS)
        )
        page = browser.new_page(
            base_url=base_url,
            viewport={"width": SIZE[0], "height": SIZE[1]},
            color_scheme="light",
            locale="en-GB",
        )
        _sign_in(page, buyer)
        _take(page, "inbox")
        page.goto("/purchases/")
        page.get_by_role("link", name="PO-00006", exact=True).click()
        page.get_by_role("heading", name="Timeline").wait_for()
        _take(page, "purchase-order")
        page.get_by_role("link", name="Trading network").first.click()
        page.get_by_role("heading", name="Trading network").wait_for()
        _take(page, "network")
        browser.close()


def _sign_in(page: Page, buyer: dict[str, str]) -> None:
    """With the password and the second step; leads to the inbox."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(buyer["email"])
    page.get_by_label("Password", exact=True).fill(buyer["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(
        pyotp.TOTP(buyer["totp_secret"]).now()
    )
    page.get_by_role("button", name=re.compile("Sign in|Continue")).first.click()
    page.wait_for_url("**/inbox/")


def _take(page: Page, name: str) -> None:
    """What the window shows, with fewer colours; fails where it is still too large."""
    path = FOLDER / f"{name}.png"
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, more than {MOST_BYTES}.")
    print(f"{path.relative_to(ROOT)}: {size} bytes", flush=True)


if __name__ == "__main__":
    sys.exit(main())
