"""Fault points: named places where a test build can be made to stop, fail or wait.

`WHARF_FAULTS="courier.received=kill,mail.sent=raise"` switches points on for one process.
Outside test builds the variable is empty and a point costs one dictionary look-up.
"""

import os
import signal
import time

from django.conf import settings


class FaultInjected(RuntimeError):
    """Raised by a fault point whose action is `raise`."""


def _parse(text: str) -> dict[str, str]:
    return dict(item.strip().split("=", 1) for item in text.split(",") if "=" in item)


_active: dict[str, str] | None = None


def fault(point: str) -> None:
    """Do what the environment asks at this point: `kill` (SIGKILL), `raise`, or `sleep:<s>`."""
    global _active
    if _active is None:
        _active = _parse(settings.FAULTS)
    action = _active.get(point)
    if action is None:
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action.startswith("sleep:"):
        time.sleep(float(action.removeprefix("sleep:")))
        return
    raise FaultInjected(point)
