"""Short sentences after an action, with Undo where there is one."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"
ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "attention": "alert-triangle",
    "critical": "alert-circle",
}


@dataclass(frozen=True, slots=True)
class Toast:
    """How one message is shown."""

    tone: str
    icon: str
    undo_url: str
    fades: bool


def say(request: HttpRequest, text: str, *, tone: str = "success", undo_url: str = "") -> None:
    """Show `text` on the next page; `undo_url` takes a POST that takes the action back.

    `tone` is info, success, attention or critical; what is critical stays until dismissed.
    """
    level = {
        "info": messages.INFO,
        "success": messages.SUCCESS,
        "attention": messages.WARNING,
        "critical": messages.ERROR,
    }[tone]
    messages.add_message(
        request, level, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "", fail_silently=True
    )


def toast_of(message: Message) -> Toast:
    """Tone, icon and Undo of one of Django's messages."""
    if message.level >= messages.ERROR:
        tone = "critical"
    elif message.level >= messages.WARNING:
        tone = "attention"
    else:
        tone = "success" if message.level == messages.SUCCESS else "info"
    tags = message.extra_tags or ""
    undo_url = tags.removeprefix(UNDO) if tags.startswith(UNDO + "/") else ""
    return Toast(tone, ICONS[tone], undo_url, fades=tone in ("info", "success"))
