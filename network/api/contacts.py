"""Resource: contacts."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from network.models import Contact, ContactEmail, ContactPerson, EmailPurpose
from network.selectors import contacts_matching
from network.services.contacts import (
    archive_contact,
    change_contact,
    contact_or_404,
    create_contact,
)
from tenants.api.attributes import AttributeValues
from tenants.api.fields import Addresses
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.services.organisations import current_organisation


class ContactSerializer(serializers.ModelSerializer[Contact]):
    customer_attributes = AttributeValues(help_text="By slot number.")
    supplier_attributes = AttributeValues(help_text="By slot number.")

    class Meta:
        model = Contact
        fields = [
            "id",
            "name",
            "legal_name",
            "code",
            "tax_number",
            "is_customer",
            "is_supplier",
            "email",
            "phone",
            "website",
            "billing_address",
            "delivery_address",
            "country",
            "currency",
            "terms_id",
            "tax_rule_id",
            "price_tier_id",
            "note",
            "customer_attributes",
            "supplier_attributes",
            "connected",
            "is_active",
            "created_at",
        ]


class PersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    role = serializers.CharField(max_length=80, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)


class MailingSerializer(serializers.Serializer[Any]):
    orders = Addresses(required=False)
    invoices = Addresses(required=False)
    statements = Addresses(required=False)


class ContactDetailSerializer(ContactSerializer):
    emails = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()

    class Meta(ContactSerializer.Meta):
        fields = [*ContactSerializer.Meta.fields, "emails", "people"]

    def get_emails(self, contact: Contact) -> dict[str, list[str]]:
        """Mailing addresses by purpose."""
        found: dict[str, list[str]] = {purpose.value: [] for purpose in EmailPurpose}
        for row in ContactEmail.objects.filter(contact=contact).order_by("email"):
            found[row.purpose].append(row.email)
        return found

    def get_people(self, contact: Contact) -> list[Any]:
        """People who work there."""
        rows = ContactPerson.objects.filter(contact=contact).order_by("id")
        return list(rows.values("name", "role", "email", "phone"))


class ContactInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    legal_name = serializers.CharField(max_length=160, required=False, allow_blank=True)
    code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    tax_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    is_customer = serializers.BooleanField(required=False)
    is_supplier = serializers.BooleanField(required=False)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    website = serializers.CharField(max_length=200, required=False, allow_blank=True)
    billing_address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    delivery_address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2, required=False, allow_blank=True)
    currency = serializers.CharField(max_length=3, required=False)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    price_tier = serializers.UUIDField(required=False, allow_null=True)
    customer_attributes = AttributeValues(required=False)
    supplier_attributes = AttributeValues(required=False)
    emails = MailingSerializer(required=False)
    people = PersonSerializer(many=True, required=False)


class ContactsView(TenantAPIView):
    scope_area = "contacts"

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("q", str, description="Part of the name, or the start of the code."),
            OpenApiParameter("type", str, enum=["customer", "supplier", "connected"]),
        ],
        responses=paged(ContactSerializer),
        summary="Contacts by name",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = contacts_matching(
            request.query_params.get("q", ""), request.query_params.get("type", "")
        )
        return page_of(
            request, rows, lambda found: ContactSerializer(found, many=True).data, order="name_key"
        )

    @extend_schema(
        request=ContactInput, responses={201: ContactDetailSerializer}, summary="Make a contact"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(ContactInput(data=request.data))
        emails, people = values.pop("emails", None), values.pop("people", ())
        values.setdefault("currency", current_organisation().base_currency)
        contact = create_contact(values, emails=emails, people=people)
        return Response(ContactDetailSerializer(contact).data, status=201)


class ContactView(TenantAPIView):
    scope_area = "contacts"

    @extend_schema(responses=ContactDetailSerializer, summary="One contact")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(ContactDetailSerializer(contact_or_404(id)).data)

    @extend_schema(
        request=ContactInput(partial=True),
        responses=ContactDetailSerializer,
        summary="Change a contact; what is left out stays",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(ContactInput(data=request.data, partial=True))
        emails, people = values.pop("emails", None), values.pop("people", None)
        contact = change_contact(id, values, emails=emails, people=people)
        return Response(ContactDetailSerializer(contact).data)


contact_archive = verb_view(
    "contact_archive",
    area="contacts",
    run=lambda id: archive_contact(id, archived=True),  # noqa: A006
    answer=lambda contact: ContactSerializer(contact).data,
    response=ContactSerializer,
    summary="Archive a contact",
)
contact_restore = verb_view(
    "contact_restore",
    area="contacts",
    run=lambda id: archive_contact(id, archived=False),  # noqa: A006
    answer=lambda contact: ContactSerializer(contact).data,
    response=ContactSerializer,
    summary="Bring an archived contact back",
)
