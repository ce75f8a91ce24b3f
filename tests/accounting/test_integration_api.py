"""The API of the running integration: what the pages can do, programs can."""

from datetime import timedelta

from django.utils import timezone

from accounting.domain.states import Kind, SyncState
from accounting.models import Link
from tests.accounting.books import LANES, Books
from tests.accounting.making import customer_of, invoice_of, taxed_product
from tests.cast import make_company

HERE = "/api/v1/integrations/quickbooks"


def test_a_program_syncs_and_reads_what_happened(books: Books) -> None:
    """Q14, Q25: sync, the run, its documents with link and totals, and the exchange."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "10")])
    api = books.company.api()
    begun = api.post(f"{HERE}/sync")
    assert begun.status_code == 202
    assert api.post(f"{HERE}/sync").json()["code"] == "sync_under_way"
    books.company.drain(lanes=LANES)
    run = api.get(f"/api/v1/sync-runs/{begun.json()['id']}").json()
    assert (run["state"], run["counts"]["sent"]) == ("done", 3)
    [integration] = api.get("/api/v1/integrations").json()["results"]
    assert integration["state"] == "active" and integration["counts"] == {"synced": 3}
    [row] = api.get("/api/v1/sync-documents?kind=invoice").json()["results"]
    assert (row["state"], row["total"], row["remote_total"]) == ("synced", "24.0000", "24.0000")
    assert f"txnId={row['remote_id']}" in row["link"]
    [call] = api.get(f"/api/v1/sync-documents/{row['id']}/exchange").json()["results"]
    assert row["number"] in call["body"]["Sent"] and "Bearer" not in str(call)
    assert api.get("/api/v1/sync-documents?state=lost").status_code == 400
    assert api.get("/api/v1/sync-documents?local_id=x").json()["fields"] == {
        "local_id": ["There is no such value."]
    }


def test_verbs_on_documents(books: Books) -> None:
    """Q25: skip with a reason, unskip, retry, retry all of one cause, resend with confirmation."""
    taxed_product(books)
    customer = customer_of(books)
    with books.company.inside():
        kept = list(Link.objects.filter(kind="tax"))
        Link.objects.filter(kind="tax").delete()
    invoice_of(books, customer, [("FILTER", "2", "10")])
    books.sync()
    api = books.company.api()
    [row] = api.get("/api/v1/sync-documents?state=attention_needed").json()["results"]
    here = f"/api/v1/sync-documents/{row['id']}"
    assert row["fix"]["kind"] == "tax"
    assert "reason" in api.post(f"{here}/skip", {}, format="json").json()["fields"]
    skipped = api.post(f"{here}/skip", {"reason": "By hand"}, format="json").json()
    assert skipped["state"] == "skipped" and "By hand" in skipped["message"]
    assert api.post(f"{here}/retry").status_code == 409
    assert api.post(f"{here}/unskip").json()["state"] == "pending"
    books.sync()
    cause = {"reason": row["reason"]}
    with books.company.inside():
        Link.objects.bulk_create(kept)
    assert api.post("/api/v1/sync-documents/retry", cause, format="json").json() == {"documents": 1}
    books.sync()
    assert api.get(here).json()["state"] == "synced"
    refused = api.post(f"{here}/resend", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "exists_there")
    missing = api.post(f"{here}/match", {"remote_id": "77777"}, format="json")
    assert missing.json()["fields"] == {"remote_id": ["There is none with the id 77777."]}


def test_options_and_channels_by_program(books: Books) -> None:
    """Q13 to Q16: options are read and changed; what is hostile is named by field."""
    api = books.company.api()
    shown = api.get(f"{HERE}/options").json()
    assert shown["actual_ship_date"] is True and shown["autosync"]["on"] is False
    bad = api.patch(
        f"{HERE}/options",
        {"class_source": "colour", "export_quotes": True, "nonsense": 1},
        format="json",
    )
    assert bad.status_code == 400 and set(bad.json()["fields"]) == {"nonsense"}
    bad = api.patch(f"{HERE}/options", {"class_source": "colour"}, format="json")
    assert set(bad.json()["fields"]) == {"class_source"}
    good = api.patch(
        f"{HERE}/options",
        {
            "class_source": "brand",
            "export_quotes": True,
            "autosync": {"on": True, "starts_at": "2027-01-01T06:00:00Z", "every": 1440},
        },
        format="json",
    ).json()
    assert good["export_quotes"] and good["class_source"] == "brand"
    assert good["next_autosync"] == "2027-01-01T06:00:00+00:00"
    bad = api.patch(f"{HERE}/options", {"autosync": {"every": 7}}, format="json")
    assert set(bad.json()["fields"]) == {"autosync.every"}
    wanted = {"channels": [{"channel": "Wharf", "invoices": "none", "cogs": "individual"}]}
    changed = api.patch(f"{HERE}/channels", wanted, format="json").json()["channels"]
    assert changed[0] == {"channel": "Wharf", "invoices": "none", "cogs": "individual"}
    wanted["channels"][0]["channel"] = "eBay"
    assert api.patch(f"{HERE}/channels", wanted, format="json").status_code == 400


def test_preview_history_cogs_and_reconciliation_by_program(books: Books) -> None:
    """Q17, Q21, Q26, Q27: each as a program asks for it."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "10")])
    api = books.company.api()
    job = api.post(f"{HERE}/preview", {}, format="json").json()["job"]
    books.company.drain(lanes=LANES)
    result = api.get(f"/api/v1/jobs/{job}").json()["result"]
    assert result["totals"]["create"] == 3 and books.there("Invoice") == []
    today = timezone.localdate()
    since = (today - timedelta(days=30)).isoformat()
    assert api.post(f"{HERE}/history/export", {"since": since}, format="json").status_code == 202
    again = api.post(f"{HERE}/history/export", {"since": since}, format="json")
    assert again.json()["code"] == "export_under_way"
    books.company.drain(lanes=LANES)
    assert {row.state for row in books.documents(kind=Kind.INVOICE)} == {SyncState.SYNCED}
    assert api.post(f"{HERE}/history/stop").json()["code"] == "not_under_way"
    days = {"since": since, "until": today.isoformat()}
    assert api.post(f"{HERE}/cogs/preview", days, format="json").json() == {"rows": []}
    assert api.post(f"{HERE}/cogs/export", days, format="json").json() == {"journals": 0}
    assert api.post(f"{HERE}/cogs/void", days, format="json").json() == {"journals": 0}
    wrong = {"since": today.isoformat(), "until": since}
    assert "until" in api.post(f"{HERE}/cogs/void", wrong, format="json").json()["fields"]
    found = api.get(f"{HERE}/reconciliation").json()
    assert {row["difference"] for row in found["rows"]} == {"0.0000"}
    assert ["24.0000", "24.0000"] in [[row["ours"], row["theirs"]] for row in found["rows"]]


def test_without_a_connection_programs_are_told_so() -> None:
    """Q1: 404 with the reason, never a fault; another organisation's documents do not exist."""
    company = make_company("Fresh")
    api = company.api()
    assert api.get("/api/v1/integrations").json() == {"results": []}
    assert api.post(f"{HERE}/sync").status_code == 404
    assert api.get(f"{HERE}/options").status_code == 404
    assert api.get("/api/v1/sync-documents").json()["results"] == []
