"""Company settings that follow another system: a slot that apps fill."""

from collections.abc import Callable, Mapping

Source = Callable[[], Mapping[str, str]]
_sources: list[Source] = []


def register_company_source(source: Source) -> None:
    """Called from `AppConfig.ready`; gives field → what it follows."""
    _sources.append(source)


def company_sources() -> dict[str, str]:
    """Every field that follows something, and what that is called."""
    return {field: name for source in _sources for field, name in source().items()}
