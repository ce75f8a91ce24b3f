"""The example pages. They show nothing of any organisation and answer only where switched on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join

from hub.ui import gallery, gallery_forms
from hub.ui.components import Link
from hub.ui.jobs import job_response
from hub.ui.listing import render_list
from hub.ui.toasts import say

View = Callable[[HttpRequest], HttpResponse]
BACK = [Link("Components", "/_ui/")]


def example(view: View) -> View:
    """Answers only while developing and in the demo; elsewhere the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG or settings.DEMO):
            raise Http404
        return view(request)

    return guarded


def framed(request: HttpRequest) -> dict[str, Any]:
    """The example shell; `?theme=dark` or `?theme=light` as if the person had chosen it."""
    return gallery.frame(request.GET.get("theme", "system"))


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A template inside the example shell."""
    return render(request, template, {**framed(request), **context}, status=status)


@example
def components(request: HttpRequest) -> HttpResponse:
    """Badges, money, dates, panels, errors, jobs, timeline, matrix and the rest."""
    if "toast" in request.GET:
        say(request, "Order approved.", undo_url="/_ui/")
        messages.error(request, "INV-00417 could not be sent.")
    return shown(request, "ui/components.html", gallery.component_context())


@example
def listing(request: HttpRequest) -> HttpResponse:
    """The list page."""
    page = gallery.example_list(request.GET)
    return render_list(request, page, {**framed(request), "breadcrumbs": BACK})


@example
def document(request: HttpRequest) -> HttpResponse:
    """A document with its rail and timeline."""
    return shown(request, "ui/document.html", gallery.document_context())


@example
def form(request: HttpRequest) -> HttpResponse:
    """A form; POST shows it refused."""
    bound = gallery_forms.ExampleForm(request.POST if request.method == "POST" else None)
    context = {"page_title": "New contact", "page_form": True, "breadcrumbs": BACK, "form": bound}
    status = 422 if bound.is_bound and not bound.is_valid() else 200
    return shown(request, "ui/form.html", context, status=status)


@example
def lines(request: HttpRequest) -> HttpResponse:
    """The line editor; POST shows what was refused."""
    if request.method == "POST":
        formset = gallery_forms.ExampleLines(request.POST, prefix="lines")
        status = 200 if formset.is_valid() else 422
    else:
        formset, status = (
            gallery_forms.ExampleLines(initial=gallery_forms.LINES, prefix="lines"),
            200,
        )
    context = {"page_title": "New purchase order", "breadcrumbs": BACK, "formset": formset}
    return shown(request, "ui/lines.html", context, status=status)


@example
def lookup(request: HttpRequest) -> HttpResponse:
    """Products for the line editor, as options."""
    wanted = request.GET.get("q", "").lower()
    found = (
        (sku, name, name, price)
        for sku, name, price in gallery_forms.PRODUCTS
        if wanted in sku.lower() or wanted in name.lower()
    )
    option = '<option value="{}" data-description="{}" label="{}" data-price="{}"></option>'
    return HttpResponse(format_html_join("", option, found))


@example
def mail(request: HttpRequest) -> HttpResponse:
    """The e-mail window, to a connected partner; `?stranger=1` to one who is not."""
    stranger = "stranger" in request.GET
    bound = gallery_forms.ExampleMail(
        request.POST if request.method == "POST" else None, initial=gallery_forms.MAIL
    )
    context = {
        "page_title": "E-mail purchase order",
        "page_form": True,
        "breadcrumbs": BACK,
        "form": bound,
        "files": gallery.component_context()["files"],
        "people": [("ana@harbour.example", "Ana Ruiz"), ("orders@harbour.example", "Orders")],
        "partner": "" if stranger else "Harbour Roasters",
        "invite_url": "/_ui/" if stranger else "",
        "action_url": "/_ui/mail/",
        "action_label": "Send purchase order",
        "cancel_url": "/_ui/",
    }
    return shown(request, "ui/mail.html", context)


@example
def diff(request: HttpRequest) -> HttpResponse:
    """Two versions side by side."""
    context = {
        "page_title": "Changes to PO-00412",
        "breadcrumbs": BACK,
        "diff": gallery.difference(),
    }
    return shown(request, "ui/diff.html", context)


@example
def job(request: HttpRequest) -> HttpResponse:
    """The answer that a job card polls for."""
    state = request.GET.get("state", "done")
    return job_response(request, next(one for one in gallery.jobs() if one.state == state))


@example
def confirm(request: HttpRequest) -> HttpResponse:
    """The page that asks where a dialog cannot."""
    context = {
        "page_title": "Void SO-01042?",
        "breadcrumbs": BACK,
        "action_url": "/_ui/",
        "action_label": "Void order",
        "cancel_url": "/_ui/document/",
        "text": "Voiding cannot be undone.",
        "typed_name": "SO-01042",
        "consequences": ["Kestrel Cafés is told.", "Its number is not used again."],
    }
    return shown(request, "components/confirm_page.html", context)
