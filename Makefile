# Two commands: `make report` and `make test`. The rest is what they are made of.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT_REPORT := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-noto-core fonts-noto-cjk
APT_TEST := chromium poppler-utils libreoffice-calc

.PHONY: report test test-setup setup packages bench fuzz oldest audit-dependencies style lint sample clean

report: setup packages ## all set-up, then the default edition with all reports
	$(BIN)/resilience-index build ai_resilience
	$(BIN)/resilience-index rank ai_resilience --top 10
	@echo "Open reports/ai_resilience-2026/index.html; reports are in reports/ai_resilience-2026/countries/"

test: export OPENBLAS_NUM_THREADS = 1# tests run beside each other, so each library takes one thread
test: export OMP_NUM_THREADS = 1
test: test-setup style ## all set-up, then every test, that of types among them
	$(BIN)/python -m pytest --numprocesses logical --dist worksteal

bench: test-setup ## measure, write reports/benchmarks.json, print it
	$(BIN)/python -m tests.benchmarks $(ONLY)

fuzz: setup ## one minute of random input for the readers and the formula language
	$(BIN)/python -m tests.fuzz.readers -max_total_time=60

oldest: setup packages ## the fast tests with the oldest releases that pyproject.toml allows
	$(PYTHON) -m venv --clear $(VENV)/oldest
	$(BIN)/python -m tests.oldest > $(VENV)/oldest/constraints.txt
	$(VENV)/oldest/bin/python -m pip install --quiet --constraint $(VENV)/oldest/constraints.txt --editable ".[dev]"
	$(VENV)/oldest/bin/python -m pytest -m "not slow" --numprocesses logical $(ONLY)

audit-dependencies: setup ## known weaknesses of what is installed; what could not be looked up is told
	$(BIN)/python -m tests.advisories

style: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

lint: style ## what takes no test: style and types
	$(BIN)/mypy

sample: setup packages ## refresh reports/sample
	$(BIN)/python -m tests.sample

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

packages:
	@./.ci/packages $(APT_REPORT)

test-setup: setup
	@./.ci/packages $(APT_REPORT) $(APT_TEST)

clean: ## take away what was built, but not the sample
	rm -rf reports/*-*/ reports/benchmarks.json dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
