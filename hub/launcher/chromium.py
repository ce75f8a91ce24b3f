"""`python -m hub.launcher.chromium`: brings Debian's Chromium for the browser tests, as root.

Elsewhere it says what is missing and goes on: the tests that need it then say that they were
skipped, and CI does not accept that.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The shell draws pages without a screen and takes a fraction of the whole browser's time.
SHELL = "chromium-headless-shell"
PLACES = (Path("/usr/bin") / SHELL, Path("/usr/bin/chromium"))


def _found() -> Path:
    named = os.environ.get("WHARF_CHROMIUM")
    return Path(named) if named else next((one for one in PLACES if one.exists()), PLACES[0])


CHROMIUM = _found()


def main() -> int:
    """Install Chromium where it is missing and can be installed; always succeeds."""
    if CHROMIUM.exists() and (PLACES[1] != CHROMIUM or not _may_install()):
        return 0
    if not _may_install():
        print(
            f"{CHROMIUM} is missing, so browser tests will be skipped. Install Debian's package "
            f"`{SHELL}`, or name another one with WHARF_CHROMIUM."
        )
        return 0
    if not _installed(["update", "--quiet=2"]) or not _installed(
        ["install", "--quiet=2", "--yes", "--no-install-recommends", SHELL, "fonts-liberation"]
    ):
        kept = "the tests use the whole browser" if CHROMIUM.exists() else "tests will be skipped"
        print(f"apt-get could not install {SHELL}: {kept}.")
    return 0


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _installed(arguments: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *arguments], env=environment, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
