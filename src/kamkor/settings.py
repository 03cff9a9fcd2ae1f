"""All settings, read from the environment as KAMKOR_…; the defaults start a safe instance on one machine."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django.conf.locale
from csp.constants import NONE, SELF

SOURCE = Path(__file__).parent
CHECKOUT = SOURCE.parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(f"KAMKOR_{name}", default)


def flag(name: str, default: bool) -> bool:
    return env(name, "yes" if default else "no").lower() in {"1", "yes", "true", "on"}


HOME = Path(env("HOME", str(CHECKOUT / "var")))
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)  # nobody else on the machine may read what lies here
KEY_FOLDER = Path(env("KEY_FOLDER", str(HOME / "keys")))


def kept_secret(name: str) -> str:
    """A random secret made on first need and kept outside the database, readable by this user alone."""
    path = Path(env("SECRET_KEY_FILE", str(KEY_FOLDER / name)))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


POOL = int(env("DATABASE_POOL", "0"))  # connections of each process; 0: one for each thread, kept open


def database(url: str, file: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL `url`, or for the SQLite `file` in KAMKOR_HOME when it is empty."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / file,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if POOL else 60,
        "CONN_HEALTH_CHECKS": True,  # after a restart of the database the next request goes through
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": POOL}} if POOL else query,
    }


SECRET_KEY = env("SECRET_KEY") or kept_secret("secret_key")
DEBUG = False
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = env("TRUSTED_ORIGINS").split()
SECURE = flag("SECURE", False)  # set when a proxy serves HTTPS

# Migrations run as the owner of the tables, everything else as a role that owns nothing (see base.wall).
AS_OWNER = flag("AS_OWNER", False)
DATABASES = {
    "default": database(env("OWNER_DATABASE") if AS_OWNER else env("DATABASE"), "kamkor.sqlite3"),
    "keys": database(env("OWNER_KEYS_DATABASE") if AS_OWNER else env("KEYS_DATABASE"), "keys.sqlite3"),
}
DATABASE_ROUTERS = ["kamkor.vault.router.KeyStoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["models.W040"]  # that SQLite leaves out what an index only carries along

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "kamkor.base",
    "django.forms",  # after base, whose templates for fields come first
    "kamkor.vault",
    "kamkor.access",
    "kamkor.directory",
    "kamkor.people",
    "kamkor.identification",
    "kamkor.assistance",
    "kamkor.crossborder",
    "kamkor.prevention",
    "kamkor.surveys",
    "kamkor.statistics",
    "kamkor.webhooks",
    "kamkor.website",
]
MIDDLEWARE = [
    "kamkor.base.middleware.PrivateMiddleware",
    "kamkor.base.middleware.Utf8Middleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kamkor.access.api.transport.NoCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kamkor.access.shift.ShiftMiddleware",
    "kamkor.vault.session.VaultMiddleware",
    "kamkor.access.api.transport.ApiMiddleware",
    "kamkor.access.middleware.ActorMiddleware",
    "kamkor.base.middleware.ProblemMiddleware",
    "kamkor.access.shift.KeptTextMiddleware",
]
ROOT_URLCONF = "kamkor.urls"
WSGI_APPLICATION = "kamkor.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "kamkor.access.context.desk",
            ],
            "builtins": ["django.templatetags.i18n", "kamkor.base.templatetags.codes"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "my-work"
PASSWORD_HASHERS = ["kamkor.access.passwords.Argon2PasswordHasher"]
# Further lists of known passwords, separated like the folders of PATH.
COMMON_PASSWORDS = [Path(name) for name in env("COMMON_PASSWORDS").split(os.pathsep) if name]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "kamkor.access.passwords.Guessable"}]
# Steps of signing in, passkeys and codes: allauth's parts behind pages of our own. It sends no mail, keeps no
# address, opens no account, and none of its own pages is reachable.
SECOND_FACTOR = flag("SECOND_FACTOR", True)  # of everybody whose role can open what is sealed
ACCOUNT_ADAPTER = "kamkor.access.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_RATE_LIMITS = False  # ours do not depend on one process
MFA_ADAPTER = "kamkor.access.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are half a minute off
MFA_WEBAUTHN_USER_VERIFICATION = "required"
SOCIALACCOUNT_ADAPTER = "kamkor.access.adapters.MinistryAdapter"
# Sign-in through a ministry's identity provider, off while no issuer is named.
OIDC_ISSUER = env("OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET_FILE = env("OIDC_CLIENT_SECRET_FILE")
OIDC_NAME = env("OIDC_NAME")  # what its button says, such as "Ministry of Labour"
# Over HTTPS no other name of the domain, nor plain HTTP, can set or shadow one of our cookies.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
SESSION_ENGINE = "kamkor.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # since the last use; the shift itself ends earlier
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [
    r"^api/",
    r"^field/",
]  # refused instead: a program would go on sending its secret in clear
MESSAGE_STORAGE = "kamkor.base.notices.Notices"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send Origin: null with forms
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ky", "Кыргызча"),
    ("ru", "Русский"),
    ("uz", "Oʻzbekcha"),
    ("uz-cyrl", "Ўзбекча"),
    ("en", "English"),
]
LOCALE_PATHS = [Path(env("LOCALE", str(CHECKOUT / "locale")))]
FORMAT_MODULE_PATH = ["kamkor.base.formats"]
LANGUAGE_COOKIE_AGE = None
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env("TIME_ZONE", "Asia/Bishkek")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Tests serve the files as they lie in the source; an installation collects and compresses them.
WHITENOISE_USE_FINDERS = flag("STATIC_FROM_SOURCE", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
# An upload is never on the disk in clear, nor what is made of it before it is sealed.
FILE_UPLOAD_HANDLERS = ["kamkor.vault.spool.SealedUploads"]
SPOOL = "kamkor.vault.spool.Spool"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The vault: Argon2id's cost, and the keys that live outside the database.
KDF_MEMORY_KIB = int(env("KDF_MEMORY_KIB", "47104"))
KDF_PASSES = int(env("KDF_PASSES", "1"))
KDF_LANES = int(env("KDF_LANES", "1"))
HOST_KEY_FILE = Path(env("HOST_KEY_FILE", str(KEY_FOLDER / "host_key")))
SEAL_KEY_FILE = Path(env("SEAL_KEY_FILE", str(KEY_FOLDER / "seal_key")))
WEBHOOK_KEY_FILE = Path(env("WEBHOOK_KEY_FILE", str(KEY_FOLDER / "webhook_key")))
FACTOR_KEY_FILE = Path(env("FACTOR_KEY_FILE", str(KEY_FOLDER / "factor_key")))
BACKUP_KEY_FILE = Path(env("BACKUP_KEY_FILE", str(KEY_FOLDER / "backup_key")))
NAME_BUCKETS = int(env("NAME_BUCKETS", "4096"))
ERASURE_REGISTER_FILE = Path(env("ERASURE_REGISTER_FILE", str(HOME / "erasures.jsonl")))
SEAL_COPY_FILE = Path(env("SEAL_COPY_FILE", str(HOME / "audit-seals.jsonl")))
# Backups: whose age keys open them, where the one copy of the key store lies, and which backups were made.
BACKUP_OFFICERS = env("BACKUP_OFFICERS").split()
BACKUP_KEY_STORE_FILE = Path(env("BACKUP_KEY_STORE_FILE")) if env("BACKUP_KEY_STORE_FILE") else None
BACKUP_LIST_FILE = Path(env("BACKUP_LIST_FILE", str(HOME / "backups.jsonl")))

# Rules of practice that an installation may change (what is marked [check] in the country).
ERASURE_DAYS = int(env("ERASURE_DAYS", "10"))
# Months a record class is kept, instead of those of the list "retention": "contact=12"; 0 is for ever.
RETENTION = dict(pair.split("=", 1) for pair in env("RETENTION").split())
CALLER_HASH_DAYS = int(env("CALLER_HASH_DAYS", "90"))
SILENT_CONTACTS_FOR_TASK = int(env("SILENT_CONTACTS_FOR_TASK", "3"))
RECOVERY_PERIOD_DAYS = int(env("RECOVERY_PERIOD_DAYS", "10"))
REVIEW_HOURS = int(env("REVIEW_HOURS", "24"))
# Looking into files: from how many readers a desk has caseloads at all, how long a file stays open that was
# opened outside one's own, and what is unusual. More than these numbers in an hour raises an alert.
CASELOADS_ABOVE = int(env("CASELOADS_ABOVE", "3"))
OPENING_HOURS = int(env("OPENING_HOURS", "4"))
ROSTER_GRACE_MINUTES = int(env("ROSTER_GRACE_MINUTES", "30"))
UNUSUAL_PEOPLE = int(env("UNUSUAL_PEOPLE", "30"))
UNUSUAL_SEARCHES = int(env("UNUSUAL_SEARCHES", "40"))
UNUSUAL_ELSEWHERE = int(env("UNUSUAL_ELSEWHERE", "2"))
UNUSUAL_OFF_HOURS = int(env("UNUSUAL_OFF_HOURS", "0"))
# What the child-protection body is told at first, and the row of the list of laws that asks for it.
CHILD_WARNING_ITEMS = env("CHILD_WARNING_ITEMS", "age sex languages interpreter danger medical_need").split()
CHILD_WARNING_LAW = env("CHILD_WARNING_LAW", "law_55_2005_art_27")
SMALL_CELL_INSIDE = int(env("SMALL_CELL_INSIDE", "5"))
SMALL_CELL_PUBLIC = int(env("SMALL_CELL_PUBLIC", "11"))
IDLE_LOCK_SECONDS = int(env("IDLE_LOCK_SECONDS", "600"))
SHIFT_SECONDS = int(env("SHIFT_SECONDS", str(12 * 3600)))
SHIFT_WARNING_SECONDS = int(env("SHIFT_WARNING_SECONDS", "900"))
# Asked before a shift ends or the vault is locked: whether this person must not be cut off now.
SHIFT_KEPT_OPEN_BY = "kamkor.identification.actions.contacts.has_open_contact"
# Told when a sign-in is ended, so that what its browser could do without a line ends too.
SIGN_IN_ENDS = "kamkor.surveys.withoutline.shut_out"
IMPORT_MAX_BYTES = int(env("IMPORT_MAX_BYTES", str(25 * 2**20)))
IMPORT_MAX_ROWS = int(env("IMPORT_MAX_ROWS", "100000"))
UPLOAD_MAX_BYTES = int(env("UPLOAD_MAX_BYTES", str(10 * 2**20)))
# clamd's socket (a path, or host:port), and what to do with a file while it is silent: refuse or accept.
CLAMD = env("CLAMD")
CLAMD_DOWN = env("CLAMD_DOWN", "refuse")
TOKEN_MAX_DAYS = int(env("TOKEN_MAX_DAYS", "365"))
TOKEN_REQUESTS_PER_MINUTE = int(env("TOKEN_REQUESTS_PER_MINUTE", "120"))
WEBHOOKS_LOCAL = flag("WEBHOOKS_LOCAL", False)  # for trials: messages may go to this machine, in clear
# Pages with adverts are read by themselves only where this names whom their owners can write to.
ADVERT_FEEDS = env("ADVERT_FEEDS")
# The desk that receives what comes in by the public door, by its code; else the oldest line.
PUBLIC_DESK = env("PUBLIC_DESK")
CODE_PREFIX = env("CODE_PREFIX", "KM")

LANGUAGE_NAMES = dict(LANGUAGES)
# Django knows Uzbek in Latin letters only; most Uzbek readers in the south were schooled in Cyrillic.
django.conf.locale.LANG_INFO["uz-cyrl"] = {
    "bidi": False,
    "code": "uz-cyrl",
    "name": "Uzbek (Cyrillic)",
    "name_local": "Ўзбекча",
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    # Django's own error records carry the request with its form fields: only ours, which name no person.
    # Those of templates carry all that a page says. Both are dropped at any level.
    "filters": {"never": {"()": "django.utils.log.CallbackFilter", "callback": lambda _record: False}},
    "loggers": {
        "django.request": {"filters": ["never"], "handlers": [], "level": "CRITICAL", "propagate": False},
        "django.template": {"filters": ["never"]},
    },
}
