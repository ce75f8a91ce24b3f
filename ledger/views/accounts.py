"""Settings → Chart of accounts: the list, one account's ledger, writing, what Wharf posts where."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hub.errors import InvalidInput, NotFound
from hub.ui.components import Link
from hub.ui.export import CONTENT_TYPES
from hub.ui.listing import listing_response, read_state, render_list
from ledger.domain.accounts import AccountRole, AccountType
from ledger.forms.accounts import AccountForm, UseForm
from ledger.keeper import kept_by, refuse_kept
from ledger.listings.books import ACCOUNT_LINES, ACCOUNTS
from ledger.models import Account
from ledger.selectors import account_or_404, accounts_with_balances
from ledger.services.books import assign_role, is_used, save_account, why_use_stays
from ledger.spans import day_of
from ledger.views.account_ledger import account_file, account_page, span_facts
from ledger.views.reference_lists import SETTINGS, kept_note
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of

CHART = Link("Chart of accounts", "/settings/accounts/")
USES = Link("What Wharf posts where", "/settings/accounts/uses/")


@require_safe
@tenant_view(Area.LEDGER)
def accounts(request: HttpRequest) -> HttpResponse:
    """The chart with today's balances."""
    name = kept_by()
    may_edit = membership_of(request).can(Area.LEDGER, Level.EDIT) and not name
    note = kept_note(name, "chart of accounts")
    frame = {"breadcrumbs": [SETTINGS], "may_edit": may_edit, **note}
    rows = accounts_with_balances(timezone.localdate())
    return listing_response(request, ACCOUNTS, rows, frame)


@require_safe
@tenant_view(Area.LEDGER)
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """What was posted to one account, with the running balance."""
    row = account_or_404(account_id)
    state = read_state(ACCOUNT_LINES, request.GET)
    since, until = (_day(request.GET.get(name, "")) for name in ("posted_from", "posted_to"))
    if (file_format := request.GET.get("format", "")) in CONTENT_TYPES:
        return account_file(row, since, until, file_format)
    page, membership = (
        account_page(row, state, request.GET.get("cursor", "")),
        membership_of(request),
    )
    context = {
        "page_title": row.name,
        "page_lead": _lead(row),
        "breadcrumbs": [SETTINGS, CHART],
        "account": row,
        "facts": span_facts(row, since, until, membership.organisation.base_currency),
        "may_edit": membership.can(Area.LEDGER, Level.EDIT),
    }
    return render_list(request, page, context)


def _day(text: str) -> date | None:
    try:
        return day_of(text)
    except InvalidInput:  # the list says so beside its filter
        return None


def _lead(row: Account) -> str:
    kind = AccountType(row.type)
    use = f" · Wharf posts: {AccountRole(row.role).label}" if row.role else ""
    return f"{row.code} · {kind.account_class.label}, {kind.label.lower()}{use}"


@tenant_view(Area.LEDGER, Level.EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """A new account."""
    refuse_kept("chart of accounts")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            made = save_account(None, form.cleaned_data)
            messages.success(request, f"Account {made} created.")
            return redirect("ledger:account", made.id)
    return _form_page(request, form, "New account", "Create account", CHART)


@tenant_view(Area.LEDGER, Level.EDIT)
def change(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Change an account."""
    row = account_or_404(account_id)
    refuse_kept("chart of accounts")
    form = AccountForm(request.POST or None, row=row, fixed_type=_why_type_is_fixed(row))
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_account(account_id, form.cleaned_data)
            messages.success(request, f"Account {saved} saved.")
            return redirect("ledger:account", account_id)
    back = Link(str(row), f"/settings/accounts/{row.id}/")
    return _form_page(request, form, f"Edit {row}", "Save account", back)


def _why_type_is_fixed(row: Account) -> str:
    if row.role:
        return f"Wharf posts “{AccountRole(row.role).label}” to it, so the type is fixed."
    return "It has postings, so the type is fixed." if is_used(row) else ""


def _form_page(
    request: HttpRequest, form: AccountForm, title: str, save: str, back: Link
) -> HttpResponse:
    context = {
        "page_title": title,
        "page_form": True,
        "breadcrumbs": [SETTINGS, CHART] if back is CHART else [SETTINGS, CHART, back],
        "form": form,
        "save_label": save,
        "cancel_url": back.url,
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


@require_POST
@tenant_view(Area.LEDGER, Level.EDIT)
def archive(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take an account out of choices, or bring it back."""
    account_or_404(account_id)
    refuse_kept("chart of accounts")
    active = request.POST.get("active") == "yes"
    row = save_account(account_id, {"is_active": active})
    messages.success(request, f"Account {row} {'restored' if active else 'archived'}.")
    return redirect("ledger:account", account_id)


@require_safe
@tenant_view(Area.LEDGER)
def uses(request: HttpRequest) -> HttpResponse:
    """Every use that Wharf has for an account, and which account has it."""
    rows = accounts_with_balances(timezone.localdate()).exclude(role="")
    by_role = {row.role: row for row in rows}
    found = [(role, by_role.get(role.value)) for role in AccountRole]
    context = {
        "page_title": USES.label,
        "page_lead": "Authorised documents post to these accounts by themselves.",
        "breadcrumbs": [SETTINGS, CHART],
        "uses": [(role, row, _natural(row)) for role, row in found],
        "may_change": membership_of(request).can(Area.LEDGER, Level.APPROVE),
    }
    return render(request, "ledger/uses.html", context)


def _natural(row: Any) -> Decimal | None:
    return AccountType(row.type).natural(row.balance) if row is not None else None


@tenant_view(Area.LEDGER, Level.APPROVE)
def use_change(request: HttpRequest) -> HttpResponse:
    """Give a use to another account; `?use=` says which."""
    role = _role(request.GET.get("use", ""))
    rows = accounts_with_balances(timezone.localdate())
    now: Any = rows.filter(role=role).first()
    candidates = rows.filter(is_active=True, role="").order_by("code")
    if now is not None:
        candidates = candidates.filter(type=now.type)
    form = UseForm(request.POST or None, accounts=list(candidates))
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            chosen = assign_role(role, UUID(form.cleaned_data["account"]))
            messages.success(request, f"“{role.label}” is posted to {chosen} from now on.")
            return redirect("ledger:uses")
    context = {
        "page_title": f"Use for “{role.label}”",
        "page_form": True,
        "breadcrumbs": [SETTINGS, CHART, USES],
        "form": form,
        "account": now,
        "balance": _natural(now),
        "stays": why_use_stays(role, now),
        "type_label": AccountType(now.type).label.lower() if now is not None else "",
        "save_label": "Use this account",
        "cancel_url": USES.url,
    }
    status = 422 if form.errors else 200
    return render(request, "ledger/use_change.html", context, status=status)


def _role(text: str) -> AccountRole:
    try:
        return AccountRole(text)
    except ValueError:
        raise NotFound("Wharf knows no such use of an account.") from None
