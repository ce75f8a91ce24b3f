"""Real workers that die around the handover of a mail: at least once, one Message-ID (N9)."""

import pytest

from tenants.models import Job, MailMessage
from tenants.services.mail import Letter, post
from tests.battery.ordering import eventually
from tests.battery.test_courier_kills import deaths
from tests.cast import Company, make_company
from tests.network.test_courier import MAIL_POINTS
from tests.support.mail_server import MailServer
from tests.support.processes import Processes
from tests.trade import let_leases_end

pytestmark = pytest.mark.battery


def all_sent(company: Company) -> bool:
    with company.inside():
        return not MailMessage.objects.exclude(state="sent").exists()


@pytest.mark.parametrize("point", MAIL_POINTS)
def test_mail_survives_its_workers_death(workers: Processes, point: str) -> None:
    """N9: every letter arrives; a repeat carries the Message-ID it had; lost 0."""
    company = make_company("Writer")
    with company.inside():
        letters = [post(Letter([f"{n}@example.com"], f"Letter {n}", "Text")) for n in range(3)]
    with MailServer() as server:
        workers.environment["EMAIL_URL"] = server.url
        doomed = workers.worker(faults=f"{point}=kill", lanes=["mail"])
        eventually("every claim killed", lambda: deaths(doomed) >= 3)
        doomed.kill()
        let_leases_end(company)
        workers.worker()
        workers.beat()
        eventually("all mail sent", lambda: all_sent(company))

    wanted = {f"<{letter.id}@127.0.0.1>" for letter in letters}
    ids = [message["Message-ID"] for message in server.messages]
    assert set(ids) == wanted
    assert len(ids) == (3 if point == "mail.before_handover" else 6)
    with company.inside():
        assert set(Job.objects.values_list("attempts", flat=True)) == {2}
