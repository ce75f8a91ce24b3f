"""API keys, the audit report, mailing lists, notifications, preferences, jobs, the mailbox."""

import csv
import io
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.mail import OutgoingMail, build, mailbox_folder
from tenants.models import ApiKey, Job, MailingList, Notification, NotificationPreference
from tenants.services.activity import log_activity
from tenants.services.mail import Letter, post
from tests.cast import Company, make_company


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:1500]
    return answer.content.decode()


def test_a_key_is_shown_once_works_and_is_ended() -> None:
    """A4: scopes, last used, revoke."""
    company = make_company()
    client = company.browser()

    form = {"name": "Shop <b>", "scopes": ["contacts:read"]}
    page = client.post("/settings/api-keys/new/", form).content.decode()
    value = next(
        word
        for word in page.replace("<", " <").replace(">", "> ").split()
        if word.startswith("wharf_")
    )

    program = Client(headers={"Authorization": f"Bearer {value}"})
    assert program.get("/api/v1/contacts").status_code == 200
    listed = page_of(client, "/settings/api-keys/")
    assert value not in listed
    assert value[:12] in listed
    assert "Shop &lt;b&gt;" in listed
    with company.inside():
        key = ApiKey.objects.get(name="Shop <b>")
        assert key.scopes == ["contacts:read"]
    client.post(f"/settings/api-keys/{key.id}/end/")
    assert program.get("/api/v1/contacts").status_code == 401


def test_nobody_gives_a_program_more_than_they_have() -> None:
    """A1, A4: scopes follow the person; without “approve” on users there is no page."""
    company, strange = make_company(), make_company("Strange")
    assert company.browser(company.teammate).get("/settings/api-keys/").status_code == 403
    setup = company.member("admin")
    with company.inside():
        from tenants.models import Membership

        Membership.objects.filter(user=setup).update(
            overrides={"area:bills": 1, "special:network_page": False}
        )
    client = company.browser(setup)

    page = page_of(client, "/settings/api-keys/new/")
    assert 'value="bills:read"' in page
    assert 'value="bills:write"' not in page
    assert 'value="network:read"' not in page
    answer = client.post("/settings/api-keys/new/", {"name": "x", "scopes": ["bills:write"]})
    assert answer.status_code == 422
    with strange.inside():
        key = ApiKey.objects.get()
    assert client.post(f"/settings/api-keys/{key.id}/end/").status_code == 404


def test_the_audit_report_filters_shows_before_and_after_and_exports_safely() -> None:
    """A3: who, what, when, from what to what; no cell of the file runs as a formula."""
    company = make_company()
    with company.inside():
        log_activity("test.changed", "=1+1 changed", label="Thing", changes={"Name": ("a<b>", "c")})
    client = company.browser()

    page = page_of(client, "/settings/activity/?action=test")
    assert "=1+1 changed" in page
    assert "a&lt;b&gt;" in page
    assert "was set up" not in page
    for query, found in (("who=Owner", True), ("who=Nobody", False), ("about=thing", True)):
        page = page_of(client, f"/settings/activity/?{query}")
        assert ("=1+1 changed" in page) == found, query
    assert "=1+1 changed" not in page_of(client, "/settings/activity/?on_from=2999-01-01")
    answer = client.get("/settings/activity/?action=test&format=csv")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["What"] for row in rows] == ["'=1+1 changed"]
    assert rows[0]["Changes"] == "Name: a<b> → c"
    assert company.browser(company.teammate).get("/settings/activity/").status_code == 403


def test_the_audit_report_leads_to_the_thing_it_is_about() -> None:
    """A3: where it has a page."""
    company = make_company()
    contact = company.contact("Curlew <b>")

    page = page_of(company.browser(), "/settings/activity/")

    assert f'<a href="/contacts/{contact.id}/">Curlew &lt;b&gt;</a>' in page


def told(company: Company, title: str, url: str = "/help/") -> UUID:
    with company.inside():
        row = Notification(user=company.owner, kind="network.connected", title=title, url=url)
        row.save(force_insert=True)
    return row.id


def test_notifications_are_counted_opened_and_read() -> None:
    """A2: the bell, opening marks it read, all at once; others' do not exist."""
    company = make_company()
    first, _second = told(company, "One <i>"), told(company, "Two")
    client = company.browser()
    assert "Notifications, 2 unread" in page_of(client, "/help/")
    page = page_of(client, "/notifications/")
    assert "One &lt;i&gt;" in page

    answer = client.post(f"/notifications/{first}/open/")
    assert answer.headers["Location"] == "/help/"
    assert "Notifications, 1 unread" in page_of(client, "/help/")
    teammate = company.browser(company.teammate)
    assert teammate.post(f"/notifications/{first}/open/").status_code == 404
    assert "One" not in page_of(teammate, "/notifications/?tab=all")
    client.post("/notifications/read/")

    assert 'aria-label="Notifications"' in page_of(client, "/help/")
    assert "Two" in page_of(client, "/notifications/?tab=all")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", ""])
def test_a_notification_leads_nowhere_outside(url: str) -> None:
    """A2: what a partner can cause never leads away."""
    company = make_company()
    row = told(company, "One", url)

    answer = company.browser().post(f"/notifications/{row}/open/")

    assert answer.headers["Location"] == "/notifications/"


def test_preferences_keep_each_kind_in_the_app_and_by_email() -> None:
    """A2: the matrix shows what concerns the person."""
    company = make_company()
    client = company.browser()
    page = page_of(client, "/notifications/preferences/")
    assert (
        'name="app-network.connected" aria-label="A partner is connected: in the app" checked'
        in page
    )
    teammate = company.browser(company.teammate)
    assert "network.connected" not in page_of(teammate, "/notifications/preferences/")

    client.post("/notifications/preferences/", {"app-network.connected": "on"})

    with company.inside():
        kept = NotificationPreference.objects.get(kind="network.connected")
        assert (kept.in_app, kept.by_email) == (True, False)
        assert NotificationPreference.objects.filter(user=company.teammate).count() == 0


