"""Payment terms: when a document of a given date is due."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from hub.choices import LabelChoices
from hub.errors import InvalidInput

MOST_DAYS = 3_650


class TermsKind(LabelChoices):
    """What the number of a payment term counts."""

    DAYS = "days", "Days after the date"
    END_OF_MONTH = "end_of_month", "Days after the end of the month"
    DAY_OF_FOLLOWING_MONTH = "day_of_following_month", "Day of the following month"


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """A kind and its number; InvalidInput (at `number`) when they do not fit together."""

    kind: TermsKind
    number: int

    def __post_init__(self) -> None:
        of_month = self.kind is TermsKind.DAY_OF_FOLLOWING_MONTH
        smallest, largest = (1, 31) if of_month else (0, MOST_DAYS)
        if not smallest <= self.number <= largest:
            message = f"Enter a whole number from {smallest} to {largest:,}."
            raise InvalidInput(message, fields={"number": [message]})

    def due_on(self, issued_on: date) -> date:
        """The due date; the 31st of a shorter month is its last day."""
        match self.kind:
            case TermsKind.DAYS:
                return issued_on + timedelta(days=self.number)
            case TermsKind.END_OF_MONTH:
                return _last_day(issued_on.year, issued_on.month) + timedelta(days=self.number)
            case TermsKind.DAY_OF_FOLLOWING_MONTH:
                following = _last_day(issued_on.year, issued_on.month) + timedelta(days=1)
                last = _last_day(following.year, following.month)
                return last.replace(day=min(self.number, last.day))

    def __str__(self) -> str:
        days = "1 day" if self.number == 1 else f"{self.number} days"
        match self.kind:
            case TermsKind.DAYS:
                return days if self.number else "On receipt"
            case TermsKind.END_OF_MONTH:
                return f"{days} after end of month" if self.number else "End of month"
            case TermsKind.DAY_OF_FOLLOWING_MONTH:
                return f"{_ordinal(self.number)} of following month"


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _ordinal(number: int) -> str:
    if 10 < number % 100 < 14:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
