# Everything a developer or CI runs. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .venv-tools
MODELS := tests/kubernetes/crds
WORKERS ?= 2
# The tests of a file share a stack; conftest.py has the longest file begin.
BY_FILE := --dist loadfile --no-loadscope-reorder
# Hundreds of processes start in the tests: the environment may not ask each to compile anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test check format unit integration e2e faults bench contracts docs nats-config lock clean image sbom image-test k8s-check k8s-findings

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

test: check integration e2e faults k8s-check image-test ## All checks and all tests

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

k8s-check: $(VENV)/ready $(TOOLS)/ready $(MODELS)/node_modules/ready ## Render deploy/k8s, validate it, and look for what schemas miss
	$(BIN)/pytest -n $(WORKERS) $(BY_FILE) tests/kubernetes

k8s-findings: $(VENV)/ready ## Say what is wrong or left to fill in: OVERLAY=deploy/k8s/overlays/production
	@$(BIN)/python -m tests.kubernetes $(OVERLAY)

$(MODELS)/node_modules/ready: $(MODELS)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --prefix $(MODELS) && touch $@; \
	else echo "npm is not here: resources of other projects are not validated."; fi

image: $(VENV)/ready ## Build the container image (BASE=… to build on another, VERSION=…)
	PYTHON=$(BIN)/python deploy/image/build

sbom: $(TOOLS)/ready ## List what is in the image, in CycloneDX: build/countersign.cdx.json
	TOOLS=$(TOOLS) deploy/image/bill

image-test: $(VENV)/ready $(TOOLS)/ready ## Build the image and run it locked down
	$(BIN)/pytest tests/image

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
	uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 deploy/image/build.in -o deploy/image/build.lock

clean: ## Remove the virtual environment, caches and what was built (not the data)
	rm -rf build $(VENV) $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
