"""The integration page, its settings, preview and reconciliation in the browser and the API."""

from datetime import timedelta

from django.utils import timezone

from accounting.domain.answers import Order
from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState, Kind, RunKind, SyncState, Verb
from accounting.models import Connection, Link, SyncDocument, SyncRun
from inventory.models import Location
from ledger.models import Account
from tenants.models import Activity, MailingList, MailMessage, Notification
from tests.accounting.books import LANES, Books
from tests.accounting.making import customer_of, invoice_of, taxed_product
from tests.cast import make_company

PAGE = "/integrations/quickbooks/"


def test_without_a_connection_every_page_says_what_to_do() -> None:
    """Q9: the gallery leads to the integration page, and that to the wizard; nothing is a fault."""
    web = make_company("Fresh").browser()
    assert PAGE in web.get("/integrations/").content.decode()
    page = web.get(PAGE).content.decode()
    assert "QuickBooks Online is not connected" in page and f"{PAGE}connect/" in page
    assert "Chart of accounts" in page and "Both ways" in page
    for path in (
        "history/", "runs/", "incoming/", "preview/", "reconciliation/", "settings/",
        "settings/sync/", "settings/tracking/", "settings/advanced/", "cogs/",
    ):  # fmt: skip
        assert web.get(PAGE + path).status_code == 200, path
    assert web.post(f"{PAGE}sync/").status_code == 404


def test_the_integration_page_shows_runs_counts_and_calls(books: Books) -> None:
    """Q14: Sync now starts a run; the page shows it, its counts and the calls it took."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    web = books.company.browser()
    assert web.post(f"{PAGE}sync/").status_code == 302
    second = web.post(f"{PAGE}sync/")
    assert second.status_code == 409 and "A sync is under way" in second.content.decode()
    books.company.drain(lanes=LANES)
    page = web.get(PAGE).content.decode()
    assert "Connected" in page and "Calls in the last minute" in page
    assert "3 sent" in page  # customer, product, invoice
    assert "of 480" in page


def test_pause_and_resume(books: Books) -> None:
    """Q14: paused, nothing runs and the page says so; resumed, it goes on."""
    web = books.company.browser()
    assert web.post(f"{PAGE}pause/").status_code == 302
    assert "Somebody paused it" in web.get(PAGE).content.decode()
    assert web.post(f"{PAGE}sync/").status_code == 409
    assert web.post(f"{PAGE}resume/").status_code == 302
    assert web.post(f"{PAGE}resume/").status_code == 409
    assert web.post(f"{PAGE}sync/").status_code == 302


def test_a_lost_access_shows_how_to_reconnect(books: Books) -> None:
    """Q1: the banner names what happened and leads to the way out."""
    with books.company.inside():
        Connection.objects.update(
            state=ConnectionState.NEEDS_RECONNECT, pause_message="Access was revoked there."
        )
    page = books.company.browser().get(PAGE).content.decode()
    assert "Access was revoked there." in page and f"{PAGE}connect/" in page


def test_general_settings_are_checked_and_kept(books: Books) -> None:
    """Q13: every option is saved; those of an import that is off are cleared."""
    web = books.company.browser()
    answer = web.post(f"{PAGE}settings/", {"import_bills": "on", "fulfil_pick": "on"})
    assert answer.status_code == 422
    assert "Choose the location into which imported documents go." in answer.content.decode()
    with books.company.inside():
        place = str(Location.objects.filter(is_active=True).values_list("id", flat=True)[0])
    values = {
        "import_bills": "on", "receive_imported_bills": "on", "fulfil_pick": "on",
        "import_location": place, "export_quotes": "on", "void_on_undo": "on",
    }  # fmt: skip
    assert web.post(f"{PAGE}settings/", values).status_code == 302
    with books.company.inside():
        options = read_options(books.connection().options)
        line = Activity.objects.filter(action="integration.settings").order_by("-id")[0]
    assert options.import_bills and options.receive_imported_bills and options.export_quotes
    assert not options.fulfil_pick and not options.actual_ship_date
    assert options.import_location == place and options.void_on_undo
    assert line.changes["Export quotes"] == ["off", "on"]
    hostile = web.post(f"{PAGE}settings/", {**values, "import_location": "x' OR 1=1"})
    assert hostile.status_code == 422


def test_class_and_location_say_when_tracking_is_off(books: Books) -> None:
    """Q16: the choices are the seed's; with tracking off there the page says so."""
    web = books.company.browser()
    with books.company.inside():
        Connection.objects.update(
            preferences={"prefs": {"AccountingInfoPrefs": {"TrackDepartments": True}}}
        )
    page = web.get(f"{PAGE}settings/tracking/").content.decode()
    assert "Class: tracking is off in QuickBooks Online" in page
    for label in ("Sales rep", "Family", "Supplier attribute 10", "Product attribute 1"):
        assert label in page
    answer = web.post(
        f"{PAGE}settings/tracking/", {"class_source": "brand", "location_source": "brand"}
    )
    assert answer.status_code == 422
    good = {"class_source": "brand", "location_source": "customer:3"}
    assert web.post(f"{PAGE}settings/tracking/", good).status_code == 302
    with books.company.inside():
        options = read_options(books.connection().options)
    assert (options.class_source, options.location_source) == ("brand", "customer:3")


