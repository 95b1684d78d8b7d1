# make run     set up, install the default packs, start the server, show a real result
# make test    set up, then every check and every test
# make check   format, lint, types, floors, unit and docs tests (no packs, no network)
# make bench   measure; dated results go to bench/results, the README table is renewed
#              (make bench-accuracy DATA=... measures only what needs labelled pictures)
# make ui      build the pages into the package (run and test do so by themselves)
# make docs    write the generated reference pages again
# make clean   remove what these commands made in this folder

SHELL := /bin/bash
PYTHON ?= python3
NPM ?= npm
PORT ?= 8600
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
# A stamp carries a checksum of what it was made from: when that changes, so does its name.
RUN_STAMP := $(VENV)/.run-$(shell cat requirements/run.txt requirements/build.txt pyproject.toml | cksum | cut -d ' ' -f 1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements/dev.txt requirements/run.txt | cksum | cut -d ' ' -f 1)
JS := tests/protocol/js
JS_STAMP := $(JS)/node_modules/.installed-$(shell cat $(JS)/package-lock.json 2>/dev/null | cksum | cut -d ' ' -f 1)
UI := frontend
STATIC := src/eyebright/web/static
UI_MODULES := $(UI)/node_modules/.installed-$(shell cat $(UI)/package-lock.json | cksum | cut -d ' ' -f 1)
UI_STAMP := $(STATIC)/.built-$(shell find $(UI) -name node_modules -prune -o -type f -print | LC_ALL=C sort | xargs cat | cksum | cut -d ' ' -f 1)
BROWSER := tests/browser/chromium
BROWSER_STAMP := $(BROWSER)/node_modules/.unpacked-$(shell cat $(BROWSER)/package-lock.json $(BROWSER)/unpack.mjs | cksum | cut -d ' ' -f 1)
CACHE := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)
# Tests keep their packs outside the tree and never touch the home of a person.
TEST_HOME ?= $(CACHE)/eyebright-test
# Benchmarks that need nothing but the packs, and those that need labelled pictures.
BENCHES := search throughput enrolment server pictures text_speed video streams library library_search first_paint
ACCURACY := detection verification identification celebrities attributes moderation equipment text labels who video_text shots choice grouping suggestions
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help setup setup-dev ui ui-check node run check test-all test bench bench-accuracy docs clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile | head -8

setup: $(RUN_STAMP)
setup-dev: $(DEV_STAMP)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Eyebright needs Python 3.11 or newer; $(PYTHON) was not found. Install it, or say: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Eyebright needs Python 3.11 or newer; $$($(PYTHON) --version) is too old. Say: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): | $(VENV)/bin/python
	@echo "Installing what Eyebright needs into $(VENV) ..."
	@$(PIP) install -r requirements/run.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.run-* && touch $@

$(DEV_STAMP): | $(RUN_STAMP)
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install -r requirements/dev.txt
	@rm -f $(VENV)/.dev-* && touch $@

$(JS_STAMP):
	@echo "Installing the JavaScript client that the tests drive ..."
	@cd $(JS) && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

ui: $(UI_STAMP)

node:
	@command -v node >/dev/null && command -v $(NPM) >/dev/null || { echo "The pages of Eyebright are built with Node 20.19 or newer and npm; they were not found. Install them (nodejs.org)." >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { echo "The pages of Eyebright are built with Node 20.19 or newer; $$(node --version) is too old." >&2; exit 1; }

$(UI_MODULES): | node
	@echo "Installing what builds the pages ..."
	@cd $(UI) && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(UI_STAMP): $(UI_MODULES)
	@echo "Building the pages ..."
	@cd $(UI) && $(NPM) run --silent build -- --logLevel warn
	@touch $@

ui-check: $(UI_MODULES)
	cd $(UI) && $(NPM) run --silent lint && $(NPM) run --silent check && $(NPM) run --silent test

$(BROWSER_STAMP): | node
	@echo "Installing the browser that the tests drive ..."
	@cd $(BROWSER) && $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error && node unpack.mjs
	@touch $@

run: $(RUN_STAMP) $(UI_STAMP)
	@$(BIN)/eyebright packs install
	@$(BIN)/python examples/first_look.py --port $(PORT)

check: $(DEV_STAMP) ui-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/unit tests/docs

test: $(DEV_STAMP) ui-check $(UI_STAMP) $(BROWSER_STAMP) $(if $(wildcard $(JS)/package-lock.json),$(JS_STAMP))
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/eyebright packs install
	EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore tests/browser
	@# by themselves: beside journeys that start a dozen processes a browser is too late
	EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/browser

# Accuracy needs labelled pictures: make bench DATA=/path/to/them
bench: $(DEV_STAMP)
	EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/eyebright packs install
	for one in $(BENCHES); do \
	  EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/python -m bench.$$one || exit 1; done
	$(if $(DATA),$(MAKE) bench-accuracy)
	$(BIN)/python -m bench.report

bench-accuracy: $(DEV_STAMP)
	@test -d "$(DATA)" || { echo "Say where the labelled pictures are: make bench-accuracy DATA=/path/to/them" >&2; exit 1; }
	EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/eyebright packs install
	for one in $(ACCURACY); do \
	  EYEBRIGHT_HOME="$(TEST_HOME)" $(BIN)/python -m bench.$$one --data "$(DATA)" || exit 1; done
	$(BIN)/python -m bench.report

docs: $(DEV_STAMP)
	$(BIN)/python -m eyebright.cli.reference docs/reference
	$(BIN)/python -m eyebright.rekognition.compatibility > docs/compatibility.md

clean:
	rm -rf $(VENV) $(JS)/node_modules $(UI)/node_modules $(BROWSER)/node_modules $(STATIC) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
