"""The environment: what the caller says wins over the embedded servers."""

import io
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from hub.launcher import deploy
from hub.launcher.__main__ import main
from hub.launcher.environment import (
    DATABASE_VARIABLES,
    SERVER_VARIABLES,
    start_with_environment,
    stated,
    web_port,
)
from hub.launcher.places import Instance, LauncherError


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SERVER_VARIABLES, "SUPERUSER_DATABASE_URL", "WHARF_PORT"):
        monkeypatch.delenv(name, raising=False)


def _name_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, role in zip(
        DATABASE_VARIABLES, ("wharf_app", "wharf_dispatch", "wharf_migrator"), strict=True
    ):
        monkeypatch.setenv(name, f"postgresql://{role}:p%40ss@db.example/books")


def test_named_servers_win_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DATABASE_URL and friends always win; then no embedded server starts at all."""
    _name_all(monkeypatch)
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/3")
    instance = Instance(tmp_path / "servers")

    environment = start_with_environment(instance)

    assert environment["DATABASE_URL"] == "postgresql://wharf_app:p%40ss@db.example/books"
    assert environment["REDIS_URL"] == "redis://cache.example/3"
    assert "CELERY_BROKER_URL" not in environment
    assert sorted(path.name for path in instance.folder.iterdir()) == [
        "secrets.json",
        "servers.lock",
    ]


def test_half_of_the_addresses_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrating one database and serving another would be found out late, so it is said at once."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://wharf_app:x@db.example/books")

    with pytest.raises(LauncherError) as caught:
        start_with_environment(Instance(tmp_path / "servers"))

    assert str(caught.value) == (
        "DATABASE_URL is set, so DISPATCH_DATABASE_URL and MIGRATOR_DATABASE_URL must be set too "
        "(or none of them, to use the embedded PostgreSQL)."
    )


def test_an_address_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of containers are files: NAME_FILE counts as NAME."""
    (tmp_path / "secret").write_text("redis://cache.example/3\n")
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "secret"))

    assert stated("REDIS_URL") == "redis://cache.example/3"


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """WHARF_PORT must be a port number, and the message says so."""
    monkeypatch.setenv("WHARF_PORT", text)

    with pytest.raises(LauncherError, match=f"WHARF_PORT is '{text}'; it must be a port number"):
        web_port()


def test_a_missing_command_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """`run` without a command says how it is used, and fails."""
    with redirect_stdout(io.StringIO()):
        status = main(["run", "--"])

    assert status == 1
    assert capsys.readouterr().err == (
        "wharf: Say what to run: python -m hub.launcher run -- COMMAND\n"
    )


def test_deploy_reads_roles_and_passwords_from_the_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a server of one's own, the roles get the passwords that the addresses name."""
    _name_all(monkeypatch)

    assert deploy.read_addresses() == (
        "books",
        {"wharf_app": "p@ss", "wharf_dispatch": "p@ss", "wharf_migrator": "p@ss"},
    )


def test_deploy_refuses_a_strong_role_for_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address with another role than the one meant for it is refused before anything happens."""
    _name_all(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres:x@db.example/books")

    with pytest.raises(LauncherError, match="DATABASE_URL must name the role wharf_app"):
        deploy.read_addresses()
