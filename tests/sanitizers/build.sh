# shellcheck shell=bash
# Another build of everything, in a folder beside build/, for the tests of this folder to run what `make test` runs.

SANITIZERS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$SANITIZERS_ROOT" || exit 70

# sanitized FOLDER SANITIZERS: builds it; -O1, for optimised code hides what is looked for.
sanitized() {
  local log=$1/build.log
  mkdir -p "$1"
  { cmake -S . -B "$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O1' -DPGSLUICE_SANITIZE="$2" &&
    cmake --build "$1" --parallel "$(nproc)"; } >"$log" 2>&1 ||
    { tail -n 20 "$log"; echo "0 passed, 1 failed"; exit 1; }
}

# A complaint ends a program with a status that no program of ours has, so that no test can take it for an answer.
# The shim of tests/faults is loaded before the sanitizer's library; that is meant.
export ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
export TSAN_OPTIONS=exitcode=99:halt_on_error=1:second_deadlock_stack=1
