"""Django settings. Values that differ between machines come from `hub.configuration`."""

import base64
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from csp.constants import NONCE, NONE, SELF

from hub.configuration import ROOT, load

CONFIGURATION = load()

SECRET_KEY = CONFIGURATION.secret_key
DEBUG = CONFIGURATION.wharf_debug
ALLOWED_HOSTS = [
    host.strip() for host in CONFIGURATION.wharf_allowed_hosts.split(",") if host.strip()
]
BASE_URL = CONFIGURATION.wharf_base_url
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DEMO = CONFIGURATION.wharf_demo
VAR = CONFIGURATION.wharf_var

# --- Apps, lowest floor first -------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_structlog",
    "hub",
    "hub.ui",
    "tenants",
    "ledger",
    "network",
    "inventory",
    "orders",
    "accounting",
    "demo",
    "bench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.middleware.RequestId",
    "hub.middleware.NoNulCharacters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.middleware.PrivatePages",
    "tenants.middleware.CurrentMembership",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tenants.context_processors.shell",
            ],
        },
    }
]
FORM_RENDERER = "hub.ui.forms.WharfFormRenderer"


# --- Database ------------------------------------------------------------------------------
def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 600,
        # A dropped connection is found by the query that meets it; a check per request would
        # cost one statement on every page.
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(CONFIGURATION.database_url)}
DISPATCH_DATABASE_URL = CONFIGURATION.dispatch_database_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "tenants.User"

CACHES = {
    "default": {
        "BACKEND": "hub.cache.ForgivingCache",
        "LOCATION": CONFIGURATION.redis_url,
        "KEY_PREFIX": "wharf",
        # A server that hangs holds up a request for this long, not for ever.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
}
REDIS_URL = CONFIGURATION.redis_url
# In the database only: a copy in a cache that was away for a moment could bring a session back
# that somebody has signed out of.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Celery: the broker carries wake-ups only; the truth is tenants_job --------------------
CELERY_BROKER_URL = CONFIGURATION.celery_broker_url or CONFIGURATION.redis_url

# --- Sign-in -------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "hub.ui.account_forms.LoginForm",
    "signup": "hub.ui.account_forms.SignupForm",
    "reset_password": "hub.ui.account_forms.ResetPasswordForm",
    "reset_password_from_key": "hub.ui.account_forms.ResetPasswordKeyForm",
    "change_password": "hub.ui.account_forms.ChangePasswordForm",
    "add_email": "hub.ui.account_forms.AddEmailForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Wharf"
# A code that was typed at the end of its half minute, or by a clock that is slow (RFC 6238 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "hub.ui.second_factor_forms.AuthenticateForm",
    "reauthenticate": "hub.ui.second_factor_forms.ReauthenticateForm",
}
MFA_ADAPTER = "tenants.accounts.SecondFactorAdapter"
USERSESSIONS_TRACK_ACTIVITY = False

# --- Mail ----------------------------------------------------------------------------------
EMAIL_URL = CONFIGURATION.email_url
DEFAULT_FROM_EMAIL = CONFIGURATION.wharf_mail_from

# --- Accounting systems --------------------------------------------------------------------
QUICKBOOKS_CLIENT_ID = CONFIGURATION.quickbooks_client_id
QUICKBOOKS_CLIENT_SECRET = CONFIGURATION.quickbooks_client_secret
QUICKBOOKS_WEBHOOK_TOKEN = CONFIGURATION.quickbooks_webhook_token
QUICKBOOKS_ENVIRONMENT = CONFIGURATION.quickbooks_environment
ACCOUNTING_SPEED = CONFIGURATION.accounting_speed
ACCOUNTING_TURN_SECONDS = CONFIGURATION.accounting_turn_seconds

# --- API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenants.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "tenants.api.schema.WharfAutoSchema",
    "EXCEPTION_HANDLER": "tenants.api.errors.render_error",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Wharf API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    # Two fields are called "role": the part that a partner plays, and what an account is for.
    "ENUM_NAME_OVERRIDES": {
        "ImportStateEnum": "tenants.models.imports.ImportState.choices",
        "JobStateEnum": "tenants.models.work.JobState.choices",
        "RoleEnum": (("customer", "Customer"), ("supplier", "Supplier")),
        "SyncKindEnum": "accounting.domain.states.Kind.choices",
        "SyncRunKindEnum": "accounting.domain.states.RunKind.choices",
        "AccountTypeEnum": "ledger.domain.accounts.AccountType.choices",
        "AccountRoleEnum": "ledger.domain.accounts.AccountRole.choices",
        "MoneyDirectionEnum": "orders.models.Direction.choices",
        "LineKindEnum": ("item", "note"),
        "AttributeTypeEnum": ("list", "text", "checkbox", "number", "date", "unused"),
        "StockTaskStatusEnum": "inventory.domain.states.StockTaskStatus.choices",
        "PaymentStatusEnum": "orders.domain.stock_states.PaymentStatus.choices",
        "ReceiptStatusEnum": "orders.domain.stock_states.ReceiptStatus.choices",
        "EnvelopeDirectionEnum": "network.domain.states.Direction.choices",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000  # 2,000 lines of ten fields, and the header

# --- Static files, files -------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "hub.ui.finders.NodeModulesFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
# Collecting takes 4 s instead of 28: nothing is asked for by its name without hash, and a source
# map is not worth compressing.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gif", "webp", "woff", "woff2"]

# --- Language, time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Safety --------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SILENCED_SYSTEM_CHECKS: list[str] = []


# --- Secrets at rest -----------------------------------------------------------------------
def _key_ring(text: str) -> dict[str, bytes]:
    ring: dict[str, bytes] = {}
    for item in text.split(","):
        key_id, _, value = item.strip().partition(":")
        ring[key_id] = base64.b64decode(value)
        if len(ring[key_id]) != 32:
            raise ValueError(f"WHARF_KEY_RING: key {key_id!r} must be 32 bytes in base64")
    return ring


KEY_RING = _key_ring(CONFIGURATION.wharf_key_ring)
FAULTS = CONFIGURATION.wharf_faults

# One line of JSON per event on standard error (readable words in debug mode). Tokens, keys and
# what documents say are never logged: events carry ids.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "events": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEBUG
            else structlog.processors.JSONRenderer(),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
    "root": {"handlers": ["console"], "level": CONFIGURATION.wharf_log_level},
}
