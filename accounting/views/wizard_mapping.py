"""The mapping pages: in the wizard, and later under Settings (Q4, Q5, Q9)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounting.domain.matching import Ours, Theirs
from accounting.domain.wizard import MAPPED, WizardStep, step_after
from accounting.engine.provider import provider_named
from accounting.forms.wizard import MAP, posted_mapping
from accounting.models import Connection
from accounting.services.mapping import MappingRow, asked_of, mapping_rows, save_mapping
from accounting.services.runs import living_connection
from accounting.services.wizard import finish_mapping
from accounting.services.wizard_lists import (
    archive_account,
    archived_accounts,
    connection_id_of,
    create_missing,
    create_there,
    delete_unused_accounts,
    reload_company,
    reload_lists,
    switch_off,
)
from accounting.views.wizard_frame import PROVIDER, step_page, step_url, tenant_of
from hub.errors import InvalidInput, NotFound, WharfError
from hub.money import plain
from hub.ui.components import Link, Tab
from ledger.domain.accounts import AccountRole, AccountType
from tenants.access import tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.request import next_address

VERBS = {"account": "archive", "tax": "off", "term": "off"}
NOUNS = {"account": "account", "tax": "tax rule", "term": "payment term"}
MISSING = "missing"
SETTINGS = Link("Settings", "/settings/")


def mapping_step(request: HttpRequest, connection: Connection, step: WizardStep) -> HttpResponse:
    """Steps 3, 4 and 5."""
    kind = MAPPED[step]
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        errors = _save(request, connection, kind)
        if not errors:
            try:
                finish_mapping(connection, step)
            except InvalidInput as error:
                errors = error.fields
            else:
                return redirect(step_url(step_after(step)))
    context = mapping_context(request, connection, kind, errors)
    context["urls"] = {
        verb: step_url(step, verb) for verb in ("reload", "create", VERBS[kind], "delete")
        if verb != "delete" or kind == "account"
    }  # fmt: skip
    if kind == "account":
        context["archived"] = archived_accounts()
    return step_page(request, connection, step, status=422 if errors else 200, **context)


def _save(request: HttpRequest, connection: Connection, kind: str) -> dict[str, list[str]]:
    known = [one.id for one in asked_of(kind)]
    wanted = posted_mapping(request.POST, known)
    try:
        save_mapping(connection, kind, wanted)
    except InvalidInput as error:
        return error.fields
    return {}


def mapping_context(
    request: HttpRequest, connection: Connection, kind: str, errors: dict[str, list[str]]
) -> dict[str, Any]:
    """What a mapping table shows: what was typed, else what is mapped, else the proposal."""
    rows = [
        _shown(row, request, errors.get(f"mapping.{row.ours.id}", []))
        for row in mapping_rows(connection, kind, asked_only=True)
    ]
    rows.sort(key=lambda row: (not row["errors"], bool(row["chosen"])))
    missing = [row for row in rows if not row["chosen"]]
    return {
        "rows": rows,
        "kind": kind,
        "noun": NOUNS[kind],
        "missing": missing,
        "errors": errors,
        "field_prefix": MAP,
        "title": provider_named(connection.provider).title,
        "may_create": True,
    }


def _shown(row: MappingRow, request: HttpRequest, errors: list[str]) -> dict[str, Any]:
    name = f"{MAP}{row.ours.id}"
    typed = request.POST.get(name) if request.method == "POST" else None
    linked = row.remote_id if any(one.id == row.remote_id for one in row.choices) else ""
    chosen = typed if typed is not None else linked or row.proposal
    type_there, subtype = row.ours.made_as
    return {
        "ours": row.ours,
        "name": name,
        "type_label": _type_label(row),
        "choices": [(one.id, _their_label(one, row.ours)) for one in row.choices],
        "chosen": chosen,
        "is_proposal": not linked and bool(chosen) and typed is None,
        "mapped": bool(linked),
        "errors": errors,
        "made_as": f"{type_there} · {subtype}" if subtype else type_there,
        "removable": not row.ours.role,
    }


def _type_label(row: MappingRow) -> str:
    ours = row.ours
    if ours.rate is not None:
        return f"{plain(ours.rate)} %"
    if ours.days is not None:
        return f"{ours.days} days"
    use = f" · {AccountRole(ours.role).label}" if ours.role else ""
    return f"{AccountType(ours.type).label}{use}" if ours.type else ""


def _their_label(one: Theirs, ours: Ours) -> str:
    if one.rate is not None:
        return f"{one.name} ({plain(one.rate)} %)"
    if ours.days is not None:
        return one.name
    number = str(one.data.get("number") or "")
    return " ".join(filter(None, (number, one.name, f"· {one.type}" if one.type else "")))


# --- Buttons on these pages; each calls the provider outside any transaction --------------------
def _outside(kind: str, act: Callable[[HttpRequest, UUID, UUID], str], back: str) -> Any:
    @require_POST
    @tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
    def view(request: HttpRequest) -> HttpResponse:
        tenant_id = tenant_of(request)
        _keep_typed(request, tenant_id, kind)
        try:
            done = act(request, tenant_id, connection_id_of(tenant_id, PROVIDER))
        except WharfError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return redirect(next_address(request, fallback=reverse(back)))

    return view


def _keep_typed(request: HttpRequest, tenant_id: UUID, kind: str) -> None:
    """What was chosen on the page before a button was pressed is not lost, where it fits."""
    if kind not in VERBS:
        return
    with tenant_context(tenant_id):
        keep_what_fits(living_connection(PROVIDER), kind, request)


def keep_what_fits(connection: Connection, kind: str, request: HttpRequest) -> None:
    """Save the rows of a page that can be saved."""
    wanted = posted_mapping(request.POST, [one.id for one in asked_of(kind)])
    try:
        save_mapping(connection, kind, wanted)
    except InvalidInput as error:
        bad = {path.removeprefix("mapping.") for path in error.fields}
        rest = {key: value for key, value in wanted.items() if str(key) not in bad}
        with suppress(InvalidInput):
            save_mapping(connection, kind, rest)


def reload_view(kind: str, back: str) -> Any:
    """Reload from the provider."""

    def act(_request: HttpRequest, tenant_id: UUID, connection_id: UUID) -> str:
        title = provider_named(PROVIDER).title
        if kind == "company":
            reload_company(tenant_id, connection_id)
            return f"Settings read from {title} again."
        count = reload_lists(tenant_id, connection_id, kind)
        return f"{count} {NOUNS[kind]}s read from {title}."

    return _outside(kind, act, back)


def create_view(kind: str, back: str) -> Any:
    """Make one of ours there, or all that are missing, and map them."""

    def act(request: HttpRequest, tenant_id: UUID, connection_id: UUID) -> str:
        title = provider_named(PROVIDER).title
        if request.POST.get("create") == MISSING:
            count = len(create_missing(tenant_id, connection_id, kind))
            if not count:
                return f"Nothing was missing in {title}."
            noun = NOUNS[kind] if count == 1 else f"{NOUNS[kind]}s"
            return f"{count} {noun} created in {title} and mapped."
        name = create_there(tenant_id, connection_id, kind, _local(request, "create"))
        return f"“{name}” created in {title} and mapped."

    return _outside(kind, act, back)


def off_view(kind: str, back: str) -> Any:
    """Take one of ours out of use: archive an account, switch a rule or term off."""

    @require_POST
    @tenant_view(special=Special.QUICKBOOKS)
    def view(request: HttpRequest) -> HttpResponse:
        keep_what_fits(living_connection(PROVIDER), kind, request)
        if kind == "account":
            account = archive_account(_local(request, "off"))
            messages.success(request, f"{account} archived; it need not be mapped.")
        else:
            name = switch_off(kind, _local(request, "off"))
            messages.success(request, f"“{name}” switched off; it need not be mapped.")
        return redirect(back)

    return view


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def delete_archived(request: HttpRequest) -> HttpResponse:
    """Delete archived accounts that nothing uses."""
    count = delete_unused_accounts()
    messages.success(request, f"{count} account{'s' if count != 1 else ''} deleted.")
    return redirect(step_url(WizardStep.ACCOUNTS))


def _local(request: HttpRequest, name: str) -> UUID:
    text = request.POST.get(name) or request.POST.get("local") or ""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("It does not exist any more. Reload the page.") from None


# --- Later, under Settings -----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS)
def settings_mapping(request: HttpRequest) -> HttpResponse:
    """Settings → Account mapping; `?kind=` shows tax rules or terms."""
    connection = living_connection(PROVIDER, lock=request.method == "POST")
    kind = request.GET.get("kind", "account")
    if kind not in NOUNS:
        raise NotFound
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        errors = _save(request, connection, kind)
        if not errors:
            messages.success(request, "Mapping saved. What waited for it goes with the next sync.")
            return redirect(f"{reverse('accounting:mapping')}?kind={kind}")
    here = reverse("accounting:mapping")
    context = {
        **mapping_context(request, connection, kind, errors),
        "page_title": "Account mapping",
        "page_form": True,
        "page_lead": f"What corresponds to what in {connection.company_name}.",
        "breadcrumbs": [SETTINGS],
        "page_tabs": [
            Tab(f"{noun.capitalize()}s", f"{here}?kind={name}", name == kind)
            for name, noun in NOUNS.items()
        ],
        "here": f"{here}?kind={kind}",
        "urls": {
            "reload": reverse(f"accounting:mapping_{kind}_reload"),
            "create": reverse(f"accounting:mapping_{kind}_create"),
        },
    }
    return render(request, "accounting/mapping.html", context, status=422 if errors else 200)
