"""Encrypt every stored secret with the first key of WHARF_KEY_RING."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from hub.rotation import BATCH, rotate
from hub.secrets import sealed_columns


class Command(BaseCommand):
    """Runs as wharf_migrator, since it goes through every organisation's rows."""

    help = "Encrypt every stored secret with the first key of the ring; may be run again"
    # The checks refuse a role as strong as the migrator's, which web and workers must not have.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_a_role_that_sees_too_little()
        self.stdout.write(f"Encrypting with key {next(iter(settings.KEY_RING))}.")
        unreadable = 0
        for column in sealed_columns():
            done = rotate(column, batch=max(1, options["batch"]))
            unreadable += done.unreadable
            self.stdout.write(
                f"{column.field}: {done.resealed} encrypted anew, {done.current} already, "
                f"{done.unreadable} unreadable"
            )
        if unreadable:
            raise CommandError(
                f"{unreadable} secrets cannot be read with any key of the ring. "
                "Put the key that made them back before you drop one."
            )
        self.stdout.write("Every other key may be dropped from the ring.")


def _refuse_a_role_that_sees_too_little() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            raise CommandError("Run it with wharf_migrator's DATABASE_URL: this role sees no rows.")
