# Station: what a fresh Debian 12 with Swift needs, and the two commands.
#
#   make demo    installs what is missing, builds, and runs the main job on simulated hubs and a simulated cloud
#   make test    installs what is missing, builds, and passes every test
#   make bench   prints speed, beside comparators (a release build in a folder of its own; minutes)
#   make soak    the long forms of the tests, from a release build: with new seeds, make soak SECONDS=600 [SEED=...];
#                or each to its end, which takes hours: make soak SECONDS=whole
#   make fuzz    coverage-guided fuzzing (a build of its own; minutes): make fuzz SECONDS=60 [READER="settings"]

SHELL := /bin/bash
.DELETE_ON_ERROR:

BUILD := swift build
HUBS ?= 8
UNITS ?= 24
DEMO ?= --hubs $(HUBS) --units $(UNITS)
VENV := .venv
PYTHON := $(VENV)/bin/python
MATTER_VENV := .venv-matter
TEST_PYTHON := STATION_TEST_PYTHON=$(abspath $(PYTHON)) STATION_MATTER_PYTHON=$(abspath $(MATTER_VENV)/bin/python)

# What the program links, and what its tests call beside it.
PACKAGES := libssl-dev libudev-dev libsqlite3-dev libzint-dev openssl ca-certificates
TEST_PACKAGES := busybox bash dash mosquitto-clients iproute2 util-linux python3 python3-venv sqlite3 gcc libc6-dev libnl-route-3-200 \
	librsvg2-bin fonts-dejavu-core

.PHONY: demo test bench build lint packages test-packages python clean soak fuzz

demo: packages
	$(BUILD) --product station
	.build/debug/station demo $(DEMO)

test: packages test-packages python lint
	$(BUILD) --build-tests
	$(TEST_PYTHON) swift test --skip-build --no-parallel
	cd Tests/Floor && $(abspath $(PYTHON)) -W ignore -m unittest_parallel --level module --jobs 2 --verbose
	for chain in station hub "hub aws"; do $(TEST_PYTHON) Tests/MiniStack/run ".build/ministack-$${chain// /-}" \
	  $(abspath $(PYTHON)) Tests/MiniStack/whole_chain.py $$chain || exit 1; done

bench: packages test-packages python
	Benchmarks/run $(abspath $(PYTHON))

# A release build in a folder of its own: the program that factories run, and more worlds in the same time.
soak: SECONDS ?= 600
soak: packages test-packages python
	$(BUILD) --configuration release -Xswiftc -enable-testing --build-tests --scratch-path .build-release
	cd Tests/Floor && $(TEST_PYTHON) STATION_PROGRAM=$(abspath .build-release/release/station) \
	  $(abspath $(PYTHON)) -W ignore soak.py $(SECONDS) $(SEED)

fuzz: SECONDS ?= 60
fuzz: packages
	Tests/Fuzz/run $(SECONDS) $(if $(READER),"$(READER)")

build: packages
	$(BUILD)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

packages:
	@Packaging/install $(PACKAGES)

test-packages:
	@Packaging/install $(TEST_PACKAGES)

# Software that is not ours, to judge by: kept in a folder of this checkout.
python: $(VENV)/.complete $(MATTER_VENV)/.complete

$(VENV)/.complete: Tests/requirements.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement Tests/requirements.txt
	touch $@

# Apart from the others: its pins and theirs do not agree.
$(MATTER_VENV)/.complete: Tests/MatterServer/requirements.txt
	python3 -m venv $(MATTER_VENV)
	$(MATTER_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

clean:
	rm -rf .build .build-release $(VENV) $(MATTER_VENV)
