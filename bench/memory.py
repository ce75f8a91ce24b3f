"""A web worker's resident memory over 1,000 mixed requests: under 250 MB, and flat."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from typing import Any

import psutil

from bench.measure import Figure, at_most
from bench.stage import Stage

REQUESTS = 1000
PATHS = (
    "purchase-orders?limit=50",
    "sales-orders?limit=50",
    "contacts?limit=50",
    "contacts?q=contact+0001",
    "network/envelopes?limit=50",
    "activity",
    "organisation",
)


def memory_figures(stage: Stage) -> list[Figure]:
    """Resident megabytes of the one web worker after a third of the requests and after all."""
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "hub.wsgi", f"--bind=127.0.0.1:{port}"),
            *("--worker-class=gthread", "--workers=1", "--threads=4", "--no-control-socket"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ.copy(),
    )
    try:
        _wait(port)
        marks = []
        for number in range(REQUESTS):
            _request(port, stage, number)
            if number + 1 in (REQUESTS // 3, REQUESTS):
                marks.append(_worker_megabytes(server.pid))
    finally:
        server.terminate()
        server.wait(30)
    return [
        at_most("web worker's memory after 1,000 requests: MB", marks[1], 250),
        at_most("its growth over the last two thirds", marks[1] / marks[0], 1.05),
    ]


def _request(port: int, stage: Stage, number: int) -> None:
    if number % 5 == 0:
        _call(port, stage.buyer_key, "purchase-orders", stage.order_body())
    else:
        _call(port, stage.big_key, PATHS[number % len(PATHS)])


def _call(port: int, key: str, path: str, body: Any = None) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/{path}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own address
        response.read()


def _worker_megabytes(pid: int) -> float:
    return max(child.memory_info().rss for child in psutil.Process(pid).children()) / 1024**2


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")
