"""Passwords and keys of an instance: made once, kept in one file that only its owner can read."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the servers and Django share; hexadecimal, so safe in URLs and configuration files."""

    superuser_password: str
    migrator_password: str
    app_password: str
    dispatch_password: str
    valkey_password: str
    secret_key: str
    key_ring: str


def load_or_create(path: Path) -> Credentials:
    """The kept credentials, or new ones written with mode 0600."""
    if path.exists():
        return Credentials(**json.loads(path.read_text()))
    made = Credentials(
        superuser_password=secrets.token_hex(16),
        migrator_password=secrets.token_hex(16),
        app_password=secrets.token_hex(16),
        dispatch_password=secrets.token_hex(16),
        valkey_password=secrets.token_hex(16),
        secret_key=secrets.token_hex(32),
        key_ring="k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    )
    # Written beside and renamed: a kill half-way must not leave half a file, because the
    # database keeps the passwords of the first start.
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(asdict(made), handle, indent=1)
    fresh.replace(path)
    return made
