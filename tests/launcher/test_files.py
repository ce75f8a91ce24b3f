"""The checks of files: no registry addresses, a compose file that hangs together."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.launcher.addresses import find_addresses
from hub.launcher.compose_check import EXPECTED, find_faults
from hub.launcher.fingerprints import fingerprint
from hub.launcher.places import ROOT


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_compose_file_has_every_service_and_no_fault(compose: dict[str, Any]) -> None:
    """The same as the demo with servers as services; only syntax and references can be checked."""
    assert compose["services"].keys() == EXPECTED
    assert find_faults(compose) == []


def test_faults_of_a_compose_file_are_found(compose: dict[str, Any]) -> None:
    """Missing services, dangling references, open ports and unknown volumes are named."""
    services = compose["services"]
    del services["beat"]
    services["web"] = {
        "depends_on": {"nobody": {}},
        "ports": ["8000:8000"],
        "volumes": ["nowhere:/data"],
    }

    assert find_faults(compose) == [
        "service beat is missing",
        "web has neither image nor build",
        "web depends on nobody, which does not exist",
        "web publishes 8000:8000 beyond this machine",
        "web mounts nowhere, which is not declared",
    ]


def test_addresses_of_registries_are_found(tmp_path: Path) -> None:
    """Dependencies are named by version and hash, never by address."""
    bad = tmp_path / "package-lock.json"
    host = "registry.npm" + "js.org"
    place = '"resolved"' + ': "https:'
    bad.write_text(f'{{\n"name": "fine",\n{place}//example.org/a"\n"{host}"\n}}')
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")

    found = find_addresses([bad, tmp_path / "picture", tmp_path / "gone"])

    assert found == [f"{bad}:3: {place}", f"{bad}:4: {host[9:]}"]


def test_a_fingerprint_follows_the_content(tmp_path: Path) -> None:
    """Slow work is done again when a file changes, appears or moves, and not otherwise."""
    (tmp_path / "a.css").write_text("a")
    first = fingerprint([tmp_path])
    assert fingerprint([tmp_path]) == first

    (tmp_path / "a.css").write_text("b")
    second = fingerprint([tmp_path])
    (tmp_path / "a.css").rename(tmp_path / "b.css")

    assert len({first, second, fingerprint([tmp_path])}) == 3
