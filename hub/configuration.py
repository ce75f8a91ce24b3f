"""What the environment may set, typed; every fault is named at start-up.

Each value may also come from a file: `NAME_FILE=/run/secrets/x` sets `NAME`.
"""

import os
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


def _read_secret_files() -> None:
    for name, path in list(os.environ.items()):
        if name.endswith("_FILE") and name.removesuffix("_FILE") in SECRETS:
            os.environ.setdefault(name.removesuffix("_FILE"), Path(path).read_text().strip())


SECRETS = (
    "DATABASE_URL",
    "DISPATCH_DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "SECRET_KEY",
    "WHARF_KEY_RING",
    "EMAIL_URL",
    "QUICKBOOKS_CLIENT_SECRET",
    "QUICKBOOKS_WEBHOOK_TOKEN",
)


class Configuration(BaseSettings):
    """The environment of one process; read once, when settings are loaded."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: str = Field(description="PostgreSQL as wharf_app (as wharf_migrator to migrate)")
    dispatch_database_url: str = Field(description="PostgreSQL as wharf_dispatch: lists due jobs")
    redis_url: str = Field(description="Valkey or Redis for cache, sessions and limits")
    celery_broker_url: str = ""
    secret_key: str = Field(min_length=32)
    wharf_key_ring: str = Field(
        description="id:base64 of 32 bytes, comma separated; the first one encrypts, all decrypt"
    )
    email_url: str = "mailbox://"
    wharf_base_url: str = "http://127.0.0.1:8000"
    wharf_allowed_hosts: str = "127.0.0.1,localhost"
    wharf_debug: bool = False
    wharf_demo: bool = Field(default=False, description="shows the mailbox page; for demos only")
    wharf_faults: str = Field(
        default="",
        description="test builds: switches fault points on, point=action[,…]",
    )
    wharf_var: Path = ROOT / "var"
    wharf_mail_from: str = "Wharf <no-reply@wharf.invalid>"
    wharf_log_level: str = "INFO"
    quickbooks_client_id: str = ""
    quickbooks_client_secret: str = ""
    quickbooks_webhook_token: str = Field(default="", description="verifier of its webhooks")
    quickbooks_environment: str = Field(
        default="production",
        description="production, sandbox, or the base address of a stand-in",
    )
    accounting_speed: float = Field(
        default=1.0, gt=0, description="how much faster a stand-in's clock goes; for benches"
    )
    accounting_turn_seconds: float = Field(
        default=60.0, ge=0, description="how long a sync works before others have their turn"
    )

    @field_validator("wharf_base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")


def load() -> Configuration:
    """Read the environment; raises pydantic.ValidationError naming every fault at once."""
    _read_secret_files()
    return Configuration()  # type: ignore[call-arg]
