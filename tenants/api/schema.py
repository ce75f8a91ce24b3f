"""The OpenAPI page: names and security that the generator cannot see by itself."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class WharfAutoSchema(AutoSchema):
    """Groups operations by resource: the first part of the path."""

    def get_operation_id(self) -> str:
        """A page of rows is a list, not one thing."""
        name = str(super().get_operation_id())
        answer = getattr(self.get_response_serializers(), "__name__", "")
        return name.replace("_retrieve", "_list") if answer.endswith("Page") else name

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and part not in ("api", "v1")]
        return [parts[0]] if parts else ["api"]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer wharf_…`."""

    target_class = "tenants.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of one organisation: Settings → API keys. Scopes limit it.",
        }
