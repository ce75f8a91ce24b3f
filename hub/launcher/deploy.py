"""`python -m hub.launcher.deploy`: prepares a PostgreSQL of your own and migrates it.

Needs the three addresses in the environment. With SUPERUSER_DATABASE_URL it also makes the
database, its roles with the passwords of those addresses, and their rights; without, they must
be there.
"""

import os
import subprocess
import sys
from urllib.parse import unquote, urlsplit

from hub.launcher.environment import DATABASE_VARIABLES, as_migrator, stated
from hub.launcher.places import ROOT, LauncherError
from hub.launcher.roles import APP, DISPATCH, MIGRATOR, prepare_roles_and_rights

_ROLES = dict(zip(DATABASE_VARIABLES, (APP, DISPATCH, MIGRATOR), strict=True))


def read_addresses() -> tuple[str, dict[str, str]]:
    """The database's name and each role's password; raises LauncherError saying what is wrong."""
    databases = set()
    passwords = {}
    for variable, role in _ROLES.items():
        parts = urlsplit(stated(variable))
        if parts.username != role or not parts.password:
            raise LauncherError(f"{variable} must name the role {role} and its password.")
        passwords[role] = unquote(parts.password)
        databases.add(parts.path.lstrip("/"))
    if len(databases) != 1:
        raise LauncherError(f"{', '.join(_ROLES)} must name the same database.")
    return databases.pop(), passwords


def main() -> int:
    """Prepare and migrate; the exit status."""
    superuser_url = stated("SUPERUSER_DATABASE_URL")
    try:
        database, passwords = read_addresses()
    except LauncherError as error:
        print(f"wharf: {error}", file=sys.stderr)
        return 1
    if superuser_url:
        prepare_roles_and_rights(superuser_url, passwords, database)
    environment = as_migrator(
        {**os.environ, "MIGRATOR_DATABASE_URL": stated(DATABASE_VARIABLES[2])}
    )
    # The checks look at the database's rights, which are complete only after migrating.
    command = [sys.executable, "manage.py", "migrate", "--skip-checks"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