def test_a_channel_without_sync_is_skipped_and_says_why(books: Books) -> None:
    """Q15: our own channels are listed; No sync marks invoices Skipped; back on, they go."""
    web = books.company.browser()
    page = web.get(f"{PAGE}settings/sync/").content.decode()
    assert "Wharf API" in page
    off = {
        "channel-0-invoices": "none", "channel-0-cogs": "none",
        "channel-1-invoices": "individual", "channel-1-cogs": "individual",
    }  # fmt: skip
    assert web.post(f"{PAGE}settings/channels/", off).status_code == 302
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    assert (row.state, row.reason) == (SyncState.SKIPPED, "channel_off")
    assert "No sync" in web.get(f"{PAGE}history/{row.id}/").content.decode()
    on = {**off, "channel-0-invoices": "individual"}
    assert web.post(f"{PAGE}settings/channels/", on).status_code == 302
    books.sync()
    assert books.documents(kind=Kind.INVOICE)[0].state == SyncState.SYNCED
    wrong = web.post(f"{PAGE}settings/channels/", {**on, "channel-1-cogs": "sometimes"})
    assert wrong.status_code == 422


def test_errors_of_a_run_are_told_in_the_app_and_to_a_mailing_list(books: Books) -> None:
    """Q14: alerts go where the settings say, once; each run is in the audit report."""
    with books.company.inside():
        row = MailingList(name="Books", addresses=["books@example.com"], kinds=[])
        row.save(force_insert=True)
    web = books.company.browser()
    values = {
        "every": "60", "starts_on": "2026-01-01", "starts_at": "06:00",
        "alert_in_app": "on", "alert_by_mail": "on",
    }  # fmt: skip
    without = web.post(f"{PAGE}settings/sync/", values)
    assert without.status_code == 422 and "Choose the mailing list" in without.content.decode()
    saved = web.post(f"{PAGE}settings/sync/", {**values, "mailing_list": str(row.id)})
    assert saved.status_code == 302

    with books.company.inside():
        Link.objects.filter(kind="tax").delete()
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    for _ in range(2):
        books.sync()
    with books.company.inside():
        told = Notification.objects.filter(kind="accounting.sync_errors")
        assert {one.title for one in told} == {
            f"Sync now with {books.connection()}: 1 document needs attention"
        }
        letters = [
            letter for letter in MailMessage.objects.all() if "books@example.com" in str(letter.to)
        ]
        assert len(letters) == 1
        report = list(Activity.objects.filter(action="sync.done").values_list("summary", flat=True))
    assert len(report) == 2 and "1 need attention" in report[0]
    audit = web.get("/settings/activity/?tab=integrations").content.decode()
    assert "1 need attention" in audit


