"""How much may be asked: of a company by everyone, by one app, in batches, reports and at once.

What is refused counts nowhere. Who has no good token is not counted: that is answered 401.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.common.http import Call
from sandbox.common.limits import Window

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

MINUTE, DAY = 60.0, 86_400.0


class Limits:
    """Counts requests on the sandbox's clock; `figures` are switches, 0 is no limit."""

    def __init__(self, sandbox: "QuickBooks") -> None:
        self.sandbox, self.store = sandbox, sandbox.store
        self._windows: dict[tuple[str, int], Window] = {}
        self._under_way: dict[int, str] = {}  # by request: company and app

    def admits(self, call: Call, realm: str, path: str) -> bool:
        """Whether a request is within every limit; then it is counted, and is under way."""
        grant = self.sandbox.oauth.asking(call)
        if grant is None or grant.body["realm"] != realm:
            return True
        app = f"{realm} {grant.body['client_id']}"
        if not self._fits(app) or not self._metered(call, grant.body["client_id"], path):
            return False
        wanted = self._counted(call, realm, app, path)
        if any(not window.left(key, call.at) for window, key in wanted):
            return False
        for window, key in wanted:
            window.take(key, call.at)
        self._under_way[id(call)] = app
        return True

    def over(self, call: Call) -> None:
        """A request that was admitted is answered."""
        self._under_way.pop(id(call), None)

    def _fits(self, app: str) -> bool:
        most = int(self.sandbox.switch("requests_at_once"))
        return not most or list(self._under_way.values()).count(app) < most

    def _counted(self, call: Call, realm: str, app: str, path: str) -> list[tuple[Window, str]]:
        figures = [("requests_a_minute", MINUTE, realm), ("requests_a_second", 1.0, app)]
        if path == "batch":
            figures += [("batches_a_minute", MINUTE, app), ("batches_of_all_apps", MINUTE, realm)]
        elif path.startswith("reports/"):
            figures.append(("reports_a_minute", MINUTE, realm))
        elif path.endswith("/send") and call.method == "POST":
            figures.append(("emails_a_day", DAY, realm))
        return [
            (self._window(name, most, seconds), key)
            for name, seconds, key in figures
            if (most := int(self.sandbox.switch(name)))
        ]

    def _window(self, name: str, most: int, seconds: float) -> Window:
        return self._windows.setdefault((name, most), Window(most, seconds))

    def _metered(self, call: Call, client_id: str, path: str) -> bool:
        """Reads are metered by app and calendar month; writes are not."""
        most = int(self.sandbox.switch("reads_a_month"))
        if not most or (call.method == "POST" and path != "query"):
            return True
        month = datetime.fromtimestamp(call.at, UTC).strftime("%Y-%m")
        name = f"reads.{client_id}.{month}"
        used = int(self.store.setting("", name, 0))
        if used >= most:
            return False
        self.store.set("", name, used + 1)
        return True
