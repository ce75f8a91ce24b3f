"""What somebody may go on with right after setting up an organisation: a slot that apps fill."""

from dataclasses import dataclass

SESSION_KEY = "begin_with"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A choice on the page that sets up an organisation; `url_name` is where it leads."""

    key: str
    label: str
    url_name: str


_beginnings: list[Beginning] = []


def register_beginning(beginning: Beginning) -> None:
    """Called from `AppConfig.ready`."""
    _beginnings.append(beginning)


def beginnings() -> list[Beginning]:
    """All of them, in the order in which they were registered."""
    return list(_beginnings)


def beginning_named(key: str) -> Beginning | None:
    """The one that was chosen; None for none."""
    return next((each for each in _beginnings if each.key == key), None)
