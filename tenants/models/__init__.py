"""Tables of the platform: organisations, people, trail, work."""

from tenants.models.attributes import Attribute
from tenants.models.base import TenantForeignKey, TenantManager, TenantModel
from tenants.models.imports import Import, ImportRow, ImportState
from tenants.models.lists import DefaultView, ListExport, SavedView
from tenants.models.people import (
    Appearance,
    InvitationStatus,
    Membership,
    MembershipRole,
    Organisation,
    Role,
    TaxRounding,
    User,
    UserInvitation,
)
from tenants.models.texts import MailTemplate
from tenants.models.trail import (
    Activity,
    ApiKey,
    IdempotencyRecord,
    MailingList,
    Notification,
    NotificationPreference,
)
from tenants.models.work import (
    AccountMail,
    Job,
    JobLog,
    JobState,
    MailMessage,
    MailState,
    NumberSequence,
    StoredFile,
)

__all__ = [
    "AccountMail",
    "Activity",
    "ApiKey",
    "Appearance",
    "Attribute",
    "DefaultView",
    "IdempotencyRecord",
    "Import",
    "ImportRow",
    "ImportState",
    "InvitationStatus",
    "Job",
    "JobLog",
    "JobState",
    "ListExport",
    "MailMessage",
    "MailState",
    "MailTemplate",
    "MailingList",
    "Membership",
    "MembershipRole",
    "Notification",
    "NotificationPreference",
    "NumberSequence",
    "Organisation",
    "Role",
    "SavedView",
    "StoredFile",
    "TaxRounding",
    "TenantForeignKey",
    "TenantManager",
    "TenantModel",
    "User",
    "UserInvitation",
]
