"""Verbs for many documents from the lists and over the API."""

import io
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pypdf import PdfReader

from hub.errors import Conflict
from orders import bulk
from orders.models import CreditSide, PurchaseOrder, TradeDocument
from orders.presenters.kinds import KINDS, Kind
from orders.services.bills import create_bill
from orders.services.credit_notes import create_credit_note
from orders.services.invoices import create_invoice
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.quotes import create_quote
from orders.services.sales import create_sales_order
from tenants.jobs import run_job
from tenants.models import ApiKey, Job, JobState, MailMessage, MembershipRole, Notification, Role
from tests.cast import Company, connect, make_company

LINE = LineInput(description="Thing", quantity="1", unit_price="2.50")


def drafts(company: Company, count: int, *, email: str = "orders@example.com") -> list[UUID]:
    """So many drafts for one supplier with an address."""
    contact = company.contact(f"Supplier {email}", email=email)
    with company.inside():
        return [create_purchase_order(contact.id, {}, [LINE]).id for _ in range(count)]


def numbers(company: Company, ids: list[UUID]) -> list[str]:
    with company.inside():
        found = dict(PurchaseOrder.objects.filter(id__in=ids).values_list("id", "number"))
    return [found[one] for one in ids]


def statuses(company: Company, ids: list[UUID]) -> list[str]:
    with company.inside():
        found = dict(PurchaseOrder.objects.filter(id__in=ids).values_list("id", "status"))
    return [found[one] for one in ids]


def post(client: Client, verb: str, ids: list[UUID], **more: str) -> Any:
    return client.post(f"/purchases/bulk/{verb}/", {"selected": [str(i) for i in ids], **more})


def last_job(company: Company) -> Job:
    with company.inside():
        return Job.objects.filter(kind="orders.bulk").latest("id")


def test_a_few_are_authorised_at_once() -> None:
    """O9: each by itself; one that cannot be is named and stops nobody."""
    company = make_company()
    ids = drafts(company, 3)
    with company.inside():
        authorise_purchase_order(ids[1])
    browser = company.browser()

    answer = post(browser, "authorise", ids, next="/purchases/?tab=draft")

    assert answer["Location"] == "/purchases/?tab=draft"
    assert statuses(company, ids) == ["authorised"] * 3
    page = browser.get("/purchases/").content.decode()
    first, second, third = numbers(company, ids)
    assert f"{first}: authorised" in page
    assert f"{third}: authorised" in page
    assert f"{second}: " in page


def test_many_are_a_job_that_says_what_became_of_each() -> None:
    """O9, A5: asked first, then a job; outcomes and failures with links; told when finished."""
    company = make_company()
    ids = drafts(company, 7)
    with company.inside():
        authorise_purchase_order(ids[3])
    browser = company.browser()

    question = post(browser, "authorise", ids).content.decode()
    assert "Authorise 7 purchase orders?" in question
    assert statuses(company, ids).count("authorised") == 1
    answer = post(browser, "authorise", ids, sure="1")

    job = last_job(company)
    assert answer["Location"] == f"/settings/jobs/{job.id}/"
    assert job.title == "Authorise 7 purchase orders"
    company.drain()
    job = last_job(company)
    assert statuses(company, ids) == ["authorised"] * 7
    assert job.result["text"] == "6 authorised. 1 left as they are; below is why."
    assert [row[0] for row in job.result["outcomes"]] == numbers(company, ids[:3] + ids[4:])
    ((number, why, url),) = job.result["failures"]
    assert (number, url) == (numbers(company, ids)[3], f"/purchases/{ids[3]}/")
    assert "authorised" in why.lower()
    card = browser.get(f"/settings/jobs/{job.id}/").content.decode()
    assert f'<a href="/purchases/{ids[3]}/">{number}</a>' in card
    with company.inside():
        assert Notification.objects.filter(kind="bulk_finished", user=company.owner).count() == 1


