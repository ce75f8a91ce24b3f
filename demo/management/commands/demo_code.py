"""Print the current code of a demo user's authenticator, for want of a telephone."""

import json
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Reads the secret from var/demo.json, which only a demo has."""

    help = "The current two-step code of a demo user"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.VAR) / "demo.json"
        if not path.exists():
            raise CommandError("There is no demo here; start it with `make demo`.")
        for organisation in json.loads(path.read_text())["organisations"]:
            for user in organisation["users"]:
                if user["email"] == options["email"] and user["totp_secret"]:
                    counter = next(yield_hotp_counters_from_time())
                    self.stdout.write(f"{hotp_value(user['totp_secret'], counter):06d}")
                    return
        raise CommandError("No demo user with a second factor has this address.")
