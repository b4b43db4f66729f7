# The two commands: `make demo` shows deploybot at work, `make test` runs every test that this
# machine can run. Both set up what they need; python3 (3.11 or newer), git and make suffice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODULES := tests/npm/node_modules
export NPM_MODULES := $(CURDIR)/$(MODULES)
# Many a container sets it; then every worker compiles every test anew, three quarters of its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo test coverage lint format bench chaos lock clean
.DEFAULT_GOAL := help

help:
	@grep -E '^## ' Makefile | cut -c4-

## make install   the virtual environment, from hash-pinned requirements
install: $(VENV)/installed

$(VENV)/installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

## make demo      deploybot with stand-ins of GitHub, CircleCI and Slack, and a page to drive it
demo: install
	@$(BIN)/deploybot sandbox

## make test      every test this machine can run; the last lines name what was left out and why
test: install $(MODULES)/.installed $(VENV)/rewritten
	$(BIN)/python -m pytest -n 5 --dist loadgroup $(PYTEST_ARGS)

# pytest rewrites the tests' assertions once; the workers, which all begin at once, would each do it.
$(VENV)/rewritten: $(VENV)/installed
	-@find tests -name 'test_*.py' -not -path '*/node_modules/*' \
		| xargs -P 2 -n 150 $(BIN)/python -m pytest --collect-only -qq >/dev/null
	@touch $@

## make coverage  the same, and which lines no test runs (it takes twice as long)
coverage: install $(MODULES)/.installed
	@$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -n 5 --dist loadgroup --cov --cov-report= $(PYTEST_ARGS)
	@$(BIN)/python -m coverage report --fail-under=95

# Data for tests (webhook payloads, GitHub's GraphQL schema, Amazon's DynamoDB Local), if npm is here.
$(MODULES)/.installed: tests/npm/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "npm is not here: the tests that need it will be left out"; fi

## make lint      ruff, mypy, import rules
lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## make bench     how many webhooks a second are accepted, beside bare aiohttp
bench: install
	$(BIN)/python -m tests.bench.acceptance

## make chaos     real processes killed and stopped in a storm (N=200 STORE=sqlite|dynamodb SEED=)
chaos: install $(MODULES)/.installed
	@$(BIN)/python -m tests.chaos

# New versions of the requirements (needs pip-tools): hashes, no addresses.
lock: export CUSTOM_COMPILE_COMMAND := make lock
lock:
	pip-compile -q --no-strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--generate-hashes --allow-unsafe -o requirements.txt pyproject.toml
	pip-compile -q --no-strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--generate-hashes --allow-unsafe --extra sandbox --extra dev -o requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) $(MODULES) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
