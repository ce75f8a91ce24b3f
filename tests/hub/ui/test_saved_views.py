"""Saved views of lists: kept as addresses, shown as tabs, for one person or for everybody."""

from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.models import Activity, DefaultView, SavedView
from tenants.services.saved_views import MOST_OF_ONES_OWN
from tests.cast import Company, make_company

NEW = "/settings/views/new/?list=purchases&query="


def saved(client: Client, name: str, query: str, **more: str) -> str:
    """Save a view of the purchase orders in the browser; gives the address it leads to."""
    data = {"name": name, "query": query, "who": "me", **more}
    answer = client.post(NEW, data)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def view_of(company: Company, name: str) -> SavedView:
    with company.inside():
        return SavedView.objects.get(name=name)


def test_a_view_is_saved_and_shown_as_a_tab() -> None:
    """O9: tab, search and filters are kept; the cursor is not; the tab comes after built-ins."""
    company = make_company()
    browser = company.browser()
    page = text(browser, "/purchases/?tab=draft&network=sent&cursor=x")
    assert "/settings/views/new/?list=purchases&amp;query=tab%3Ddraft%26network%3Dsent" in page

    address = saved(browser, "Mine to send", "tab=draft&network=sent&cursor=x")

    view = view_of(company, "Mine to send")
    assert view.query == "tab=draft&network=sent"
    assert address == f"/purchases/?tab=draft&network=sent&view={view.id}"
    page = text(browser, address)
    assert f'href="?tab=draft&amp;network=sent&amp;view={view.id}"' in page
    assert 'aria-current="page">Mine to send</a>' in page
    assert page.index(">Declined and void<") < page.index(">Mine to send<")
    with company.inside():
        assert Activity.objects.filter(action="view.saved", object_label="Mine to send").exists()


def test_one_persons_view_is_not_anothers() -> None:
    """O9: only me means only me, also by its address."""
    company = make_company()
    saved(company.browser(), "Private look", "q=secret")
    view = view_of(company, "Private look")
    colleague = company.browser(company.member("purchasing"))

    assert "Private look" not in text(colleague, "/purchases/")
    assert colleague.get(f"/settings/views/{view.id}/").status_code == 404
    assert colleague.post(f"/settings/views/{view.id}/delete/").status_code == 404
    assert view_of(company, "Private look").query == "q=secret"


def test_a_shared_view_is_everybodys_who_may_open_the_list() -> None:
    """O9: who may edit purchases may share; who may only look may not share, change or delete."""
    company = make_company()
    saved(company.browser(), "To send", "tab=draft", who="everyone")
    view = view_of(company, "To send")
    looker = company.browser(company.teammate)

    assert ">To send</a>" in text(looker, "/purchases/")
    assert looker.post(f"/settings/views/{view.id}/delete/").status_code == 403
    looker.post(f"/settings/views/{view.id}/", {"name": "Mine now", "query": ""})
    assert view_of(company, "To send").shared
    form = text(looker, NEW)
    assert "Who sees it" not in form
    looker.post(NEW, {"name": "Smuggled", "query": "", "who": "everyone"})
    assert not view_of(company, "Smuggled").shared


def test_a_list_opens_with_the_view_that_a_person_chose() -> None:
    """O9: the bare address leads there, for that person only; “All” still shows all."""
    company = make_company()
    browser = company.browser()
    saved(browser, "Drafts", "tab=draft", who="everyone", default="on")
    view = view_of(company, "Drafts")

    answer = browser.get("/purchases/")

    assert answer.status_code == 302
    assert answer["Location"] == f"/purchases/?tab=draft&view={view.id}"
    assert 'href="?tab=all"' in text(browser, answer["Location"])
    assert 'aria-current="page">All<' in text(browser, "/purchases/?tab=all")
    assert company.browser(company.teammate).get("/purchases/").status_code == 200

    browser.post(
        f"/settings/views/{view.id}/", {"name": "Drafts", "query": "tab=draft", "who": "me"}
    )
    assert browser.get("/purchases/").status_code == 200


def test_a_view_is_renamed_updated_and_deleted() -> None:
    """O9: what its tab is called and what it shows; deleting it also ends it as a default."""
    company = make_company()
    browser = company.browser()
    address = saved(browser, "Old", "tab=draft", default="on")
    view = view_of(company, "Old")

    narrowed = text(browser, address + "&q=PO-1")
    assert f"/settings/views/{view.id}/?query=tab%3Ddraft%26q%3DPO-1" in narrowed
    values = {"name": "New", "query": "tab=draft&q=PO-1", "who": "me", "default": "on"}
    browser.post(f"/settings/views/{view.id}/", values)
    changed = view_of(company, "New")
    assert (changed.id, changed.query) == (view.id, "tab=draft&q=PO-1")

    answer = browser.post(f"/settings/views/{view.id}/delete/")
    assert answer["Location"] == "/purchases/?tab=all"
    with company.inside():
        assert SavedView.objects.count() == DefaultView.objects.count() == 0
    assert "does not exist any more" in text(browser, f"/purchases/?view={view.id}")


