"""Inviting users, their roles and permissions, roles themselves."""

from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField

from hub.ui.components import MatrixArea
from tenants.domain.limits import LimitKind
from tenants.domain.permissions import Area, Level, Special
from tenants.models import Membership, Role


def role_choices() -> list[tuple[str, str]]:
    """Every role by name."""
    return [(str(pk), name) for pk, name in Role.objects.order_by("name").values_list("id", "name")]


class RolesField(forms.TypedMultipleChoiceField):
    """Roles to tick; cleans to their ids."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=UUID, **kwargs)


class InviteUserForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail")
    roles = RolesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """A member's roles, and special permissions that differ from what the roles say."""

    WORDS = {None: "role", True: "on", False: "off"}
    VALUES: dict[str, bool | None] = {"role": None, "on": True, "off": False}

    roles = RolesField()

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined]
        self.initial["roles"] = [str(pk) for pk in member.roles.values_list("id", flat=True)]
        for special in Special:
            self.fields[f"special-{special}"] = forms.ChoiceField(
                label=special.label,
                choices=(("role", "As the roles say"), ("on", "On"), ("off", "Off")),
                initial=self.WORDS[member.overrides.get(f"special:{special}")],
                widget=forms.RadioSelect,
            )

    @property
    def specials(self) -> dict[Special, bool | None]:
        """What was chosen for each special permission."""
        return {one: self.VALUES[self.cleaned_data[f"special-{one}"]] for one in Special}


class RoleForm(forms.Form):
    """A role's name and its matrix; the matrix is written by its own component."""

    name = forms.CharField(max_length=60)
    description = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if role is not None:
            self.initial.update(name=role.name, description=role.description)
        for special in Special:
            self.fields[f"special-{special}"] = forms.BooleanField(
                label=special.label,
                required=False,
                initial=role is not None and special.value in role.specials,
            )
        for kind in LimitKind:
            self.fields[f"limits.{kind}"] = forms.CharField(
                label=kind.label,
                max_length=40,
                required=False,
                initial=role.limits.get(kind.value, "") if role is not None else "",
                widget=forms.TextInput({"inputmode": "decimal", "class": "form-control--num"}),
            )

    @property
    def own_fields(self) -> list[BoundField]:
        """Name, description and special permissions."""
        return [field for field in self if not field.name.startswith("limits.")]

    @property
    def limit_fields(self) -> list[BoundField]:
        """The largest totals that the role may authorise."""
        return [field for field in self if field.name.startswith("limits.")]

    @property
    def limits(self) -> dict[LimitKind, str]:
        """What was typed."""
        return {kind: self.cleaned_data[f"limits.{kind}"] for kind in LimitKind}

    @property
    def matrix(self) -> list[MatrixArea]:
        """One row per area with the level that is set, or was just chosen."""
        return [MatrixArea(area.value, area.label, str(int(self._level(area)))) for area in Area]

    def _level(self, area: Area) -> Level:
        if self.is_bound:
            return self._chosen(area)
        stored = self.role.areas.get(area.value, 0) if self.role is not None else 0
        return Level(stored)

    def _chosen(self, area: Area) -> Level:
        chosen = self.data.get(f"area-{area.value}", "0")
        return Level(int(chosen)) if chosen in ("0", "1", "2", "3") else Level.NONE

    @property
    def areas(self) -> dict[Area, Level]:
        """The levels that were chosen; an area that was left out is none."""
        return {area: self._chosen(area) for area in Area}

    @property
    def specials(self) -> set[Special]:
        """The special permissions that were ticked."""
        return {one for one in Special if self.cleaned_data[f"special-{one}"]}


LEVELS = [(str(int(level)), level.label) for level in Level]
