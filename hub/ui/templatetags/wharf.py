"""Template tags of the interface: `{% load wharf %}`.

Each takes what its docstring says. What shows a time or money reads the organisation of the
page (`shell.organisation`) for its date format, time zone and base currency.
"""

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hub.ui import formatting
from hub.ui.components import Badge, DiffTable, JobCard, PlainBadge
from hub.ui.icons import icon_svg
from hub.ui.listing import ListPage
from hub.ui.toasts import Toast, toast_of

register = template.Library()

TONES = ("neutral", "info", "attention", "success", "critical")
JOB_LOOKS = {
    "queued": ("neutral", "clock"),
    "running": ("info", "loader-2"),
    "paused": ("attention", "player-pause"),
    "done": ("success", "circle-check"),
    "failed": ("critical", "alert-circle"),
    "cancelled": ("neutral", "ban"),
}
DASH = mark_safe('<span class="w-none" aria-hidden="true">&ndash;</span>')


def _organisation(context: Context) -> Any:
    shell = context.get("shell")
    if isinstance(shell, Mapping):
        return shell.get("organisation")
    return getattr(shell, "organisation", None)


def _zone(context: Context) -> tzinfo:
    name = getattr(_organisation(context), "timezone", "")
    return zoneinfo.ZoneInfo(name) if name else timezone.get_current_timezone()


def _date_format(context: Context) -> str:
    return getattr(_organisation(context), "date_format", "") or formatting.DEFAULT_DATE_FORMAT


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None


@register.simple_tag
def icon(
    name: str, size: int = 18, label: str = "", classes: str = "", filled: bool = False
) -> SafeString:
    """`{% icon "truck" %}`: an icon of tabler.io/icons; `label` only when no text is beside it."""
    return icon_svg(name, size=size, label=label, classes=classes, filled=filled)


@register.simple_tag
def status_badge(status: Badge | None, label: str = "", size: str = "") -> SafeString:
    """`{% status_badge order.get_status %}`: any object with .label, .tone and .icon.

    `label` overrides the words; `size="lg"` is the one beside a page's heading.
    """
    if not status:
        return mark_safe("")
    tone = str(getattr(status, "tone", "neutral"))
    return format_html(
        '<span class="w-badge w-badge--{}{}">{}<span>{}</span></span>',
        tone if tone in TONES else "neutral",
        " w-badge--lg" if size == "lg" else "",
        icon_svg(str(getattr(status, "icon", "") or "circle-dot"), size=14),
        label or status.label,
    )


@register.simple_tag
def badge(label: str, tone: str = "neutral", icon: str = "circle-dot") -> SafeString:
    """`{% badge "Overdue" "critical" "clock" %}`: a badge that is no document status."""
    return status_badge(PlainBadge(label, tone, icon))


@register.simple_tag(takes_context=True)
def money(
    context: Context, value: Any, currency: str = "", code: bool | None = None, unit: bool = False
) -> SafeString:
    """`{% money total %}` (a Money) or `{% money order.total order.currency %}`.

    The currency's code is shown when it is not the organisation's base currency, or as `code`
    says. `unit=True` shows a unit price with all the decimals that it carries.
    """
    amount = _decimal(getattr(value, "amount", value))
    if amount is None:
        return DASH
    base = getattr(_organisation(context), "base_currency", "")
    currency = getattr(value, "currency", "") or currency or base
    shown = currency and (currency != base if code is None else code)
    write = formatting.unit_price_text if unit else formatting.amount_text
    return format_html(
        '<span class="w-money{}">{}{}</span>',
        " w-money--negative" if amount < 0 else "",
        format_html('<span class="w-money__code">{}</span>&nbsp;', currency) if shown else "",
        write(amount, currency),
    )


@register.simple_tag
def quantity(value: Any, unit: str = "") -> SafeString:
    """`{% quantity line.quantity line.unit %}`: tabular, without trailing zeros."""
    number = _decimal(value)
    if number is None:
        return DASH
    return format_html(
        '<span class="w-number">{}{}</span>',
        formatting.quantity_text(number),
        format_html('&nbsp;<span class="w-unit">{}</span>', unit) if unit else "",
    )


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString:
    """`{% day order.due_on %}`: a date in the organisation's format, ISO in the title."""
    if not value:
        return DASH
    if isinstance(value, datetime):
        value = value.astimezone(_zone(context)).date()
    return format_html(
        '<time datetime="{0}" title="{0}">{1}</time>',
        value.isoformat(),
        formatting.date_text(value, _date_format(context)),
    )


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, relative: bool = False) -> SafeString:
    """`{% moment order.sent_at %}`: date and time in the organisation's time zone.

    `relative=True` writes "5 min ago" up to a day, with the full time in the title.
    """
    if not value:
        return DASH
    full = formatting.moment_text(value, _zone(context), _date_format(context))
    iso = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    text = _ago(value) if relative else ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', iso, full if text else iso, text or full
    )


def _ago(value: datetime) -> str:
    seconds = (timezone.now() - value).total_seconds()
    if seconds < 0 or seconds >= 86_400:
        return ""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    return f"{int(seconds // 3600)} h ago"


