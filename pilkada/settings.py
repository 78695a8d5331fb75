"""Settings, one file in sections, all from the environment and loud when wrong.

Locally nothing needs to be set: `make run` starts the services and fills the environment (`pilkada.services`).
In production SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and REDIS_URL are required.
"""

import logging
from datetime import time, timedelta
from pathlib import Path
from secrets import token_hex

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pilkada import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Secrets and hosts ------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# `make run` and `make test` set LOCAL=1: a laptop without TLS, with a secret key of its own in the data folder.
LOCAL = env.bool("LOCAL", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Start with `make run`, or set it to 50 random characters.")
# After a change of SECRET_KEY the one before, until every second factor was set up anew (docs/deploy.md).
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Behind a proxy, and looked at by machines ---------------------------------------------------------------------------
# With it X-Forwarded-Proto, the last X-Forwarded-For and X-Request-ID are believed: the proxy must set all three itself.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Who asks for /metrics over the network shows it; without it only this machine itself may ask (pilkada.metrics).
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# [P] When /readyz says that something is wrong: a colour is made within seconds and swept every minute.
READY_STALE_SECONDS = env.int("READY_STALE_SECONDS", default=300)
READY_BEAT_SECONDS = env.int("READY_BEAT_SECONDS", default=120)
READY_WORKER_SECONDS = env.int("READY_WORKER_SECONDS", default=300)

# --- Database and broker ----------------------------------------------------------------------------------------------
if not env.str("DATABASE_URL", default="") or not env.str("REDIS_URL", default=""):
    raise ImproperlyConfigured(
        "DATABASE_URL and REDIS_URL are not set. `make run` starts both; for one command use "
        "`python -m pilkada.services exec -- python manage.py ...`."
    )
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    # PgBouncer in transaction mode must work: no server-side cursors, no prepared statements (docs/deploy.md).
    "DISABLE_SERVER_SIDE_CURSORS": True,
    # A host that vanished without a goodbye is noticed after a minute and not after the two hours of the kernel.
    "OPTIONS": {
        "prepare_threshold": None,
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    },
}
# How many connections Postgres (or PgBouncer) lets this host have; with it a pool that is too large is a warning.
DATABASE_CONNECTIONS = env.int("DATABASE_CONNECTIONS", default=0)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)  # read by pilkada/gunicorn.py too
DATABASE_POOL = env.int("DATABASE_POOL", default=0)
if DATABASE_POOL:
    # A web worker on gevent: many requests at once share a few connections instead of opening one each.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": DATABASE_POOL, "timeout": 10}
# Straight to Postgres, where DATABASE_URL leads to PgBouncer: pg_dump keeps a session (manage.py backup).
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps and middleware ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "pilkada.apps.PilkadaConfig",
    "axes",  # these four before districts, whose administration shows what of them is for people
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "districts",
    "logistics",
    "neutrality",
    "django_htmx",
    "csp",
    "django_structlog",
    "pilkada.apps.AdministrationConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "pilkada.health.ProbeMiddleware",  # answers machines before hosts, TLS and sessions are looked at
    "pilkada.metrics.MetricsMiddleware",
    "pilkada.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "pilkada.middleware.LanguageMiddleware",
    "pilkada.middleware.PermissionsPolicyMiddleware",
    "pilkada.middleware.PrivatePagesMiddleware",
    "pilkada.middleware.NullByteMiddleware",  # these three refuse: what they answer carries the headers of those above
    "pilkada.middleware.WholeFormMiddleware",
    "pilkada.middleware.UploadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "districts.audit.trail.AuditTrailMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "pilkada.doorkeeper.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # answers who is locked out with AXES_LOCKOUT_CALLABLE
    "django_htmx.middleware.HtmxMiddleware",
    "pilkada.middleware.HtmxResponseMiddleware",
]
ROOT_URLCONF = "pilkada.urls"
WSGI_APPLICATION = "pilkada.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "districts.context.identity",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- People and sessions ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "districts.User"
# The first only counts failures and refuses who is locked out; the second looks at the password.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SIGN_IN_CODE_DAYS = 14  # [P] how long a one-time code on paper can be used: a fortnight of boats and roads
# How often codes may be tried (districts.throttle) [P]: fifty camat in one hall share an address; sixty bits do not fall to it.
SIGN_IN_CODE_LIMIT = {"seconds": 600, "per_address": 300, "overall": 1200, "alone": 60}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # survives a flushed Redis
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "districts.views.door.token_is_old"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Wrong passwords (districts.door.lockout), all [P]: five for a name from one network close that pair for a quarter of an hour,
# fifty for a name from everywhere close the name.
AXES_ENABLED = True
AXES_HANDLER = "districts.door.lockout.CountingHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
SIGN_IN_FAILURES_PER_NAME = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page said until when, and that stays true
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "districts.addresses.network_or_none"
AXES_USERNAME_CALLABLE = "districts.door.lockout.counted_name"
AXES_LOCKOUT_CALLABLE = "districts.views.door.locked_out"
# beside the password, never kept or logged
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # who signed in last is on the person
AXES_ENABLE_ADMIN = False  # ours is in districts.admin.signing_in
AXES_VERBOSE = False
# Second factor. [P] a second after the first wrong code, then two, four, eight.
OTP_TOTP_ISSUER = "SIAP Pilkada"
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 1

