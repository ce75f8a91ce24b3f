"""Serializer fields that the resources share."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def amount(**options: Any) -> serializers.DecimalField:
    """An amount of money as text, four decimals; its currency stands beside it."""
    return serializers.DecimalField(max_digits=19, decimal_places=4, **options)


def price(**options: Any) -> serializers.DecimalField:
    """A unit price as text, six decimals."""
    return serializers.DecimalField(max_digits=19, decimal_places=6, **options)


def quantity(**options: Any) -> serializers.DecimalField:
    """A quantity as text, five decimals."""
    return serializers.DecimalField(max_digits=19, decimal_places=5, **options)


@extend_schema_field(OpenApiTypes.STR)
class NumberAsTyped(serializers.Field[Any, Any, Any, Any]):
    """A number as text or JSON number, handed on as it was written.

    The service checks it against its column, so that every door says the same words.
    """

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int | float | Decimal):
            raise serializers.ValidationError('Write the number as text, for example "12.50".')
        return str(data).strip()

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field({"type": "array", "items": {"type": "string", "format": "email"}})
class Addresses(serializers.Field[Any, Any, Any, Any]):
    """E-mail addresses: a list, or text separated by commas."""

    def to_internal_value(self, data: Any) -> list[str]:
        parts = data.split(",") if isinstance(data, str) else data
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise serializers.ValidationError("Give a list of e-mail addresses.")
        if len(parts) > 50:
            raise serializers.ValidationError("At most 50 addresses in one message.")
        return [part.strip() for part in parts if part.strip()]

    def to_representation(self, value: Any) -> list[str]:
        return list(value)
