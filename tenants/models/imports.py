"""Imports: the file, which column is which, what was found, and the rows that wait."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from hub.choices import Tone, ToneChoices
from tenants.models.base import TenantForeignKey, TenantModel
from tenants.models.work import StoredFile


class ImportState(ToneChoices):
    """How far an import has come."""

    MAPPING = "mapping", "Match the columns", Tone.ATTENTION, "columns"
    CHECKING = "checking", "Being checked", Tone.INFO, "loader-2"
    FAULTY = "faulty", "Has faults", Tone.CRITICAL, "alert-circle"
    CHECKED = "checked", "Ready to import", Tone.ATTENTION, "checklist"
    APPLYING = "applying", "Being imported", Tone.INFO, "loader-2"
    DONE = "done", "Imported", Tone.SUCCESS, "circle-check"
    FAILED = "failed", "Failed", Tone.CRITICAL, "alert-circle"


class Import(TenantModel):
    """One file on its way in. Nothing of it is written before all of it is right.

    `mapping` names, for each of the kind's columns, the number of the file's column. `faults`
    holds the first ones as [row, column, message]; `fault_count` counts them all.
    """

    kind = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.MAPPING
    )
    file = TenantForeignKey(StoredFile)
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    on = models.DateField(null=True)
    rows = models.IntegerField(default=0)
    new_rows = models.IntegerField(default=0)
    changed_rows = models.IntegerField(default=0)
    fault_count = models.IntegerField(default=0)
    faults = models.JSONField(default=list)
    result = models.TextField(blank=True)
    job = models.UUIDField(null=True)
    created_by = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="imports_newest")]


class ImportRow(TenantModel):
    """A checked row that waits to be written; gone once the import is done."""

    of_import = TenantForeignKey(Import, on_delete=models.CASCADE)
    number = models.IntegerField()
    values = models.JSONField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "of_import", "number"], name="import_row_once"
            )
        ]
