"""Refusing to serve on a database whose walls have a gap: run when web and workers start."""

import structlog
from django.core.checks import Tags, run_checks
from django.db import DatabaseError

log = structlog.get_logger(__name__)


def refuse_gaps() -> None:
    """End the process when a database check fails; go on when the database is away.

    A database that is down is no reason to stay down: requests answer 503 until it is back.
    """
    try:
        faults = run_checks(tags=[Tags.database], databases=["default"])
    except DatabaseError as error:
        log.warning("walls_not_checked", reason=type(error).__name__)
        return
    if faults:
        for fault in faults:
            log.critical("wall_has_a_gap", fault=fault.msg)
        raise SystemExit("The database's walls between organisations have a gap; see above.")
