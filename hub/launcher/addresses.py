"""`python -m hub.launcher.addresses`: refuses addresses of package registries in our files.

Dependencies are named by version and hash; where they come from is the machine's business.
"""

import re
import subprocess
import sys
from pathlib import Path

from hub.launcher.places import ROOT

# Put together from pieces, so that this file passes its own check.
_HOSTS = (
    ("py", "pi.org"),
    ("files.python", "hosted.org"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("yarn", "pkg.com"),
    ("proxy.golang", ".org"),
    ("crates", ".io"),
    ("ruby", "gems.org"),
)
_OPTIONS = (("--index", "-url"), ("--extra-index", "-url"), ("--find", "-links"))
_PATTERN = re.compile(
    "|".join(re.escape(start + end) for start, end in (*_HOSTS, *_OPTIONS))
    + r'|"resolved":\s*"https?:',
    re.IGNORECASE,
)


def find_addresses(files: list[Path]) -> list[str]:
    """`path:line: what` for each address; files that are not text are passed over."""
    found = []
    for path in files:
        try:
            lines = path.read_text().splitlines()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(lines, start=1):
            match = _PATTERN.search(line)
            if match:
                found.append(f"{path}:{number}: {match[0]}")
    return found


def main() -> int:
    """Look through every file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = find_addresses([ROOT / name for name in listed.stdout.split("\0") if name])
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
