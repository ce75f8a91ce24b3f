"""The merchant's page: who asks for what, and the two buttons."""

from collections.abc import Mapping
from html import escape

from sandbox.common.http import Answer
from sandbox.neto.look import narrow, options

KEPT = ("client_id", "redirect_uri", "state", "version")


def consent(asked: Mapping[str, str], stores: list[tuple[str, str]]) -> Answer:
    """Allow or not, for one of these stores."""
    hidden = "".join(
        f"<input type='hidden' name='{name}' value='{escape(asked[name])}'>"
        for name in KEPT
        if name in asked
    )
    if not stores:
        return told("There is no store yet: fill one")
    which = f"<input type='hidden' name='store' value='{escape(stores[0][0])}'>"
    name = f"<strong>{escape(stores[0][1])}</strong>"
    if len(stores) > 1:
        which = f"<label>Store<select name='store'>{options(stores)}</select></label>"
        name = "the store you choose"
    app = f"<strong>{escape(asked['client_id'])}</strong>"
    return narrow(
        "Allow this add-on?",
        f"<p>{app} asks to work with {name}:</p>"
        "<ul><li>read and change orders, products, customers and stock</li>"
        "<li>see who you are and your billing address</li></ul>"
        f"<form method='post' action='/oauth/v2/auth'>{hidden}{which}<p class='row'>"
        "<button class='main' name='decision' value='allow'>Allow</button>"
        "<button name='decision' value='deny'>Do not allow</button></p></form>",
    )


def told(words: str) -> Answer:
    """What is wrong, said to the person: the app's address is not to be trusted."""
    made = narrow("This add-on cannot be connected", f"<p role='alert'>{escape(words)}.</p>")
    made.status = 400
    return made
