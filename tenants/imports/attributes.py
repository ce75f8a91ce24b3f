"""Attributes as columns of an import: those that the organisation uses, by their names."""

from tenants.domain.attributes import AttributeOwner, AttributeType, BadValue, clean_value
from tenants.imports.kinds import ImportColumn, ImportKind, plain_title
from tenants.imports.values import RowReader
from tenants.models import Attribute
from tenants.services.attributes import attributes_in_use


def columns_of(kind: ImportKind) -> list[ImportColumn]:
    """What a row of this kind may say in this organisation; one statement where it has attributes.

    An attribute whose name is taken by another column, or by another set, says whose it is.
    """
    columns = list(kind.columns)
    if not kind.attributes:
        return columns
    taken = {plain_title(column.label) for column in columns}
    for row in attributes_in_use(*kind.attributes):
        owner = AttributeOwner(row.owner)
        label = row.name
        if plain_title(label) in taken or len(kind.attributes) > 1:
            label = f"{owner.value.capitalize()}: {row.name}"
        taken.add(plain_title(label))
        aliases = (f"attribute{row.slot}", f"additionalattribute{row.slot}", plain_title(row.name))
        columns.append(ImportColumn(column_name(row), label, aliases=aliases, help=_help(row)))
    return columns


def column_name(row: Attribute) -> str:
    """The column's name in mappings."""
    return f"{row.owner}_attribute_{row.slot}"


def _help(row: Attribute) -> str:
    if row.type == AttributeType.LIST:
        return ", ".join(row.choices[:5]) + (", …" if len(row.choices) > 5 else "")
    return {"checkbox": "yes or no", "date": "2026-05-31"}.get(row.type, "")


class AttributeReader:
    """Reads the attributes of rows; what the set is like is read once."""

    def __init__(self, owner: AttributeOwner, given: frozenset[str]) -> None:
        self._rows = [row for row in attributes_in_use(owner) if column_name(row) in given]

    def read(self, row: RowReader) -> dict[str, str] | None:
        """The values by slot, "" where the cell is empty; None where the file has none of them."""
        if not self._rows:
            return None
        found: dict[str, str] = {}
        for one in self._rows:
            name = column_name(one)
            try:
                kind = AttributeType(one.type)
                found[str(one.slot)] = clean_value(kind, one.choices, row.raw(name))
            except BadValue as error:
                row.fault(name, str(error))
        return found


def has_attributes(columns: frozenset[str], owner: AttributeOwner) -> bool:
    """Whether a file has attributes of this set."""
    return any(name.startswith(f"{owner}_attribute_") for name in columns)


def merged_sql(table: str, column: str) -> str:
    """The assignment that lays imported values over those that are there."""
    return f"{column} = {table}.{column} || excluded.{column}"
