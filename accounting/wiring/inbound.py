"""Hooks of what comes from there: handlers of changed objects, webhooks."""


def register() -> None:
    """Called from `AppConfig.ready`."""
    from accounting.engine.absorbing import register_handler, register_removal
    from accounting.services.absorb_handlers import HANDLERS, removed

    for kind, handler in HANDLERS.items():
        register_handler(kind, handler)
    register_removal(removed)
