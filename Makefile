# Wharf's commands. A fresh clone needs Python 3.11 and make; `install` brings the rest.
PYTHON ?= python3.11
PY := .venv/bin/python
LAUNCHER := $(PY) -m hub.launcher
LOCKS := $(wildcard requirements/dev.lock package-lock.json)
# One stamp per content of the lock files: a clone, a pull or a branch installs when it must.
STAMP := .venv/.installed-$(shell cat $(LOCKS) | cksum | cut -d' ' -f1)
TESTS ?= tests
# Compiled modules are kept, whatever the shell says: the tests start a hundred processes.
export PYTHONDONTWRITEBYTECODE :=
PYTEST_ARGS ?=

.PHONY: help install demo stop test battery check bench screenshots
.DEFAULT_GOAL := help

help:
	@echo "make demo         run everything at http://127.0.0.1:8000 (WHARF_PORT changes the port)"
	@echo "make stop         stop a demo that runs elsewhere, and its servers"
	@echo "make test         every test but the long ones (TESTS=path, PYTEST_ARGS=...)"
	@echo "make battery      the long trials: kills and faults"
	@echo "make check        style, types, floors, migrations, templates, deployment"
	@echo "make bench        speed, as ratios to a floor measured in the same run"
	@echo "make screenshots  the pictures in the README, from a demo of their own"

install: $(STAMP)

$(STAMP): $(LOCKS)
	@command -v $(PYTHON) >/dev/null || { echo "Wharf needs Python 3.11: install it, or say where it is with PYTHON=..."; exit 1; }
	$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.lock
	$(PY) -m hub.launcher.node
	rm -f .venv/.installed-*
	touch $@

# `exec` and the option make Ctrl-C, and the end of make itself, reach the launcher.
demo: install
	@exec $(LAUNCHER) demo --die-with-parent

stop: install
	@$(LAUNCHER) stop

test: install
	@$(PY) -m hub.launcher.chromium
	$(PY) -m pytest -n 2 --dist worksteal -m "not battery" $(PYTEST_ARGS) $(TESTS)

battery: install
	@$(PY) -m hub.launcher.chromium
	$(PY) -m pytest -m battery $(PYTEST_ARGS) $(TESTS)

check: install
	@$(LAUNCHER) check

bench: install
	@$(PY) -m bench $(BENCH_ARGS)

screenshots: install
	@$(PY) -m hub.launcher.chromium
	@$(PY) -m demo.screenshots
