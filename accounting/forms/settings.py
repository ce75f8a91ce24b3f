"""The forms of the settings pages. Services check again what they are given."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounting.domain.options import (
    CLASS_CHOICES,
    LOCATION_CHOICES,
    Autosync,
    ChannelChoice,
    Options,
)
from accounting.domain.periods import Closing, day_of
from accounting.domain.timetable import FREQUENCIES
from accounting.services.settings import SWITCHES
from hub.ui.formatting import date_text
from inventory.models import Location
from tenants.models import MailingList

HINTS = {
    "export_purchase_orders": "Authorised purchase orders go over; blind receipts have none.",
    "export_quotes": "Authorised quotes go over as estimates.",
    "import_bills": "Bills that are made there come in. Ours always go over.",
    "receive_imported_bills": "Stock is received as soon as the bill comes in; otherwise by hand.",
    "import_invoices": "Invoices made there come in. Ours go over as the sync options say.",
    "online_payment": "Customers may pay invoices online: by card and by ACH.",
    "online_card": "On invoices from Wharf.",
    "online_ach": "On invoices from Wharf.",
    "reference_to_statement": "The sale's reference stands in “Message on statement” too, which "
    "can be searched there but is not shown to customers. Off: in “Message on invoice” only.",
    "actual_ship_date": "Off, or where nothing has shipped: the day it is required by.",
    "void_on_undo": "An undone sale's invoice is voided there at once. Off: the same invoice is "
    "updated once the sale is authorised again, and its payments stay applied.",
}
GROUPS = (
    ("To the accounting system", ("export_purchase_orders", "export_quotes")),
    ("From the accounting system", (
        "import_bills", "receive_imported_bills", "import_invoices", "fulfil_pick", "fulfil_pack",
        "fulfil_ship", "import_location",
    )),
    ("Invoices there", (
        "online_payment", "online_card", "online_ach", "reference_to_statement",
        "actual_ship_date", "void_on_undo",
    )),
    ("Closed books there", ("books_closed_until",)),
)  # fmt: skip


def closing_words(closing: Closing, title: str) -> str:
    """Which of the two days counts."""
    purpose = "Documents up to that day are not sent; they wait for you instead."
    if closing.told is None:
        counts = f" {date_text(closing.said)} counts." if closing.said else ""
        return (
            f"{title} does not tell Wharf its closing date, or has none. If the books are closed "
            f"there, write the day here.{counts} {purpose}"
        )
    told = f"{title} tells {date_text(closing.told)}."
    if closing.is_said:
        return f"{told} The day written here is later, so it counts. {purpose}"
    return f"{told} That counts; a later day written here would count instead. {purpose}"


class GeneralForm(forms.Form):
    """Every option of Q13 but class and location."""

    def __init__(
        self, *args: Any, options: Options, title: str, told: date | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SWITCHES.items():
            self.fields[name] = forms.BooleanField(
                label=label,
                required=False,
                initial=getattr(options, name),
                help_text=HINTS.get(name, ""),
            )
        places = [
            (str(row.id), row.name)
            for row in Location.objects.filter(is_active=True).order_by("name")
        ]
        self.fields["import_location"] = forms.ChoiceField(
            label="Location of imported documents",
            required=False,
            initial=options.import_location,
            choices=[("", "Choose a location"), *places],
            help_text="Where imported purchases arrive and imported sales leave from.",
        )
        closing = Closing(told, day_of(options.books_closed_until))
        self.fields["books_closed_until"] = forms.DateField(
            label=f"Books are closed up to (in {title})",
            required=False,
            initial=closing.said,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            help_text=closing_words(closing, title),
        )

    def clean_books_closed_until(self) -> str:
        """As the options keep it."""
        day = self.cleaned_data["books_closed_until"]
        return day.isoformat() if day is not None else ""

    @property
    def groups(self) -> list[tuple[str, list[tuple[Any, bool]]]]:
        """Fields under their headings, each with whether it belongs to another's switch."""
        inner = {"receive_imported_bills", "fulfil_pick", "fulfil_pack", "fulfil_ship"}
        return [(title, [(self[name], name in inner) for name in names]) for title, names in GROUPS]


