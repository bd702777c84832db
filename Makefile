# Where SwiftPM builds. Tests have a place of their own: they are built with -enable-testing, and one place for both
# would build everything anew at each change between them.
SCRATCH ?= .build
TEST_FLAGS := -c release -Xswiftc -enable-testing
TEST_RUN := --skip-build --no-parallel --disable-xctest $(if $(FILTER),--filter '$(FILTER)')
SOURCES := $(wildcard Sources Tests Examples Benchmarks Package.swift)
CONFORMANCE ?= ../shared/conformance

.PHONY: help setup demo test test-levels test-asan test-tsan bench conformance docs format lint

help:  ## This list.
	@sed -n 's/^\([a-z-]*\):[^#]*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup:  ## Install what is missing of the libraries that Martlet is built with.
	@Scripts/setup.sh

demo: setup  ## Train on MNIST and draw predictions. DATA=directory of the MNIST files.
	swift build -c release --scratch-path $(SCRATCH) --product martlet
	$(SCRATCH)/release/martlet demo $(if $(DATA),--data '$(DATA)') $(ARGS)

test: setup  ## Run the tests. FILTER=names to run some of them.
	swift build --build-tests $(TEST_FLAGS) --scratch-path $(SCRATCH)/tests
	swift test $(TEST_FLAGS) --scratch-path $(SCRATCH)/tests $(TEST_RUN)

# The instruction sets of this machine that kernels have clones for; 1 is the baseline of x86-64.
LEVELS ?= 1 $(shell /lib64/ld-linux-x86-64.so.2 --help 2>/dev/null | sed -n 's/^ *x86-64-v\([34]\) .supported.*/\1/p')

test-levels: setup  ## Run the tests of kernels on each instruction set. FILTER=names, LEVELS=1 3 4.
	for level in $(LEVELS); do \
	  swift build --build-tests $(TEST_FLAGS) -Xcc -DMK_LEVEL=$$level --scratch-path $(SCRATCH)/level && \
	  swift test $(TEST_FLAGS) -Xcc -DMK_LEVEL=$$level --scratch-path $(SCRATCH)/level --skip-build \
	    --no-parallel --disable-xctest \
	    --filter '$(or $(FILTER),Accuracy|Reduction|Matmul|Convolution|Broadcast)' || exit 1; \
	done

# One thread, because the sanitizers cannot see how libgomp's threads synchronise.
# Swift traps on undefined behaviour by itself; C is watched for it.
ASAN_FLAGS := $(TEST_FLAGS) --sanitize=address -Xcc -fsanitize=undefined,float-cast-overflow -Xcc -fno-sanitize-recover=all

test-asan: setup  ## Run the tests under the sanitizers of addresses and of undefined behaviour.
	swift build --build-tests $(ASAN_FLAGS) --scratch-path $(SCRATCH)/asan
	OMP_NUM_THREADS=1 swift test $(ASAN_FLAGS) --scratch-path $(SCRATCH)/asan $(TEST_RUN)

test-tsan: setup  ## Run the tests under the thread sanitizer.
	swift build --build-tests $(TEST_FLAGS) --sanitize=thread --scratch-path $(SCRATCH)/tsan
	OMP_NUM_THREADS=1 TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/tsan.suppressions \
	  swift test $(TEST_FLAGS) --sanitize=thread \
	  --scratch-path $(SCRATCH)/tsan $(TEST_RUN)

bench: setup  ## Run the benchmarks. ARGS=arguments of martlet-bench.
	swift build -c release --scratch-path $(SCRATCH) --product martlet-first-step
	swift build -c release --scratch-path $(SCRATCH) --product martlet-bench
	$(SCRATCH)/release/martlet-bench $(ARGS)

conformance: setup  ## Compare with the data in CONFORMANCE (../shared/conformance).
	swift build -c release --scratch-path $(SCRATCH) --product martlet-conformance
	$(SCRATCH)/release/martlet-conformance $(CONFORMANCE) $(ARGS)

docs: setup  ## Write the library's documentation: a web site, whose place is printed.
	swift package --scratch-path $(SCRATCH)/docs generate-documentation --target Martlet

format:  ## Format the sources.
	swift format --in-place --parallel --recursive $(SOURCES)

lint:  ## Check the format of the sources.
	swift format lint --strict --parallel --recursive $(SOURCES)
