"""Importing 100,000 products against psycopg's executemany of the same rows; and its memory."""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.floors import Floor
from bench.measure import Figure, at_least, at_most
from bench.stage import Stage, found_one
from hub.ids import new_id
from hub.launcher.places import ROOT

ROUNDS = 3
INSERT = """
INSERT INTO inventory_product
    (id, tenant_id, sku, sku_key, name, description, kind, unit, barcode, category, brand,
     sale_price, purchase_price, is_active)
VALUES (%s, %s, %s, %s, %s, %s, 'stock', %s, %s, %s, %s, %s, %s, true)
"""


def import_figures(stage: Stage, *, rows: int) -> list[Figure]:
    """Rate and peak memory, each round in an organisation of its own."""
    data = [_row(number) for number in range(rows)]
    ratios, peaks, seconds = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        _write(path, data)
        for number in range(ROUNDS):
            ours, floor = (found_one(f"Import {number} {way}", stage.owner) for way in "ab")
            took = _import(ours, path)
            ratios.append(_executemany(floor, data) / took["seconds"])
            peaks.append(took["megabytes"])
            seconds.append(took["seconds"])
    return [
        at_least(
            f"import {rows:,} products from CSV: of executemany's rate",
            statistics.median(ratios),
            0.3,
            f"{statistics.median(seconds):.1f} s",
        ),
        at_most(f"import {rows:,} products: MB at the peak", max(peaks), 512),
    ]


def _row(number: int) -> list[str]:
    return [
        f"IMP-{number:06d}",
        f"Imported product {number}",
        f"As it stood in the old system, row {number}",
        "each",
        f"50{number:011d}",
        f"Category {number % 40}",
        f"Brand {number % 15}",
        f"{number % 900 + 1}.95",
        f"{number % 600 + 1}.25",
    ]


def _write(path: Path, data: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(
            [
                *("SKU", "Name", "Description", "Unit", "Barcode", "Category", "Brand"),
                *("Sale price", "Purchase price"),
            ]
        )
        writer.writerows(data)


def _import(tenant: UUID, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "manage.py", "run_import", "--skip-checks", str(tenant), str(path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _executemany(tenant: UUID, data: list[list[str]]) -> float:
    """Seconds of the floor: the same rows, already split into values, in one transaction."""
    floor = Floor()
    values = [
        (new_id(), tenant, row[0], row[0].lower(), *row[1:3], *row[3:7], row[7], row[8])
        for row in data
    ]
    started = time.perf_counter()
    with floor.connection.transaction(), floor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])
        cursor.executemany(INSERT, values)
    return time.perf_counter() - started