class TrackingForm(forms.Form):
    """Where class and location come from."""

    class_source = forms.ChoiceField(
        label="Class",
        required=False,
        choices=[("", "Nothing"), *CLASS_CHOICES.items()],
        help_text=(
            "For each line where it comes from the product, else for the whole document. A "
            "document keeps the class that it was sent with: an attribute, category, brand or "
            "family that is changed later counts for what is sent from then on. To send an older "
            "one with it, undo the document, change it and authorise it again."
        ),
    )
    location_source = forms.ChoiceField(
        label="Location",
        required=False,
        choices=[("", "Nothing"), *LOCATION_CHOICES.items()],
        help_text="For the whole document; kept as the class is.",
    )

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "class_source": options.class_source,
            "location_source": options.location_source,
        }


class AutosyncForm(forms.Form):
    """The timetable and who is told of errors."""

    on = forms.BooleanField(
        label="Synchronise automatically",
        required=False,
        help_text="Sync now works as well, unless a run is under way.",
    )
    starts_on = forms.DateField(
        label="Start date",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    starts_at = forms.TimeField(
        label="Start time",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    every = forms.TypedChoiceField(label="Frequency", coerce=int, choices=list(FREQUENCIES.items()))
    alert_in_app = forms.BooleanField(
        label="Alert in the app",
        required=False,
        help_text="People with the permission for this integration see it in Notifications.",
    )
    alert_by_mail = forms.BooleanField(label="Alert by e-mail", required=False)
    mailing_list = forms.ChoiceField(label="Mailing list", required=False)

    def __init__(self, *args: Any, plan: Autosync, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone
        lists = MailingList.objects.order_by("name").values_list("id", "name")
        choices = [("", "Choose a list"), *((str(key), name) for key, name in lists)]
        self.fields["mailing_list"].choices = choices  # type: ignore[attr-defined]
        begins = datetime.fromisoformat(plan.starts_at) if plan.starts_at else datetime.now(UTC)
        local = begins.astimezone(zone)
        self.fields["starts_at"].help_text = f"On the clock of {zone.key.replace('_', ' ')}."
        self.initial = {
            "on": plan.on,
            "starts_on": local.date(),
            "starts_at": local.time().replace(second=0, microsecond=0),
            "every": plan.every,
            "alert_in_app": plan.alert_in_app,
            "alert_by_mail": plan.alert_by_mail,
            "mailing_list": plan.mailing_list,
        }

    def plan(self) -> Autosync:
        """The timetable that was entered; the moment in UTC."""
        values = self.cleaned_data
        moment = ""
        if values.get("starts_on") and values.get("starts_at"):
            local = datetime.combine(values["starts_on"], values["starts_at"], self._zone)
            moment = local.astimezone(UTC).isoformat()
        return Autosync(
            on=values["on"],
            starts_at=moment,
            every=values["every"],
            alert_in_app=values["alert_in_app"],
            alert_by_mail=values["alert_by_mail"],
            mailing_list=values["mailing_list"],
        )


SYNC_TYPE_CHOICES = (("individual", "Individual"), ("none", "No sync"))


class ChannelForm(forms.Form):
    """What of one sales channel is synced."""

    invoices = forms.ChoiceField(label="Invoice sync type", choices=SYNC_TYPE_CHOICES)
    cogs = forms.ChoiceField(label="COGS sync type", choices=SYNC_TYPE_CHOICES)

    def __init__(self, *args: Any, name: str, choice: ChannelChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = name
        self.initial = {"invoices": choice.invoices, "cogs": choice.cogs}
        for key, label in (("invoices", "invoices"), ("cogs", "cost of goods sold")):
            self.fields[key].widget.attrs["aria-label"] = f"{name}: {label}"

    def choice(self) -> ChannelChoice:
        """What was chosen."""
        return ChannelChoice(self.cleaned_data["invoices"], self.cleaned_data["cogs"])
