# Verbs. How things are built stands in CMakeLists.txt.
#
#   PREFIX, DESTDIR   where `make install` puts things
#   CMAKE_FLAGS       for the first configuration of build/, e.g. -DPGSLUICE_WERROR=ON
#   CXX, CXXFLAGS     as CMake takes them from the environment

PREFIX ?= /usr/local
CMAKE_FLAGS ?=
GENERATOR = $(if $(shell command -v ninja),-G Ninja)
BUILD = cmake --build build --parallel $(shell nproc)

.DEFAULT_GOAL := all
.PHONY: all setup demo test check-long fuzz bench profile lint format case bless install clean help

all: build/.configured		## build the programs into build/bin/ (the default)
	@$(BUILD) --target programs

setup:				## install with apt what building and testing need
	@tests/setup

demo: setup			## show the main job on private PostgreSQL clusters: what psql refuses, and what it takes
	@$(MAKE) --no-print-directory all
	@tests/e2e/demo

test: setup			## build everything and run all tests but the long ones
	@$(MAKE) --no-print-directory build/.configured
	@$(BUILD)
	@tests/run --label-exclude long

check-long: setup		## run the long tests: other server majors, gigabytes
	@$(MAKE) --no-print-directory build/.configured
	@$(BUILD)
	@tests/run --label-regex long

fuzz:				## run the fuzz targets under ASan and UBSan: FUZZ_SECONDS=60 FUZZ_TARGETS="copy rules"
	@tests/setup fuzz
	@tests/fuzz/run

bench:				## time the programs against cat, sed, grep, zstd, psql …: BENCH_MB=1000 BENCH_ROUNDS=5
	@tests/setup bench
	@$(MAKE) --no-print-directory all
	@PATH="$(CURDIR)/build/bin:$$PATH" tests/bench/run

profile:			## where the time of sanitize-rds goes, for each kind of dump: PROFILE_MB=100
	@tests/setup profile
	@tests/bench/profile

lint:				## check format, scripts and manual pages, and compile with clang without a warning
	@tests/setup lint
	@tests/lint

format:				## put the C++ sources into the house's format
	@find libfilter tools tests -name '*.[ch]pp' -print0 | xargs -0 clang-format-14 -i

case: all			## make a golden case: TOOL=sanitize-rds NAME=a-sentence FROM=in.sql
	@tests/golden/run --new "$(TOOL)" "$(NAME)" "$(FROM)"

bless: all			## accept what the programs print now as a golden case's output: CASE=tool/case
	@tests/golden/run --bless "$(CASE)"

install: all			## install programs, manual pages and completions: PREFIX=/usr/local DESTDIR=
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"

clean:				## remove what was built
	@rm -rf build build-clang build-fuzz

help:				## list the verbs
	@awk -F':[^#]*##' '/^[a-z-]+:.*##/ { printf "make %-11s%s\n", $$1, $$2 }' Makefile

build/.configured:
	@mkdir -p build
	@cmake -S . -B build $(GENERATOR) -DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS) >build/configure.log 2>&1 \
	  || { cat build/configure.log; echo "hint: make setup installs what is missing" >&2; exit 1; }
	@touch $@
