"""When what Wharf stands on is away: no database, no free connection, no room on the disk.

Nobody did anything wrong and nothing has to be repaired in Wharf; the same call works later.
"""

import errno

import psycopg
from django.db import InterfaceError, OperationalError

# Servers come back within seconds when they are started again; a page may be asked for sooner.
RETRY_AFTER_SECONDS = 5
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def is_outage(error: BaseException | None) -> bool:
    """Whether the database or the disk refused, and not what was asked of them."""
    return isinstance(error, OperationalError | InterfaceError) or is_disk_full(error)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether there was no room left: in the database, or for a file."""
    if isinstance(error, OperationalError):
        return isinstance(error.__cause__, psycopg.errors.DiskFull)
    return isinstance(error, OSError) and error.errno in _NO_ROOM
