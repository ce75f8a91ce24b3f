"""How much may be asked of a company, on the sandbox's clock: who is refused, and what is said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.quickbooks.helping import Books, books, data, quickbooks
from tests.sandbox.running import Running

NOW = "2026-12-01T10:00:00Z"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A sandbox that counts, whose clock stands still."""
    with quickbooks(tmp_path_factory.mktemp("limits")) as made:
        made.control("clock", {"set": NOW, "stop": True})
        made.control("act/register_app", {"client_id": "another", "client_secret": "s"})
        yield made


@pytest.fixture
def one(counted: Running) -> Iterator[Books]:
    """A company; the figures are as they are at the start."""
    made = books(counted)
    counted.control("switches", {"limits": True})
    yield made
    counted.control("switches", {"limits": False})


def of_another_app(made: Books) -> Books:
    values = {"realm": made.realm, "client_id": "another"}
    token = made.running.control("act/connect", values)["access_token"]
    return Books(made.running, made.made, token)


def statuses(made: Books, count: int, path: str = "preferences") -> list[int]:
    return [made.ask("GET", path).status_code for _ in range(count)]


def batch(made: Books) -> int:
    body = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}
    return made.ask("POST", "batch", body).status_code


def test_ten_a_second_of_one_app(counted: Running, one: Books) -> None:
    """The eleventh is refused as recorded; another app and another company are not."""
    other_app, other_company = of_another_app(one), books(counted)
    assert statuses(one, 11) == [200] * 10 + [429]
    refused = one.ask("GET", "preferences")
    assert refused.json() == data("errors/fault_samples.json")["throttle_429_json"]
    assert "retry-after" not in refused.headers
    assert statuses(other_app, 1) == statuses(other_company, 1) == [200]
    counted.control("clock", {"advance": 0.9})
    assert statuses(one, 1) == [429]
    counted.control("clock", {"advance": 0.1})
    assert statuses(one, 1) == [200]


def test_five_hundred_a_minute_of_a_company(counted: Running, one: Books) -> None:
    """Whoever asks: two apps use up the same; it comes back as the minute passes."""
    other = of_another_app(one)
    for _ in range(25):
        assert statuses(one, 10) + statuses(other, 10) == [200] * 20
        counted.control("clock", {"advance": 1})
    assert statuses(one, 1) + statuses(other, 1) == [429, 429]
    counted.control("clock", {"advance": 34})
    assert statuses(one, 1) == [429]
    counted.control("clock", {"advance": 1})
    assert statuses(one, 10) + statuses(other, 10) == [200] * 20
    assert statuses(one, 1) == [429]


def test_forty_batches_a_minute(counted: Running, one: Books) -> None:
    """Of one app; a hundred and twenty of all; other requests go on."""
    apps = [one, of_another_app(one)]
    for name in ("third", "fourth"):
        counted.control("act/register_app", {"client_id": name})
        values = {"realm": one.realm, "client_id": name}
        token = counted.control("act/connect", values)["access_token"]
        apps.append(Books(counted, one.made, token))
    for made in apps[:3]:
        for _ in range(4):
            assert [batch(made) for _ in range(10)] == [200] * 10
            counted.control("clock", {"advance": 1})
    assert batch(apps[0]) == 429, "forty of its own"
    assert batch(apps[3]) == 429, "a hundred and twenty of all"
    assert statuses(apps[0], 1) == [200]
    counted.control("clock", {"advance": 60})
    assert [batch(made) for made in apps] == [200] * 4


def test_reports_and_mails(counted: Running, one: Books) -> None:
    """Figures of their own, which the switches set."""
    counted.control("switches", {"reports_a_minute": 3, "emails_a_day": 2})
    assert statuses(one, 4, "reports/TrialBalance") == [200, 200, 200, 429]
    counted.control("clock", {"advance": 2})
    invoice = one.invoice()
    said = [
        one.ask("POST", f"invoice/{invoice['Id']}/send", params={"sendTo": "a@b.example"})
        for _ in range(3)
    ]
    assert [each.status_code for each in said] == [200, 200, 429]
    counted.control("clock", {"advance": 60})
    assert statuses(one, 1, "reports/TrialBalance") == [200]
    counted.control("switches", {"reports_a_minute": 200, "emails_a_day": 40})


