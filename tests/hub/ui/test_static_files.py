"""What is served out of node_modules, and how much of it."""

import gzip
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from hub.ui.finders import SERVED, NodeModulesFinder

HTMX = "django_htmx/htmx-2.min.js"


def compressed(path: str) -> int:
    found = finders.find(path)
    assert isinstance(found, str)
    return len(gzip.compress(Path(found).read_bytes(), 9))


def test_only_listed_files_are_found() -> None:
    finder = NodeModulesFinder()

    assert finder.find("vendor/tabler.min.css").endswith("dist/css/tabler.min.css")
    assert finder.find("@tabler/core/package.json") == []
    assert finder.find("vendor/../package.json") == []
    assert {name for name, _storage in finder.list(None)} == set(SERVED)


def test_listed_files_can_be_opened() -> None:
    for name, storage in NodeModulesFinder().list([]):
        with storage.open(name) as file:
            assert file.read(1)


def test_a_missing_package_is_named_at_start() -> None:
    assert NodeModulesFinder().check() == []


def test_scripts_stay_within_their_budget() -> None:
    """Performance budget: under 75 kB compressed on any page, our own under 20 kB as written."""
    assert compressed(HTMX) + compressed("wharf.js") < 75_000
    assert (settings.STATICFILES_DIRS[0] / "wharf.js").stat().st_size < 20_480
