# Everything there is to do with this folder; `make help` lists it. Set-up happens by itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
# Two workers are quicker from two processors on; more of them wait for the same disk.
WORKERS ?= $(shell [ "$$(getconf _NPROCESSORS_ONLN)" -ge 2 ] && echo 2 || echo 0)
TYPED := $(wildcard src tests lint tools benchmarks)
COMPILE := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
    --no-emit-find-links --python-version 3.11 --no-header --quiet
PROJECT := pyproject.toml --extra demo --extra s3 --extra tune --extra privacy --group setup

# uv brings certificates of its own; where a company's proxy signs, only the system knows whom to
# trust.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= true
endif

.PHONY: help demo up test simulate explore check format docs screenshots bench lock clean .runtime .dev .browser

help: ## Show this list
	@echo "make <target>"
	awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: .runtime ## Fly the example missions and serve the console (SERVE=0: stop after flying; PORT=8080)
	@$(if $(PORT),GONOGO_PORT=$(PORT)) $(BIN)/gonogo demo $(if $(filter 0,$(SERVE)),--no-serve,--serve)

up: .runtime ## Serve an empty or existing installation in .gonogo/ (PORT=8080)
	@$(if $(PORT),GONOGO_PORT=$(PORT)) $(BIN)/gonogo up

test: .dev .browser ## Run the tests (ARGS=tests/stats, WORKERS=2)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

simulate: .dev .browser ## Run the slow tests: simulations and long faults
	@$(BIN)/pytest -m slow $(ARGS)

explore: .dev ## Look for new examples that break a property (ARGS=tests/stats)
	@$(BIN)/pytest -m "hypothesis and not slow" --hypothesis-profile=explore -n $(WORKERS) $(ARGS)

check: .dev ## Check format, lint, types, floors and our own rules
	@broken=0
	step() { echo "· $$1"; shift; "$$@" || broken=1; }
	step format $(BIN)/ruff format --check --quiet
	step lint $(BIN)/ruff check --quiet
	step types $(BIN)/mypy --no-error-summary $(TYPED)
	step floors $(BIN)/lint-imports --no-logo --no-cache
	step "own rules" $(BIN)/python -m lint
	exit $$broken

format: .dev ## Format the code and repair what can be repaired
	@$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: .dev ## Write docs/reference/ and the help of `gonogo` from the code
	@$(BIN)/python tools/reference.py

screenshots: .dev .browser ## Take the picture of the README (GONOGO_HOME: where the mission was flown)
	@$(BIN)/python -m tools.screenshots

bench: .dev ## Measure the promised ratios (ONLY=name for one, ARGS="--decisions 1000000")
	@$(BIN)/python -m benchmarks $(ONLY) $(ARGS)

lock: .dev ## Write the versions that pyproject.toml asks for into the locks (ARGS=--upgrade: the newest)
	@$(COMPILE) $(ARGS) - --output-file requirements-uv.lock >/dev/null <<<uv
	$(COMPILE) $(ARGS) $(PROJECT) --output-file requirements.lock >/dev/null
	$(COMPILE) $(ARGS) $(PROJECT) --group dev --constraint requirements.lock \
	    --output-file requirements-dev.lock >/dev/null

clean: ## Remove what make made; .gonogo/, which holds data, stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
	find src tests lint tools $(wildcard benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

.runtime:
	@PYTHON="$(PYTHON)" tools/setup runtime

.dev:
	@PYTHON="$(PYTHON)" tools/setup dev

.browser: .dev
	@echo "· browser: $$($(BIN)/python tools/browser.py)"
