# Two commands: "make demo" sets up and builds the bundled sample, "make test" sets up and tests.
# PYTHON is the interpreter to start from, VENV the folder of the environment.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test test-one test-two setup setup-dev lint format exports docs lock clean

demo: setup
	$(BIN)/kg build tests/data/sample.jsonl -o exports/sample
	@echo "open exports/sample/graph.html in a browser, or ask: $(BIN)/kg query exports/sample methods-per-modality"

# The tests run in two halves side by side; what each has covered is counted together.
test: setup-dev lint
	@rm -f .coverage .coverage-*
	$(MAKE) --no-print-directory -j2 test-one test-two
	$(BIN)/coverage combine -q .coverage-one .coverage-two
	$(BIN)/coverage report --skip-covered

SECOND = tests/browser $(wildcard tests/test_check*.py tests/test_[o-z]*.py)
PYTEST = $(BIN)/python -m pytest -q --cov=kg --cov-report= --cov-fail-under=0

test-one: setup-dev
	COVERAGE_FILE=.coverage-one $(PYTEST) $(addprefix --ignore=,$(SECOND))

test-two: setup-dev
	COVERAGE_FILE=.coverage-two $(PYTEST) $(SECOND)

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "paperkg needs Python 3.11, 3.12 or 3.13; try: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --group dev
	@touch $@

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The committed exports. The seeds are pages of paper listings that are not part of the project.
SEEDS ?= ../shared/seeds
exports: setup-dev
	$(BIN)/kg build tests/data/sample.jsonl -o exports/sample
	$(BIN)/kg build $(SEEDS)/*.txt -o exports/seeds --evidence offsets
	$(BIN)/python tests/tools/ontology_page.py exports/ontology/index.html
	$(BIN)/python tests/benchmarks/queries.py exports/sample --answers > tests/cases/answers/sample.json

docs: setup-dev
	$(BIN)/cog -r README.md

# Exact versions for reproducible installs, from a fresh environment.
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet "pip>=25.1"
	$(VENV)-lock/bin/python -m pip install --quiet . --group dev
	{ echo "# Exact versions, made by 'make lock'; a constraints file for pip."; \
	  $(VENV)-lock/bin/python -m pip freeze --exclude paperkg; } > requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) $(VENV)-lock build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
