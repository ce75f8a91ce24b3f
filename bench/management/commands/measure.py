"""Run the benches on a database of their own; `make bench` starts it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.costs import cost_figures
from bench.founding import founding_figures
from bench.imports import import_figures
from bench.lists import list_figures, wall_figure
from bench.measure import Figure
from bench.memory import memory_figures
from bench.reports import report_figures
from bench.sandboxes import sandbox_figures
from bench.stage import build_stage
from bench.syncing import sync_figures
from bench.trading import create_figures, latency_figure, send_figures
from bench.walls import analyse
from hub.ids import new_id
from tenants.models import User


class Command(BaseCommand):
    """Prints each figure beside what is wanted of it; fails when one does not hold."""

    help = "Speed and memory as ratios to floors measured in the same run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=1000)
        parser.add_argument("--small", type=int, default=1000)
        parser.add_argument("--big", type=int, default=1_000_000)
        parser.add_argument("--imported", type=int, default=100_000)
        parser.add_argument("--entries", type=int, default=1_000_000)
        parser.add_argument("--documents", type=int, default=100_000)
        parser.add_argument("--exported", type=int, default=100_000)
        parser.add_argument("--sync", action="store_true", help="the export and nothing else")
        parser.add_argument("--sandboxes", action="store_true", help="these and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sync"]:
            owner = User.objects.create_user(f"bench-{new_id().hex[-12:]}@example.com")
            figures = sync_figures(owner, documents=options["exported"], say=self._say)
            if failed := self._print(figures):
                raise CommandError(f"{failed} figures do not hold.")
            return
        if options["sandboxes"]:
            failed = self._print(sandbox_figures(documents=options["documents"], say=self._say))
            if failed:
                raise CommandError(f"{failed} figures do not hold.")
            return
        stage = build_stage(
            organisations=options["organisations"],
            small=options["small"],
            big=options["big"],
            say=self._say,
        )
        analyse()
        failed = 0
        for part in (
            create_figures,
            send_figures,
            list_figures,
            founding_figures,
            memory_figures,
        ):
            failed += self._print(part(stage))
        failed += self._print(import_figures(stage, rows=options["imported"]))
        reports = report_figures(stage, small=options["small"], big=options["big"], say=self._say)
        failed += self._print(reports)
        costs = cost_figures(stage, entries=options["entries"], say=self._say)
        failed += self._print(costs)
        failed += self._print([wall_figure(stage), latency_figure(stage)])
        failed += self._print(sandbox_figures(documents=options["documents"], say=self._say))
        exported = options["exported"]
        failed += self._print(sync_figures(stage.owner, documents=exported, say=self._say))
        if failed:
            raise CommandError(f"{failed} figures do not hold.")

    def _print(self, figures: list[Figure]) -> int:
        for figure in figures:
            self._say(f"{'ok  ' if figure.holds else 'MISS'} {figure.name}: {figure.text}")
        return sum(not figure.holds for figure in figures)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