def test_mailing_lists_are_made_changed_and_deleted() -> None:
    """A2: name, addresses, kinds of news."""
    company, strange = make_company(), make_company("Strange")
    client = company.browser()
    form = {"name": "Ops", "addresses": "a@b.example\nC@d.example", "kinds": ["network.wants"]}

    client.post("/settings/mailing-lists/new/", form)

    with company.inside():
        row = MailingList.objects.get(name="Ops")
        assert (row.addresses, row.kinds) == (["a@b.example", "c@d.example"], ["network.wants"])
    assert "a@b.example, c@d.example" in page_of(client, "/settings/mailing-lists/")
    answer = client.post("/settings/mailing-lists/new/", {**form, "addresses": "nonsense"})
    assert answer.status_code == 422
    assert client.post("/settings/mailing-lists/new/", form).status_code == 422
    address = f"/settings/mailing-lists/{row.id}/"
    assert company.browser(company.teammate).post(address, form).status_code == 403
    assert strange.browser().post(address, form).status_code == 404
    assert strange.browser().post(f"{address}delete/").status_code == 404
    client.post(f"{address}delete/")
    with company.inside():
        assert not MailingList.objects.filter(name="Ops").exists()


def a_job(company: Company, **changes: object) -> Job:
    with company.inside():
        post(Letter(to=["a@b.example"], subject="Hi", body="Hi"))
        job = Job.objects.latest("id")
        shown = {"title": "Sending <b>", "visible": True, **changes}
        Job.objects.filter(id=job.id).update(**shown)
    return job


def test_a_job_is_watched_and_stopped() -> None:
    """A5: the card asks until the job has ended; stopping says so."""
    company, strange = make_company(), make_company("Strange")
    job = a_job(company, progress_done=3, progress_total=9)
    client, address = company.browser(), f"/settings/jobs/{job.id}/"

    assert "Sending &lt;b&gt;" in page_of(client, "/settings/jobs/")
    assert "3 of 9" in page_of(client, address)
    assert client.get(f"{address}card/").status_code == 200
    assert strange.browser().get(address).status_code == 404
    assert strange.browser().post(f"{address}cancel/").status_code == 404
    assert company.browser(company.teammate).post(f"{address}cancel/").status_code == 403
    packer = company.browser(company.member("warehouse"))
    assert packer.get(address).status_code == 403
    assert "Sending &lt;b&gt;" not in page_of(packer, "/settings/jobs/")
    client.post(f"{address}cancel/")

    assert client.get(f"{address}card/").status_code == 286
    assert client.post(f"{address}cancel/").status_code == 409


def test_a_failed_job_says_why_and_is_tried_again() -> None:
    """A5: Retry."""
    company = make_company()
    job = a_job(company, state="failed", error="The server was away.")
    client, address = company.browser(), f"/settings/jobs/{job.id}/"
    assert "The server was away." in page_of(client, address)

    client.post(f"{address}retry/")

    with company.inside():
        assert Job.objects.get(id=job.id).state == "queued"


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setattr(settings, "DEMO", True)
    mail = OutgoingMail("abc-1", ("a@b.example",), "Hi <b>", "Body <script>x</script>")
    message: EmailMessage = build(mail)
    message.add_attachment(b"<html>", maintype="text", subtype="html", filename="evil.html")
    folder = mailbox_folder()
    folder.mkdir()
    (folder / "abc-1.eml").write_bytes(message.as_bytes())
    (folder / "abc-1.json").write_text(
        '{"to": ["a@b.example"], "subject": "Hi <b>", "id": "abc-1"}'
    )
    return "abc-1"


def test_the_demos_mailbox_shows_messages_as_text_and_files_to_keep(mailed: str) -> None:
    """A2: nothing in a message runs in the browser."""
    client = Client()
    assert "Hi &lt;b&gt;" in page_of(client, "/_mailbox/")
    page = page_of(client, f"/_mailbox/{mailed}/")
    assert "Body &lt;script&gt;x&lt;/script&gt;" in page
    answer = client.get(f"/_mailbox/{mailed}/0/")
    assert answer.content == b"<html>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="evil.html"'
    for address in ("/_mailbox/..%2F..%2Fetc/", "/_mailbox/nothing/", f"/_mailbox/{mailed}/9/"):
        assert client.get(address).status_code == 404


def test_outside_the_demo_there_is_no_mailbox(mailed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: it would show everybody's mail."""
    monkeypatch.setattr(settings, "DEMO", False)
    assert Client().get("/_mailbox/").status_code == 404
    assert Client().get(f"/_mailbox/{mailed}/").status_code == 404


@pytest.mark.parametrize("address", ["/notifications/", "/settings/activity/", "/settings/jobs/"])
def test_a_list_takes_as_many_statements_for_one_row_as_for_sixty(address: str) -> None:
    """N8: at most ten."""
    company = make_company()
    client = company.browser()

    def more(count: int) -> None:
        for number in range(count):
            told(company, f"News {number}")
            a_job(company)

    def statements() -> int:
        with CaptureQueriesContext(database) as caught:
            assert client.get(address).status_code == 200
        return sum(not q["sql"].startswith(("BEGIN", "COMMIT")) for q in caught.captured_queries)

    more(1)
    client.get(address)
    few = statements()
    more(60)
    assert few == statements()
    assert few <= 10
