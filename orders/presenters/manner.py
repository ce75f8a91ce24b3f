"""How the organisation writes dates and times."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime

from hub.ui.formatting import DEFAULT_DATE_FORMAT, date_text, moment_text
from tenants.models import Organisation


@dataclass(frozen=True, slots=True)
class Manner:
    """The organisation's time zone and date format."""

    timezone: str = "UTC"
    date_format: str = DEFAULT_DATE_FORMAT

    @classmethod
    def of(cls, organisation: Organisation) -> "Manner":
        """As the organisation chose it."""
        return cls(organisation.timezone, organisation.date_format)

    def day(self, value: date | None) -> str:
        """A date, or nothing."""
        return date_text(value, self.date_format) if value else ""

    def moment(self, value: datetime) -> str:
        """A date and time of day in the organisation's time zone."""
        return moment_text(value, zoneinfo.ZoneInfo(self.timezone), self.date_format)
