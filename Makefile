# Two commands do all the set-up: `make demo` and `make test`. Plain python3 and pip; nothing else.
PYTHON ?= python3
SEED ?= 1
COUNT ?= 1
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TESTS := $(VENV)/.ready-tests
LOCKS := $(wildcard requirements/*.lock)
EXTRAS := $(filter-out core tests,$(LOCKS:requirements/%.lock=%))
# what tests need and cannot stand beside ours: an older duckdb with its Delta extension, an object store
APART := $(VENV)/apart
BESIDE := requirements/apart/beside.lock
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# tests start some hundred processes, each of which would compile our modules anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test slow lint bench soak docs docs-site release clean extras browser lock

demo: $(READY)  ## install, then run the main job end to end, offline
	$(BIN)/tracker demo

test: lint  ## install, then check style and types and run the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

slow: $(TESTS)  ## more seeds, kills and nights of what the suite tries with few; some minutes
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m slow

lint: $(TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/tracker registry check

bench: $(TESTS)  ## ratios against the obvious alternative; takes about an hour at full size
	$(BIN)/python -m tests.bench

soak: $(TESTS)  ## the long runs; SEED=n does other random ones, the same for the same number; COUNT=20: so many years
	SEED=$(SEED) COUNT=$(COUNT) $(BIN)/python -m pytest -m soak --hypothesis-seed=$(SEED)

docs: $(TESTS)  ## write anew what the documents take from the code: figures, tables, the rooms, pictures
	$(BIN)/tracker demo --quiet > /dev/null
	$(BIN)/python -m tests.documents

docs-site: $(TESTS)  ## the documents as pages, in build/docs-site; they open from the disk and ask nothing of the network
	$(INSTALL) -r requirements/docs.lock
	$(BIN)/python -m tests.docs_site

release: $(TESTS)  ## wheel and sdist in dist/, built twice to the same bytes; the wheel's demo and jobs run where nothing else is
	$(BIN)/python -m tests.release

clean:  ## remove what make made; state in data/ other than the demo stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist data/demo

extras: $(TESTS)  ## install every heavy extra as well, so that no test has to be skipped for one
	$(INSTALL) $(patsubst %,-r %,$(LOCKS))
	$(PYTHON) -m venv $(APART)
	$(APART)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(BESIDE)

browser: $(TESTS)  ## install what looks at pages as a reader does: a browser (from Debian, as root), a checker of HTML
	.ci/browser
	$(INSTALL) -r requirements/browser.lock

# One resolution of everything first, which the parts then follow: any set of locks installs into one environment.
# The old pins are its preferences, so that only what must change does.
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header \
  --python-version 3.11 --output-file
ALL := build/all.lock

lock:  ## write requirements/*.lock anew from pyproject.toml (needs uv)
	mkdir -p build && cat requirements/*.lock > $(ALL)
	$(COMPILE) $(ALL) pyproject.toml --all-extras --group build --group tests
	$(COMPILE) requirements/core.lock pyproject.toml --group build --constraint $(ALL)
	$(COMPILE) requirements/tests.lock --group tests --constraint $(ALL)
	for extra in $(EXTRAS); do \
	  $(COMPILE) requirements/$$extra.lock pyproject.toml --extra $$extra --constraint $(ALL) || exit 1; done
	$(COMPILE) $(BESIDE) $(BESIDE:.lock=.in)

$(READY): requirements/core.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -r $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(TESTS): requirements/tests.lock $(READY)
	$(INSTALL) -r $<
	touch $@