@pytest.mark.parametrize("most", [10, 3])
def test_so_many_at_once(counted: Running, one: Books, most: int) -> None:
    """While ten (or what the switch says) are under way another is refused; then there is room."""
    counted.control("switches", {"requests_a_second": 0, "requests_at_once": most})
    counted.control("act/set_latency", {"seconds": 1})
    with ThreadPoolExecutor(14) as pool:
        asked = [pool.submit(one.ask, "GET", "preferences") for _ in range(14)]
        found = sorted(each.result().status_code for each in asked)
    counted.control("act/set_latency", {"seconds": 0})
    assert found == [200] * most + [429] * (14 - most)
    assert statuses(one, 1) == [200]
    counted.control("switches", {"requests_a_second": 10, "requests_at_once": 10})


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("requests_a_minute", [200, 200, 429, 429]),
        ("batches_a_minute", [200, 200, 429, 200]),
        ("batches_of_all_apps", [200, 200, 429, 429]),
    ],
)
def test_other_figures(counted: Running, one: Books, figure: str, said: list[int]) -> None:
    """Two are allowed: the third of an app, and the first of another."""
    usual = counted.control("switches", None, "GET")[figure]
    counted.control("switches", {figure: 2})
    found = [batch(one), batch(one), batch(one), batch(of_another_app(one))]
    counted.control("switches", {figure: usual})
    assert found == said


def test_reads_of_a_month_are_metered(counted: Running, one: Books) -> None:
    """Of an app over all its companies; writes are not; the next month begins anew."""
    other = books(counted)
    counted.control("switches", {"reads_a_month": 4, "limits": True})
    assert statuses(one, 3) + statuses(other, 2) == [200, 200, 200, 200, 429]
    answer = one.ask("POST", "customer", {"DisplayName": "Written"})
    assert answer.status_code == 200
    counted.control("clock", {"advance": 31 * 86_400})
    one.token = counted.control("act/connect", {"realm": one.realm})["access_token"]
    assert statuses(one, 1) == [200]
    counted.control("switches", {"reads_a_month": 0})


@pytest.mark.parametrize(("body", "start"), [("xml", "<?xml"), ("json", '{"Fault"')])
def test_how_a_refusal_looks(counted: Running, one: Books, body: str, start: str) -> None:
    """XML even for those who want JSON, and Retry-After, by switches."""
    counted.control("switches", {"throttle_body": body, "retry_after": 60})
    statuses(one, 10)
    refused = one.ask("GET", "preferences")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert refused.text.startswith(start)
    counted.control("switches", {"throttle_body": "json", "retry_after": 0})


def test_who_has_no_good_token_is_not_counted(one: Books) -> None:
    """Strangers cannot use up a company's requests."""
    headers: dict[str, Any] = {"Authorization": "Bearer nothing"}
    said = {requests.get(one.url("preferences"), headers=headers, timeout=30).status_code}
    for _ in range(15):
        said.add(requests.get(one.url("preferences"), headers=headers, timeout=30).status_code)
    assert said == {401}
    assert statuses(one, 10) == [200] * 10


def test_a_store_that_is_opened_again_counts_from_nothing(tmp_path: Path) -> None:
    """Windows are in memory: a restarted sandbox does not hold old requests against anyone."""
    for _ in range(2):
        with quickbooks(tmp_path) as made:
            made.control("clock", {"set": NOW, "stop": True})
            company = books(made)
            made.control("switches", {"limits": True})
            assert statuses(company, 11)[-1] == 429
