"""Somebody who has no mouse: every step is a key, and the focus is looked at after each."""

import re
from typing import Any

from playwright.sync_api import Locator, Page

# From the start of a page's content to any of its controls.
MOST_TABS = 60
# A date is one control with day, month, year and a button to tab through.
PARTS_OF_A_DATE = 4

# What has the focus: its tag and words, and what is wrong with how it is shown.
_FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return {what: "", wrong: ""};
  const words = element.getAttribute("aria-label") || element.labels?.[0]?.textContent ||
    element.textContent || element.name || "";
  const said = words.trim().replace(/\\s+/g, " ").slice(0, 60);
  const what = `${element.tagName.toLowerCase()} ${said}`;
  // What only takes the focus to say where one is (a heading, the page itself) need not show it.
  if (element.tabIndex < 0) return {what, wrong: ""};
  const style = getComputedStyle(element);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  if (!outlined && style.boxShadow === "none") return {what, wrong: "shows no focus"};
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + Math.min(box.height / 2, 20)];
  const there = document.elementFromPoint(x, y);
  if (!there) return {what, wrong: `is outside the window at ${x}, ${y}`};
  const own = element.contains(there) || there.contains(element) ||
    [...(element.labels || [])].some((label) => label.contains(there));
  return {what, wrong: own ? "" : `is covered by ${there.outerHTML.slice(0, 120)}`};
}"""


class Keyboard:
    """The keys of one page. `page` is for looking only."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Letters into what has the focus, in place of what stands there."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def focused(self) -> str:
        """What has the focus, "" for nothing; it shows that it has it and nothing covers it."""
        found: dict[str, str] = self.page.evaluate(_FOCUSED)
        for _ in range(20):  # the browser takes its time to scroll to what took the focus
            if "outside the window" not in found["wrong"]:
                break
            self.page.wait_for_timeout(50)
            found = self.page.evaluate(_FOCUSED)
        assert not found["wrong"], f"{self.page.url}: {found['what']} {found['wrong']}"
        return found["what"]

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        """Tab until the control has the focus; fails where the focus is caught on the way."""
        passed: list[str] = []
        stayed = 0
        target.first.wait_for(state="attached")
        while not self.is_at(target):
            assert len(passed) < MOST_TABS, f"{self.page.url}: never came to {target}: {passed}"
            before = self.page.evaluate_handle("document.activeElement")
            self.press(key)
            same = before.evaluate("e => e === document.activeElement && e !== document.body")
            stayed = stayed + 1 if same else 0
            assert stayed < PARTS_OF_A_DATE, f"{self.page.url}: caught on {self.focused()}"
            passed.append(self.focused())

    def is_at(self, target: Locator) -> bool:
        """Whether the control has the focus."""
        found: Any = target.evaluate_all("all => all.includes(document.activeElement)")
        return bool(found)

    def skip_to_content(self) -> None:
        """By the first link of the page, over the navigation."""
        self.tab_to(self.page.get_by_role("link", name="Skip to content"))
        self.press("Enter")

    def button(self, name: str, key: str = "Tab") -> None:
        """Tab to a button, back with Shift+Tab, and press it."""
        self.tab_to(self.page.get_by_role("button", name=name, exact=True), key)
        self.press("Enter")

    def link(self, name: str | re.Pattern[str]) -> None:
        """Tab to a link and follow it."""
        self.tab_to(self.page.get_by_role("link", name=name, exact=True))
        self.press("Enter")

    def field(self, label: str, text: str) -> None:
        """Tab to a field and write."""
        self.tab_to(self.page.get_by_label(label, exact=True))
        self.type(text)