# --- Security headers -------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]  # each says its own name
LANGUAGE_COOKIE_NAME = "bahasa"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "pilkada.formats"  # English dates are British: 3/12 is never March
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Makassar"  # of pages that belong to no region; a region's own zone comes from the registry
USE_THOUSAND_SEPARATOR = True

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))()  # photos; never served without a scope check
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # evidence and letters name people: no other account of the machine reads them
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 32 * 1024 * 1024  # [P] of a CSV or XLSX that a person uploads
UPLOAD_MAX_ROWS = 1_000_000  # [P] all TPS of the nation are 818,908

# --- Celery -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # a web request never waits for a broker that is down: the row is in Postgres
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # What a web request waits at most. `max_retries` is of the sender alone (without it kombu sleeps 2 + 4 s between
    # its own attempts); workers and beat reconnect by BROKER_CONNECTION_MAX_RETRIES, without end.
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "max_retries": 0,
    "visibility_timeout": 600,
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "pilkada.beat:LeasedScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10
BEAT_LEASE_SECONDS = env.float("BEAT_LEASE_SECONDS", default=30)  # [P] after which a second beat replaces a dead one

# --- Readiness --------------------------------------------------------------------------------------------------------
# Where measures come from, by dotted path to a `districts.readiness.Source`; a system check validates each.
READINESS_SOURCES = [
    "districts.measures.camat_reports",
    "districts.measures.polling_stations",
    "districts.measures.issues",
    "districts.measures.official_readings",
    "logistics.readiness.ledger",
    "neutrality.readiness.outreach",
    "neutrality.readiness.follow_up",
]
# Panels other apps put on the kecamatan page: URL names that take `code`.
KECAMATAN_PANELS = ["logistics_kecamatan", "outreach_kecamatan"]
# Tabs other apps put in the navigation of every region: dotted paths to a `districts.tabs.Tab`.
REGION_TABS = [
    "neutrality.tabs.cases",
    "logistics.tabs.logistics",
    "neutrality.tabs.outreach",
    "neutrality.tabs.statistics",
    "districts.tabs.people",
    "districts.tabs.registers",
]
# Kinds of files that people upload: dotted paths to a `districts.importing.kinds.Kind`.
IMPORT_KINDS = [
    "districts.importing.stations.STATIONS",
    "districts.importing.risks.FLAGGED",
    "districts.importing.stations.UTILITY",
    "districts.importing.villages.VILLAGES",
    "districts.importing.contacts.CONTACTS",
    "districts.accounts.file.accounts",
    "logistics.importing.kinds.STOCK",
    "logistics.importing.kinds.SORTING",
    "logistics.importing.kinds.STAGES",
]
# What other apps add to the demo: dotted paths of functions that take election, people by username, now and say.
DEMO_CHAPTERS = ["logistics.demo.chapter.tell", "neutrality.demo.outreach.tell", "neutrality.demo.cases.tell"]

