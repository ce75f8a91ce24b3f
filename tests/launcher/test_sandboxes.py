"""The demo's sandboxes: a free port for each, started and ended with it, kept from run to run."""

import json
import socket
from pathlib import Path

import pytest
import requests

from hub.launcher import sandboxes
from hub.launcher.sandboxes import VENDORS, SandboxPlace, places, write_into
from hub.launcher.supervisor import Child, Supervisor


@pytest.fixture
def vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two of the three packages, and three ports that nobody else uses."""
    for name in ("xero", "neto"):
        (tmp_path / "sandbox" / name).mkdir(parents=True)
        (tmp_path / "sandbox" / name / "__main__.py").touch()
    (tmp_path / "sandbox" / "quickbooks").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        first = (
            probe.getsockname()[1] % 10_000 + 20_000
        )  # below what systems give out by themselves
    rows = [(name, title, first + number) for number, (name, title, _) in enumerate(VENDORS)]
    monkeypatch.setattr(sandboxes, "VENDORS", tuple(rows))
    return tmp_path


def test_only_what_can_be_started_is_started(vendors: Path) -> None:
    """A package without __main__ is left out."""
    assert [place.name for place in places([], vendors)] == ["xero", "neto"]


def test_a_taken_port_is_left_to_its_owner(vendors: Path) -> None:
    """The next one of the same last digit is taken; the demo's own port is kept free too."""
    xero, neto = places([], vendors)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", neto.port))
        taken.listen()
        again = places([xero.port], vendors)
    steps = [after.port - before.port for before, after in zip((xero, neto), again, strict=True)]
    assert all(step > 0 and step % 10 == 0 for step in steps), steps


def test_demo_json_gets_the_sandboxes_beside_what_it_has(tmp_path: Path) -> None:
    """What was there stays, and only the owner may read it."""
    sheet = tmp_path / "demo.json"
    sheet.write_text('{"base_url": "x"}')
    write_into(sheet, {"neto": {"url": "y"}})
    content = json.loads(sheet.read_text())
    assert content == {"base_url": "x", "sandboxes": {"neto": {"url": "y"}}}
    assert sheet.stat().st_mode & 0o777 == 0o600


def test_a_sandbox_runs_with_the_demo_and_keeps_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filled once; ended with its supervisor; the next run has the same store and keys."""
    monkeypatch.setenv("WHARF_VAR", str(tmp_path))
    told = []
    for _run in range(2):
        place = next(one for one in places([]) if one.name == "neto")
        told.append(_started_and_ended(place, tmp_path))
    assert told[0]["global_key"] == told[1]["global_key"]
    assert {**told[0], "url": "", "api": "", "shop": ""} == {
        **told[1],
        "url": "",
        "api": "",
        "shop": "",
    }
    assert told[1]["url"].endswith("/harbour")


def _started_and_ended(place: SandboxPlace, folder: Path) -> dict[str, str]:
    supervisor = Supervisor(environment={}, record=folder / "processes.json")
    child: Child = place.child(folder / "neto.log")
    supervisor.start(child)
    try:
        supervisor.watch_until(place.answers, seconds=30, child=child)
        told = place.told()
        answer = requests.post(
            told["api"],
            json={"Filter": {"Limit": 1}},
            headers={
                "NETOAPI_ACTION": "GetOrder",
                "NETOAPI_KEY": told["global_key"],
                "Accept": "application/json",
            },
            timeout=20,
        )
        assert len(answer.json()["Order"]) == 1
    finally:
        supervisor.end_all()
    with pytest.raises(requests.ConnectionError):
        requests.get(place.url, timeout=5)
    return dict(told)
