"""Contacts: the list, one contact, creating, changing, archiving."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST, require_safe

from hub.ui.components import Fact, Link
from hub.ui.listing import listing_response, without_action
from hub.ui.toasts import say
from network.contact_list import CONTACTS, type_of
from network.contact_panels import panels_of
from network.forms.contacts import ContactForm, PeopleFormSet, people_of
from network.models import Contact, ContactEmail, EmailPurpose
from network.selectors import connection_of_contact, contacts_matching
from network.services.contacts import (
    ATTRIBUTE_FIELDS,
    archive_contact,
    change_contact,
    contact_or_404,
    create_contact,
)
from tenants.access import errors_to, tenant_view
from tenants.attribute_columns import with_attributes
from tenants.domain.attributes import AttributeOwner
from tenants.domain.permissions import Area, Level, Special
from tenants.request import membership_of
from tenants.services.attributes import attributes_in_use, shown_value
from tenants.timeline import timeline_of

BACK = Link("Contacts", "/contacts/")
MOST_SUGGESTED = 20


@require_safe
@tenant_view(Area.CONTACTS)
def contact_list(request: HttpRequest) -> HttpResponse:
    """Everybody you trade with."""
    may_edit = membership_of(request).can(Area.CONTACTS, Level.EDIT)
    listing = CONTACTS if may_edit else without_action(CONTACTS)
    listing = with_attributes(listing, ATTRIBUTE_FIELDS)
    return listing_response(request, listing, Contact.objects.all(), {"may_edit": may_edit})


@require_safe
@tenant_view(Area.CONTACTS)
def contact_lookup(request: HttpRequest) -> HttpResponse:
    """Names of contacts as options, for fields that name one."""
    text = request.GET.get("q", "").replace("\x00", "")
    kind = request.GET.get("kind", "")
    rows = contacts_matching(text, kind).order_by("name_key")[:MOST_SUGGESTED]
    options = ((row.name, row.code or type_of(row)) for row in rows)
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', options))


@require_safe
@tenant_view(Area.CONTACTS)
def contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One contact: details, addresses, people, how the network stands, what happened."""
    row = contact_or_404(contact_id)
    membership = membership_of(request)
    context = {
        "page_title": row.name,
        "breadcrumbs": [BACK],
        "contact": row,
        "facts": _facts(row),
        "addresses": _addresses(row),
        "people": people_of(row),
        "row": connection_of_contact(row.id),
        "entries": timeline_of(row.id),
        "panels": panels_of(row, membership),
        "may_edit": membership.can(Area.CONTACTS, Level.EDIT),
        "may_connect": membership.has(Special.NETWORK_PAGE),
    }
    return render(request, "network/contact.html", context)


def _facts(row: Contact) -> list[Fact]:
    return [
        Fact("Type", type_of(row)),
        Fact("Legal name", row.legal_name),
        Fact("Code", row.code),
        Fact("Tax number", row.tax_number),
        Fact("E-mail", row.email),
        Fact("Phone", row.phone),
        Fact("Website", row.website),
        Fact("Country", row.country),
        Fact("Currency", row.currency),
        Fact("Payment terms", row.terms),
        Fact("Price tier", row.price_tier),
        Fact("Tax rule", row.tax_rule),
        *_attributes(row),
    ]


def _attributes(row: Contact) -> list[Fact]:
    found = [
        (one.name, shown_value(one, getattr(row, ATTRIBUTE_FIELDS[AttributeOwner(one.owner)])))
        for one in attributes_in_use(*ATTRIBUTE_FIELDS)
    ]
    return [Fact(name, value) for name, value in found if value]


def _addresses(row: Contact) -> list[Fact]:
    listed: dict[str, list[str]] = {}
    rows = ContactEmail.objects.filter(contact=row).order_by("email")
    for purpose, email in rows.values_list("purpose", "email"):
        listed.setdefault(purpose, []).append(email)
    return [
        Fact(purpose.label, ", ".join(listed.get(purpose.value, [])) or row.email)
        for purpose in EmailPurpose
    ]


@tenant_view(Area.CONTACTS, Level.EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """A new contact."""
    form = ContactForm(request.POST or None, base_currency=_base_currency(request))
    people = PeopleFormSet(request.POST or None, prefix="people")
    if request.method == "POST" and form.is_valid() and people.is_valid():
        with errors_to(form):
            made = create_contact(form.values, emails=form.emails, people=_people(people))
            messages.success(request, f"{made.name} created.")
            return redirect("network:contact", made.id)
    return _form_page(request, form, people, "New contact", "Create contact", BACK)


@tenant_view(Area.CONTACTS, Level.EDIT)
def change(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Change a contact."""
    row = contact_or_404(contact_id)
    name = row.name
    form = ContactForm(request.POST or None, instance=row, base_currency=row.currency)
    people = PeopleFormSet(request.POST or None, initial=people_of(row), prefix="people")
    if request.method == "POST" and form.is_valid() and people.is_valid():
        with errors_to(form):
            change_contact(row.id, form.values, emails=form.emails, people=_people(people))
            messages.success(request, f"{form.cleaned_data['name']} saved.")
            return redirect("network:contact", row.id)
    back = Link(name, f"/contacts/{row.id}/")
    return _form_page(request, form, people, f"Edit {name}", "Save contact", back)


def _base_currency(request: HttpRequest) -> str:
    return str(membership_of(request).organisation.base_currency)


def _people(formset: PeopleFormSet) -> list[dict[str, str]]:  # type: ignore[valid-type]
    rows = [form.cleaned_data for form in formset.forms]  # type: ignore[attr-defined]
    return [row for row in rows if row and not row.get("DELETE") and row.get("name")]


def _form_page(
    request: HttpRequest, form: ContactForm, people: object, title: str, save: str, *back: Link
) -> HttpResponse:
    context = {
        "page_title": title,
        "page_form": True,
        "breadcrumbs": [BACK, *(link for link in back if link is not BACK)],
        "form": form,
        "formset": people,
        "save_label": save,
        "cancel_url": back[-1].url,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "network/contact_form.html", context, status=status)


@require_POST
@tenant_view(Area.CONTACTS, Level.EDIT)
def archive(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Hide a contact from choices; the toast takes it back."""
    row = archive_contact(contact_id, archived=True)
    say(request, f"{row.name} archived.", undo_url=f"/contacts/{row.id}/restore/")
    return redirect("network:contact", contact_id)


@require_POST
@tenant_view(Area.CONTACTS, Level.EDIT)
def restore(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Bring an archived contact back."""
    row = archive_contact(contact_id, archived=False)
    messages.success(request, f"{row.name} restored.")
    return redirect("network:contact", contact_id)
