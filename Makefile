# `make demo` and `make test` need Python 3.11-3.13 with pip, and make; nothing else.

# The first Python that runs (a name on the PATH may be a shim that does not), 3.12 preferred.
PYTHON ?= $(shell for python in python3.12 python3.13 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
EXTRAS ?= dev
CONSTRAINTS ?= constraints.txt
# Two workers: the suite is written for two cores. Tests that share a compiled program go to one of them.
PYTEST ?= -n 2 --dist loadgroup

export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: demo test soak lint docs links clean

demo: $(VENV)/installed
	$(VENV)/bin/tfface demo

test: $(VENV)/installed
	$(VENV)/bin/python -m pytest $(PYTEST)

# What takes minutes: trainings killed at fifty random times.
soak: $(VENV)/installed
	$(VENV)/bin/python -m pytest -m soak -rA

lint: $(VENV)/installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

# The documentation site, in site/: open site/index.html, nothing has to be served.
docs: $(VENV)/documented
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

# Whether the web addresses in the documentation still lead somewhere; needs the network, takes minutes.
links: $(VENV)/installed
	$(VENV)/bin/python docs/make/links.py

# Debian ships venv without ensurepip, so the environment is made without pip and the pip at hand installs one there.
$(VENV)/installed: setup.cfg setup.py $(CONSTRAINTS)
	@test -n "$(PYTHON)" || { echo "tfface needs Python 3.11, 3.12 or 3.13 on the PATH; name it with make PYTHON=..."; exit 1; }
	test -x $(VENV)/bin/python || $(PYTHON) -m venv --without-pip $(VENV)
	$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip
	$(VENV)/bin/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable ".[$(EXTRAS)]"
	touch $@

$(VENV)/documented: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable ".[docs]"
	touch $@

clean:
	rm -rf $(VENV) site
