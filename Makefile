# Everything a fresh machine needs is Python 3.11 (to 3.13) and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
UV := $(shell command -v uv)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PORT ?= 3000
INSTANCE := $(abspath $(or $(JICENG_HOME),.))/warehouse/dagster

.DEFAULT_GOAL := help
.PHONY: help install demo build test nightly lint dev generate bench lock clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

install: $(INSTALLED)  ## make the virtual environment from requirements.lock

$(INSTALLED): requirements.lock pyproject.toml
ifneq ($(UV),)
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	# The lock is complete: pip must not resolve again (it trips over a locked package with extras).
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

demo: install  ## the whole path of a report on synthetic samples, in warehouse/
	$(BIN)/jiceng demo

build: install  ## collect, judge, build and release what lies in raw/inbox
	$(BIN)/jiceng build

test: install  ## all tests (under 12 minutes on two cores)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

nightly: install  ## thousands of drawn files; JICENG_SEED=n tries others
	$(BIN)/python -m pytest -q -n 2 -m nightly tests/integration/reading

lint: install  ## ruff, mypy, sqlfluff, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt/models dbt/analyses dbt/tests
	$(BIN)/lint-imports

dev: install  ## open the Dagster UI on http://127.0.0.1:3000 and keep reports flowing
	mkdir -p $(INSTANCE)
	cp dagster_project/defs/dagster.yaml $(INSTANCE)/dagster.yaml
	DAGSTER_HOME=$(INSTANCE) DAGSTER_DISABLE_TELEMETRY=yes \
		$(BIN)/dagster dev --host 127.0.0.1 --port $(PORT) --module-name dagster_project.definitions

generate: install  ## write the dbt files that follow from the forms
	$(BIN)/jiceng generate

bench: install  ## the benchmarks, with where the time goes
	$(BIN)/python -m pytest -q -s -p no:randomly --override-ini=addopts= tests/benchmarks

lock:  ## resolve the dependencies again (needs uv)
	$(UV) pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 \
		--group dev pyproject.toml -o requirements.lock

clean:  ## remove what can be built again; raw/ stays
	rm -rf warehouse returned dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
