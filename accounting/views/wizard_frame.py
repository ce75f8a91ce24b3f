"""What the wizard's pages share: the steps beside each, where they belong, rendering."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from accounting.domain.wizard import WizardStep
from accounting.engine.provider import provider_named
from accounting.models import Connection
from accounting.services.wizard import answers_of
from hub.ui.components import Link, Step
from tenants.request import membership_of

PROVIDER = "quickbooks"
GALLERY = Link("Integrations", "/integrations/")


def overview_link() -> Link:
    """The integration's own page."""
    title = provider_named(PROVIDER).title
    for name in ("accounting:quickbooks", "accounting:overview"):
        try:
            return Link(title, reverse(name))
        except NoReverseMatch:
            continue
    return Link(title, f"/integrations/{PROVIDER}/")


def step_url(step: WizardStep, verb: str = "") -> str:
    """The address of a step, or of something done on it."""
    name = f"accounting:wizard_{step.value}"
    return reverse(f"{name}_{verb}" if verb else name)


def steps_of(connection: Connection, current: WizardStep) -> list[Step]:
    """The list of steps; those that were passed can be opened again."""
    answers = answers_of(connection)
    found = []
    for step in WizardStep:
        if step == current:
            found.append(Step(step.label, "current", ""))
        elif step in answers.done:
            found.append(Step(step.label, "done", step_url(step)))
        else:
            found.append(Step(step.label, "todo", ""))
    return found


def step_page(
    request: HttpRequest,
    connection: Connection,
    step: WizardStep,
    *,
    status: int = 200,
    template: str = "",
    **context: Any,
) -> HttpResponse:
    """One step's page."""
    steps = list(WizardStep)
    place = steps.index(step)
    frame = {
        "page_title": step.label,
        "page_form": True,
        "page_lead": f"Step {place + 1} of {len(steps)} · {connection.company_name}",
        "breadcrumbs": [GALLERY, overview_link()],
        "steps": steps_of(connection, step),
        "connection": connection,
        "step": step,
        "title": provider_named(connection.provider).title,
        "back_url": step_url(steps[place - 1]) if place else "",
    }
    return render(
        request,
        f"accounting/wizard/{template or step.value}.html",
        {**frame, **context},
        status=status,
    )


def tenant_of(request: HttpRequest) -> UUID:
    """The organisation, for pages that open their transactions themselves."""
    return UUID(str(membership_of(request).organisation.id))