def test_a_preview_counts_what_would_happen_and_sends_nothing(books: Books) -> None:
    """Q26: created, changed, voided, with totals per account; nothing is planned, kept or sent."""
    taxed_product(books)
    customer = customer_of(books)
    invoice = invoice_of(books, customer, [("FILTER", "2", "10")])
    web = books.company.browser()
    answer = web.post(f"{PAGE}preview/begin/")
    books.company.drain(lanes=LANES)
    page = web.get(answer["Location"]).content.decode()
    assert "3 would be created, 0 changed, 0 voided there" in page
    assert invoice.number in page and "Totals per account" in page
    assert "24.00" in page and "-20.00" in page.replace("\u2212", "-")  # the minus sign of amounts
    assert books.documents() == [] and books.there("Invoice") == []
    books.sync()
    web.post(f"{PAGE}preview/begin/")
    books.company.drain(lanes=LANES)
    assert "Nothing was sent." in web.get(f"{PAGE}preview/").content.decode()


def foreign_journal(books: Books) -> None:
    """Somebody moves money there, by hand."""
    with books.company.inside():
        connection = books.connection()
        links = dict(
            Link.objects.filter(connection=connection, kind="account").values_list(
                "local_id", "remote_id"
            )
        )
        bank = links[Account.objects.get(role="bank").id]
        equity = links[Account.objects.get(role="profits").id]
    sides = [
        {
            "DetailType": "JournalEntryLineDetail",
            "Amount": "50.00",
            "Description": "By hand, there",
            "JournalEntryLineDetail": {"PostingType": way, "AccountRef": {"value": account}},
        }
        for way, account in (("Debit", bank), ("Credit", equity))
    ]
    order = Order(
        Verb.CREATE, "JournalEntry", {"Line": sides, "PrivateNote": "By hand, there"}, "by-hand"
    )
    outcome = books.session().send([order])[0]
    assert outcome.there is not None, outcome.verdict


def test_reconciliation_shows_the_difference_and_the_document(books: Books) -> None:
    """Q27: both trial balances agree; an unsent invoice shows as a difference and opens into it."""
    taxed_product(books)
    customer = customer_of(books)
    invoice_of(books, customer, [("FILTER", "2", "10")])
    books.sync()
    today = timezone.localdate().isoformat()
    web = books.company.browser()
    page = web.get(f"{PAGE}reconciliation/", {"on": today}).content.decode()
    assert "Both trial balances agree" in page
    late = invoice_of(books, customer, [("FILTER", "1", "7")])
    with books.company.inside():
        SyncDocument.objects.filter(kind=Kind.PRODUCT).update(state=SyncState.REMOVED, remote_id="")
        connection = books.connection()
        from accounting.engine.planning import plan_changes

        plan_changes(connection)
        SyncDocument.objects.filter(local_id=late.id).update(
            state=SyncState.ATTENTION, reason="x", message="Held for the test."
        )
    page = web.get(f"{PAGE}reconciliation/", {"on": today}).content.decode()
    assert "accounts differ" in page
    address = page.split(f'href="{PAGE}reconciliation/account/')[1].split('"')[0]
    detail = web.get(f"{PAGE}reconciliation/account/{address.replace('&amp;', '&')}")
    assert late.number in detail.content.decode()
    assert "Held for the test." in detail.content.decode()
    alone = web.get(f"{PAGE}reconciliation/account/{address.replace('&amp;', '&')}&look=1")
    assert "Nobody else posted to it there" in alone.content.decode()
    foreign_journal(books)
    page = web.get(f"{PAGE}reconciliation/", {"on": today}).content.decode()
    bank = next(row for row in page.split("<tr>") if "Checking" in row or "Bank" in row)
    address = bank.split(f'href="{PAGE}reconciliation/account/')[1].split('"')[0]
    detail = web.get(f"{PAGE}reconciliation/account/{address.replace('&amp;', '&')}&look=1")
    text = detail.content.decode()
    assert "JournalEntry" in text and "50.00" in text
    file = web.get(f"{PAGE}reconciliation/", {"on": today, "format": "csv"})
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Account,Here,There,Difference" in text and "Accounts receivable" in text
    bad = web.get(f"{PAGE}reconciliation/", {"on": "yesterday"})
    assert "Write a date such as" in bad.content.decode()


