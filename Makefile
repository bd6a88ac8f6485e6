# Each target has one line of help: `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test browser postgres run check bench torture simulate-contact lock clean

help: ## show this help
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY) ## play July 2008 of the sample county, then open its page on 127.0.0.1:8400; no account needed (ARGS="--once" leaves files only)
	@$(BIN)/yibao demo $(ARGS)

test: $(READY) ## lint, types, house rules and all tests
	@$(MAKE) --no-print-directory check browser postgres
	$(BIN)/pytest -n auto $(ARGS)

browser: ## find or install Chromium and a Chinese font for the browser tests
	@sh tests/browser/install.sh

postgres: ## find or install PostgreSQL for the storage tests
	@sh tests/storage/install.sh

run: $(READY) ## run the real bot with the settings in .env
	@$(BIN)/yibao run

check: $(READY) ## lint, types and house rules only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(READY) ## measure speed, as ratios against ceilings of the same run
	@$(BIN)/python -m benchmarks $(ARGS)

torture: $(READY) ## people fill forms while the program is killed with -9 (ARGS="--people 300 --seed 7 --postgres")
	@$(BIN)/python -m benchmarks.torture $(ARGS)

simulate-contact: $(READY) ## years of contact checks among outages and moved clocks, every outcome proved, on both databases (ARGS="--liaison-months 300 --months 3 --seed 7")
	@$(BIN)/python -m benchmarks.simulate_contact $(ARGS)

lock: $(READY) ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(READY): requirements-dev.lock pyproject.toml
	@echo "Setting up $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
