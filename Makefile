# make run    starts Kamkor on http://127.0.0.1:8000     make test   checks everything
# The rest: setup, science, spark, lint, format, messages, openapi, lock, screenshots, bench, drill, sbom, audit, asvs, clean.

# The distribution's own Python first: it is built for speed, and what a version manager builds often is not.
PYTHONS := python3.11 python3.12 python3.13 python3
PYTHON ?= $(firstword $(foreach name,$(addprefix /usr/bin/,$(PYTHONS)) $(PYTHONS),$(shell $(name) -c \
	'import ensurepip, sys, venv; sys.version_info < (3, 11) or print("$(name)")' 2>/dev/null)) python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --require-virtualenv
STATIC := src/kamkor/base/static/kamkor
CYRILLIC := locale/uz_Cyrl/LC_MESSAGES/django.mo
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(foreach code,ky ru uz,locale/$(code)/LC_MESSAGES/django.po)))
LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

.DELETE_ON_ERROR:
.PHONY: run setup science spark test lint format messages openapi lock screenshots bench drill sbom audit asvs faults fuzz clean develop

run: setup
	@$(BIN)/kamkor start

test: develop
	@$(BIN)/python -m tools.check

lint: develop
	@$(BIN)/python -m tools.check lint

# What has been done is remembered by files, so that a second run does only what changed.
setup: .venv/.kamkor $(STATIC)/.built $(CATALOGUES) $(if $(CATALOGUES),$(CYRILLIC))

develop: setup .venv/.develop

# What the methods of estimation, linkage and release need; a desk that only helps people does without.
science: setup .venv/.science

# Figures by Spark, for more rows than one machine counts: 430 MB to load, and it needs Java 17 or newer.
spark: science .venv/.spark

.venv/bin/python:
	@echo "1/4 Virtual environment …"
	@$(PYTHON) -c 'import sys; sys.exit("Kamkor needs Python 3.11 or newer.") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv || { echo "Mend: apt-get install python3-venv"; exit 1; }

.venv/.kamkor: requirements/setup.txt requirements/base.txt pyproject.toml | .venv/bin/python
	@echo "2/4 Python packages …"
	@$(PIP) install --require-hashes -r requirements/setup.txt -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.develop: requirements/dev.txt | .venv/.kamkor
	@echo "Packages for development …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.science: requirements/science.txt | .venv/.kamkor
	@echo "Packages for figures …"
	@$(PIP) install --require-hashes -r requirements/science.txt
	@touch $@

.venv/.spark: requirements/spark.txt | .venv/.science
	@echo "Spark …"
	@$(PIP) install --require-hashes --no-build-isolation -r requirements/spark.txt
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json
	@echo "3/4 Front end: packages …"
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

$(STATIC)/.built: frontend/node_modules/.installed frontend/build.mjs $(shell find frontend/src -type f 2>/dev/null)
	@echo "4/4 Front end: styles, scripts, fonts …"
	@cd frontend && npm run --silent build
	@touch $@

%.mo: %.po
	@msgfmt --check-format --output-file=$@ $< || { echo "Mend: apt-get install gettext, or see above"; exit 1; }

locale/uz_Cyrl/LC_MESSAGES/django.po: locale/uz/LC_MESSAGES/django.po $(wildcard src/kamkor/codes/*cyrillic*.*) tools/cyrillic.py | .venv/.kamkor
	@mkdir -p $(@D)
	@$(BIN)/python -m tools.cyrillic $< $@

format: develop
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .
	@find src -path '*/templates/*.html' -exec $(BIN)/djade --target-version 5.2 {} +

messages: develop
	@$(BIN)/python -m tools.messages --update
	@$(MAKE) --silent setup

openapi: develop
	@$(BIN)/python -m tools.openapi tests/api/openapi.json

lock:
	@echo 'setuptools>=77' | $(LOCK) --no-annotate --output-file requirements/setup.txt -
	@$(LOCK) --output-file requirements/base.txt pyproject.toml
	@$(LOCK) --extra science --output-file requirements/science.txt pyproject.toml
	@$(LOCK) --output-file requirements/spark.txt requirements/spark.in
	@$(LOCK) --extra science --group dev --output-file requirements/dev.txt pyproject.toml
	@cd frontend && npm install --silent --package-lock-only

screenshots: develop
	@KAMKOR_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -q tests/journeys

# What is claimed to be fast, into docs/benchmarks.md: an hour, or minutes with PERSONS=5000. SECTIONS="pages costs"
# runs these alone; SECTIONS=setup, which loads packages, runs only so.
bench: develop
	@$(BIN)/python -m bench $(SECTIONS) $(if $(PERSONS),--persons $(PERSONS))

# Backs a demonstration up, restores it and drills it; nothing of this machine's own instance is touched.
drill: setup
	@$(BIN)/python -m tools.drill

# What is shipped, with hashes, into docs/sbom.json; after every change of the locks.
sbom: develop
	@$(BIN)/python -m tools.sbom

# Known holes in what is locked; asks the databases of both registries, and fails where they do not answer.
audit: develop
	@$(BIN)/python -m tools.audit

# Workers killed, a full disk, databases that stop, a clock that jumps: a quarter of an hour, into docs/faults.md.
faults: develop
	@$(BIN)/python -m bench.faults

# Every form and the API are sent what nobody foresaw: half an hour, into docs/fuzzing.md.
fuzz: develop
	@$(BIN)/python -m bench.fuzz

# The table of ASVS, into docs/asvs.md: from tools/asvs.csv and the marks on the tests.
asvs: develop
	@$(BIN)/python -m tools.asvs

clean:
	@rm -rf .venv build frontend/node_modules $(STATIC) locale/uz_Cyrl src/*.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find locale -name '*.mo' -delete 2>/dev/null || true
