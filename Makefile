# Everything is in small scripts under .ci/; a second call of any target does only what is new.
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: setup run test nightly bench load faults lint lock clean help

setup: ## install what is missing: system packages, .venv, fonts
	@.ci/setup

run: ## serve made-up data on http://127.0.0.1:8000 (ARGS="--port 9000")
	@.ci/serve $(ARGS)

test: ## run all tests on SQLite and PostgreSQL (ARGS="-k name")
	@.ci/test $(ARGS)

nightly: ## all tests, with far more examples (ARGS="-k name")
	@PERFBUDGET_NIGHTLY=1 .ci/test $(ARGS)

bench: ## measure speed (ARGS go to the benchmark)
	@.ci/bench $(ARGS)

load: ## measure saves at given rates, and that none is lost (ARGS="--rates 20,40 --seconds 90")
	@.ci/load $(ARGS)

faults: ## kill, cut, lock and fill disks while clerks save: is anything lost? (ARGS="--minutes 15 --writes 20000")
	@.ci/faults $(ARGS)

lint: ## ruff, mypy, djlint, eslint, stylelint, tsc, migrations
	@.ci/lint

lock: ## remake the lock files (ARGS=--upgrade for the newest versions)
	@.ci/lock $(ARGS)

clean: ## remove what can be made again; data in var/ stays
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis var/fonts var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16