@register.simple_tag
def connected_mark(connected: bool, partner: str = "") -> SafeString:
    """`{% connected_mark contact.is_connected %}`: the network icon beside a contact's name."""
    if not connected:
        return mark_safe("")
    words = f"Connected to {partner} on Wharf" if partner else "Connected on Wharf"
    return format_html(
        '<span class="w-connected" title="{0}">{1}</span>',
        words,
        icon_svg("plug-connected", size=16, label=words),
    )


@register.simple_tag
def initials(name: str) -> str:
    """`{% initials "Kestrel Cafés" %}` is KC: for the round marks of people and companies."""
    words = [word for word in str(name).replace("@", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.simple_tag
def url_or_nothing(name: str, *args: Any, **kwargs: Any) -> str:
    """The address, or "" while no app has brought it: for links of the shell."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """`{% query page=2 %}`: this page's query string with changes; None or "" removes a key."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag
def query_without(page: ListPage, name: str) -> str:
    """The list's address without one of its filters, from the first page."""
    return page.state.url(**{name: ""})


@register.simple_tag
def elapsed(seconds: float) -> str:
    """`{% elapsed job.elapsed_seconds %}`: 3 min 5 s."""
    return formatting.elapsed_text(seconds)


@register.simple_tag
def toast_parts(message: Message) -> Toast:
    """Tone, icon and Undo of a message; for components/toasts.html."""
    return toast_of(message)


@register.simple_tag
def diff_count_badge(count: int) -> SafeString:
    """ "7 differences" as a badge; for components/diff_table.html."""
    return status_badge(PlainBadge(f"{count} differences", "attention", "arrows-diff"))


@register.simple_tag
def diff_numeric(diff: DiffTable, index: int) -> str:
    """The class of a number's cell; for components/diff_rows.html."""
    return " w-num" if diff.columns[index] in diff.numeric else ""


@register.simple_tag
def job_badge(job: JobCard) -> PlainBadge:
    """The state of a job as a badge."""
    tone, symbol = JOB_LOOKS.get(job.state, ("neutral", "circle-dot"))
    return PlainBadge(job.state_label, tone, symbol)


@register.simple_tag
def mail_field(field: BoundField, datalist: str) -> SafeString:
    """A field for addresses, with suggestions; for components/mail_window.html."""
    return field.as_widget(attrs={"list": datalist, "autocomplete": "off", "data-addresses": ""})


@register.simple_tag
def line_field(field: BoundField, number: int | str, prefix: str) -> SafeString:
    """One cell of the line editor: named for screen readers by column and line."""
    attrs: dict[str, str | bool] = {
        "aria-label": f"{field.label}, line {number}" if number else str(field.label)
    }
    if "data-lookup" in field.field.widget.attrs:
        attrs |= {"list": f"{prefix}-lookup", "autocomplete": "off"}
    return field.as_widget(attrs=attrs)


class ErrorLine(NamedTuple):
    """One line of the error summary: where it leads and what it says."""

    target: str
    label: str
    message: str


def _form_lines(form: BaseForm, row: int = 0) -> list[ErrorLine]:
    lines = [ErrorLine("", "", str(message)) for message in form.non_field_errors()]
    for name in form.errors:
        if name not in form.fields:
            continue
        field = form[name]
        label = f"Line {row}, {field.label}" if row else str(field.label or "")
        target = field.id_for_label or field.auto_id or ""
        lines += [ErrorLine(target, label, str(message)) for message in field.errors]
    return lines


@register.simple_tag
def form_error_lines(
    form: BaseForm | str | None = None,
    formset: "BaseFormSet[Any] | str | None" = None,
    more: list[str] | str | None = None,
) -> list[ErrorLine]:
    """Every message of a form and a formset, with the id of the field that it is about."""
    lines = [ErrorLine("", "", message) for message in more or []]
    if form and not isinstance(form, str) and form.is_bound:
        lines += _form_lines(form)
    if formset and not isinstance(formset, str) and formset.is_bound:
        lines += [ErrorLine("", "", str(message)) for message in formset.non_form_errors()]
        for number, line_form in enumerate(formset.forms, 1):
            lines += _form_lines(line_form, number)
    return lines


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context, content: str, title: str = "", icon: str = "", flush: bool = False
) -> SafeString:
    """`{% panel title="Lines" %}…{% endpanel %}`: a card; `flush=True` for a table inside."""
    head = ""
    if title:
        head = format_html(
            '<header class="w-panel__head">{}<h2 class="w-panel__title">{}</h2></header>',
            icon_svg(icon, size=16) if icon else "",
            title,
        )
    body = content if flush else format_html('<div class="w-panel__body">{}</div>', content)
    return format_html('<section class="w-panel">{}{}</section>', head, body)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, name: str, title: str, wide: bool = False) -> SafeString:
    """A native dialog: `{% dialog name="void" title="Void PO-0012?" %}<form…>{% enddialog %}`.

    Opened by a link or button with `data-dialog="void"`; without JavaScript the link's address
    is a page that asks the same. `data-close` on a button gives up. `name` becomes the id.
    """
    return format_html(
        '<dialog class="w-dialog{0}" id="{1}" aria-labelledby="{1}-title">'
        '<header class="w-dialog__head"><h2 id="{1}-title" tabindex="-1">{2}</h2>'
        '<button type="button" class="w-iconbtn" data-close aria-label="Close">{3}</button>'
        '</header><div class="w-dialog__body">{4}</div></dialog>',
        " w-dialog--wide" if wide else "",
        name,
        title,
        icon_svg("x"),
        content,
    )
