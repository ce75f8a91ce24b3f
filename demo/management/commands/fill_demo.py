"""Fill the demo: three companies, their people, products, contacts and some weeks of trade."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.buying import some_buying
from demo.companies import DemoCompany, found
from demo.data.companies import COMPANIES, HARBOUR, KESTREL, TERN
from demo.depth import some_depth
from demo.goods import opening_goods, some_goods
from demo.history import introduce, own_business, trade_between
from demo.lists import some_views
from demo.money import some_money
from demo.troubles import some_troubles
from tenants.models import User


class Command(BaseCommand):
    """Idempotent: a filled demo is left as it is."""

    help = "Found the demo's three companies and let two of them trade"

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.VAR) / "demo.json"
        owner = KESTREL.email(KESTREL.people[0].mailbox)
        if path.exists() and User.objects.filter(email=owner).exists():
            self._write(path, json.loads(path.read_text())["organisations"])
            self.stdout.write("The demo is filled already.")
            return
        companies = {data.key: found(data) for data in COMPANIES}
        for company in companies.values():
            opening_goods(company)
        kestrel, harbour = companies[KESTREL.key], companies[HARBOUR.key]
        trade_between(kestrel, harbour, introduce(kestrel, harbour))
        for key in (KESTREL.key, HARBOUR.key, TERN.key):
            own_business(companies[key])
            some_goods(companies[key])
            some_buying(companies[key])
            some_money(companies[key])
            some_depth(companies[key])
            some_views(companies[key])
            some_troubles(companies[key])
        self._write(path, [_told(company) for company in companies.values()])
        self.stdout.write(f"Filled; {path} has the sign-ins.")

    def _write(self, path: Path, organisations: list[dict[str, Any]]) -> None:
        content = {
            "base_url": settings.BASE_URL,
            "mailbox_url": f"{settings.BASE_URL}/_mailbox/",
            "organisations": organisations,
        }
        partial = path.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        os.replace(partial, path)  # noqa: PTH105 - atomic, whatever it finds


def _told(company: DemoCompany) -> dict[str, Any]:
    return {
        "id": str(company.id),
        "name": company.data.name,
        "network_key": company.network_key,
        "api_key": company.api_key,
        "users": [
            {
                "email": sign_in.email,
                "password": sign_in.password,
                "role": sign_in.role,
                "totp_secret": sign_in.totp_secret,
            }
            for sign_in in company.sign_ins
        ],
    }
