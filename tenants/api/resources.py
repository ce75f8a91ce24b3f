"""The platform's resources: organisation, users, activity, notifications, jobs."""

from functools import cache
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput, NotFound
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.models import Activity, Job, JobLog, Membership, Notification, Organisation
from tenants.services.jobs import cancel_job, retry_job
from tenants.services.organisations import change_settings, current_organisation

PAGING = [
    OpenApiParameter("limit", int, description="Rows in a page: 1 to 200, 50 if left out."),
    OpenApiParameter("cursor", str, description="From `next` or `previous` of a page."),
]


@cache
def paged(serializer: type[serializers.BaseSerializer[Any]]) -> Any:
    """The shape of a page of `serializer`, for the OpenAPI page."""
    return type(
        f"{serializer.__name__.removesuffix('Serializer')}Page",
        (serializers.Serializer,),
        {
            "results": serializer(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
        },
    )


class ErrorSerializer(serializers.Serializer[Any]):
    """Every error has this shape; `fields` maps a path to messages."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields_ = serializers.DictField(source="fields")
    request_id = serializers.CharField()


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = [
            "id",
            "name",
            "legal_name",
            "tax_number",
            "company_email",
            "phone",
            "address",
            "customer_address",
            "country",
            "base_currency",
            "timezone",
            "tax_rounding",
            "discoverable",
            "created_at",
        ]
        read_only_fields = ["id", "base_currency", "country", "created_at"]


class OrganisationView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=OrganisationSerializer, summary="The organisation of this key")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(OrganisationSerializer(current_organisation()).data)

    @extend_schema(
        request=OrganisationSerializer(partial=True),
        responses=OrganisationSerializer,
        summary="Change company settings",
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        values = validated(OrganisationSerializer(data=request.data, partial=True))
        return Response(OrganisationSerializer(change_settings(values)).data)


class MemberSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    roles = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    joined_at = serializers.DateTimeField()

    def get_roles(self, member: Membership) -> list[str]:
        """The keys of the member's roles."""
        return sorted(role.key for role in member.roles.all())


class UsersView(TenantAPIView):
    scope_area = "users"

    @extend_schema(
        parameters=PAGING, responses=paged(MemberSerializer), summary="People of the organisation"
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Membership.objects.select_related("user").prefetch_related("roles")
        return page_of(request, rows, lambda found: MemberSerializer(found, many=True).data)


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    class Meta:
        model = Activity
        fields = [
            "id",
            "at",
            "actor_kind",
            "actor_name",
            "via",
            "action",
            "object_type",
            "object_id",
            "object_label",
            "summary",
            "changes",
            "request_id",
        ]


class ActivityView(TenantAPIView):
    scope_area = "activity"

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("object", UUID, description="Only about this document or thing."),
            OpenApiParameter("action", str, description="Only this action."),
        ],
        responses=paged(ActivitySerializer),
        summary="The audit report, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Activity.objects.all()
        if request.query_params.get("object"):
            rows = rows.filter(object_id=uuid_parameter(request, "object"))
        if request.query_params.get("action"):
            rows = rows.filter(action=request.query_params["action"])
        return page_of(request, rows, lambda found: ActivitySerializer(found, many=True).data)


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = ["id", "user_id", "kind", "tone", "title", "body", "url", "created_at", "read_at"]


class NotificationsView(TenantAPIView):
    scope_area = "activity"

    @extend_schema(
        parameters=PAGING,
        responses=paged(NotificationSerializer),
        summary="Notifications of everybody, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Notification.objects.all()
        return page_of(request, rows, lambda found: NotificationSerializer(found, many=True).data)


class JobSerializer(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "title",
            "state",
            "progress_done",
            "progress_total",
            "step",
            "attempts",
            "not_before",
            "result",
            "error_code",
            "error",
            "created_at",
            "finished_at",
        ]


class JobLogSerializer(serializers.ModelSerializer[JobLog]):
    class Meta:
        model = JobLog
        fields = ["at", "level", "message"]


class JobDetailSerializer(JobSerializer):
    log = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = [*JobSerializer.Meta.fields, "log"]

    def get_log(self, job: Job) -> Any:
        """The last 200 lines, oldest first."""
        lines = list(JobLog.objects.filter(job=job).order_by("-id")[:200])
        return JobLogSerializer(lines[::-1], many=True).data


class JobsView(TenantAPIView):
    scope_area = "activity"

    @extend_schema(parameters=PAGING, responses=paged(JobSerializer), summary="Jobs, newest first")
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Job.objects.all()
        return page_of(request, rows, lambda found: JobSerializer(found, many=True).data)


class JobView(TenantAPIView):
    scope_area = "activity"

    @extend_schema(responses=JobDetailSerializer, summary="One job with its log")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        job = Job.objects.filter(id=id).first()
        if job is None:
            raise NotFound
        return Response(JobDetailSerializer(job).data)


job_retry = verb_view(
    "job_retry",
    area="activity",
    run=retry_job,
    answer=lambda job: JobSerializer(job).data,
    response=JobSerializer,
    summary="Try a failed job again",
)
job_cancel = verb_view(
    "job_cancel",
    area="activity",
    run=cancel_job,
    answer=lambda job: JobSerializer(job).data,
    response=JobSerializer,
    summary="Stop a job",
)


def uuid_parameter(request: Request, name: str) -> UUID:
    """A query parameter that must be an id; raises InvalidInput."""
    text = request.query_params.get(name, "")
    try:
        return UUID(text)
    except ValueError as error:
        message = "This is no id; use one that the API gave."
        raise InvalidInput(message, fields={name: [message]}) from error
