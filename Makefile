# The house's commands. `make` alone lists them.
# Needs Python 3.11 or newer and make; everything else is installed into .venv, hashes checked.

PYTHON ?= python3
PORT ?= 8501
# Workers of pytest: more than two share the cores of a small machine badly.
WORKERS ?= 2
# Another machine that `make bundle` is for: its Python and wheel tags, such as 3.12 and win_amd64.
TARGET_PYTHON ?=
TARGET_PLATFORM ?=
# Further arguments to pytest, as in: make test PYTEST_ARGS='-k calendar'
PYTEST_ARGS ?=

BIN := .venv/bin
OLDEST := build/venv-oldest/bin
BENCH := build/venv-bench/bin
SOURCES := warehouse expectations etl dashboard
CODE := $(SOURCES) tests tools bench $(wildcard data/samples)
# loadfile: a file's fixtures are built in one worker only. In the order of their names: sorted by
# their number of tests, the few that take longest would come last.
PYTEST := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What stands on DuckDB itself: the store, the models, the engine that runs rules and metrics.
OLDEST_TESTS := $(wildcard $(patsubst %,tests/test_%*.py, \
	store journal derive reference models metrics targets rules semantics pipeline))
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-fast test-oldest check format bench bundle docs lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:  ## .venv with everything locked, and the command .venv/bin/citycredit
	@$(PYTHON) tools/bootstrap.py venv

demo: setup  ## build the sample warehouse and serve it (PORT=8501)
	@$(BIN)/citycredit demo --port $(PORT)

serve: setup  ## serve the warehouse that is there (PORT=8501)
	@$(BIN)/citycredit serve --port $(PORT)

test: setup  ## every test, browser included
	@$(PYTHON) tools/bootstrap.py browser
	@$(BIN)/python $(PYTEST) $(PYTEST_ARGS)

test-fast: setup  ## without browser and slow tests
	@$(BIN)/python $(PYTEST) -m 'not browser and not slow' $(PYTEST_ARGS)

test-oldest:  ## store, models and engine on the oldest DuckDB allowed
	@$(PYTHON) tools/bootstrap.py oldest
	@$(OLDEST)/python $(PYTEST) $(OLDEST_TESTS) $(PYTEST_ARGS)

check: setup  ## format, lint, types, SQL lint, lock
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes $(WORKERS) $(SOURCES)
	@$(BIN)/python -m tools.check_lock

format: setup  ## format and mend what can be mended
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/sqlfluff fix --quiet --processes $(WORKERS) $(SOURCES)

bench: setup  ## measure against the budgets; writes bench/out/
	@$(PYTHON) tools/bootstrap.py bench
	@$(BIN)/python -m bench.load
	@$(BENCH)/python -m bench.rules
	@$(BIN)/python -m bench.verdict
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.pages --home bench/out/home-1000000
	@$(BIN)/python -m bench.sessions --home bench/out/home-1000000

bundle: setup  ## build/citycredit-<version>-bundle.tar.gz for a machine without internet
	@$(BIN)/python -m tools.bundle $(if $(TARGET_PYTHON),--python $(TARGET_PYTHON)) \
		$(if $(TARGET_PLATFORM),--platform $(TARGET_PLATFORM))

docs: setup  ## write docs/cli.md, docs/coverage.md, docs/rules.md and the module map anew
	@$(BIN)/python -m tools.cli_docs
	@$(BIN)/python -m tools.coverage_docs
	@$(BIN)/python -m tools.rule_docs
	@$(BIN)/python -m tools.module_map

lock:  ## resolve the locks anew (needs uv and a package index)
	$(COMPILE) --group dev pyproject.toml -o requirements.lock
	echo 'setuptools>=77' | $(COMPILE) --no-header --no-annotate -o tools/build.lock -
	$(COMPILE) --no-header --no-annotate --constraint requirements.lock --group bench \
		-o tools/bench.lock
	echo 'duckdb==1.5.6' | $(COMPILE) --no-header --no-annotate -o tools/oldest.lock -

clean:  ## remove what can be built again; data/home stays
	rm -rf .venv build bench/out .pytest_cache .ruff_cache .mypy_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