def test_history_is_exported_from_a_day_stopped_and_goes_on(books: Books) -> None:
    """Q21: older documents stay here until exported; stopped, the rest is set aside."""
    taxed_product(books)
    customer = customer_of(books)
    today = timezone.localdate()
    old = today - timedelta(days=40)
    invoice_of(books, customer, [("FILTER", "1", "10")], issued_on=old)
    invoice_of(books, customer, [("FILTER", "2", "10")], issued_on=old)
    with books.company.inside():
        connection = books.connection()
        connection.options = {**connection.options, "from_date": today.isoformat()}
        connection.save(update_fields=["options"])
    books.sync()
    assert books.documents(kind=Kind.INVOICE) == []
    web = books.company.browser()
    export = f"{PAGE}history-export/"
    since = (today - timedelta(days=60)).isoformat()
    assert web.post(export, {"since": "2999-01-01"}).status_code == 422
    assert web.post(export, {"since": since}).status_code == 302
    assert web.post(export, {"since": since}).status_code == 422  # one is under way
    assert "Stop the export" in web.get(f"{PAGE}settings/advanced/").content.decode()
    # Planned but not sent yet: stopped now, all of it is set aside.
    from tenants.jobs import run_job
    from tenants.models import Job

    with books.company.inside():
        job = Job.objects.get(kind="accounting.history", state="queued")
    run_job(books.company.id, job.id)
    assert web.post(f"{export}stop/").status_code == 302
    books.company.drain(lanes=LANES)
    states = {row.state for row in books.documents(kind=Kind.INVOICE)}
    assert states == {SyncState.SKIPPED} and books.there("Invoice") == []
    books.sync()
    assert books.there("Invoice") == []
    assert web.post(f"{export}go-on/").status_code == 302
    books.company.drain(lanes=LANES)
    assert {row.state for row in books.documents(kind=Kind.INVOICE)} == {SyncState.SYNCED}
    assert len(books.there("Invoice")) == 2
    with books.company.inside():
        stored = books.connection()
        assert stored.cursor["history"]["state"] == "done"
        assert stored.options["from_date"] == since
        assert SyncRun.objects.filter(kind=RunKind.HISTORY).exists()
    assert web.post(export, {"since": since}).status_code == 302
    books.company.drain(lanes=LANES)
    assert len(books.there("Invoice")) == 2


def test_sync_now_while_another_waits_for_its_time_starts_at_once(books: Books) -> None:
    """Q14: a run that waits for a later try does not keep anybody from syncing now."""
    with books.company.inside():
        from accounting.services.runs import start_later

        start_later(books.connection(), timezone.now() + timedelta(hours=1))
    web = books.company.browser()
    assert "Sync now" in web.get(PAGE).content.decode()
    assert web.post(f"{PAGE}sync/").status_code == 302
    books.company.drain(lanes=LANES)
    with books.company.inside():
        assert SyncRun.objects.get().kind == RunKind.MANUAL


def test_documents_show_how_they_stand_there(books: Books) -> None:
    """Q25, Q29: the rail of a document says state, their number, what to do; lines that go to
    another account there are named before they are sent.
    """
    from ledger.domain.accounts import AccountType
    from orders.services.invoices import authorise_invoice, create_invoice
    from orders.services.lines import LineInput

    product_id = taxed_product(books)
    customer = customer_of(books)
    with books.company.inside():
        other = Account.objects.filter(type__in=[AccountType.REVENUE, AccountType.OTHER_INCOME])
        account = next(row for row in other.order_by("code") if row.role != "sales")
        lines = [LineInput(sku="FILTER", quantity="1", unit_price="10", account=account.id)]
        invoice = authorise_invoice(create_invoice(customer.id, {}, lines).id)
    web = books.company.browser()
    address = f"/invoices/{invoice.id}/"
    before = web.get(address).content.decode()
    assert "Not sent yet." in before and f"here it is {account.name}." in before
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    page = web.get(address).content.decode()
    assert "QuickBooks Online" in page and f"txnId={row.remote_id}" in page and "Synced" in page
    assert f"here it is {account.name}." in page
    for path in (f"/contacts/{customer.id}/", f"/products/{product_id}/"):
        assert "QuickBooks Online" in web.get(path).content.decode(), path
    seller = books.company.browser(books.company.member("sales"))
    assert "/integrations/quickbooks/history/" not in seller.get(address).content.decode()