# --- The reporting clock, DOMAIN 7.1 ------------------------------------------------------------------------------------
WEEKLY_OPENS_WEEKDAY = 4  # Friday
WEEKLY_DUE = time(8, 0)  # Monday after the reporting week, local time [seed004]
DAILY_FROM_H = 7
TWICE_DAILY_FROM_H = 1
DAILY_DUE = [time(18, 0)]  # [P] DOMAIN gives the rhythm, not the hour
TWICE_DAILY_DUE = [time(8, 0), time(18, 0)]  # [P] likewise
WINDOW_EXCEPTION_MOST_HOURS = 72  # [P] how long the desk may take a closed report again, at most, in one go
REACHABILITY_MOST_DAYS = 14  # [P] how long the desk may call a kecamatan hard or impossible to reach, in one go
UNREACHABLE_AFTER_FAILED_CALLS = (
    2  # [P] unanswered calls in a row of one slot: hard to reach; one where no desa has signal: not at all
)
STALE_AFTER_DAYS = 10  # DOMAIN 6.2: an older value is "usang"

# --- Logistics ----------------------------------------------------------------------------------------------------------
# [P] hours between two hops of a shipment: counting, signing, loading again. Latest safe departures are worked back with it.
LOGISTICS_HANDLING_HOURS = 3

# --- Neutrality -------------------------------------------------------------------------------------------------------
# Keys that seal what names people, newest first; they are not in the database and not in its backup.
NEUTRALITY_KEYS = env.list("NEUTRALITY_KEYS", default=[])
NEUTRALITY_PURGE_MONTHS = 12  # [P] DOMAIN 4.5: after the election, what names people is removed
NEUTRALITY_SMALL_CELL = 5  # [P] DOMAIN 4.5: no published cell below this
EVIDENCE_MAX_BYTES = 25 * 1024 * 1024
# How often the public forms may be sent (districts.throttle), all [P]: per address within `seconds`; overall, and of one
# process alone while Redis is away, within a minute. A village, or half a town on one carrier, shares one address: it
# would have to send thirty tips in ten minutes to be stopped, and the whole nation saw 433 in the election of 2024 [S55].
# Of "wilayah" the address is a regency: what all senders together may put on its board in an hour, since cases stay.
NEUTRALITY_LIMITS = {
    "kirim": {"seconds": 600, "per_address": 120, "overall": 600, "alone": 60},  # every form sent, wrong ones too
    "catat": {"seconds": 600, "per_address": 30, "overall": 120, "alone": 10},  # what would become a case
    "wilayah": {"seconds": 3600, "per_address": 60, "overall": 60, "alone": 2},
    "kode": {"seconds": 600, "per_address": 60, "overall": 300, "alone": 30},  # codes looked up
}
# Of the keys under which senders are counted: from memory to memory, new with each start (pilkada/gunicorn.py), on no disk.
NEUTRALITY_COUNTING_SEED = env.str("NEUTRALITY_COUNTING_SEED", default="") or token_hex(32)

# --- Mail -------------------------------------------------------------------------------------------------------------
# The daily mail to neutrality handlers. EMAIL_URL is like smtp+tls://name:password@smtp.example.go.id:587; on a laptop
# mails are printed. SITE_URL begins the links in them. Both are required in production (pilkada.E005).
EMAIL_URL = env.str("EMAIL_URL", default="consolemail://" if LOCAL else "")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="siap@localhost")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if LOCAL else "").rstrip("/")

# --- Logging ----------------------------------------------------------------------------------------------------------
# One object a line for machines, or lines for people on a laptop; what stands in them is decided in pilkada.logs.
LOG_FORMAT = env.str("LOG_FORMAT", default="text" if LOCAL else "json")
LOGGING = logs.configuration(as_json=LOG_FORMAT == "json", level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
