"""The steps of the connect wizard and what they were answered with. Pure.

The answers are kept with the connection: whoever comes back finds them, and no step forgets what
another one said.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from accounting.domain.states import Mode

PHRASE = "I would like to update all transactions"


class WizardStep(StrEnum):
    """One page of the wizard, in order."""

    MODE = "mode"
    DATA = "data"
    ACCOUNTS = "accounts"
    TAXES = "taxes"
    TERMS = "terms"
    OPENING = "opening"
    STOCK = "stock"
    CONFIRM = "confirm"

    @property
    def label(self) -> str:
        """As the list of steps shows it."""
        return LABELS[self]


LABELS = {
    WizardStep.MODE: "Integration mode",
    WizardStep.DATA: "Test data",
    WizardStep.ACCOUNTS: "Accounts",
    WizardStep.TAXES: "Tax rules",
    WizardStep.TERMS: "Payment terms",
    WizardStep.OPENING: "Opening balances",
    WizardStep.STOCK: "Stock on hand",
    WizardStep.CONFIRM: "Confirm",
}
# The steps that map something → what.
MAPPED = {
    WizardStep.ACCOUNTS: "account",
    WizardStep.TAXES: "tax",
    WizardStep.TERMS: "term",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered so far. `done` holds the steps that were passed."""

    done: tuple[str, ...] = ()
    mode: str = Mode.BOTH_WAYS
    data: str = ""  # "keep", "deleting" while a job does, "deleted" once it is done
    erasing: str = ""  # that job
    opening: bool = True
    stock: bool = True
    location: str = ""
    # What came in already → when (ISO): opening balances and stock come in once.
    brought_in: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the connection keeps it."""
        return {**asdict(self), "done": list(self.done)}

    def passed(self, step: WizardStep, **changes: Any) -> "Answers":
        """With a step's answers, and the step behind one."""
        done = self.done if step in self.done else (*self.done, step.value)
        return replace(self, done=done, **changes)

    def failed(self, step: WizardStep) -> "Answers":
        """With a step that has to be looked at again."""
        return replace(self, done=tuple(each for each in self.done if each != step))

    @property
    def current(self) -> WizardStep:
        """The first step that was not passed."""
        return next((step for step in WizardStep if step not in self.done), WizardStep.CONFIRM)

    def may_open(self, step: WizardStep) -> bool:
        """Any step that was passed, and the next one."""
        return step in self.done or step == self.current


def read_answers(stored: Mapping[str, Any]) -> Answers:
    """Answers from what is kept; what is not known is dropped."""
    known = {each.name for each in fields(Answers)}
    values = {key: value for key, value in stored.items() if key in known}
    values["done"] = tuple(values.get("done", ()))
    return Answers(**values)


def step_after(step: WizardStep) -> WizardStep:
    """The next page."""
    steps = list(WizardStep)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def is_phrase(typed: str) -> bool:
    """Whether somebody typed the phrase; spaces around and upper case do not matter."""
    return " ".join(typed.split()).casefold().rstrip(".") == PHRASE.casefold()
