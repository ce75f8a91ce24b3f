"""How the store's own screens look: one frame, its navigation, badges and forms."""

from collections.abc import Iterable
from html import escape

from sandbox.common.http import Answer
from sandbox.neto.shops import Shop

STYLE = """
:root { color-scheme: light dark; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  --ground: #f3f4f6; --card: #fff; --ink: #1c2430; --quiet: #5b6573; --line: #dfe3e8;
  --accent: #1f5fbf; --on-accent: #fff; --bar: #16263d; --good: #14694a; --good-bg: #dcf3e8;
  --wait: #7a4d00; --wait-bg: #fcefd2; --bad: #a11d2b; --bad-bg: #fbe1e3; --calm-bg: #e8ecf2; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1b212a; --ink: #e6eaf0;
  --quiet: #a3adba; --line: #313a46; --accent: #7fb0ff; --on-accent: #0d1623; --bar: #0d1623;
  --good: #8be0ba; --good-bg: #153a2b; --wait: #f3ca7c; --wait-bg: #40310f; --bad: #ff9fa8;
  --bad-bg: #47191e; --calm-bg: #2a323d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
header { background: var(--bar); color: #fff; }
header > div, main { max-width: 80rem; margin: 0 auto; padding: 0 1.25rem; }
header > div { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; }
header strong { padding: .8rem 0; font-size: 1.05rem; }
header nav { display: flex; overflow-x: auto; max-width: 100%; }
header nav a { color: #c9d4e4; padding: .8rem .75rem; border-bottom: 3px solid transparent;
  white-space: nowrap; }
header nav a:hover { color: #fff; text-decoration: none; }
header nav a[aria-current] { color: #fff; border-color: #7fb0ff; }
@media (max-width: 30rem) { header > div, main { padding: 0 .9rem; }
  header nav a { padding: .8rem .45rem; font-size: .93rem; } }
main { padding-top: 1.5rem; padding-bottom: 4rem; }
main.narrow { max-width: 30rem; padding-top: 12vh; }
h1 { font-size: 1.45rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .75rem; }
.head { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: 0 0 1.1rem; }
.head .end { margin-left: auto; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.1rem 1.25rem; margin: 0 0 1.1rem; }
.card.flush { padding: 0; overflow: hidden; }
.card.flush > h2, .card.flush > .foot { padding: 1rem 1.25rem 0; margin: 0 0 .5rem; }
.card.flush > .foot { padding: .9rem 1.25rem; margin: 0; border-top: 1px solid var(--line); }
.two { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 0 1.1rem;
  align-items: start; }
@media (max-width: 60rem) { .two { grid-template-columns: minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .6rem .9rem; border-top: 1px solid var(--line);
  vertical-align: middle; }
thead th { border-top: 0; font-weight: 600; font-size: .8rem; color: var(--quiet);
  white-space: nowrap; }
th:first-child, td:first-child { padding-left: 1.25rem; }
th:last-child, td:last-child { padding-right: 1.25rem; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 5%, transparent); }
.n { text-align: right; white-space: nowrap; } .nowrap { white-space: nowrap; }
small, .quiet { color: var(--quiet); font-size: .86rem; }
.badge { display: inline-block; padding: .1rem .55rem; border-radius: 99px; font-size: .8rem;
  font-weight: 600; white-space: nowrap; background: var(--calm-bg); color: var(--ink); }
.badge.good { background: var(--good-bg); color: var(--good); }
.badge.wait { background: var(--wait-bg); color: var(--wait); }
.badge.bad { background: var(--bad-bg); color: var(--bad); }
.tabs { display: flex; gap: .35rem; overflow-x: auto; padding: .75rem 1.25rem;
  border-bottom: 1px solid var(--line); }
.tabs a { padding: .25rem .7rem; border-radius: 99px; color: var(--quiet);
  white-space: nowrap; }
.tabs a[aria-current] { background: var(--calm-bg); color: var(--ink); font-weight: 600; }
form { margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 0; }
.row + .row, .row + form, form + form, .gap { margin-top: .8rem; }
label { display: flex; flex-direction: column; gap: .2rem; font-size: .84rem; color: var(--quiet);
  min-width: 0; }
label.grow { flex: 1 1 12rem; }
input, select, button, .button { font: inherit; color: var(--ink); background: var(--card);
  border: 1px solid color-mix(in srgb, var(--quiet) 55%, transparent); border-radius: 6px;
  min-height: 2.3rem; padding: .3rem .6rem; max-width: 100%; }
input[type=checkbox] { min-height: 0; width: 1.05rem; height: 1.05rem;
  accent-color: var(--accent); }
input.short { width: 5rem; } select { width: 100%; }
button, .button { cursor: pointer; font-weight: 600; display: inline-flex; align-items: center; }
.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.warn { color: var(--bad); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.said { padding: .7rem 1rem; border-radius: 8px; margin: 0 0 1.1rem; background: var(--good-bg);
  color: var(--good); } .said.bad { background: var(--bad-bg); color: var(--bad); }
dl { display: grid; grid-template-columns: auto auto; gap: .35rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
dl.left { grid-template-columns: auto 1fr; } dl.left dd { text-align: left; }
td select { min-width: 9rem; } .total { font-weight: 700; color: var(--ink); }
.thing { display: flex; gap: .75rem; align-items: center; min-width: 12rem; }
.thing img { width: 2.4rem; height: 2.4rem; border-radius: 6px; flex: none; }
address { font-style: normal; overflow-wrap: anywhere; }
"""
GOOD = frozenset({"Dispatched", "FullyPaid", "Approved", "Closed"})
WAIT = frozenset({"On Hold", "New Backorder", "PartialPaid", "Incomplete", "Pending", "Abandoned"})
SHOWN = {"FullyPaid": "Paid", "PartialPaid": "Part paid", "Pending": "Not paid"}
TABS = (
    ("Orders", ""),
    ("New order", "/new"),
    ("Products", "/products"),
    ("Customers", "/customers"),
    ("Settings", "/settings"),
)


