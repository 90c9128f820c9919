"""Every setting of Mimin. Each ``MIMIN_*`` variable is explained in docs/settings.md (a test keeps that true)."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dj_database_url

BASE = Path(__file__).resolve().parent


def _env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def _list(name: str) -> list[str]:
    return [part.strip() for part in _env(name).split(",") if part.strip()]


def _kept_secret(name: str, file: Path, make: Callable[[], str]) -> str:
    """A secret from the environment, else from its file, made once and readable by its owner alone."""
    if value := _env(name):
        return value
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(make())
    except FileExistsError:
        pass
    return file.read_text().strip()


# Where this installation keeps its data: database, queue, media, keys, seals, backups.
HOME = Path(_env("MIMIN_HOME", str(Path.cwd() / "var"))).resolve()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = _env("MIMIN_DEBUG") == "1"
SECRET_KEY = _kept_secret("MIMIN_SECRET_KEY", HOME / "secret.key", lambda: secrets.token_urlsafe(50))
KEYRING = _kept_secret(
    "MIMIN_KEYRING",
    HOME / "keyring.key",
    lambda: "k1:" + __import__("base64").b64encode(secrets.token_bytes(32)).decode(),
)
ALLOWED_HOSTS = _list("MIMIN_HOSTS") or ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = _list("MIMIN_ORIGINS")
SECURE = _env("MIMIN_HTTPS") == "1"

PEMDA_NAME = _env("MIMIN_PEMDA", "Kabupaten Contoh")
CASE_PREFIX = _env("MIMIN_CASE_PREFIX", "KC")
# Loopback "host:port" pairs that the network guard lets through: real servers on this machine, never in production.
NETWORK_ALLOW = tuple(_list("MIMIN_NETWORK_ALLOW"))
SEAL_MAIL_TO = _list("MIMIN_SEAL_MAIL_TO")
SEAL_DIR = Path(_env("MIMIN_SEAL_DIR", str(HOME / "seals")))
BACKUP_DIR = Path(_env("MIMIN_BACKUP_DIR", str(HOME / "backups")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "mimin",
]
MIDDLEWARE = [
    "mimin.desk.logs.request_lines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mimin.desk.middleware.strict_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mimin.desk.middleware.language_of_person",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "mimin.urls"
WSGI_APPLICATION = "mimin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mimin.desk.shell.shell",
            ],
            "builtins": [
                "mimin.templatetags.mimin_parts",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

# SQLite by default; PostgreSQL by DATABASE_URL. IMMEDIATE: of 120 concurrent writes the default stored 11, this all.
DATABASES = {
    "default": dj_database_url.parse(
        _env("DATABASE_URL") or f"sqlite:///{HOME / 'mimin.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # secure_delete: what is erased is overwritten; not every SQLite does that unasked (docs/evidence.md).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queue only nudges: every piece of work is a row that a sweep would find anyway (docs/decisions/0004).
QUEUE_URL = _env("MIMIN_QUEUE_URL")


def _cache(name: str) -> dict[str, Any]:
    if QUEUE_URL:
        redis = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": redis, "LOCATION": QUEUE_URL, "KEY_PREFIX": "" if name == "cache" else name}
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(HOME / name),
    }


# Who has a case open is kept apart: a folder holds only so much, and wrong passwords must not be pushed out of it.
CACHES = {"default": _cache("cache"), "presence": _cache("presence")}

AUTH_USER_MODEL = "mimin.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "mimin.people.adapter.ClosedDoor"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# A whole office sits behind one address: a name is locked after five wrong passwords, an address after sixty.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/5m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a coordinator enters the address; nobody is asked to confirm it
# How many proxies of our own stand before the web server: without them nobody may say whose address a request has.
ALLAUTH_TRUSTED_PROXY_COUNT = int(_env("MIMIN_PROXIES", "0"))
MFA_ADAPTER = "mimin.people.adapter.SealedSecondStep"
MFA_TOTP_ISSUER = "Mimin"
USERSESSIONS_TRACK_ACTIVITY = False

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or _env("MIMIN_PLAIN_STATIC") == "1"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = HOME / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "mimin.desk.failing.too_old"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^sehat/$", "^siap/$"]  # asked on the machine itself, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _env("MIMIN_MAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_HOST = _env("MIMIN_MAIL_HOST", "localhost")
EMAIL_PORT = int(_env("MIMIN_MAIL_PORT", "25"))
EMAIL_HOST_USER = _env("MIMIN_MAIL_USER")
EMAIL_HOST_PASSWORD = _env("MIMIN_MAIL_PASSWORD")
EMAIL_USE_TLS = _env("MIMIN_MAIL_TLS") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _env("MIMIN_MAIL_FROM", "mimin@localhost")

# One line of JSON a request and an event; else plain lines, of requests only those that were refused or broke.
LOG_JSON = _env("MIMIN_LOG") == "json"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "mimin.desk.logs.JsonLine"},
    },
    "filters": {"wordless": {"()": "mimin.desk.logs.Wordless"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_JSON else "plain",
            "filters": ["wordless"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "mimin": {"level": "INFO"},
        "mimin.request": {"level": "INFO" if LOG_JSON else "WARNING"},
        "django.request": {"level": "ERROR"},  # what is refused has its line already
        "huey": {"level": "WARNING"},
    },
}
