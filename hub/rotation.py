"""Putting every stored secret under the ring's first key, so that an older key can be dropped."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from hub.faults import fault
from hub.secrets import NOBODY, SealedColumn, UnreadableSecret, reseal

BATCH = 200


@dataclass(slots=True)
class Rotated:
    """How many secrets of a column were encrypted anew, were so before, or could not be read."""

    resealed: int = 0
    current: int = 0
    unreadable: int = 0

    def count(self, old: str, new: str) -> None:
        """One more secret."""
        if old == new:
            self.current += 1
        else:
            self.resealed += 1


def rotate(column: SealedColumn, *, batch: int = BATCH) -> Rotated:
    """Go through a column in the order of its keys; needs a role that sees every organisation.

    Each batch is a transaction of its own and what is current is left alone, so a run that was cut
    off is taken up by the next. A secret that cannot be read stays as it is and is counted.
    """
    rows = _every_row(apps.get_model(column.model)).order_by("pk")
    if not column.keys:
        rows = rows.exclude(**{column.column: ""})
    done, last = Rotated(), None
    while True:
        with transaction.atomic():
            waiting = rows if last is None else rows.filter(pk__gt=last)
            found = list(waiting.select_for_update(no_key=True)[:batch])
            for row in found:
                _rotate_row(column, row, done)
        fault("rotation.batch")
        if len(found) < batch:
            return done
        last = found[-1].pk


def _every_row(model: type[models.Model]) -> models.QuerySet[models.Model]:
    return models.QuerySet(model)  # a manager of ours asks for one organisation


def _rotate_row(column: SealedColumn, row: models.Model, done: Rotated) -> None:
    stored = getattr(row, column.column)
    if not column.keys:
        new = _resealed(column, row, stored, done)
    else:
        kept = {key: stored[key] for key in column.keys if stored.get(key)}
        new = {**stored, **{k: _resealed(column, row, v, done) for k, v in kept.items()}}
    if new != stored:
        _every_row(type(row)).filter(pk=row.pk).update(**{column.column: new})


def _resealed(column: SealedColumn, row: models.Model, stored: Any, done: Rotated) -> Any:
    if isinstance(stored, list):
        return [_resealed(column, row, one, done) for one in stored]
    tenant_id = NOBODY if column.of_people else row.tenant_id  # type: ignore[attr-defined]
    try:
        new = reseal(stored, tenant_id=tenant_id, field=column.field)
    except UnreadableSecret:
        done.unreadable += 1
        return stored
    done.count(stored, new)
    return new
