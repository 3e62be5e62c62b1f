# Sanfang: one command for each habit. `make` alone lists them.
#
# Stamp files remember what is done, so that a second run starts at once:
#   .venv/.made, .venv/.locked, .venv/.installed   environment, locked dependencies, this project
#   infra/kafka/jars/.complete                     Kafka's own jars, by Maven
#   infra/encoder/jars/.complete                   the door's sentence encoder, by Maven; optional (docs/matching.md)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Any Python from 3.11 on: `make PYTHON=python3.12 setup` names one; otherwise the first that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin

.PHONY: help setup demo test lint bench bench-peers crash outages calibrate pythons docs lock clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' \
		| while IFS='|' read -r name what; do printf 'make %-11s %s\n' "$$name" "$$what"; done

setup: .venv/.installed infra/kafka/jars/.complete infra/encoder/jars/.complete ## environment, locked dependencies, Kafka's jars (the others call it)

demo: setup ## a year of a simulated city, through the real parts, with the answers explained
	@$(BIN)/sanfang demo

test: setup lint ## lint, then every test
	@$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: setup ## ruff, mypy (strict), and the arrows between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: setup ## our worker beside an ordinary Faust agent; ratios, latency, memory
	@$(BIN)/python -m tests.bench

bench-peers: setup ## a plain job on our shell, Kafka Streams, Quix Streams and ordinary Faust (fetches them: 200 MB)
	@$(BIN)/python -m tests.bench.peers

calibrate: setup ## many simulated quiet years: false alarms promised and realised (more than CI does; minutes)
	@$(BIN)/sanfang spikes calibrate --years 10

pythons: requirements.lock ## the committed digests of a replay under other Pythons (PYTHONS="python3.12 python3.13")
	@for python in $(or $(PYTHONS),python3.12 python3.13); do \
		env=build/$$(basename "$$python") && "$$python" -m venv "$$env" && "$$env/bin/python" -m pip install --disable-pip-version-check --no-input --quiet \
			--require-hashes --only-binary :all: -r requirements.lock && \
		"$$env/bin/python" -m pytest -q -p no:cacheprovider tests/replay/test_golden.py || exit 1; done

crash: setup ## kill -9 workers KILLS times, at every point of the protocol, and compare with an undisturbed run
	@$(BIN)/python -m tests.crash.killing --kills $(or $(KILLS),100) --seed $(or $(SEED),7)

outages: setup ## full disks, a broker away for minutes, clocks that jump; each compared with an undisturbed run (root, 8 minutes)
	@$(BIN)/python -m tests.crash.outages $(NAMES)

docs: setup ## write the generated documents again (schemas, AsyncAPI, the law)
	@$(BIN)/python -m events.schemas
	@$(BIN)/python -m tests.law_page

lock: pyproject.toml ## bring requirements.lock up to pyproject.toml; versions stay where they can (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 1; }
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

clean: ## remove what can be made again (never .sanfang, where your data is)
	@rm -rf .venv infra/kafka/jars infra/encoder/jars build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "no Python 3.11 or newer found: install python3.11, or name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is not Python 3.11 or newer: name another one: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "· environment: .venv ($$("$(PYTHON)" --version))"
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) lacks venv: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv
	@touch $@

.venv/.locked: requirements.lock | .venv/.made
	@echo "· dependencies: requirements.lock (some 200 MB; a minute or two the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

infra/kafka/jars/.complete: infra/kafka/pom.xml | .venv/.installed
	@$(BIN)/python -m infra.kafka.jars
	@touch $@

infra/encoder/jars/.complete: infra/encoder/pom.xml | .venv/.installed
	@$(BIN)/python -m infra.encoder.fetch || echo "· no sentence encoder: matching goes on without (docs/matching.md)"
	@mkdir -p $(@D) && touch $@
