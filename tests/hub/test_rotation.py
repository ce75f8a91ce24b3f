"""The drill of replacing the key that encrypts what is stored."""

import base64
import os
from collections.abc import Mapping
from uuid import UUID

import pytest

from hub.secrets import encrypt
from tests.support.processes import Processes

FOUND = """
from django.utils import timezone
from accounting.domain.answers import Tokens
from accounting.engine.tokens import keep_tokens
from accounting.domain.sheets import Sheet
from accounting.engine.sheets import LAST, THERE, sealed_sheet
from accounting.models import Exchange, RemoteChange, SyncDocument
from accounting.services.connecting import begin_connection
from hub.secrets import encrypt
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from tests.cast import make_company
from network.services.invitations import default_text, send_invitations
for name in ("Kestrel", "Harbour", "Tern"):
    company = make_company(name)
    RecoveryCodes.activate(company.owner)
    with company.inside():
        send_invitations([], ["guest@example.com"], default_text())
        now = timezone.now()
        tokens = Tokens(f"access {name}", f"refresh {name}", now, now)
        connection = begin_connection("quickbooks")
        keep_tokens(connection, tokens)
        Exchange.objects.create(
            connection=connection, method="GET", path="/",
            body=encrypt("said", tenant_id=company.id, field="accounting.exchange"),
        )
        RemoteChange.objects.create(
            connection=connection, entity="Invoice", remote_id="1",
            body=encrypt("seen", tenant_id=company.id, field="accounting.change"),
        )
        SyncDocument.objects.create(
            connection=connection, kind="invoice", rank=1, local_id=connection.id,
            synced_sheet=sealed_sheet(Sheet({"total": "last"}), LAST),
            there_sheet=sealed_sheet(Sheet({"total": "there"}), THERE),
        )
"""
# Every secret, opened: a network key, a TOTP secret and recovery codes of each company, and the
# tokens and exchanges of its accounting system.
READ = """
from accounting.engine.tokens import read_tokens
from accounting.engine.sheets import LAST, THERE, unsealed_sheet
from accounting.models import Connection, Exchange, RemoteChange, SyncDocument
from hub.secrets import decrypt
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from network.services.keys import reveal_key
from tenants.accounts import SecondFactorAdapter
from tenants.boundary import tenant_context
from tenants.models import MailMessage
from tenants.services.mail import body_to_send
from tenants.selectors import places_of
for row in Authenticator.objects.order_by("pk"):
    if row.type == "totp":
        print("secret", SecondFactorAdapter().decrypt(row.data["secret"]))
    else:
        print("secret", *RecoveryCodes(row).generate_codes())
        for place in places_of(row.user_id):
            with tenant_context(place.tenant_id):
                print("secret", reveal_key())
                print("secret", body_to_send(MailMessage.objects.get()).split())
                row = SyncDocument.objects.get()
                for kept, field in ((row.synced_sheet, LAST), (row.there_sheet, THERE)):
                    print("secret", unsealed_sheet(kept, field).fields["total"])
                print("secret", *read_tokens(Connection.objects.get()).values())
                for field, model in (("exchange", Exchange), ("change", RemoteChange)):
                    sealed = model.objects.get().body
                    field = f"accounting.{field}"
                    print("secret", decrypt(sealed, tenant_id=place.tenant_id, field=field))
"""


def new_key(name: str) -> str:
    """A fresh key, as the ring writes it."""
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


class Drill:
    """Commands on one database, each with a ring of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def shell(self, code: str, *ring: str) -> str:
        """Run code as the application."""
        with Processes(self.environment | {"WHARF_KEY_RING": ",".join(ring)}) as processes:
            return processes.run("shell", "-v", "0", "-c", code)

    def secrets(self, *ring: str) -> list[str]:
        """What is stored, as far as this ring opens it; fails where it does not."""
        return [line for line in self.shell(READ, *ring).splitlines() if line.startswith("secret")]

    def rotate(self, *ring: str, status: int = 0, faults: str = "") -> list[str]:
        """The counts that the command printed, as the role that may."""
        migrator = {"DATABASE_URL": self.environment["MIGRATOR_DATABASE_URL"]}
        ring_of = {"WHARF_KEY_RING": ",".join(ring)}
        with Processes(self.environment | migrator | ring_of) as processes:
            run = processes.manage("rotate_keys", "--batch", "2", faults=faults)
            assert run.wait(seconds=60) == status, run.output()
            return [line for line in run.output().splitlines() if "anew" in line]


def test_a_key_is_replaced_and_the_old_one_dropped(fresh_database: dict[str, str]) -> None:
    """Sign-in, N2: add a key, rotate, be killed on the way, rotate again, drop the old key."""
    drill, old, new = Drill(fresh_database), new_key("k1"), new_key("k2")
    drill.shell(FOUND, old)
    before = drill.secrets(old)
    assert len(before) == 27

    drill.rotate(new, old, status=-9, faults="rotation.batch=kill")
    assert drill.secrets(new, old) == before
    assert drill.rotate(new, old) == [
        "second_factor: 4 encrypted anew, 2 already, 0 unreadable",
        "tenants_mailmessage.secret: 3 encrypted anew, 0 already, 0 unreadable",
        "network_networkkey.sealed: 3 encrypted anew, 0 already, 0 unreadable",
        "accounting.tokens: 3 encrypted anew, 0 already, 0 unreadable",
        "accounting.exchange: 3 encrypted anew, 0 already, 0 unreadable",
        "accounting.change: 3 encrypted anew, 0 already, 0 unreadable",
        "accounting.synced_sheet: 3 encrypted anew, 0 already, 0 unreadable",
        "accounting.there_sheet: 3 encrypted anew, 0 already, 0 unreadable",
    ]

    # A key that was dropped too early: nothing is written over, and the command says so.
    assert drill.rotate(new_key("k3"), status=1) == [
        "second_factor: 0 encrypted anew, 0 already, 6 unreadable",
        "tenants_mailmessage.secret: 0 encrypted anew, 0 already, 3 unreadable",
        "network_networkkey.sealed: 0 encrypted anew, 0 already, 3 unreadable",
        "accounting.tokens: 0 encrypted anew, 0 already, 3 unreadable",
        "accounting.exchange: 0 encrypted anew, 0 already, 3 unreadable",
        "accounting.change: 0 encrypted anew, 0 already, 3 unreadable",
        "accounting.synced_sheet: 0 encrypted anew, 0 already, 3 unreadable",
        "accounting.there_sheet: 0 encrypted anew, 0 already, 3 unreadable",
    ]
    assert drill.secrets(new) == before


def test_the_applications_role_is_refused(fresh_database: dict[str, str]) -> None:
    """Isolation: it would see no organisation's rows and report success."""
    with Processes(fresh_database) as processes:
        run = processes.manage("rotate_keys")

        assert run.wait(seconds=60) == 1
        assert "wharf_migrator" in run.output()


def test_a_secret_that_rotation_would_miss_is_not_made() -> None:
    """Sign-in: every encrypted column is known to the command."""
    with pytest.raises(LookupError, match="register_sealed"):
        encrypt("secret", tenant_id=UUID(int=1), field="somewhere.else")
