"""How many invoices a second the sandbox makes: for the bench, and for the test of its speed."""

import os
import tempfile
import time
from pathlib import Path

from tests.sandbox.running import running
from tests.sandbox.xero.client import Company, company, invoice

NO_LIMITS = dict.fromkeys(("limit_minute", "limit_day", "limit_app_minute"), 10**9)


def worked(one: Company) -> float:
    """Seconds of a core that the sandbox has used: others share this machine."""
    text = Path(f"/proc/{one.running.process.pid}/stat").read_text()
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def create(one: Company, contact: str, count: int, at_once: int = 1) -> float:
    """Seconds of a core that `count` invoices took, so many of them in each request."""
    started = worked(one)
    for _ in range(count // at_once):
        body = {"Invoices": [invoice(contact)] * at_once}
        answer = one.send("PUT", "/Invoices", body, hold=False)
        assert answer.status_code == 200, answer.text
    return worked(one) - started


def create_rate(count: int) -> float:
    """Invoices that a fresh sandbox makes in a second of a core, one a request, over HTTP."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("sandbox.xero", Path(folder) / "xero.sqlite") as xero,
    ):
        xero.control("switches", NO_LIMITS)
        one = company(xero)
        contact = one.contact()
        create(one, contact, 20)
        started = time.perf_counter()
        seconds = create(one, contact, count)
        return count / (seconds or time.perf_counter() - started)
