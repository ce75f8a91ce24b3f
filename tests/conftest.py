"""Every test runs on real servers, as the role of the application.

Nothing is reset between tests: each makes organisations of its own.
"""

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.support.servers import TestServers, close_servers, open_servers

# A machine that is busy with something else is slow now and then: no example fails for that.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

# Settings are read when Django is imported, so the servers come first.
_servers = open_servers()
_database_name, _database_urls = _servers.clone()
for _name in ("DISPATCH_DATABASE_URL_FILE", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
    os.environ.pop(_name, None)
os.environ.update(_servers.environment(_database_urls))
# Playwright keeps an event loop in the test's thread; the tests themselves are not async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.STORAGES["staticfiles"] = {
    # Names without hashes, so that pages render before `collectstatic`.
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
# It lists all static files anew for every client that a test opens; the servers have it.
settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402

from tests.support.processes import Processes  # noqa: E402

pytest_plugins = ["tests.support.browser"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each test process load the settings itself, once it has a database of its own.

    They inherit this environment, and pytest-django loads the settings that it names before the
    process comes to this file: all of them would then work on this one's database.
    """
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks come first: they are long, and the process that begins them walks them all.

    A demo is started for them; two processes that shared them would start two.
    """
    items.sort(key=lambda item: "guided" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Modules and collected tests stay for good: no collection of garbage looks through them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_unconfigure() -> None:
    connection.close()
    close_servers(_servers)


@pytest.fixture(scope="session", autouse=True)
def _database_is_open(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _assert_role_is_weak()
        yield
        connection.close()


def _assert_role_is_weak() -> None:
    """A test that runs as a strong role proves nothing about tenants."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), current_user, rolsuper, rolbypassrls, rolcreatedb,"
            " rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user"
        )
        expected = (_database_name, "wharf_app", False, False, False, False)
        assert cursor.fetchone() == expected


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Limits against guessing live in the cache; a transaction must not reach the next test."""
    cache.clear()
    yield
    assert not connection.in_atomic_block, "the test left a transaction open"


@pytest.fixture(scope="session")
def test_servers() -> TestServers:
    """The servers of this run."""
    return _servers


@pytest.fixture
def fresh_database(test_servers: TestServers) -> Iterator[dict[str, str]]:
    """The environment of a database of its own, for tests that run processes."""
    name, urls = test_servers.clone()
    yield test_servers.environment(urls)
    test_servers.drop(name)


@pytest.fixture
def processes(fresh_database: dict[str, str]) -> Iterator[Processes]:
    """Starts workers, web and commands on `fresh_database`; ends them all after the test."""
    with Processes(fresh_database) as started:
        yield started
