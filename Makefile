# Everything that people do here, one word each. `make demo` and `make test` need nothing but Swift 6.3.

SWIFT ?= swift
# Data sets that tests may use; tests that need absent ones report themselves as skipped.
export KERATIN_DATASETS ?= $(firstword $(wildcard ../shared/data))

.PHONY: demo test tests test-build test-models test-suites test-conformance test-examples setup sanitize conformance conformance-all mutate bench bench-peers lint format goldens interop consumer docs check-docs check-kernels nvidia-check

demo: setup
	$(SWIFT) build -c release --product keratin
	.build/release/keratin demo digits-cnn --backend all

# What does not depend on one another runs side by side, two at a time; each says what it has to say in one piece.
test: test-build
	$(MAKE) --no-print-directory --output-sync=target --jobs=2 tests

tests: test-models test-conformance test-suites consumer test-examples check-docs check-kernels

# A library whose tests see what is not public, all tests and all examples.
test-build: setup
	$(SWIFT) build -c release --build-tests -Xswiftc -enable-testing

# Nothing is compiled twice, so that no copies are kept: PoCL would compile each kernel once more to make one.
tests: export KERATIN_CACHE = off
# Where the kernels themselves are tested they are optimised, as users run them. Elsewhere PoCL is done three times as soon without.
test-models test-suites: export KERATIN_OPTIMIZE = off

TESTS = .build/release/KeratinPackageTests.xctest --testing-library swift-testing --no-parallel

# The backends against the reference, and the kernels of OpenCL.
test-conformance:
	$(TESTS) --filter '^(ConformanceTests|KeratinOpenCLTests)\.'

test-models:
	$(TESTS) --filter '^KeratinModelsTests\.'

test-suites:
	$(TESTS) --skip '^(ConformanceTests|KeratinOpenCLTests|KeratinModelsTests)\.'

test-examples:
	Scripts/run-examples.sh

check-docs:
	Scripts/check-docs.sh

check-kernels:
	Scripts/check-variants.sh
	Scripts/embed-kernels.sh --check
	Scripts/lint-kernels.sh

setup:
	Scripts/install-packages.sh

# A named subset under the thread and the address sanitizer. XCTest itself leaks, so leaks are not looked for here.
SANITIZED = KeratinTensorTests|KeratinCPUTests.BackendTests|KeratinModelsTests.FitTests|KeratinModelsTests.ThreadTests|KeratinModelsTests.PrefetchTests
# A sanitizer takes its time.
sanitize: export KERATIN_THREAD_RUNS ?= 10
sanitize: setup
	KERATIN_CPU=baseline $(SWIFT) test -c release -Xswiftc -enable-testing --no-parallel --sanitize=thread --scratch-path .build-thread --filter '$(SANITIZED)'
	ASAN_OPTIONS=detect_leaks=0 KERATIN_CPU=baseline $(SWIFT) test -c release -Xswiftc -enable-testing --no-parallel --sanitize=address --scratch-path .build-address --filter '$(SANITIZED)'

conformance: setup
	$(SWIFT) build -c release --product keratin-bench
	.build/release/keratin-bench conformance

conformance-all: setup
	Benchmarks/conformance-all.sh

# Files of every kind that is read, damaged on purpose; the same seed makes the same files. `make test` reads 2,000 of them.
mutate: setup
	$(SWIFT) build -c release --product keratin-bench
	.build/release/keratin-bench mutate --inputs $(or $(INPUTS),200000) --seed $(or $(SEED),1) $(if $(KERATIN_DATASETS),--folder $(KERATIN_DATASETS)/keras-models)

bench: setup
	Benchmarks/record.sh

# The same jobs by Keratin and by other frameworks, in turn; needs Python and network. JOBS=parts,of,names REPEATS=7 THREADS=2.
bench-peers: setup
	$(SWIFT) build -c release --product keratin-bench
	Benchmarks/peers/setup.sh .build-peers
	.build-peers/bin/python Benchmarks/peers/run.py --jobs "$(JOBS)" --repeats $(or $(REPEATS),7) --threads $(or $(THREADS),2)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Examples
	Scripts/lint-kernels.sh

# The gpu family's kernels as NVIDIA's assembler sees them, without a card; installs what it needs.
nvidia-check:
	Scripts/check-nvidia.sh

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks Examples

# Golden files by real Keras; needs Python and network.
goldens:
	Scripts/goldens/setup.sh .build-goldens
	.build-goldens/bin/python Scripts/goldens/make_goldens.py

# Models drawn with real Keras 3 and with tf.keras 2.15 against the tool, and what it writes against each version of Keras 3; needs
# Python and network.
interop: setup
	$(SWIFT) build -c release --product keratin
	Scripts/interop/setup.sh .build-interop
	.build-interop/bin/python Scripts/interop/interop.py --tool .build/release/keratin --seed $(or $(SEED),1) --draws $(or $(DRAWS),3) $(INTEROP)
	.build-interop/bin/python Scripts/interop/applications.py --tool .build/release/keratin --seed $(or $(SEED),1)
	.build-interop/bin/python Scripts/interop/legacy.py --tool .build/release/keratin --tf-python .build-interop-tf/bin/python --seed $(or $(SEED),1) --draws $(or $(DRAWS),3) $(INTEROP)
	$(SWIFT) build -c release --product KerasFiles
	.build-interop/bin/python Scripts/interop/lecture_lines.py --tool .build/release/keratin --example .build/release/KerasFiles --tf-python .build-interop-tf/bin/python
	Scripts/interop/versions.sh .build-interop .build/release/keratin
	KERATIN_TENSORBOARD_PYTHON=$(CURDIR)/.build-interop/bin/python $(SWIFT) test -c release -Xswiftc -enable-testing --filter TensorBoardTests

# Small files of arrays by NumPy and safetensors, for the tests of what reads them; needs Python and network.
fixtures:
	Scripts/fixtures/setup.sh .build-fixtures
	.build-fixtures/bin/python Scripts/fixtures/arrays.py

# Documentation/Parity.md from real Keras's names and Scripts/parity/states.txt; needs Python and network.
parity:
	Scripts/goldens/setup.sh .build-goldens
	.build-goldens/bin/python Scripts/parity/make_parity.py

# A site of the guides and of all public names, in .build/docs.
docs: setup
	$(SWIFT) build -c release --target Keratin
	Scripts/make-docs.sh

consumer:
	Scripts/check-consumer.sh
