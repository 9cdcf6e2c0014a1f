# Openday. Each target is one line of Python; what it does is said by `python -m deploy.local <command> --help`.
# A target that needs the set-up makes it first; that takes a second when there is nothing to do.
ifndef PYTHON
PYTHON := $(or $(shell for each in python3.11 python3.12 python3.13 python3.14 python3; do $$each -c '' 2>/dev/null && echo $$each && break; done),python3.11)
endif
VENV := .venv/bin/python
HERE := $(if $(wildcard $(VENV)),$(VENV),$(PYTHON))

.DEFAULT_GOAL := help
.PHONY: help setup up down status demo test lint bench fault faults faults-all doctor clean generate token

help: ## this list
	@$(PYTHON) -m deploy.local.targets $(MAKEFILE_LIST)

setup: ## install dependencies and engines into this checkout (.venv, .engines)
	@$(PYTHON) -m deploy.local setup

up: setup ## start the district, wait until it is ready, print its addresses
	@$(VENV) -m deploy.local up

down: ## stop everything that runs from this checkout; data stays
	@$(HERE) -m deploy.local down

status: ## what runs, since when, and what was restarted
	@$(HERE) -m deploy.local status

demo: setup ## play Hedong District's season of 2021 and print what happened
	@$(VENV) -m deploy.demo $(ARGS)

test: setup ## all tests, the engines' gate first (ARGS="-k word" goes to pytest)
	@$(VENV) -m deploy.local test -- $(ARGS)

lint: setup ## format, rules, types, imports, generated files
	@$(VENV) -m deploy.local lint

bench: setup ## measure, and compare with the goals
	@$(VENV) -m tests.bench $(ARGS)

fault: setup ## play one fault again by its name and seed (ROW=F5 SEED=7)
	@$(VENV) -m tests.faults row $(ROW) --seed $(or $(SEED),1)

faults: setup ## the faults of every test run, and the broken builds that must be found out
	@$(VENV) -m pytest tests/faults $(ARGS)

faults-all: setup ## every fault, every failpoint, a thousand kills; writes docs/reports/faults.md (an hour)
	@$(VENV) -m tests.faults all

doctor: ## what this machine lacks, and what to do about it
	@$(HERE) -m deploy.local doctor

clean: ## remove data, logs and keys after listing them (YES=1: do not ask; ALL=1: engines and .venv, too)
	@$(HERE) -m deploy.local clean $(if $(YES),--yes) $(if $(ALL),--all)

generate: setup ## write the generated files: schemas, AsyncAPI, OpenAPI
	@$(VENV) -m deploy.generate

token: ## print a bearer token (ARGS="--role office --unit xzspfwj")
	@$(HERE) -m deploy.local token $(ARGS)
