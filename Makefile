# Two commands do all the set-up: `make demo` and `make test`. Plain python3 and pip; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench soak clean lock

demo: $(READY)  ## install, then run the main job end to end, offline
	$(BIN)/tracker demo

test: lint  ## install, then check style and types and run the whole test suite
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/tracker registry check

bench: $(READY)  ## ratios against the obvious alternative; takes about an hour at full size
	$(BIN)/python -m tests.bench

soak: $(READY)  ## the long kill and publish runs
	$(BIN)/python -m pytest -m soak

clean:  ## remove what make made; state in data/ other than the demo stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist data/demo

lock:  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-header --all-extras \
	  --python-version 3.11 pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
