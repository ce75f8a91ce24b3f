"""People of the demo, each at a browser of their own."""

import json
import re
from collections.abc import Callable
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import assert_accessible, watch
from tests.support.demo import Demo

# A worker on a busy machine may need some seconds to carry an envelope.
PATIENCE = 30_000
# Codes of second steps that somebody has signed in with.
USED: set[str] = set()


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
        """The second step's code of this moment: one that was used already is waited for."""
        code = pyotp.TOTP(self.user["totp_secret"]).now()
        while code in USED:
            self.page.wait_for_timeout(500)
            code = pyotp.TOTP(self.user["totp_secret"]).now()
        USED.add(code)
        return code

    def sees(self, text: str, *, reload: bool = False) -> None:
        """Wait for a text; `reload` where another person's doing brings it."""
        wait_for(lambda: text in self.page.locator("body").inner_text(), self.page, reload=reload)


class Person(Visitor):
    """Somebody with a mouse."""

    def sign_in(self) -> None:
        """With the password and the second step."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(self.user["email"])
        self.page.get_by_label("Password", exact=True).fill(self.user["password"])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_label(re.compile("code", re.IGNORECASE)).fill(self.code())
        self.page.get_by_role("button", name=re.compile("Sign in|Continue")).first.click()
        self.page.wait_for_url(re.compile("/inbox/"))

    def menu(self, name: str) -> None:
        """Choose an entry of the left navigation."""
        self.page.get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        """Press a button by its whole name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def new_contact(self, name: str, kind: str, email: str) -> None:
        """Make a contact of one kind."""
        self.menu("Contacts")
        self.page.get_by_role("link", name="New contact").first.click()
        self.page.locator("#id_name").fill(name)
        self.page.get_by_label(kind, exact=True).check()
        self.page.locator("#id_email").fill(email)
        self.page.get_by_role("button", name=re.compile("(Save|Create) contact")).click()
        expect(self.page.locator("h1")).to_contain_text(name)

    def row(self, name: str) -> Any:
        """A row of the table by a name in it."""
        return self.page.get_by_role("row", name=re.compile(name))

    def send_via_network(self, link: str) -> None:
        """The e-mail window: by e-mail and over the network."""
        self.page.get_by_role("link", name=link, exact=True).first.click()
        self.page.get_by_label(re.compile("Send via network")).check()
        assert_accessible(self.page)
        self.page.get_by_role("button", name=re.compile("^Send")).click()
        self.sees("over the network")


def wait_for(holds: Callable[[], bool], page: Page, *, reload: bool) -> None:
    """Look again every half second."""
    for _ in range(PATIENCE // 500):
        if holds():
            return
        page.wait_for_timeout(500)
        if reload:
            page.reload()
    raise AssertionError(f"{page.url}: {page.locator('main').inner_text()[:2000]}")
