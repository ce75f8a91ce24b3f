"""The browser's fixtures see what they are there to see."""

import pytest
from playwright.sync_api import Page

from tests.support.browser import assert_accessible

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_has_no_fault_that_a_tool_can_find(page: Page, scheme: str) -> None:
    """WCAG 2.2 A and AA by axe-core, in light and dark; no script error."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/accounts/login/")

    assert_accessible(page)


def test_a_fault_of_accessibility_is_found(page: Page) -> None:
    """A picture without a text fails the check, so silence means something."""
    page.goto("/accounts/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)


def test_errors_of_scripts_are_noted(page: Page, console_errors: list[str]) -> None:
    """What the console shows in red fails a test unless the test expects it."""
    page.goto("/accounts/login/")
    page.evaluate("console.error('broken')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)

    assert console_errors == [f"{page.url}: broken", f"{page.url}: thrown"]
    console_errors.clear()


def test_the_policy_against_foreign_scripts_stays_on(page: Page, console_errors: list[str]) -> None:
    """Tests run under the same content security policy as customers."""
    page.goto("/accounts/login/")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s)"
    )

    assert page.evaluate("window.ran") is None
    assert len(console_errors) == 1
    assert "Content Security Policy" in console_errors[0]
    console_errors.clear()
