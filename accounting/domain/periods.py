"""Until when the books there are closed: what the provider tells, and what is said here. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Closing:
    """Both days, either of which may be unknown; the later one counts."""

    told: date | None
    said: date | None

    @property
    def until(self) -> date | None:
        """The last closed day; None where none is known."""
        return max((day for day in (self.told, self.said) if day is not None), default=None)

    @property
    def is_said(self) -> bool:
        """Whether the day that counts is the one that was written here."""
        return self.said is not None and (self.told is None or self.said > self.told)


def day_of(text: object) -> date | None:
    """A day in ISO 8601; None for nothing, or for what is no day."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
