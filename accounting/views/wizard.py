"""The eight steps of the connect wizard (Q2 to Q8), one page each."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounting.domain.states import Mode
from accounting.domain.wizard import MAPPED, PHRASE, WizardStep, step_after
from accounting.forms.wizard import ConfirmForm, DataForm, ModeForm, OpeningForm, StockForm
from accounting.models import Connection
from accounting.services.erasing import (
    COUNTED,
    LABELS,
    WORDS,
    begin_erasing,
    count_erasable,
    erasing_job,
    go_on_erasing,
)
from accounting.services.migrating import begin_migration
from accounting.services.wizard import (
    answers_of,
    check_order,
    check_phrase,
    choose_mode,
    choose_opening,
    choose_stock,
    findings_of,
    keep_data,
    wizard_connection,
)
from accounting.views.wizard_frame import PROVIDER, overview_link, step_page, step_url
from accounting.views.wizard_mapping import mapping_step
from hub.errors import Conflict, NotFound
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.models import Job, JobState
from tenants.views.news import card_of

Page = Callable[[HttpRequest, Connection], HttpResponse]
GUARD = tenant_view(special=Special.QUICKBOOKS)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def here(request: HttpRequest) -> HttpResponse:
    """Go on where the wizard was left."""
    try:
        connection = wizard_connection(PROVIDER)
    except (Conflict, NotFound) as error:
        return _elsewhere(error)
    return redirect(step_url(answers_of(connection).current))


def _elsewhere(error: Conflict | NotFound) -> HttpResponse:
    """Where one belongs who has no wizard to walk."""
    if error.code == "migrating":
        return redirect("accounting:migration")
    if error.code == "connected":
        return redirect(overview_link().url)
    return redirect("accounting:connect")


def step_view(step: WizardStep) -> Callable[..., HttpResponse]:
    """The page of one step."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @GUARD
    def view(request: HttpRequest) -> HttpResponse:
        try:
            connection = wizard_connection(PROVIDER, lock=request.method == "POST")
        except (Conflict, NotFound) as error:
            return _elsewhere(error)
        if not answers_of(connection).may_open(step) and request.method != "POST":
            return redirect(step_url(answers_of(connection).current))
        check_order(connection, step)
        return PAGES[step](request, connection)

    return view


def _onward(step: WizardStep) -> HttpResponse:
    return redirect(step_url(step_after(step)))


def _mode(request: HttpRequest, connection: Connection) -> HttpResponse:
    form = ModeForm(request.POST or None, initial={"mode": answers_of(connection).mode})
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            choose_mode(connection, form.cleaned_data["mode"])
            return _onward(WizardStep.MODE)
    return step_page(
        request,
        connection,
        WizardStep.MODE,
        status=422 if form.errors else 200,
        form=form,
        findings=findings_of(connection),
        reload_url=step_url(WizardStep.MODE, "reload"),
        both=Mode.BOTH_WAYS,
    )


def _deleting(request: HttpRequest, connection: Connection, job: Job) -> HttpResponse:
    """The step while the job deletes: how far it is, and going on where it stopped."""
    return step_page(
        request,
        connection,
        WizardStep.DATA,
        template="deleting",
        job=card_of(job),
        stopped=job.state in (JobState.FAILED, JobState.CANCELLED),
    )


@require_POST
@tenant_view(special=Special.QUICKBOOKS, while_locked=True)
def go_on_deleting(request: HttpRequest) -> HttpResponse:
    """Try a deletion that stopped once more."""
    go_on_erasing(wizard_connection(PROVIDER, lock=True))
    messages.success(request, "The deletion goes on.")
    return redirect(step_url(WizardStep.DATA))


def _data(request: HttpRequest, connection: Connection) -> HttpResponse:
    job = erasing_job(connection)
    if job is not None:
        return _deleting(request, connection, job)
    form = DataForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kinds = form.kinds()
        with errors_to(form):
            if not kinds:
                keep_data(connection)
                return _onward(WizardStep.DATA)
            begin_erasing(connection, kinds, form.cleaned_data["name"])
            return redirect(step_url(WizardStep.DATA))
    counts = count_erasable()
    rows = [
        (LABELS[COUNTED[what][0]], WORDS[what][0].upper() + WORDS[what][1:], count)
        for what, count in counts.items()
    ]
    return step_page(
        request,
        connection,
        WizardStep.DATA,
        status=422 if form.errors else 200,
        form=form,
        rows=rows,
        was=answers_of(connection).data,
    )


def _opening(request: HttpRequest, connection: Connection) -> HttpResponse:
    wanted = "yes" if answers_of(connection).opening else "no"
    form = OpeningForm(request.POST or None, initial={"wanted": wanted})
    if request.method == "POST" and form.is_valid():
        choose_opening(connection, wanted=form.cleaned_data["wanted"] == "yes")
        return _onward(WizardStep.OPENING)
    return step_page(
        request,
        connection,
        WizardStep.OPENING,
        status=422 if form.errors else 200,
        form=form,
        today=timezone.localdate(),
    )


def _stock(request: HttpRequest, connection: Connection) -> HttpResponse:
    answers = answers_of(connection)
    form = StockForm(
        request.POST or None,
        initial={"wanted": "yes" if answers.stock else "no", "location": answers.location},
    )
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            wanted = form.cleaned_data["wanted"] == "yes"
            choose_stock(connection, wanted=wanted, location=form.location_id())
            return _onward(WizardStep.STOCK)
    return step_page(
        request,
        connection,
        WizardStep.STOCK,
        status=422 if form.errors else 200,
        form=form,
        writes=connection.mode == Mode.BOTH_WAYS,
    )


def _confirm(request: HttpRequest, connection: Connection) -> HttpResponse:
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            check_phrase(connection, form.cleaned_data["phrase"])
            begin_migration(connection)
            return redirect("accounting:migration")
    answers = answers_of(connection)
    return step_page(
        request,
        connection,
        WizardStep.CONFIRM,
        status=422 if form.errors else 200,
        form=form,
        phrase=PHRASE,
        answers=answers,
        findings=[one for one in findings_of(connection) if one.weight == "blocks"],
        both=connection.mode == Mode.BOTH_WAYS,
    )


def _mapping(step: WizardStep) -> Page:
    def page(request: HttpRequest, connection: Connection) -> HttpResponse:
        return mapping_step(request, connection, step)

    return page


PAGES: dict[WizardStep, Page] = {
    WizardStep.MODE: _mode,
    WizardStep.DATA: _data,
    **{step: _mapping(step) for step in MAPPED},
    WizardStep.OPENING: _opening,
    WizardStep.STOCK: _stock,
    WizardStep.CONFIRM: _confirm,
}
