"""Chromium for tests marked `browser`: a page that reports script errors, and axe-core."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from hub.launcher.chromium import CHROMIUM
from hub.launcher.places import ROOT, locked
from hub.launcher.static_files import (
    COLLECT_STATIC,
    are_static_files_current,
    static_files_stamp,
    static_files_version,
)
from tests.support.processes import Processes, Web
from tests.support.servers import VAR

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A machine that is busy with something else is slow now and then: no page fails for that.
expect.set_options(timeout=20_000)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None:
        return
    missing = [str(path) for path in (CHROMIUM, AXE) if not path.exists()]
    if not missing:
        return
    reason = f"missing for browser tests: {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all tests of the process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Web]:
    """The web server on this test process's own database: what a test commits, it shows."""
    collect_static()
    with Processes(os.environ) as processes:
        web = processes.web()
        # The first answer loads every module; no test should wait for that with a limit.
        with urllib.request.urlopen(f"{web.url}/accounts/login/", timeout=60):
            pass
        yield web


@pytest.fixture
def console_errors() -> list[str]:
    """What the page complained about; a test that provokes an error on purpose clears it."""
    return []


@pytest.fixture
def context(chromium: Browser, site: Web) -> Iterator[BrowserContext]:
    """A browser profile without history, 1280 by 800, addressed at the site."""
    opened = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, console_errors: list[str]) -> Iterator[Page]:
    """A page; the test fails when a script failed or the console shows an error."""
    opened = context.new_page()
    watch(opened, console_errors)
    yield opened
    assert console_errors == []


def watch(page: Page, errors: list[str]) -> None:
    """Collect script errors and console errors of a page (a second person's, for example)."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """No violation of WCAG 2.2 A and AA that axe-core can find on the page as it is shown."""
    # Evaluated through the debugger, so that the page's own policy against scripts stays on.
    page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate(
        "([within, tags]) => axe.run(within ? {include: [[within]]} : document,"
        " {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        [within, WCAG_TAGS],
    )
    found = [
        f"{violation['id']} ({violation['help']}): {node['html']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    assert found == [], f"{page.url}\n" + "\n".join(found)


def collect_static() -> None:
    """Run `collectstatic` once per version of the static files."""
    with locked(VAR / "staticfiles.lock"):
        if are_static_files_current(VAR):
            return
        subprocess.run(
            [sys.executable, "manage.py", *COLLECT_STATIC],
            cwd=ROOT,
            env=dict(os.environ),
            check=True,
        )
        static_files_stamp(VAR).write_text(static_files_version())
