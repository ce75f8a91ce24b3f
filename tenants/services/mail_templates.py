"""The texts that e-mail windows start with: Wharf's own until an organisation writes its own.

A text may hold fields such as `{number}`; each kind says which. They are filled in by plain
replacement in one pass, so a name that looks like a field stays what it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hub.errors import InvalidInput, NotFound
from tenants.mail import one_line
from tenants.models import MailTemplate
from tenants.services.activity import log_activity

FIELD = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """A kind of e-mail: its name, label, standard words, and fields with what they mean.

    `required` fields must stand in the body.
    """

    name: str
    label: str
    subject: str
    body: str
    fields: Mapping[str, str]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledText:
    """A subject and body with the fields filled in."""

    subject: str
    body: str


_kinds: dict[str, TemplateKind] = {}


def register_template(kind: TemplateKind) -> None:
    """Called from `AppConfig.ready`."""
    _kinds[kind.name] = kind


def template_kinds() -> list[TemplateKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def template_kind(name: str) -> TemplateKind:
    """One kind; raises NotFound."""
    if name not in _kinds:
        raise NotFound("There is no such e-mail text.")
    return _kinds[name]


def template_of(name: str) -> FilledText:
    """The organisation's text of a kind, fields not filled in."""
    kind = template_kind(name)
    own = MailTemplate.objects.filter(kind=name).first()
    return FilledText(own.subject, own.body) if own else FilledText(kind.subject, kind.body)


def has_own_text(name: str) -> bool:
    """Whether the organisation wrote a text of its own for this kind."""
    return MailTemplate.objects.filter(kind=name).exists()


def fill(name: str, words: Mapping[str, str]) -> FilledText:
    """The organisation's text with its fields filled in from `words`."""
    text = template_of(name)
    return FilledText(_filled(text.subject, words), _filled(text.body, words))


def _filled(text: str, words: Mapping[str, str]) -> str:
    return FIELD.sub(lambda found: words.get(found.group(1), found.group(0)), text)


def save_template(name: str, subject: str, body: str) -> None:
    """Keep an own text. Raises InvalidInput: empty, an unknown field, a required one missing."""
    kind = template_kind(name)
    fields: dict[str, list[str]] = {}
    for field, text in (("subject", subject), ("body", body)):
        if not text.strip():
            fields[field] = ["Write a text, or go back to Wharf's own."]
        unknown = sorted(set(FIELD.findall(text)) - set(kind.fields))
        if unknown:
            known = ", ".join(f"{{{known}}}" for known in kind.fields)
            fields[field] = [f"“{{{unknown[0]}}}” is no field here. Use {known}."]
    missing = [needed for needed in kind.required if f"{{{needed}}}" not in body]
    if missing:
        fields["body"] = [f"The text needs {{{missing[0]}}}: {kind.fields[missing[0]]}."]
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    MailTemplate.objects.update_or_create(
        kind=name, defaults={"subject": one_line(subject)[:255], "body": body}
    )
    log_activity("mail_template.saved", f"E-mail text “{kind.label}” changed", label=kind.label)


def reset_template(name: str) -> None:
    """Back to Wharf's own words."""
    kind = template_kind(name)
    MailTemplate.objects.filter(kind=name).delete()
    log_activity("mail_template.reset", f"E-mail text “{kind.label}” is Wharf's own again")
