# Each target sets up what it is missing (python3 -m tools.setup) and calls one tool.
PYTHON ?= python3
BIN := .venv/bin
ID ?=
# Two test processes beside each other, each with servers of its own; a file stays in one of them.
BESIDE := -n 2 --dist loadfile --no-loadscope-reorder
# What is compiled is kept: else each process of a hub compiles the whole stack anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick check bench crash features lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

run:  ## set up and start the hub; Ctrl-C stops all of it
	@$(PYTHON) -m tools.setup run
	@exec $(BIN)/hub run

test:  ## set up and run every test, PostgreSQL and browser included
	@$(PYTHON) -m tools.setup test
	@$(BIN)/python -m pytest $(BESIDE) --feature-report build/report.json

quick:  ## every test but the browser's, each on one of the databases
	@$(PYTHON) -m tools.setup quick
	@$(BIN)/python -m pytest $(BESIDE) --brief -m "not browser"

check:  ## format, lint, types, templates, import contracts, sizes
	@$(PYTHON) -m tools.setup check
	@$(BIN)/python -m tools.check

bench:  ## measure against the floors of docs/performance.md; one of them: make bench ID=P1
	@$(PYTHON) -m tools.setup bench
	@$(BIN)/python -m bench $(ID)

crash:  ## kill workers at random moments and count at the receiving side; one JSON line
	@$(PYTHON) -m tools.setup quick
	@$(BIN)/python -m bench.crash

features:  ## which rows of docs/features.md the last `make test` proved
	@$(PYTHON) -m tools.features

lock:  ## resolve the locks anew
	@$(PYTHON) -m tools.setup lock
	@npm install --package-lock-only

clean:  ## take away all that was built; the data folder var/ stays
	@rm -rf .venv .tools .stamps node_modules build hub/web/static/dist .*_cache
	@find . -name __pycache__ -prune -exec rm -rf {} + ; find . -name '*.mo' -delete
