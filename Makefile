# The two commands: `make run` and `make test`. Each sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SERVER := .venv/.server
VOICE := .venv/.voice
LAMBDA := .venv/lambda/.ready
CLIENTS := tests/clients/node_modules/.ready
BROWSER := tests/browser/node_modules/.ready

.PHONY: help run talk voice test check install install-server lock models bench fuzz soak evaluate learn measure-voice pictures clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: $(READY)    ## the local smart speaker, at http://127.0.0.1:5000
	$(BIN)/back-coach serve

talk: $(READY)   ## a conversation in the terminal
	$(BIN)/back-coach talk

test: $(READY) $(LAMBDA) $(CLIENTS) $(BROWSER) ## every test
	$(BIN)/python -m pytest

check: $(READY)  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) $(LAMBDA) ## speed, as ratios to a hello-world skill in the same run
	$(BIN)/python tests/bench

fuzz: $(READY)   ## the skill under 20,000 broken requests, other ones each time
	BACK_COACH_FUZZ=20000 $(BIN)/python -m pytest -q -s tests/test_fuzz.py

soak: $(READY)   ## 200 people at once, 100,000 turns: no wrong answer, no growth
	$(BIN)/python tests/soak.py

evaluate: $(READY) ## how often spoken triage gives the right urgency, next to published figures
	$(BIN)/python tests/evaluate.py

pictures: $(READY) $(BROWSER) ## take the pictures in docs/ anew (needs Chromium)
	$(BIN)/python tests/pictures.py

measure-voice: $(READY) $(VOICE) ## how well the voice extra hears, and how soon it answers (5 minutes)
	$(BIN)/python tests/measure_voice.py

learn: $(READY)  ## learn anew which words go with which danger (needs scikit-learn in .venv)
	$(BIN)/python tests/learn_dangers.py

models: $(READY) ## write what people may say (words) into the interaction models
	$(BIN)/back-coach models --write

install: $(READY) ## only set up

install-server: $(SERVER) ## only what a production server runs, nothing that tests need

$(READY): requirements.lock pyproject.toml
$(SERVER): requirements-server.lock pyproject.toml
$(READY) $(SERVER):
	@echo "Setting up .venv (a minute or two the first time) ..."
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v < (3, 15) or sys.exit(f"Back Coach needs Python 3.11 to 3.14; $(PYTHON) is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $<
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

voice: $(VOICE)  ## what `back-coach talk --voice` needs (about 550 MB)

$(VOICE): requirements-voice.lock | $(READY)
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-voice.lock
	@touch $(VOICE)

# What tests run against and the product does not need. Where one cannot be had, its tests say so.
$(LAMBDA): tests/lambda_runtime.lock | $(READY)
	-$(BIN)/python tests/lambda_runtime.py .venv/lambda

$(CLIENTS): tests/clients/package-lock.json
	-cd tests/clients && npm ci && touch node_modules/.ready

$(BROWSER): tests/browser/package-lock.json
	-cd tests/browser && npm ci && touch node_modules/.ready

lock:            ## pin every dependency again (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --output-file requirements.lock
	uv pip compile pyproject.toml --extra checkout --extra server --universal --python-version 3.11 \
		--constraint requirements.lock \
		--generate-hashes --no-header --no-annotate --output-file requirements-server.lock
	uv pip compile pyproject.toml --extra voice --universal --python-version 3.11 \
		--constraint requirements.lock \
		--generate-hashes --no-header --no-annotate --output-file requirements-voice.lock
	uv pip compile tests/lambda_runtime.in --no-deps --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --output-file tests/lambda_runtime.lock

clean:           ## remove .venv and caches
	rm -rf .venv tests/clients/node_modules tests/browser/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
