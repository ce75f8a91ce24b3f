"""People of the demo, each at a browser of their own."""

import json
from collections.abc import Callable
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page

from tests.support.browser import watch
from tests.support.demo import Demo

# A worker on a busy machine may need some seconds to carry an envelope.
PATIENCE = 30_000


class Visitor:
    """Somebody of the demo, not signed in yet."""

    def __init__(self, demo: Demo, browser: Browser, email: str, errors: list[str]) -> None:
        told = json.loads((demo.var / "demo.json").read_text())
        self.user: dict[str, Any] = next(
            user
            for organisation in told["organisations"]
            for user in organisation["users"]
            if user["email"] == email
        )
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{demo.port}", viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        watch(self.page, errors)

    def code(self) -> str:
        """The second step's code of this moment; each is good for one sign-in."""
        return pyotp.TOTP(self.user["totp_secret"]).now()

    def sees(self, text: str, *, reload: bool = False) -> None:
        """Wait for a text; `reload` where another person's doing brings it."""
        wait_for(lambda: text in self.page.locator("body").inner_text(), self.page, reload=reload)


def wait_for(holds: Callable[[], bool], page: Page, *, reload: bool) -> None:
    """Look again every half second."""
    for _ in range(PATIENCE // 500):
        if holds():
            return
        page.wait_for_timeout(500)
        if reload:
            page.reload()
    raise AssertionError(f"{page.url}: {page.locator('main').inner_text()[:2000]}")
