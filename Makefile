# make run   the dashboard            make test    what this machine can test (test-thorough: long lists whole)
# make check format, lint, types, data  make bench   measurements, written to docs/benchmarks.md
# Each target does its own set-up, asks nothing and says what it could not do.

.DEFAULT_GOAL := help
.PHONY: help run test test-thorough test-postgres check bench screenshots lock clean venv install install-dev browser
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PORT ?= 8501
ADDRESS ?= localhost
PYTHON ?= $(firstword $(shell command -v python3 python3.14 python3.13 python3.12 python3.11))
VENV_PYTHON := .venv/bin/python
# In the order of the files, the browser first: it takes the longest. tests/conftest.py says what goes together.
PYTEST := $(VENV_PYTHON) -m pytest -n auto --dist loadscope --no-loadscope-reorder
COMPILE := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --quiet

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Compiled once, not by each of the processes that tests start.
export PYTHONDONTWRITEBYTECODE :=

help:
	@sed -n '1,3s/^# //p' Makefile

# Install a lock file once: the stamp holds the checksum of the lock and of the interpreter. The lock names everything,
# so nothing is resolved, and what is imported is compiled then: half the time.
define install
	@sum="$$(cat $(1) | cksum) $$($(VENV_PYTHON) -V)"; \
	if [ "$$(cat .venv/$(1).stamp 2>/dev/null)" != "$$sum" ]; then \
	  echo "installing $$(grep -c '==' $(1)) packages from $(1) (once; a minute or two)"; \
	  $(VENV_PYTHON) -m pip install --quiet --require-hashes --no-deps --no-compile -r $(1) && echo "$$sum" > .venv/$(1).stamp; \
	fi
endef

venv:
	@if ! $(VENV_PYTHON) -m pip --version >/dev/null 2>&1; then \
	  python=""; \
	  for found in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
	    "$$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { python="$$found"; break; }; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Python 3.11 or newer is needed; found: $$("$(PYTHON)" -V 2>&1 || echo none). Set PYTHON=/path/to/python3." >&2; \
	    exit 1; \
	  fi; \
	  echo "making .venv with $$("$$python" -V)"; \
	  "$$python" -m venv .venv || { echo "The venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	fi

install: venv
	$(call install,requirements.lock)

install-dev: venv
	$(call install,requirements-dev.lock)

run: install
	@$(VENV_PYTHON) -m dashboard build
	@echo "serving on http://$(ADDRESS):$(PORT)  (Ctrl+C stops)"
	@exec $(VENV_PYTHON) -m dashboard serve --port "$(PORT)" --address "$(ADDRESS)"

browser:
	@bash tests/browser/install.sh

check: install-dev
	@failed=0; \
	for step in "ruff format --check ." "ruff check ." "pyright" "dashboard check"; do \
	  echo "== $$step"; $(VENV_PYTHON) -m $$step || failed=1; \
	done; \
	exit $$failed

# Checks first, then the tests all the same; pytest's closing line comes last.
test: install-dev browser
	@failed=0; \
	$(MAKE) check || { failed=1; echo "== make check FAILED, see above; the tests run all the same"; }; \
	echo "== pytest"; \
	bash tests/postgres.sh --or-skip $(PYTEST) || failed=1; \
	exit $$failed

# Every indicator, claim and story wherever the daily run asks some of them, and more made-up input: an hour or more.
test-thorough:
	@DASHBOARD_TEST_THOROUGH=1 $(MAKE) test

# Pages, routes and files once more, with the catalogue of the whole site on PostgreSQL.
test-postgres: install-dev
	@DASHBOARD_TEST_SITE=postgres bash tests/postgres.sh $(PYTEST) -m "not browser" \
	  tests/pages tests/web tests/export

bench: install-dev browser
	@for name in build search rerun sessions first_view filter_change stage deck serving opinions; do \
	  $(VENV_PYTHON) -m benchmarks.$$name --write || exit 1; \
	done

screenshots: install-dev browser
	@$(VENV_PYTHON) -m docs.screenshots

# Pinned with hashes; neither file names an index host. Add UPGRADE=--upgrade for newer versions.
lock: venv
	@$(VENV_PYTHON) -m uv --version >/dev/null 2>&1 || $(VENV_PYTHON) -m pip install --quiet uv
	$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra meaning $(COMPILE) $(UPGRADE) -o requirements.lock
	$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra meaning --extra ingest --extra dev -c requirements.lock $(COMPILE) $(UPGRADE) \
	  -o requirements-dev.lock

clean:
	rm -rf .venv data/build .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
