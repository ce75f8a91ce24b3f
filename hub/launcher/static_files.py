"""When the static files have to be collected again."""

from pathlib import Path

from hub.launcher.fingerprints import fingerprint
from hub.launcher.places import ROOT

# Left out is what no page uses: DRF's own pages and a second viewer of the API's description.
COLLECT_STATIC = (
    *("collectstatic", "--no-input", "--clear", "--verbosity=0"),
    *("--ignore=rest_framework", "--ignore=drf_spectacular_sidecar/redoc/*"),
)

# Packages from npm and from Python are known by their lock files.
_SOURCES = (
    ROOT / "static",
    ROOT / "hub" / "ui",
    ROOT / "package-lock.json",
    ROOT / "requirements" / "dev.lock",
)


def static_files_stamp(var: Path) -> Path:
    """The file beside the collected files that says of which version they are."""
    return var / "staticfiles.stamp"


def static_files_version() -> str:
    return fingerprint(_SOURCES)


def are_static_files_current(var: Path) -> bool:
    """Whether `collectstatic` has nothing to do."""
    stamp = static_files_stamp(var)
    return stamp.exists() and stamp.read_text() == static_files_version()
