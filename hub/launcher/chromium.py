"""`python -m hub.launcher.chromium`: brings Debian's Chromium for the browser tests, as root.

Elsewhere it says what is missing and goes on: the tests that need it then say that they were
skipped, and CI does not accept that.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = Path(os.environ.get("WHARF_CHROMIUM") or "/usr/bin/chromium")


def main() -> int:
    """Install Chromium where it is missing and can be installed; always succeeds."""
    if CHROMIUM.exists():
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(
            f"{CHROMIUM} is missing, so browser tests will be skipped. Install Debian's package "
            "`chromium`, or name another one with WHARF_CHROMIUM."
        )
        return 0
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "--quiet=2"],
        [
            "install",
            "--quiet=2",
            "--yes",
            "--no-install-recommends",
            "chromium",
            "fonts-liberation",
        ],
    ):
        done = subprocess.run(["apt-get", *arguments], env=environment, check=False)
        if done.returncode != 0:
            print(f"apt-get {arguments[0]} failed, so browser tests will be skipped.")
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
