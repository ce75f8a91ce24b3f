"""`manage.py fill --organisations 1000 --documents 1000000 --in-one`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bench.filling import fill_one, found_many
from hub.ids import new_id
from tenants.models import User
from tenants.services.organisations import NewOrganisation, found_organisation


class Command(BaseCommand):
    """Organisations and documents for benches; prints the filled organisation's id."""

    help = "Make organisations and, set-based, documents by the million"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=1)
        parser.add_argument("--documents", type=int, default=1000)
        parser.add_argument(
            "--in-one",
            action="store_true",
            help="one organisation holds that many of each kind; else they are spread",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        owner = User.objects.create_user(f"bench-{new_id().hex[-12:]}@example.com", name="Bench")
        others = found_many(max(options["organisations"] - 1, 0), owner)
        documents = options["documents"]
        if options["in_one"]:
            tenant_id = found_organisation(
                NewOrganisation(name="Bench", legal_name="Bench Ltd", base_currency="GBP"),
                owner=owner,
            )
            fill_one(tenant_id, documents, self.stdout.write)
            self.stdout.write(str(tenant_id))
        else:
            for tenant_id in others:
                fill_one(tenant_id, max(documents // max(len(others), 1), 1))
        self.stdout.write(f"Filled in {time.monotonic() - started:.0f} s.")
