"""`python -m bench`: fresh servers with fsync on, migrate, fill, measure."""

import os
import shutil
import subprocess
import sys

from hub.launcher.places import ROOT
from hub.launcher.static_files import COLLECT_STATIC

LAUNCHER = [sys.executable, "-m", "hub.launcher", "--instance", "bench"]


def main() -> int:
    """The exit status: 0 when every figure holds."""
    os.environ["WHARF_LOG_LEVEL"] = "WARNING"
    subprocess.run([*LAUNCHER, "stop"], cwd=ROOT, check=False)
    shutil.rmtree(ROOT / "var" / "bench", ignore_errors=True)
    manage = [sys.executable, "manage.py"]
    migrate = [*LAUNCHER, "run", "--migrator", "--", *manage, "migrate", "--skip-checks", "-v0"]
    subprocess.run(migrate, cwd=ROOT, check=True)
    collect = [*LAUNCHER, "run", "--", *manage, *COLLECT_STATIC]
    subprocess.run(collect, cwd=ROOT, check=True)
    measure = [*LAUNCHER, "run", "--", *manage, "measure", "--skip-checks", *sys.argv[1:]]
    status = subprocess.run(measure, cwd=ROOT, check=False).returncode
    subprocess.run([*LAUNCHER, "stop"], cwd=ROOT, check=False)
    return status


if __name__ == "__main__":
    sys.exit(main())