def test_each_is_sent_to_its_contacts_list_and_over_the_network() -> None:
    """O9, N9: e-mail where there is an address, the network where connected; others are named."""
    buyer, supplier = make_company("Buyer"), make_company("Supplier")
    pair = connect(buyer, supplier)
    contact = pair.supplier_contact
    (mailed, draft) = drafts(buyer, 2, email="desk@example.com")
    (silent,) = drafts(buyer, 1, email="")
    with buyer.inside():
        travels = create_purchase_order(contact.id, {}, [LINE]).id
        for one in (mailed, silent, travels):
            authorise_purchase_order(one)
    ids = [mailed, draft, silent, travels]
    browser = buyer.browser()

    assert "E-mail 4 purchase orders?" in post(browser, "email", ids).content.decode()
    with buyer.inside():
        assert not MailMessage.objects.filter(object_id__in=ids).exists()
    post(browser, "email", ids, sure="1")

    page = browser.get("/purchases/").content.decode()
    names = numbers(buyer, ids)
    assert f"{names[0]}: sent by e-mail to desk@example.com" in page
    assert f"{names[1]} is not authorised" in page
    assert f"{names[2]}: no e-mail address, and not connected over the network" in page
    assert f"over the network to {contact.name}" in page
    with buyer.inside():
        sent = MailMessage.objects.filter(object_id=mailed).get()
        assert sent.to == ["desk@example.com"]
        assert PurchaseOrder.objects.get(id=travels).network_status == "queued"
        assert not MailMessage.objects.filter(object_id__in=[draft, silent]).exists()


def test_a_pdf_of_all() -> None:
    """O9: a few at once, many as a job whose file is kept; one document after the other."""
    company = make_company()
    ids = drafts(company, 7)
    browser = company.browser()

    few = post(browser, "print", ids[:2])
    many = post(browser, "print", ids)
    company.drain()

    assert few["Content-Type"] == "application/pdf"
    assert texts(few.content) == numbers(company, ids[:2])
    job = last_job(company)
    assert many["Location"] == f"/settings/jobs/{job.id}/"
    label, url = job.result["link"]
    assert label == "Open the PDF"
    answer: Any = browser.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert texts(b"".join(answer.streaming_content)) == numbers(company, ids)


def texts(content: bytes) -> list[str]:
    """The number on each page, in order."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return [next(word for word in page.split() if word.startswith("PO-")) for page in pages]


def test_all_that_match_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """O9: the list's own filter, not only this page; too many are refused."""
    company = make_company()
    wanted = drafts(company, 6)
    others = drafts(company, 2, email="other@example.com")
    browser = company.browser()
    values = {"every": "1", "query": "contact=Supplier orders", "sure": "1"}

    browser.post("/purchases/bulk/authorise/", values)
    company.drain()

    assert statuses(company, wanted) == ["authorised"] * 6
    assert statuses(company, others) == ["draft"] * 2
    monkeypatch.setattr(bulk, "MOST", 3)
    browser.post("/purchases/bulk/authorise/", {"every": "1", "query": "", "sure": "1"})
    assert "More than 3 match" in browser.get("/purchases/").content.decode()


def test_the_right_is_asked_for_each_document_when_its_turn_comes() -> None:
    """O9: who may not authorise cannot; who lost the right meanwhile cannot either."""
    company = make_company()
    ids = drafts(company, 6)
    looker, buyer = company.browser(company.teammate), company.member("purchasing")
    assert post(looker, "authorise", ids[:1]).status_code == 403
    assert "bulk/authorise" not in looker.get("/purchases/").content.decode()
    post(company.browser(buyer), "authorise", ids, sure="1")
    with company.inside():
        role = Role.objects.get(key="read_only")
        MembershipRole.objects.filter(membership__user=buyer).update(role=role)

    company.drain()

    assert statuses(company, ids) == ["draft"] * 6
    failures = last_job(company).result["failures"]
    assert {row[1] for row in failures} == {"You may not authorise a purchase order."}


