"""Organisation, its actions, reminders and tax schemes: read only."""

from typing import TYPE_CHECKING

from sandbox.common.http import Answer, Call, Refused
from sandbox.xero import problems, scopes
from sandbox.xero.books import Books
from sandbox.xero.resource import envelope, shown
from sandbox.xero.services import cis_settings

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

ACTIONS = (
    *("CreateAttachment", "CreateApprovedInvoice", "CreateApprovedBill", "CreateDraftInvoice"),
    *("CreatePayment", "CreateManualJournal", "CreateContact", "UseMulticurrency"),
)


class Addresses:
    """The addresses of what belongs to the organisation as a whole."""

    def __init__(self, xero: "Xero") -> None:
        for path, handler in (
            ("/Organisation", self.organisation),
            ("/Organisation/Actions", self.actions),
            ("/InvoiceReminders/Settings", self.reminders),
            ("/Organisation/{id}/CISSettings", self.scheme),
        ):
            xero.api("GET", path, handler, scopes.SETTINGS)

    def organisation(self, call: Call, books: Books) -> Answer:
        """The one organisation."""
        return envelope(books, "Organisations", [shown(books.organisation)])

    def actions(self, call: Call, books: Books) -> Answer:
        """What the user may do: everything, but several currencies need them switched on."""
        many = len(books.xero.store.records(books.tenant, "currency", limit=2)) > 1
        listed = [
            {
                "Name": name,
                "Status": "ALLOWED" if name != "UseMulticurrency" or many else "NOT-ALLOWED",
            }
            for name in ACTIONS
        ]
        return envelope(books, "Actions", listed)

    def reminders(self, call: Call, books: Books) -> Answer:
        """Reminders are off."""
        return envelope(books, "InvoiceReminders", [{"Enabled": False}])

    def scheme(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """Of the construction industry."""
        if id.lower() != books.tenant:
            raise Refused(problems.not_found())
        return cis_settings(books)
