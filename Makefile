# The stable face of Mimin for who develops it. `make start` and `make test` are the only set-up.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: start test test-heavy check bench pictures install

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(RUN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

install: $(VENV)/.installed

start: install
	$(RUN)/mimin migrate --verbosity 0
	$(RUN)/mimin demo
	$(RUN)/mimin start

test: install
	$(RUN)/python tests/run.py

test-heavy: install
	$(RUN)/pytest -m heavy

check: install
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy mimin
	$(RUN)/lint-imports
	$(RUN)/mimin makemigrations --check --dry-run
	$(RUN)/mimin check
	$(RUN)/mimin check_translations
	$(RUN)/python tests/vulnerable.py

pictures: install
	$(RUN)/python -m tests.picture_book

bench: install
	$(RUN)/mimin bench intake --json
	$(RUN)/mimin bench inbox --json
