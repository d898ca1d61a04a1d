# make chat            the page in the browser, after setting everything up
# make ask Q="..."     one answer in the terminal
# make notebook        the notebooks in JupyterLab, on this machine only
# make test            lint, types and all tests
# make gate            ask the golden cases and hold the run against eval/golden/thresholds.json
# make docs            docs/api.md from the docstrings, and what the notebooks show
# make lock            resolve requirements.lock and requirements-dev.lock anew (needs uv)

PYTHON ?= python3
BIN = .venv/bin
# What is imported is compiled then: to compile all takes longer than all else that pip does.
QUICK = --disable-pip-version-check --no-compile -q
export Q
# Else nothing would be compiled for good, and every start would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup chat ask notebook test gate docs lock clean

setup: .venv/ready
	$(BIN)/bpo-kpo setup

chat: .venv/ready
	$(BIN)/bpo-kpo chat

ask: .venv/ready
	@$(BIN)/bpo-kpo ask "$$Q"

notebook: .venv/ready-dev
	$(BIN)/bpo-kpo setup
	$(BIN)/jupyter labextension disable --level=sys_prefix "@jupyterlab/apputils-extension:announcements"
	$(BIN)/jupyter lab --ServerApp.ip=127.0.0.1 --LabApp.news_url=None --LabApp.extension_manager=readonly \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --notebook-dir=notebooks

test: .venv/ready-dev
	$(BIN)/bpo-kpo setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m ui.docs.browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

gate: .venv/ready
	$(BIN)/bpo-kpo eval run --cases golden --model none --out .data/golden --afresh
	$(BIN)/bpo-kpo eval gate .data/golden --thresholds eval/golden/thresholds.json

docs: .venv/ready-dev
	$(BIN)/bpo-kpo setup
	$(BIN)/python -m ui.docs.apidoc docs/api.md
	$(BIN)/python notebooks/renew.py

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(QUICK) -r requirements.lock
	$(BIN)/python -m pip install $(QUICK) --no-deps --no-build-isolation -e .
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/python -m pip install $(QUICK) -r requirements-dev.lock
	touch $@

# Accelerator builds are left out of the lock: where torch itself needs them, pip adds what its wheel names.
lock:
	for extra in "" "-dev --extra dev -c requirements.lock"; do set -- $$extra; name=requirements$${1:-}.lock; \
	  shift $$(( $$# > 0 )); \
	  uv pip compile --universal --python-version 3.11 --no-annotate --no-header $$UV_ARGS "$$@" pyproject.toml -q \
	  | grep -vE '^(nvidia-|triton|cuda-|torch==)' > $$name.part; echo "torch==2.13.0" >> $$name.part; \
	  LC_ALL=C sort $$name.part > $$name; rm $$name.part; done

clean:
	rm -rf .venv build *.egg-info
