"""Resources: accounts, what was posted to them, the book's settings, exchange rates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.money import parse_rate
from ledger.domain.accounts import AccountRole, AccountType
from ledger.keeper import refuse_kept
from ledger.models import Account, Book, CostingMethod, ExchangeRate, JournalLine
from ledger.selectors import account_or_404, accounts_with_balances, lines_of_account
from ledger.services.books import assign_role, change_book, current_book, save_account
from ledger.services.rates import remove_rate, save_rate
from ledger.spans import day_of
from tenants.api.fields import NumberAsTyped
from tenants.api.fields import amount as money
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.services.organisations import current_organisation

SPAN = [
    OpenApiParameter("since", str, description="First day, such as 2026-04-01."),
    OpenApiParameter("until", str, description="Last day, included."),
]


class AccountSerializer(serializers.ModelSerializer[Account]):
    """`balance` is debits less credits up to today, in the base currency."""

    account_class = serializers.SerializerMethodField()
    role = serializers.CharField(read_only=True, help_text="What Wharf posts to it; often empty.")
    balance = money(read_only=True)

    class Meta:
        model = Account
        fields = [
            "id",
            "code",
            "name",
            "account_class",
            "type",
            "role",
            "accepts_payments",
            "description",
            "is_active",
            "balance",
        ]

    def get_account_class(self, account: Account) -> str:
        """asset, liability, equity, revenue or expense."""
        return AccountType(account.type).account_class.value


class AccountInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(choices=AccountType.choices)
    accepts_payments = serializers.BooleanField(required=False)
    description = serializers.CharField(max_length=255, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)


class AccountChange(AccountInput):
    """`role` gives Wharf's use of another account to this one."""

    role = serializers.ChoiceField(choices=AccountRole.choices, required=False)


def _shown(account_id: UUID) -> Mapping[str, Any]:
    row = accounts_with_balances(timezone.localdate()).get(id=account_id)
    return AccountSerializer(row).data


class AccountsView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=PAGING, responses=paged(AccountSerializer), summary="Accounts by code"
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = accounts_with_balances(timezone.localdate())
        return page_of(
            request, rows, lambda found: AccountSerializer(found, many=True).data, order="code"
        )

    @extend_schema(
        request=AccountInput, responses={201: AccountSerializer}, summary="Make an account"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        refuse_kept("chart of accounts")
        made = save_account(None, validated(AccountInput(data=request.data)))
        return Response(_shown(made.id), status=201)


class AccountView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(responses=AccountSerializer, summary="One account")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(_shown(account_or_404(id).id))

    @extend_schema(
        request=AccountChange(partial=True),
        responses=AccountSerializer,
        summary="Change an account",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        account_or_404(id)
        values = validated(AccountChange(data=request.data, partial=True))
        role = values.pop("role", None)
        if values:
            refuse_kept("chart of accounts")
            save_account(id, values)
        if role is not None:
            assign_role(AccountRole(role), id)
        return Response(_shown(id))


class AccountLineSerializer(serializers.ModelSerializer[JournalLine]):
    """One posting. `amount` in the base currency, `foreign` in the journal's; debits positive."""

    journal = serializers.UUIDField(source="journal_id")
    number = serializers.CharField(source="journal.__str__")
    event = serializers.CharField(source="journal.event")
    source_kind = serializers.CharField(source="journal.source_kind")
    source_id = serializers.UUIDField(source="journal.source_id")
    source_number = serializers.CharField(source="journal.source_number")
    currency = serializers.CharField(source="journal.currency")
    amount = money()
    foreign = money()

    class Meta:
        model = JournalLine
        fields = [
            "id",
            "posted_on",
            "journal",
            "number",
            "event",
            "source_kind",
            "source_id",
            "source_number",
            "amount",
            "foreign",
            "currency",
            "contact",
            "product",
            "memo",
        ]


class AccountLinesView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[*PAGING, *SPAN],
        responses=paged(AccountLineSerializer),
        summary="What was posted to an account, oldest first",
    )
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        since, until = (day_of(request.query_params.get(n, ""), n) for n in ("since", "until"))
        rows = lines_of_account(account_or_404(id), since, until)
        return page_of(
            request,
            rows,
            lambda found: AccountLineSerializer(found, many=True).data,
            order="posted_on",
        )


class BookSerializer(serializers.ModelSerializer[Book]):
    base_currency = serializers.SerializerMethodField()
    costing = serializers.ChoiceField(choices=CostingMethod.choices)

    class Meta:
        model = Book
        fields = ["base_currency", "accrual", "costing", "locked_until"]

    def get_base_currency(self, book: Book) -> str:
        """Chosen when the organisation was founded; it stays."""
        return current_organisation().base_currency


class BookView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(responses=BookSerializer, summary="How the book is kept")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(BookSerializer(current_book()).data)

    @extend_schema(
        request=BookSerializer(partial=True),
        responses=BookSerializer,
        summary="Change accrual, costing or the lock date",
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        values = validated(BookSerializer(data=request.data, partial=True))
        return Response(BookSerializer(change_book(values)).data)


class RateSerializer(serializers.ModelSerializer[ExchangeRate]):
    class Meta:
        model = ExchangeRate
        fields = ["id", "currency", "valid_from", "rate"]


class RateInput(serializers.Serializer[Any]):
    currency = serializers.CharField(max_length=3)
    valid_from = serializers.DateField()
    rate = NumberAsTyped()

    def validate_rate(self, text: str) -> Decimal:
        """More than 0, at most eight decimals."""
        return parse_rate(text, field="rate")


class RatesView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("currency", str)],
        responses=paged(RateSerializer),
        summary="Exchange rates, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = ExchangeRate.objects.all()
        if request.query_params.get("currency"):
            rows = rows.filter(currency=request.query_params["currency"][:3].upper())
        return page_of(
            request,
            rows,
            lambda found: RateSerializer(found, many=True).data,
            order="-valid_from",
        )

    @extend_schema(
        request=RateInput,
        responses={201: RateSerializer},
        summary="Set what a currency is worth from a day on",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(RateInput(data=request.data))
        base = current_organisation().base_currency
        row = save_rate(values["currency"], values["valid_from"], values["rate"], base)
        return Response(RateSerializer(row).data, status=201)


class RateView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(responses={204: None}, summary="Forget a rate; documents keep theirs")
    @in_tenant
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        remove_rate(id)
        return Response(status=204)
