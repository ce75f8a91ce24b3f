"""What all sandboxes share, tried on a sandbox of notes over real HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.common.server import Application
from sandbox.common.store import Store
from tests.sandbox.notes import Notes
from tests.sandbox.running import Running, running

MODULE = "tests.sandbox.notes"
NOTE = {"text": "Beans", "amount": 12.5}


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Running]:
    with running(MODULE, tmp_path / "notes.sqlite") as made:
        yield made


def post(notes: Running, note: Any = NOTE, company: str = "one", **more: Any) -> requests.Response:
    more = more or {"json": note}
    return requests.post(f"{notes.url}/{company}/notes", timeout=30, **more)


def read(notes: Running, number: str, company: str = "one") -> requests.Response:
    return requests.get(f"{notes.url}/{company}/notes/{number}", timeout=30)


def test_what_is_stored_outlives_the_process(tmp_path: Path) -> None:
    """Killed at once and started again, with the same store: committed notes are there."""
    store = tmp_path / "notes.sqlite"
    with running(MODULE, store) as first:
        assert post(first).json() == {"id": "1", **NOTE}
        first.process.kill()
        first.process.wait(15)
    with running(MODULE, store) as second:
        assert read(second, "1").json()["text"] == "Beans"
        assert post(second).json()["id"] == "2"


def test_a_refused_request_leaves_nothing(notes: Running) -> None:
    """Neither a note, nor its number, nor anything in the book."""
    assert post(notes, {"text": "Bad", "amount": 13}).status_code == 400
    assert notes.control("ledger/one", method="GET")["lines"] == []
    assert post(notes).json()["id"] == "1"
    book = notes.control("ledger/one", method="GET")
    assert (book["total"], book["balances"]) == (0, {"cash": 12.5, "notes": -12.5})


def test_companies_do_not_meet(notes: Running) -> None:
    """Each has numbers, notes and a book of its own; one is reset without the other."""
    post(notes)
    assert post(notes, company="two").json()["id"] == "1"
    notes.control("reset", {"company": "one"})
    assert read(notes, "1").status_code == 404
    assert read(notes, "1", "two").status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"{", "body"), (b"\xff\xfe", "body"), (b"[" * 1500, "body"), (b" " * 2_001, "body")],
)
def test_a_bad_body_is_refused_in_the_vendors_words(
    notes: Running, body: bytes, words: str
) -> None:
    """Broken, not UTF-8, nested too deeply, too large."""
    answer = post(notes, data=body)
    assert (answer.status_code, list(answer.json())) == (400, [words])


def test_a_fault_of_its_own_is_the_vendors_answer(notes: Running) -> None:
    """Never a traceback."""
    answer = post(notes, {"text": "No amount"})
    assert (answer.status_code, answer.json()) == (500, {"fault": 500})
    assert requests.get(f"{notes.url}/nowhere", timeout=30).json() == {"allowed": []}
    assert requests.put(f"{notes.url}/one/notes", timeout=30).json() == {"allowed": ["POST"]}


def test_a_connection_is_cut_before_and_after_the_effect(notes: Running) -> None:
    """After: the caller knows nothing, and the note is there."""
    notes.control("faults", {"match": {"method": "POST"}, "drop": "before"})
    with pytest.raises(requests.ConnectionError):
        post(notes)
    assert read(notes, "1").status_code == 404
    notes.control("faults", None, "DELETE")
    notes.control("faults", {"match": {"path": "notes$", "body": "Beans"}, "drop": "after"})
    with pytest.raises(requests.ConnectionError):
        post(notes)
    assert read(notes, "1").json()["amount"] == 12.5
    assert post(notes).status_code == 201


def test_faults_by_number_status_and_body(notes: Running) -> None:
    """The second and third request; then answers that something between has spoilt."""
    rule = {"match": {"method": "POST"}, "nth": 2, "times": 2, "status": 503, "retry_after": 4}
    notes.control("faults", rule)
    assert [post(notes).status_code for _ in range(4)] == [201, 503, 503, 201]
    notes.control("faults", None, "DELETE")
    for kind, status in (("garbage", 200), ("html", 502), ("xml", 200), ("truncated", 200)):
        notes.control("faults", {"match": {"method": "GET"}, "body": kind})
        answer = read(notes, "1")
        assert answer.status_code == status
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
        notes.control("faults", None, "DELETE")
    with pytest.raises(AssertionError, match="drop"):
        notes.control("faults", {"drop": "sideways"})


def test_clock_switches_and_what_a_person_does(notes: Running) -> None:
    """The clock stands and moves; a switch changes what is answered; a wrong verb is said."""
    assert notes.control("clock", {"set": "2026-05-04T10:00:00Z", "stop": True})["iso"] == (
        "2026-05-04T10:00:00+00:00"
    )
    assert notes.control("clock", {"advance": 3600})["iso"] == "2026-05-04T11:00:00+00:00"
    post(notes)
    notes.control("switches", {"shout": True})
    assert read(notes, "1").json()["text"] == "BEANS"
    with pytest.raises(AssertionError, match="no such switch"):
        notes.control("switches", {"whisper": True})
    with pytest.raises(AssertionError, match="nobody can dance here"):
        notes.control("act/dance", {})


def test_the_page_and_the_log_show_text_as_text(notes: Running) -> None:
    """Hostile text is text; secrets are left out of the log."""
    notes.control("fill", {"company": "one", "name": "One"})
    post(notes, {"text": "<script>alert(1)</script>", "amount": 1, "password": "hush-hush"})
    page = requests.get(f"{notes.url}/_company/one", timeout=30).text
    assert "&lt;script&gt;" in page and "<script>" not in page
    log = requests.get(f"{notes.url}/_requests", timeout=30).text
    assert "/one/notes" in log and "hush-hush" not in log
    logged = notes.control("requests", method="GET")
    assert "hush-hush" not in str(logged) and logged[0]["status"] == 201
    assert "One" not in requests.get(f"{notes.url}/_company/two", timeout=30).text


def test_control_is_closed_unless_asked_for() -> None:
    """A sandbox that is started without the option has no such address."""
    assert Application(Notes(Store(), base_url=""), control=False).control is None
    assert Application(Notes(Store(), base_url=""), control=True).control is not None
