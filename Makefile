# mediad. `make run` starts it; `make test` tests it.
SHELL := /bin/bash
.PHONY: run demo build test check format deps deps-test clean

# Starts the daemon with storage in ./storage and the embedded PostgreSQL. Ctrl-C stops both.
run: build
	@exec .build/release/mediad serve --config config/mediad.yaml --storage-root ./storage

# The film application on top of it, with films and two accounts, in ./demo. Ctrl-C stops all.
demo: deps
	swift build -c release --product mediad
	swift build -c release --product filmd
	@exec scripts/demo --port 8090 --media-port 8080 --root ./demo

build: deps
	swift build -c release --product mediad

# Everything that can be judged without running: format, layers, warnings (which are errors).
check: deps-test
	swift format lint --strict --recursive --parallel Sources Tests Package.swift
	scripts/check-project
	swift build --build-tests --explicit-target-dependency-import-check error

test: deps-test
	swift build --build-tests --explicit-target-dependency-import-check error
	scripts/test-front
	scripts/test

format:
	swift format format --in-place --recursive --parallel Sources Tests Package.swift

deps:
	@scripts/install-deps

deps-test:
	@scripts/install-deps --test
	@scripts/test-clients

clean:
	rm -rf .build
