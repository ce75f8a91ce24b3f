"""Resources: the network key, invitations, connections, envelopes, automations."""

import json
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput, NotFound
from network.domain.states import DeliveryState, Direction, PartnerRole
from network.models import AutomationSettings, Connection, Envelope
from network.services.automations import (
    ask_partner,
    half_of,
    save_override,
    save_settings,
    settings_row,
)
from network.services.courier import send_again
from network.services.handshake import accept_wanting, connect_by_key, refuse_wanting
from network.services.invitations import (
    InviteText,
    default_text,
    invite_again,
    send_invitations,
    withdraw_invitation,
)
from network.services.keys import replace_key, reveal_key
from network.services.removal import remove_connection
from tenants.actor import acting_as
from tenants.api.fields import Addresses
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import (
    TenantAPIView,
    actor_of,
    caller_of,
    in_tenant,
    once_outside,
    page_of,
    validated,
)
from tenants.boundary import tenant_context
from tenants.request import client_address


class KeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField()


class KeyView(TenantAPIView):
    scope_area = "network"

    @extend_schema(responses=KeySerializer, summary="The organisation's network key")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response({"key": reveal_key()})


class KeyReplaceView(TenantAPIView):
    scope_area = "network"

    @extend_schema(
        request=None,
        responses=KeySerializer,
        summary="Replace the key: open invitations become void, connections stay",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        return Response({"key": replace_key()})


class ConnectionSerializer(serializers.ModelSerializer[Connection]):
    contact = serializers.UUIDField(source="contact_id", allow_null=True)
    contact_name = serializers.SerializerMethodField()

    class Meta:
        model = Connection
        fields = [
            "id",
            "contact",
            "contact_name",
            "email",
            "status",
            "role",
            "partner_name",
            "partner_legal_name",
            "partner_tax_number",
            "partner_key_hint",
            "invited_at",
            "invite_bounced",
            "connected_at",
            "disconnected_at",
            "disconnect_reason",
            "last_sent_at",
            "last_received_at",
            "accept_customer_invoices",
            "created_at",
        ]

    def get_contact_name(self, row: Connection) -> str:
        """Our name for the partner, empty while there is no contact."""
        return row.contact.name if row.contact is not None else ""


class ConnectInput(serializers.Serializer[Any]):
    contact = serializers.UUIDField()
    key = serializers.CharField(max_length=200, allow_blank=True)
    role = serializers.ChoiceField(
        choices=PartnerRole.choices,
        required=False,
        help_text="What the partner is to you; needed only for a contact that is both.",
    )


def connection_or_404(connection_id: UUID) -> Connection:
    """The only door from an id to a connection; raises NotFound."""
    row = Connection.objects.select_related("contact").filter(id=connection_id).first()
    if row is None:
        raise NotFound("This connection does not exist.")
    return row


def shown(row: Connection) -> Any:
    """A connection as the API shows it, read afresh."""
    return ConnectionSerializer(connection_or_404(row.id)).data


class ConnectionsView(TenantAPIView):
    scope_area = "network"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("status", str)],
        responses=paged(ConnectionSerializer),
        summary="The connections table",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Connection.objects.select_related("contact")
        if request.query_params.get("status"):
            rows = rows.filter(status=request.query_params["status"])
        return page_of(request, rows, lambda found: ConnectionSerializer(found, many=True).data)

    @extend_schema(
        request=ConnectInput,
        responses={201: ConnectionSerializer},
        summary="Enter a partner's key for a contact",
    )
    def post(self, request: Request) -> Response:
        """Works in several transactions, one per side, so it opens none of its own."""
        values = validated(ConnectInput(data=request.data))
        tenant_id = caller_of(request).tenant_id
        with acting_as(actor_of(request)), once_outside(request, tenant_id) as once:
            if once.replay is not None:
                return once.replay
            row_id = connect_by_key(
                tenant_id,
                values["contact"],
                values["key"],
                role=PartnerRole(values["role"]) if values.get("role") else None,
                address=client_address(request._request),
            )
            with tenant_context(tenant_id):
                return once.keep(
                    Response(ConnectionSerializer(connection_or_404(row_id)).data, status=201)
                )


