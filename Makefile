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
.PHONY: all setup demo test check-long fuzz bench profile lint format case bless install static deb clean help

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

check-long:			## run the long tests: other servers, gigabytes, sanitizers, fuzzing, a million scripts
	@tests/setup long
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

# Root installs what somebody else has built and builds nothing: files of root's in build/ would stand in the way of
# the next make. What is installed is for all, whatever umask root has.
install:			## install programs, manual pages and completions: PREFIX=/usr/local DESTDIR=
	@owner=$$(stat -c %u build 2>/dev/null || id -u); \
	  if [ "$$owner" = "$$(id -u)" ]; then $(MAKE) --no-print-directory all; \
	  elif [ ! -x build/bin/sanitize-rds ]; then echo "install: error: nothing is built: make, then make install" >&2; exit 1; fi
	@umask 022; DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"
	@rm -f build/install_manifest.txt

static:				## build programs that need no library of the system into build-static/bin/
	@tests/setup static
	@tools/packaging/static_libpq build-static
	@$(MAKE) --no-print-directory build-static/.configured
	@cmake --build build-static --parallel $(shell nproc) --target programs

deb: setup			## make a Debian package of what make install installs: build/pgsluice_VERSION_ARCHITECTURE.deb
	@$(MAKE) --no-print-directory all
	@cd build && cpack >cpack.log 2>&1 || { cat cpack.log; exit 1; }
	@ls build/pgsluice_*.deb

clean:				## remove what was built
	@rm -rf build build-*

help:				## list the verbs
	@awk -F':[^#]*##' '/^[a-z-]+:.*##/ { printf "make %-11s%s\n", $$1, $$2 }' Makefile

build/.configured:
	@mkdir -p build
	@cmake -S . -B build $(GENERATOR) -DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS) >build/configure.log 2>&1 \
	  || { cat build/configure.log; echo "hint: make setup installs what is missing" >&2; exit 1; }
	@touch $@

build-static/.configured:
	@cmake -S . -B build-static $(GENERATOR) -DCMAKE_BUILD_TYPE=Release -DPGSLUICE_STATIC=ON -DPGSLUICE_TESTS=OFF \
	  $(CMAKE_FLAGS) >build-static/configure.log 2>&1 || { cat build-static/configure.log; exit 1; }
	@touch $@
