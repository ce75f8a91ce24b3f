"""Who keeps the reference lists of the books: we do, unless a connected system does.

A slot: an app above registers a keeper, which says whether it keeps them now. The doors ask before
somebody changes a list by hand; what a keeper itself writes goes straight to the services.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hub.errors import Conflict


@dataclass(frozen=True, slots=True)
class Keeper:
    """`keeps_now` gives the name of the system that keeps the lists, "" when none does."""

    keeps_now: Callable[[], str]


_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Called from `AppConfig.ready`."""
    _keepers.append(keeper)


def kept_by() -> str:
    """The name of the system that keeps the chart and the terms now; "" when we do."""
    return next((name for keeper in _keepers if (name := keeper.keeps_now())), "")


def refuse_kept(what: str) -> None:
    """Before somebody changes a list by hand; raises Conflict (`kept_elsewhere`)."""
    name = kept_by()
    if name:
        raise Conflict(
            f"{name} is connected and keeps the {what}: change them there, and they come in with "
            "the next sync. Here they can be read.",
            code="kept_elsewhere",
        )


def refuse_new_tax_rule() -> None:
    """Tax rules can be changed here, but made only there; raises Conflict (`kept_elsewhere`)."""
    name = kept_by()
    if name:
        raise Conflict(
            f"{name} is connected: make the tax code there, and it comes in with the next sync. "
            "Rules that are here can be changed.",
            code="kept_elsewhere",
        )
