"""Lists as files: CSV and XLSX at once, long ones as a job with a file to download."""

import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from openpyxl.worksheet.worksheet import Worksheet
from rest_framework.test import APIClient

from hub.ui import listing
from orders.models import PurchaseOrder
from orders.services.lines import LineInput
from orders.services.purchases import create_purchase_order
from tenants.domain.scopes import SCOPES
from tenants.jobs import run_job
from tenants.models import ApiKey, Job, ListExport, Membership, MembershipRole, Role, StoredFile
from tenants.services import list_exports
from tenants.services.api_keys import make_api_key
from tests.cast import Company, make_company


def ordered(company: Company, count: int, name: str = "Supplier") -> None:
    """So many drafts of one supplier, with a reference that counts."""
    contact = company.contact(name)
    with company.inside():
        for number in range(count):
            line = LineInput(description="Thing", quantity="1", unit_price=f"{number + 1}.50")
            create_purchase_order(contact.id, {}, [line])


def sheet(content: bytes) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in first_sheet(content).iter_rows()]


def first_sheet(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are long from four rows on, and read three at a time."""
    monkeypatch.setattr(listing, "LARGEST_DIRECT_EXPORT", 3)
    monkeypatch.setattr(list_exports, "BATCH", 3)


def test_a_short_list_is_a_sheet_at_once() -> None:
    """O9: what is shown, with numbers and days as such; no text runs as a formula."""
    company = make_company()
    ordered(company, 2, "=HYPERLINK(1)")
    browser = company.browser()

    answer = browser.get("/purchases/?format=xlsx&hide=status&sort=id")

    assert answer["Content-Disposition"] == 'attachment; filename="purchases.xlsx"'
    content = body(answer)
    heading, *rows = sheet(content)
    assert heading == (
        "Number", "Supplier", "Their number", "Date", "Required", "Goods", "Network",
        "Total", "Currency",
    )  # fmt: skip
    assert [row[1] for row in rows] == ["'=HYPERLINK(1)"] * 2
    assert all(isinstance(row[3], datetime) for row in rows)
    with company.inside():
        totals = PurchaseOrder.objects.order_by("id").values_list("total", flat=True)
        assert [row[7] for row in rows] == [float(total) for total in totals]
    cells = first_sheet(content)
    assert {cell.data_type for cell in cells["B"]} == {"s"}
    assert cells["H2"].data_type == "n"


def test_a_long_list_becomes_a_job_with_a_file(short: None) -> None:
    """O9, A5: the job reads the same list in batches; the file waits in the job and the news."""
    company = make_company()
    ordered(company, 7)
    ordered(company, 1, "Another")
    browser = company.browser()

    answer = browser.get("/purchases/?format=csv&contact=Supplier&hide=network_status")

    with company.inside():
        export = ListExport.objects.get()
    assert answer["Location"] == f"/settings/jobs/{export.job}/"
    assert export.query == "contact=Supplier&hide=network_status"
    company.drain()
    page = browser.get(answer["Location"]).content.decode()
    assert "7 rows. The file is kept for 7 days." in page
    assert f'href="/exports/{export.id}/"' in page
    assert "Purchase orders: your file is ready" in browser.get("/notifications/").content.decode()
    lines = body(browser.get(f"/exports/{export.id}/")).decode("utf-8-sig").splitlines()
    assert len(lines) == 8
    assert lines[0] == "Number,Supplier,Their number,Date,Required,Status,Goods,Total,Currency"
    with company.inside():
        numbers = PurchaseOrder.objects.filter(contact__name="Supplier").values_list("number")
        assert {line.split(",")[0] for line in lines[1:]} == {number for (number,) in numbers}


def test_a_long_list_as_a_sheet(short: None) -> None:
    """O9: the job writes XLSX as well as CSV."""
    company = make_company()
    ordered(company, 5)
    content = _exported(company, company.browser(), "xlsx")

    rows = sheet(content)
    assert len(rows) == 6
    assert rows[0][0] == "Number"


def _exported(company: Company, browser: Client, file_format: str) -> bytes:
    browser.get(f"/purchases/?format={file_format}")
    company.drain()
    with company.inside():
        export = ListExport.objects.latest("id")
    return body(browser.get(f"/exports/{export.id}/"))


def test_an_export_is_private_to_who_asked(short: None) -> None:
    """O9: a colleague cannot open it, by its own address or by the file's; nor a stranger."""
    company = make_company()
    ordered(company, 5)
    _exported(company, company.browser(), "csv")
    with company.inside():
        export = ListExport.objects.get()

    colleague = company.browser(company.member("admin"))
    assert colleague.get(f"/exports/{export.id}/").status_code == 404
    assert colleague.get(f"/files/{export.file_id}/").status_code == 404
    assert make_company().browser().get(f"/exports/{export.id}/").status_code == 404


def test_the_right_is_asked_when_the_job_runs_and_when_the_file_is_fetched(short: None) -> None:
    """O9: who lost the right to the list gets neither a new file nor the old one."""
    company = make_company()
    ordered(company, 5)
    buyer = company.member("purchasing")
    browser = company.browser(buyer)
    _exported(company, browser, "csv")
    with company.inside():
        ready = ListExport.objects.get()
    browser.get("/purchases/?format=csv")
    with company.inside():
        member = Membership.objects.get(user=buyer)
        rights = MembershipRole.objects.filter(membership=member)
        nothing = Role(key="nothing", name="Nothing", areas={})
        nothing.save(force_insert=True)
        rights.update(role=nothing)

    company.drain()

    with company.inside():
        job = Job.objects.filter(kind="lists.export").latest("id")
    assert (job.state, job.error) == ("failed", "You may not open “Purchase orders” any more.")
    assert browser.get(f"/exports/{ready.id}/").status_code == 403


def test_the_limit_of_a_sheet_is_told(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """O9: more rows than a sheet holds is an answer, not a broken file."""
    monkeypatch.setitem(list_exports.MOST_ROWS, "xlsx", 4)
    company = make_company()
    ordered(company, 5)
    company.browser().get("/purchases/?format=xlsx")

    company.drain()

    with company.inside():
        job = Job.objects.filter(kind="lists.export").latest("id")
        assert not StoredFile.objects.filter(purpose="export").exists()
    assert job.state == "failed"
    assert "A sheet of Excel holds 1,048,576 rows" in job.error


def test_a_file_is_forgotten_after_some_days(short: None) -> None:
    """O9: the file and its rows go; the address says so."""
    company = make_company()
    ordered(company, 5)
    browser = company.browser()
    _exported(company, browser, "csv")
    with company.inside():
        export = ListExport.objects.select_related("file").get()
        assert export.file is not None
        path = export.file.path
        forget = Job.objects.get(kind="lists.forget_export")
        assert forget.not_before > timezone.now() + timedelta(days=6)
        Job.objects.filter(id=forget.id).update(not_before=timezone.now())
    assert default_storage.exists(path)

    assert run_job(company.id, forget.id)

    assert not default_storage.exists(path)
    with company.inside():
        assert not ListExport.objects.exists()
        assert not StoredFile.objects.filter(purpose="export").exists()
    assert browser.get(f"/exports/{export.id}/").status_code == 404


def test_reports_are_sheets_too() -> None:
    """O9: the trial balance as XLSX, with amounts as numbers."""
    company = make_company()
    browser = company.browser()

    page = browser.get("/reports/trial-balance/").content.decode()
    answer = browser.get("/reports/trial-balance/?format=xlsx")

    assert answer.status_code == 200, page[:300]
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert sheet(body(answer))[0][0] == "Code"


def keyed(company: Company, scopes: list[str]) -> APIClient:
    """A program with a key of its own."""
    with company.inside():
        value = make_api_key("Another", scopes, created_by=company.owner.id).value
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")
    return client


def test_a_program_exports_a_list_and_prints_documents() -> None:
    """A4, O9: a key asks, waits for its own file, and fetches it; another key does not find it."""
    company = make_company()
    ordered(company, 3)
    client = company.api()

    wanted = {"list": "purchases", "query": "sort=id&hide=status", "format": "csv"}
    asked = client.post("/api/v1/exports", wanted, format="json")
    assert (asked.status_code, asked.json()["file"]) == (202, None)
    address = f"/api/v1/exports/{asked.json()['id']}"
    assert client.get(f"{address}/file").status_code == 404  # not ready yet
    company.drain()
    ready = client.get(address).json()
    lines = body(client.get(ready["file"])).decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and lines[0].startswith("Number,Supplier")
    other = keyed(company, list(SCOPES))
    assert other.get(address).status_code == other.get(ready["file"]).status_code == 404
    assert make_company("Stranger").api().get(address).status_code == 404

    with company.inside():
        ids = [str(one) for one in PurchaseOrder.objects.values_list("id", flat=True)]
    body_ = {"action": "print", "ids": ids}
    job = client.post("/api/v1/purchase-orders/bulk", body_, format="json").json()
    company.drain()
    result = client.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    assert body(client.get(result["link"][1])).startswith(b"%PDF")


def test_a_key_exports_only_what_its_scopes_show() -> None:
    """A4: without the list's scope it is refused, also when the scope is taken away meanwhile."""
    company = make_company()
    narrow = keyed(company, ["organisation:read", "organisation:write", "contacts:read"])
    wanted = {"list": "purchases", "query": "", "format": "csv"}
    assert narrow.post("/api/v1/exports", wanted, format="json").status_code == 403
    unknown = {**wanted, "list": "nothing"}
    assert narrow.post("/api/v1/exports", unknown, format="json").status_code == 404
    odd = {**wanted, "list": "contacts", "format": "pdf"}
    assert "format" in narrow.post("/api/v1/exports", odd, format="json").json()["fields"]
    made = narrow.post("/api/v1/exports", {**odd, "format": "xlsx"}, format="json").json()
    with company.inside():
        ApiKey.objects.update(scopes=["organisation:read"])
    company.drain()
    with company.inside():
        assert "may not open" in Job.objects.get(id=made["job"]).error