def test_a_view_that_does_not_fit_says_so() -> None:
    """O9: an unknown filter, tab, order or column is named; the rest of the view is shown."""
    company = make_company()
    browser = company.browser()
    address = saved(browser, "Odd", "tab=gone&colour=red&sort=smell&hide=taste")

    page = text(browser, address)

    assert "The view “Odd” was saved with the filter “colour”" in page
    for words in ("the tab “gone”", "the order “smell”", "the column “taste”"):
        assert words in page


def test_names_are_checked() -> None:
    """O9: no name, a name that is taken, too many views: said at the field, what was typed kept."""
    company = make_company()
    browser = company.browser()
    saved(browser, "Drafts", "tab=draft")

    empty = browser.post(NEW, {"name": " ", "query": "q=1", "who": "me"})
    taken = browser.post(NEW, {"name": "drafts", "query": "q=kept", "who": "me"})

    assert (empty.status_code, taken.status_code) == (422, 422)
    assert "There is a view of this name" in taken.content.decode()
    assert 'value="q=kept"' in taken.content.decode()
    for number in range(MOST_OF_ONES_OWN - 1):
        saved(browser, f"View {number}", "")
    full = browser.post(NEW, {"name": "One more", "query": "", "who": "me"})
    assert "at most 20 such views" in full.content.decode()


def test_views_cost_a_list_one_statement() -> None:
    """O9: at most 10 statements, whatever views there are."""
    company = make_company()
    browser = company.browser()
    browser.get("/purchases/")
    few = _statements(browser)
    for number in range(5):
        saved(browser, f"View {number}", "tab=draft")

    assert _statements(browser) == few <= 10


def _statements(browser: Client) -> int:
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "set_config")
    with CaptureQueriesContext(connection) as caught:
        text(browser, "/purchases/?tab=draft")
    return sum(not any(word in one["sql"] for word in words) for one in caught)


def test_the_list_of_views_leads_to_each() -> None:
    """O9: all views in one place, also those of lists that one opens seldom."""
    company = make_company()
    browser = company.browser()
    saved(browser, "Drafts", "tab=draft")
    view = view_of(company, "Drafts")

    page = text(browser, "/settings/views/")

    assert f"/purchases/?tab=draft&amp;view={view.id}" in page
    assert f"/settings/views/{view.id}/" in page


def test_a_view_of_a_list_that_one_may_not_open_cannot_be_made() -> None:
    """O9: no door to a list through its views."""
    company = make_company()
    saved(company.browser(), "Late", "tab=draft", who="everyone")
    view = view_of(company, "Late")
    journals = NEW.replace("purchases", "journals")
    warehouse = company.browser(company.member("warehouse"))

    assert warehouse.get(journals).status_code == 403
    assert warehouse.post(journals, {"name": "x", "query": ""}).status_code == 403
    assert warehouse.get(NEW.replace("purchases", "no-such-list")).status_code == 404
    assert warehouse.post(f"/settings/views/{view.id}/delete/").status_code == 403


def test_programs_keep_views_for_everybody() -> None:
    """O9: by the API: made, found, changed, deleted; never somebody's own."""
    company = make_company()
    saved(company.browser(), "Private", "q=1")
    api = company.api()

    values = {"list": "purchases", "name": "Drafts", "query": "tab=draft"}
    made = api.post("/api/v1/saved-views", values, format="json")
    assert made.status_code == 201, made.content
    view_id = UUID(made.json()["id"])
    assert made.json()["url"] == f"/purchases/?tab=draft&view={view_id}"
    listed = api.get("/api/v1/saved-views?list=purchases").json()["results"]
    assert [one["name"] for one in listed] == ["Drafts"]
    changed = api.patch(f"/api/v1/saved-views/{view_id}", {"name": "To send"}, format="json")
    assert (changed.status_code, changed.json()["query"]) == (200, "tab=draft")
    assert ">To send</a>" in text(company.browser(), "/purchases/")
    private = view_of(company, "Private")
    assert api.get(f"/api/v1/saved-views/{private.id}").status_code == 404
    assert api.delete(f"/api/v1/saved-views/{view_id}").status_code == 204
    bad = api.post("/api/v1/saved-views", {"list": "nothing", "name": "x"}, format="json")
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["list"])
