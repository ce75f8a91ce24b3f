"""The connect wizard: where it is, what a step is answered with, what it still needs (Q2-Q8)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounting.domain.answers import Company
from accounting.domain.states import ConnectionState, Mode
from accounting.domain.wizard import MAPPED, Answers, WizardStep, is_phrase, read_answers
from accounting.engine.provider import Finding, Weight, provider_named
from accounting.models import Connection
from accounting.services.mapping import unmapped
from accounting.services.runs import living_connection
from hub.errors import Conflict, InvalidInput
from inventory.models import Location
from tenants.services.activity import log_activity

WORDS = {"account": "accounts", "tax": "tax rules", "term": "payment terms"}


def wizard_connection(provider: str, *, lock: bool = False) -> Connection:
    """The connection that the wizard works on.

    Raises NotFound, Conflict (`no_company`, `connected`, `migrating`).
    """
    connection = living_connection(provider, lock=lock)
    if connection.state == ConnectionState.MIGRATING:
        raise Conflict(
            "The migration is under way. Wait until it is done, or go back.", code="migrating"
        )
    if connection.connected_at is not None:
        raise Conflict(f"{connection} is connected already.", code="connected")
    if not connection.realm:
        raise Conflict("No company has been chosen yet. Connect first.", code="no_company")
    return connection


def answers_of(connection: Connection) -> Answers:
    """What the steps were answered with."""
    return read_answers(connection.wizard)


def keep_answers(connection: Connection, answers: Answers) -> None:
    """Write them."""
    connection.wizard = answers.as_json()
    connection.save(update_fields=["wizard"])


def company_of(connection: Connection) -> Company:
    """The company there as it was last read."""
    return Company(
        connection.realm,
        connection.company_name,
        connection.country,
        connection.currency,
        connection.plan,
        connection.preferences,
    )


def findings_of(connection: Connection) -> Sequence[Finding]:
    """What is to be said about the company there."""
    return provider_named(connection.provider).inspect(company_of(connection))


def check_order(connection: Connection, step: WizardStep) -> None:
    """Steps are taken in order; raises Conflict (`step_not_reached`)."""
    answers = answers_of(connection)
    if not answers.may_open(step):
        raise Conflict(
            f"“{answers.current.label}” comes before “{step.label}”.", code="step_not_reached"
        )


# --- What steps are answered with --------------------------------------------------------------
def choose_mode(connection: Connection, mode: str) -> None:
    """Step 1; raises InvalidInput."""
    if mode not in Mode.values:
        raise InvalidInput(
            "Choose one of the two.", fields={"mode": ["Choose whether Wharf may write there."]}
        )
    if mode == Mode.BOTH_WAYS:
        _check_not_refused(connection)
    connection.mode = mode
    connection.save(update_fields=["mode"])
    _pass(connection, WizardStep.MODE, mode=mode)


def _check_not_refused(connection: Connection) -> None:
    for finding in findings_of(connection):
        if finding.weight == Weight.REFUSED:
            raise InvalidInput(f"{finding.title}. {finding.text}", code=finding.code)


def keep_data(connection: Connection) -> None:
    """Step 2: everything stays."""
    answers = answers_of(connection)
    if answers.data == "deleting":
        raise Conflict("It is being deleted already.", code="erasing")
    _pass(connection, WizardStep.DATA, data=answers.data or "keep")


def note_erased(connection: Connection) -> None:
    """Step 2: what was chosen is deleted."""
    _pass(connection, WizardStep.DATA, data="deleted", erasing="")


def finish_mapping(connection: Connection, step: WizardStep) -> None:
    """Steps 3 to 5 are passed once nothing is left to map; raises InvalidInput naming each."""
    kind = MAPPED[step]
    left = unmapped(connection, kind)
    if left:
        keep_answers(connection, answers_of(connection).failed(step))
        words = WORDS[kind]
        raise InvalidInput(
            f"{len(left)} {words} are not mapped yet. Map each, or create it there.",
            fields={f"mapping.{one.id}": ["Choose what it corresponds to."] for one in left},
            code="not_mapped",
        )
    _pass(connection, step)


def choose_opening(connection: Connection, *, wanted: bool) -> None:
    """Step 6: whether unpaid invoices and bills come in."""
    _pass(connection, WizardStep.OPENING, opening=wanted)


def choose_stock(connection: Connection, *, wanted: bool, location: UUID | None) -> None:
    """Step 7: whether stock on hand comes in, and where it lies; raises InvalidInput."""
    known = Location.objects.filter(id=location, is_active=True) if location else None
    if wanted and not (known and known.exists()):
        message = "Choose the location where the stock lies."
        raise InvalidInput(message, fields={"location": [message]})
    _pass(connection, WizardStep.STOCK, stock=wanted, location=str(location or ""))


def check_phrase(connection: Connection, typed: str) -> None:
    """Step 8: all before is complete, and the phrase is typed; raises InvalidInput, Conflict."""
    answers = answers_of(connection)
    if answers.current != WizardStep.CONFIRM:
        raise Conflict(
            f"The step “{answers.current.label}” is not complete.", code="step_not_reached"
        )
    for step, kind in MAPPED.items():
        left = unmapped(connection, kind)
        if left:
            keep_answers(connection, answers.failed(step))
            raise Conflict(
                f"{left[0].name} is not mapped any more. Go back to “{step.label}”.",
                code="not_mapped",
            )
    if not is_phrase(typed):
        message = "This is not the phrase. Type it as it stands there, without the quotation marks."
        raise InvalidInput(message, fields={"phrase": [message]})


def _pass(connection: Connection, step: WizardStep, **changes: Any) -> None:
    check_order(connection, step)
    keep_answers(connection, answers_of(connection).passed(step, **changes))
    log_activity("wizard.step", f"Wizard: “{step.label}” answered", about=connection)


def state_as_json(connection: Connection) -> Mapping[str, Any]:
    """The wizard for programs."""
    answers = answers_of(connection)
    return {
        "current": answers.current.value,
        "steps": [
            {"name": step.value, "label": step.label, "done": step in answers.done}
            for step in WizardStep
        ],
    }
