# Everything a developer or CI runs. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .venv-tools
WORKERS ?= 2
# The tests of a file share a stack; conftest.py has the longest file begin.
BY_FILE := --dist loadfile --no-loadscope-reorder
# Hundreds of processes start in the tests: the environment may not ask each to compile anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test check format unit integration e2e faults bench contracts docs nats-config lock clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What looks at our manifests and lists what the image holds has a great many dependencies of its own.
$(TOOLS)/ready: requirements-tools.lock
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

run: $(VENV)/ready ## Start everything, seed a demo team, print a tour; Ctrl-C stops it
	@exec $(BIN)/countersign up

test: check integration e2e faults ## All checks and all tests

check: $(VENV)/ready ## Style, types, import contracts, unit and contract tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) tests/unit tests/contracts

format: $(VENV)/ready ## Put the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: $(VENV)/ready ## Unit tests: no server needed
	$(BIN)/pytest -n $(WORKERS) tests/unit

integration: $(VENV)/ready ## Tests on a real PostgreSQL and NATS
	$(BIN)/pytest -n $(WORKERS) tests/integration

e2e: $(VENV)/ready ## Whole journeys over HTTP on a running stack
	$(BIN)/pytest -n $(WORKERS) $(BY_FILE) tests/e2e

faults: $(VENV)/ready ## Kill, cut and set back, and lose nothing
	$(BIN)/pytest -n $(WORKERS) $(BY_FILE) tests/faults

bench: $(VENV)/ready ## Measure recording a note against FastAPI alone and a CRUD service; then the ledger
	$(BIN)/python -m bench

contracts: $(VENV)/ready ## Write docs/events.md, JSON Schemas and AsyncAPI of published events
	$(BIN)/python -m shared.contracts

docs: $(VENV)/ready ## Write docs/access.md from the access tables, and the hazard log from its data
	$(BIN)/python -m countersign.access
	$(BIN)/python -m countersign.hazards

nats-config: $(VENV)/ready ## Write the broker's configuration for Kubernetes
	$(BIN)/countersign nats-config --servers 3 > deploy/k8s/base/nats/nats.conf
	$(BIN)/countersign nats-config --servers 1 > deploy/k8s/components/nats-one-server/nats.conf

lock: ## Pin dependencies with hashes (needs uv)
	uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 --extra local --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 requirements-tools.in -o requirements-tools.lock

clean: ## Remove the virtual environment and caches (not the data)
	rm -rf $(VENV) $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