class ConnectionView(TenantAPIView):
    scope_area = "network"

    @extend_schema(responses=ConnectionSerializer, summary="One connection")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(ConnectionSerializer(connection_or_404(id)).data)


class AcceptInput(serializers.Serializer[Any]):
    contact = serializers.UUIDField(
        required=False, allow_null=True, help_text="Our contact for the partner; none makes one."
    )


class ReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


def _verb(name: str, run: Any, summary: str, request: Any = None) -> Any:
    return verb_view(
        f"connection_{name}",
        area="network",
        run=run,
        answer=shown,
        summary=summary,
        request=request,
        response=ConnectionSerializer,
    )


accept = _verb(
    "accept",
    lambda id, contact=None: accept_wanting(id, contact),  # noqa: A006
    "Accept somebody who wants to connect",
    AcceptInput,
)
refuse = _verb("refuse", refuse_wanting, "Refuse somebody who wants to connect", ReasonInput)
remove = _verb("remove", remove_connection, "Remove a connection", ReasonInput)
again = _verb("invite_again", invite_again, "Send the invitation again")


def _withdraw(id: UUID) -> Connection:  # noqa: A002
    withdraw_invitation(id)
    return connection_or_404(id)


withdraw = _verb("withdraw", _withdraw, "Withdraw an invitation")


class InvitationInput(serializers.Serializer[Any]):
    contact = serializers.UUIDField(required=False, allow_null=True)
    contacts = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)
    to = Addresses(required=False)
    subject = serializers.CharField(max_length=255, required=False, allow_blank=True)
    body = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class InvitationsView(TenantAPIView):
    scope_area = "network"

    @extend_schema(
        request=InvitationInput,
        responses={201: ConnectionSerializer(many=True)},
        summary="Invite contacts and addresses to connect",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(InvitationInput(data=request.data))
        contacts = list(values.get("contacts", []))
        if values.get("contact"):
            contacts.append(values["contact"])
        standard = default_text()
        text = InviteText(
            values.get("subject") or standard.subject, values.get("body") or standard.body
        )
        rows = send_invitations(contacts, values.get("to", []), text)
        found = Connection.objects.select_related("contact").filter(id__in=[r.id for r in rows])
        data = ConnectionSerializer(found.order_by("id"), many=True).data
        return Response({"id": data[0]["id"], "status": data[0]["status"], "results": data}, 201)


class EnvelopeSerializer(serializers.ModelSerializer[Envelope]):
    partner_name = serializers.CharField(source="connection.partner_name")
    connection = serializers.UUIDField(source="connection_id")
    job = serializers.UUIDField(source="job_id", allow_null=True)

    class Meta:
        model = Envelope
        fields = [
            "id",
            "message_id",
            "direction",
            "connection",
            "partner_name",
            "kind",
            "version",
            "object_type",
            "object_id",
            "label",
            "sha256",
            "delivery",
            "validation",
            "answer",
            "reason_code",
            "reason",
            "job",
            "created_at",
            "delivered_at",
            "opened_at",
            "answered_at",
        ]


class EnvelopeDetailSerializer(EnvelopeSerializer):
    payload = serializers.SerializerMethodField()

    class Meta(EnvelopeSerializer.Meta):
        fields = [*EnvelopeSerializer.Meta.fields, "payload"]

    def get_payload(self, envelope: Envelope) -> dict[str, Any]:
        """What the envelope carries."""
        return dict(json.loads(envelope.payload))


class EnvelopesView(TenantAPIView):
    scope_area = "network"

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("direction", str, enum=Direction.values),
            OpenApiParameter("delivery", str, enum=DeliveryState.values),
            OpenApiParameter("object", UUID, description="Only about this document."),
        ],
        responses=paged(EnvelopeSerializer),
        summary="What travelled, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Envelope.objects.select_related("connection")
        for name in ("direction", "delivery"):
            if request.query_params.get(name):
                rows = rows.filter(**{name: request.query_params[name]})
        if request.query_params.get("object"):
            try:
                rows = rows.filter(object_id=UUID(request.query_params["object"]))
            except ValueError as error:
                message = "This is no id; use one that the API gave."
                raise InvalidInput(message, fields={"object": [message]}) from error
        return page_of(request, rows, lambda found: EnvelopeSerializer(found, many=True).data)


