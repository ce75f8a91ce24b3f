"""Static files out of installed packages, over a short list: nothing else is served."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

from hub.configuration import ROOT

NODE_MODULES = ROOT / "node_modules"

# address below /static/ -> file below node_modules/
SERVED = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    # The stylesheet names its source map; the manifest refuses a name without a file.
    "vendor/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/inter-latin.woff2": ("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
    "vendor/inter-latin-ext.woff2": (
        "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"
    ),
}


class _ServedFiles(FileSystemStorage):
    """Opens a served address as its file in node_modules."""

    prefix = ""

    def path(self, name: str) -> str:
        return str(Path(self.location) / SERVED[name.replace("\\", "/")])


class NodeModulesFinder(BaseFinder):
    """Finds the files of `SERVED` and no other file of node_modules."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = _ServedFiles(location=str(NODE_MODULES))

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Say at start which packages are missing, rather than serve a page without its look."""
        missing = [source for source in SERVED.values() if not (NODE_MODULES / source).is_file()]
        if not missing:
            return []
        return [
            Error(
                f"Missing from node_modules: {', '.join(missing)}",
                hint="Run: npm ci --ignore-scripts",
                id="hub.E101",
            )
        ]

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """The file's absolute path (or a list of it), empty when it is not served."""
        source = SERVED.get(path)
        if source is None or not (NODE_MODULES / source).is_file():
            return []
        found = str(NODE_MODULES / source)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        """Each served address with the storage that opens it."""
        patterns = list(ignore_patterns or [])
        for address in SERVED:
            if not matches_patterns(address, patterns):
                yield address, self.storage