def test_a_killed_worker_sends_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """O9, A5: the next worker goes on with the next document; one that always fails is named."""
    company = make_company()
    ids = drafts(company, 6)
    with company.inside():
        for one in ids:
            authorise_purchase_order(one)
    post(company.browser(), "email", ids, sure="1")
    job = last_job(company)
    plain = bulk._email

    def breaks(kind: Kind, document: TradeDocument) -> str:
        if document.id == ids[2]:
            raise RuntimeError("a fault of ours")
        return plain(kind, document)

    monkeypatch.setitem(bulk._DO, "email", breaks)
    for _ in range(3):
        with company.inside():
            Job.objects.filter(id=job.id).update(not_before=job.created_at)
        run_job(company.id, job.id)

    job = last_job(company)
    assert job.state == JobState.DONE
    assert len(job.result["outcomes"]) == 5
    assert [row[0] for row in job.result["failures"]] == numbers(company, ids)[2:3]
    with company.inside():
        for one in ids:
            expected = 0 if one == ids[2] else 1
            assert MailMessage.objects.filter(object_id=one).count() == expected


def test_a_refusal_leaves_nothing_of_it_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """O9: never half done: what a refused document wrote is rolled back, at once and as a job."""
    company = make_company()
    ids = drafts(company, 6)

    def half(kind: Kind, document: TradeDocument) -> str:
        PurchaseOrder.objects.filter(id=document.id).update(note="half")
        raise Conflict("not today")

    monkeypatch.setitem(bulk._DO, "authorise", half)
    browser = company.browser()
    post(browser, "authorise", ids[:2])
    post(browser, "authorise", ids, sure="1")
    company.drain()

    with company.inside():
        assert not PurchaseOrder.objects.filter(note="half").exists()
    assert len(last_job(company).result["failures"]) == 6


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_document_can_be_authorised_together(kind: Kind) -> None:
    """O9: quotes, orders, invoices, bills and credits alike."""
    company = make_company()
    contact = company.contact("Both", kind="both", email="both@example.com")
    make: dict[str, Any] = {
        "purchase_order": create_purchase_order,
        "sales_order": create_sales_order,
        "invoice": create_invoice,
        "bill": create_bill,
        "quote": create_quote,
        "credit_note": lambda *given: create_credit_note(CreditSide.SALE, *given),
        "supplier_credit": lambda *given: create_credit_note(CreditSide.PURCHASE, *given),
    }
    with company.inside():
        ids = [make[kind.key](contact.id, {}, [LINE]).id for _ in range(2)]
    browser = company.browser()
    assert f"{kind.list_url}bulk/authorise/" in browser.get(kind.list_url).content.decode()

    browser.post(f"{kind.list_url}bulk/authorise/", {"selected": [str(one) for one in ids]})

    with company.inside():
        found = {kind.find(one).status for one in ids}
    assert found in ({"authorised"}, {"approved"})


def test_programs_authorise_and_send_many() -> None:
    """O9: POST …/bulk gives a job; its result says of each what became of it."""
    company = make_company()
    ids = drafts(company, 3)
    api = company.api()
    values = {"action": "authorise", "ids": [str(one) for one in ids]}

    answer = api.post("/api/v1/purchase-orders/bulk", values, format="json")

    assert answer.status_code == 202, answer.content
    company.drain()
    job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
    assert (job["state"], job["result"]["text"]) == ("done", "3 authorised.")
    assert statuses(company, ids) == ["authorised"] * 3
    api.post("/api/v1/purchase-orders/bulk", {**values, "action": "email"}, format="json")
    company.drain()
    with company.inside():
        assert MailMessage.objects.filter(object_id__in=ids).count() == 3
    bad = api.post("/api/v1/purchase-orders/bulk", {**values, "action": "burn"}, format="json")
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["action"])


def test_a_key_that_ended_does_nothing_more() -> None:
    """O9: the key's right is asked when the job runs, as a person's is."""
    company = make_company()
    ids = drafts(company, 2)
    values = {"action": "authorise", "ids": [str(one) for one in ids]}
    company.api().post("/api/v1/purchase-orders/bulk", values, format="json")
    with company.inside():
        ApiKey.objects.update(revoked_at="2026-01-01T00:00Z")

    company.drain()

    assert last_job(company).state == JobState.FAILED
    assert statuses(company, ids) == ["draft"] * 2
