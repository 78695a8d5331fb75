# SIAP Pilkada. `make run` and `make test` need only Python 3.11 or newer, make and a package index.
# Recipes use relative paths throughout, so the checkout may lie in a folder with a space in its name.

.DEFAULT_GOAL := run
.PHONY: run test bench screenshots lock lint types
MAKEFLAGS += --no-print-directory
export PORT

PY := .venv/bin/python

# The first new enough Python; `make run PYTHON=/opt/python3.13/bin/python3` names another.
FIND_PYTHON = for p in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; p=; done; \
	[ -n "$$p" ] || { echo "SIAP: Python 3.11 atau lebih baru tidak ditemukan. Pasang dulu, atau tunjukkan: make $@ PYTHON=/letak/python3" >&2; exit 1; }

# The browser of the browser tests: the system's, as its version is what people have.
FIND_CHROMIUM = CHROMIUM="$${CHROMIUM:-$$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"; \
	[ -x "$$CHROMIUM" ] || { echo "SIAP: Chromium tidak ditemukan; tes peramban memerlukannya. Pasang dengan: apt-get install -y chromium" >&2; exit 1; }; \
	export CHROMIUM

## Start everything: http://localhost:8000/ or `make run PORT=9000` (a taken port is known before anything is installed)
run:
	@$(FIND_PYTHON); { [ -e .venv/.installed-requirements.txt ] || "$$p" -I pilkada/ports.py; } && \
	"$$p" -I pilkada/install.py requirements.txt && \
	exec "$(PY)" -m pilkada.services run

## All tests, those in a real browser included: `make test ARGS="-k laporan"`
test:
	@$(FIND_CHROMIUM); $(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-test.txt && \
	exec "$(PY)" -m pilkada.services exec --throwaway -- "$(PY)" -m pytest -n 2 $(ARGS)

## Measurements, in a data folder of their own that is removed afterwards
bench:
	@$(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-test.txt && \
	exec "$(PY)" -m pilkada.services exec --throwaway -- "$(PY)" -m bench $(ARGS)

## The pictures of docs/, from the demo on a fixed morning: `make screenshots ARGS="desk-kendala"` for some
screenshots:
	@$(FIND_CHROMIUM); $(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-test.txt && \
	exec "$(PY)" -m pilkada.services exec --throwaway -- "$(PY)" -m docs.screenshots $(ARGS)

## Format and lint, changing nothing
lint:
	@$(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-dev.txt && \
	"$(PY)" -m ruff check . && "$(PY)" -m ruff format --check .

## Types; Django's plugin reads the settings, which want an environment
types:
	@$(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-dev.txt && \
	SECRET_KEY=types LOCAL=1 DATABASE_URL=postgres://localhost/types REDIS_URL=redis://localhost/0 "$(PY)" -m mypy pilkada districts logistics neutrality

## Hash-locked requirements from pyproject.toml; the lock names no index address
LOCK = "$(PY)" -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml
lock:
	@$(FIND_PYTHON); "$$p" -I pilkada/install.py requirements-dev.txt && \
	$(LOCK) -o requirements.txt && \
	$(LOCK) --group test -o requirements-test.txt && \
	$(LOCK) --group test --group dev -o requirements-dev.txt
