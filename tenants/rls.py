"""The migration operation that puts an app's tables behind the tenant boundary.

Every app's every migration ends with `ProtectTenantTables()`. It is idempotent: it reads
`pg_catalog` and adds what is missing, so a later migration protects what it brought.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.migrations.operations.base import Operation

POLICY = "tenant"
SETTING = "nullif(current_setting('app.tenant', true), '')::uuid"


def tenant_column(model: type[models.Model]) -> str | None:
    """The column that names the owner: `tenant_id`, `id` for organisations, None for global."""
    names = {field.column for field in model._meta.local_fields}
    if "tenant_id" in names:
        return "tenant_id"
    return "id" if model._meta.label_lower == "tenants.organisation" else None


def composite_references(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """(constraint name, column, table referred to) for each reference inside an organisation."""
    found = []
    for field in model._meta.local_fields:
        target = field.remote_field.model if isinstance(field, models.ForeignKey) else None
        if target is None or not field.column or tenant_column(target) != "tenant_id":
            continue
        name = f"{model._meta.db_table}_{field.column}_tenant"[:63]
        found.append((name, field.column, target._meta.db_table))
    return found


class ProtectTenantTables(Operation):
    """Row-level security, its policy, UNIQUE (tenant_id, id) and composite foreign keys."""

    reversible = True
    reduces_to_sql = False
    elidable = False
    append_only: ClassVar[tuple[str, ...]] = ()

    def __init__(self, append_only: tuple[str, ...] = ()) -> None:
        self.append_only_models = append_only

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [], {"append_only": self.append_only_models}

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        tables = [
            model
            for model in to_state.apps.get_app_config(app_label).get_models(
                include_auto_created=True
            )
            if tenant_column(model)
        ]
        for model in tables:
            self._protect(schema_editor, model)
        for model in tables:
            self._refer(schema_editor, model)
        for name in self.append_only_models:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            self._make_append_only(schema_editor, table)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        return None  # the tables go with the operations before this one

    def describe(self) -> str:
        return "Put the app's tables behind the tenant boundary"

    def _protect(self, schema_editor: Any, model: type[models.Model]) -> None:
        table, column = model._meta.db_table, tenant_column(model)
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        if not _exists(
            schema_editor,
            "SELECT 1 FROM pg_policy WHERE polrelid = %s::regclass AND polname = %s",
            [f'"{table}"', POLICY],
        ):
            schema_editor.execute(
                f'CREATE POLICY {POLICY} ON "{table}" '
                f"USING ({column} = {SETTING}) WITH CHECK ({column} = {SETTING})"
            )
        if column == "tenant_id":
            _add_constraint(
                schema_editor,
                table,
                f"{table}_in_tenant"[:63],
                "UNIQUE (tenant_id, id)",
            )

    def _refer(self, schema_editor: Any, model: type[models.Model]) -> None:
        for name, column, target in composite_references(model):
            _add_constraint(
                schema_editor,
                model._meta.db_table,
                name,
                f'FOREIGN KEY (tenant_id, "{column}") REFERENCES "{target}" (tenant_id, id) '
                "DEFERRABLE INITIALLY DEFERRED",
            )

    def _make_append_only(self, schema_editor: Any, table: str) -> None:
        schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM wharf_app')
        schema_editor.execute(
            f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION wharf_refuse_change()"
        )


def _exists(schema_editor: Any, sql: str, params: list[str]) -> bool:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone() is not None


def _add_constraint(schema_editor: Any, table: str, name: str, definition: str) -> None:
    # A constraint of the same name and definition already protects the table.
    if not _exists(
        schema_editor,
        "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
        [f'"{table}"', name],
    ):
        schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