def admin(shop: Shop, title: str, body: str, *, tab: str = "Orders", said: str = "") -> Answer:
    """A screen of the store. `body` is HTML; the rest is text."""
    links = "".join(
        f"<a href='{escape(shop.url)}/shop{path}'{' aria-current=page' * (name == tab)}>{name}</a>"
        for name, path in TABS
    )
    told = f"<p class='said' role='status'>{escape(said)}</p>" if said else ""
    name = escape(str(shop.profile["name"]))
    top = (
        f"<header><div><strong>{name}</strong><nav aria-label='Store'>{links}</nav></div></header>"
    )
    return _page(f"{title} · {shop.profile['name']}", f"{top}<main>{told}{body}</main>")


def narrow(title: str, body: str) -> Answer:
    """A screen for one question."""
    inside = f"<div class='card'><h1>{escape(title)}</h1>{body}</div>"
    return _page(title, f"<main class='narrow'>{inside}</main>")


def _page(title: str, body: str) -> Answer:
    return Answer.text(
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>{escape(title)}</title>"
        f"<link rel='icon' href='data:,'><style>{STYLE}</style><body>{body}</body></html>"
    )


def options(pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """Of a select."""
    return "".join(
        f"<option value='{escape(value)}'{' selected' * (value == chosen)}>{escape(shown)}</option>"
        for value, shown in pairs
    )


def badge(word: str) -> str:
    """A status, by how it stands."""
    kind = "good" if word in GOOD else "wait" if word in WAIT else ""
    kind = "bad" if word == "Cancelled" else kind
    return f"<span class='badge {kind}'>{escape(SHOWN.get(word, word))}</span>"


def form(shop: Shop, verb: str, inside: str, button: str, *, kind: str = "") -> str:
    """A form of the store with its one button."""
    where = f"{escape(shop.url)}/shop/{verb}"
    return (
        f"<form method='post' action='{where}'><div class='row'>{inside}"
        f"<button class='{kind}'>{escape(button)}</button></div></form>"
    )


def table(heads: Iterable[str], rows: Iterable[str], label: str) -> str:
    """A table that scrolls by itself; a head that begins with > is of numbers."""
    head = "".join(
        f"<th scope='col'{' class=n' * one.startswith('>')}>{escape(one.removeprefix('>'))}</th>"
        for one in heads
    )
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(label)}'><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
