"""docs/deploy.md and the files beside it say what the code does."""

import re

from django.conf import settings

from pilkada import metrics
from pilkada.middleware import UploadMiddleware

DOCS = settings.BASE_DIR / "docs"
NGINX = (DOCS / "deploy" / "nginx.conf").read_text()


def test_every_setting_of_the_environment_stands_in_the_table():
    code = "".join((settings.BASE_DIR / "pilkada" / name).read_text() for name in ("settings.py", "gunicorn.py"))
    read = set(re.findall(r'(?:\benv\.\w+|email_url|environ\.get)\(\s*"([A-Z_]+)"', code))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "deploy.md").read_text(), re.MULTILINE))
    assert len(read) > 20
    assert told == read


def test_nginx_takes_whatever_the_application_takes_and_however_slowly():
    size = int(re.search(r"client_max_body_size (\d+)m;", NGINX)[1]) * 1024 * 1024
    assert size >= UploadMiddleware.LARGEST
    assert "proxy_request_buffering on;" in NGINX
    assert int(re.search(r"client_body_timeout (\d+)s;", NGINX)[1]) >= 60


def test_nginx_sets_every_header_that_the_application_believes():
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX  # never appended to what a visitor sent
    assert "proxy_set_header X-Request-ID $request_id;" in NGINX


def test_nginx_logs_no_sender_no_query_and_nothing_of_neutrality():
    shape = re.search(r"log_format siap '([^']*)'", NGINX)[1]
    assert not re.search(r"remote|forwarded|\$uri|request_uri|\$request |\$args|agent|referer", shape)
    assert '"~^/netralitas/" 0;' in NGINX


def test_pgbouncer_is_in_transaction_mode_and_the_application_keeps_nothing_in_a_session():
    assert "pool_mode = transaction" in (DOCS / "deploy" / "pgbouncer.ini").read_text()
    database = settings.DATABASES["default"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"]
    assert database["OPTIONS"]["prepare_threshold"] is None
    for app in ("districts", "logistics", "neutrality", "pilkada"):
        code = "".join(path.read_text() for path in (settings.BASE_DIR / app).rglob("*.py"))
        assert not re.search(r"pg_advisory_lock\(|\bLISTEN \w|execute\(\s*[\"']SET (?!LOCAL|CONSTRAINTS)", code), app


def test_alarms_ask_for_figures_that_there_are():
    asked = set(re.findall(r"\bsiap_\w+", (DOCS / "deploy" / "prometheus-rules.yml").read_text()))
    code = (settings.BASE_DIR / "pilkada" / "metrics.py").read_text()
    told = set(re.findall(r'"(siap_\w+)"', code)) | {"siap_http_requests_total", "siap_http_request_seconds_bucket"}
    assert asked <= told | {f"siap_task_{kind}_total" for kind in ("runs", "failures", "seconds")}
    assert set(metrics.ROWS) <= told