def envelope_or_404(envelope_id: UUID) -> Envelope:
    """The only door from an id to an envelope; raises NotFound."""
    row = Envelope.objects.select_related("connection").filter(id=envelope_id).first()
    if row is None:
        raise NotFound("This envelope does not exist.")
    return row


class EnvelopeView(TenantAPIView):
    scope_area = "network"

    @extend_schema(responses=EnvelopeDetailSerializer, summary="One envelope with its payload")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(EnvelopeDetailSerializer(envelope_or_404(id)).data)


def _send_again(id: UUID) -> Envelope:  # noqa: A002
    envelope = envelope_or_404(id)
    send_again(envelope)
    return envelope_or_404(id)


envelope_send = verb_view(
    "envelope_send_again",
    area="network",
    run=_send_again,
    answer=lambda envelope: EnvelopeSerializer(envelope).data,
    response=EnvelopeSerializer,
    summary="Send a failed envelope again; it lands once",
)


class AutomationSerializer(serializers.ModelSerializer[AutomationSettings]):
    class Meta:
        model = AutomationSettings
        fields = [
            "send_invoices",
            "take_in_invoices",
            "separate_ecommerce_orders",
            "draft_ecommerce_purchases",
            "consolidate_by",
            "consolidate_per_supplier",
        ]


class HalfSerializer(serializers.Serializer[Any]):
    connection = serializers.UUIDField()
    partner_name = serializers.CharField()
    switch = serializers.CharField()
    own = serializers.BooleanField(allow_null=True)
    ours = serializers.BooleanField()
    partners = serializers.BooleanField()
    effective = serializers.BooleanField()
    accept_customer_invoices = serializers.BooleanField()


def half_data(row: Connection, settings: AutomationSettings) -> dict[str, Any]:
    """How the automation of one connection stands on both sides."""
    half = half_of(row, settings)
    return {
        "connection": row.id,
        "partner_name": row.partner_name,
        "switch": half.switch,
        "own": getattr(row, half.switch),
        "ours": half.ours,
        "partners": half.partners,
        "effective": half.effective,
        "accept_customer_invoices": row.accept_customer_invoices,
    }


class AutomationsView(TenantAPIView):
    scope_area = "automations"

    @extend_schema(responses=AutomationSerializer, summary="Company-wide automations")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(AutomationSerializer(settings_row()).data)

    @extend_schema(
        request=AutomationSerializer(partial=True),
        responses=AutomationSerializer,
        summary="Change company-wide automations",
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        values = validated(AutomationSerializer(data=request.data, partial=True))
        return Response(AutomationSerializer(save_settings(values)).data)


class ConnectionAutomationsView(TenantAPIView):
    scope_area = "automations"

    @extend_schema(
        parameters=PAGING,
        responses=paged(HalfSerializer),
        summary="Automations per connection: our half, the partner's half, effective",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        settings = settings_row()
        rows = Connection.objects.filter(status="connected")
        return page_of(
            request,
            rows,
            lambda found: HalfSerializer([half_data(r, settings) for r in found], many=True).data,
        )


class OverrideInput(serializers.Serializer[Any]):
    send_invoices = serializers.BooleanField(required=False, allow_null=True)
    take_in_invoices = serializers.BooleanField(required=False, allow_null=True)
    accept_customer_invoices = serializers.BooleanField(required=False)


class ConnectionAutomationView(TenantAPIView):
    scope_area = "automations"

    @extend_schema(
        request=OverrideInput,
        responses=HalfSerializer,
        summary="One connection's own switches; null follows the company's",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = save_override(id, validated(OverrideInput(data=request.data)))
        return Response(HalfSerializer(half_data(row, settings_row())).data)


def _ask(id: UUID) -> dict[str, str]:  # noqa: A002
    ask_partner(id)
    return {"status": "asked"}


automation_ask = verb_view(
    "automation_ask",
    area="automations",
    run=_ask,
    answer=dict,
    response=None,
    summary="Ask the partner to switch its half on",
    status=202,
)
