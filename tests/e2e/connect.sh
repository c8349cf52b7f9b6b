# shellcheck shell=bash
# What the tests of pg-keepalive-connect share: the program, run and watched; servers that behave oddly; judging.
#
# Every run of the program is searched for the password that all of these tests use: what it printed, memory
# images of a crash, and, by a watcher of /proc, the argument lists of all its processes. One hit fails a scenario.
#
#   . connect.sh
#   connect_main MAKE LIST "$@"         options and globs as every test here has them; MAKE makes the servers,
#                                       LIST prints the scenarios: a name, a function and arguments a line
#   judge a_sentence FUNCTION ARG...    calls one; $S is its folder
#
# shellcheck disable=SC2034,SC2317  # for those who read this file

# shellcheck source=tests/e2e/lib.sh
. ./lib.sh
program=${PG_KEEPALIVE_CONNECT:-$(command -v pg-keepalive-connect || echo "$E2E_ROOT/build/bin/pg-keepalive-connect")}
unset "${!PGKEEPALIVES@}" PGPASSWORD PGSSLROOTCERT PGSSLCERT PGSSLKEY PGCONNECT_TIMEOUT PGTARGETSESSIONATTRS

# The password of every role and the two ways to write it: as it is, and in a URI. What the search looks for
# is a part that both have, and that stands in no word of ours.
SECRET='Sk8-ge%h@im:1' SECRET_IN_URI='Sk8-ge%25h%40im%3A1'
SECRET_PATTERN='Sk8(-|%2[dD])ge'

# ------------------------------------------------------------------ the program

LIMIT=40  # seconds: more than any run here may take

# start ARG...: in the background, with what $INPUT names; its process is $PID, what it prints goes to $OUT
# and $ERR.
start() {
  RUN=$((${RUN:-0} + 1))
  OUT=$S/$RUN.out ERR=$S/$RUN.err
  # In a folder of its own: a crash leaves its image there. Signals as a shell at a terminal gives them.
  mkdir -p "$S/cores"
  ( cd "$S/cores" && ulimit -c unlimited && exec env --default-signal "$program" "$@" ) \
    >"$OUT" 2>"$ERR" <"${INPUT:-/dev/null}" &
  PID=$!
}

# finish: waits for what start began; STATUS, TOOK in seconds.
finish() {
  local began=$SECONDS
  timeout "$LIMIT" tail -s 0.02 --pid="$PID" -f /dev/null 2>/dev/null ||
    { echo "killed after $LIMIT s"; kill -KILL "$PID"; }
  wait "$PID"; STATUS=$?
  TOOK=$((SECONDS - began))
  kept_secret
}

kept_secret() {
  local file
  for file in "$OUT" "$ERR" "$S"/cores/*; do
    [ -e "$file" ] || continue
    case $file in "$S"/cores/*) echo "it left a memory image"; return 1 ;; esac
    ! grep -qaE "$SECRET_PATTERN" "$file" || { echo "a password stands in ${file##*/}"; return 1; }
  done
}

# go ARG...: runs it to its end; after --json, $JSON is its report.
go() {
  start "$@"
  [ "${1:-}" != --json ] || JSON=$OUT
  finish
}

# status N: that was its exit status.
status() {
  [ "$STATUS" = "$1" ] || { echo "exit status $STATUS, not $1"; head -n 20 "$ERR" "$OUT"; return 1; }
}

# says REGEX..., silent_about REGEX...: on either output.
says() {
  local regex
  for regex in "$@"; do
    grep -qE -e "$regex" "$OUT" "$ERR" || { echo "not said: $regex"; cat "$ERR" "$OUT"; return 1; }
  done
}

silent_about() {
  local regex
  for regex in "$@"; do
    ! grep -E -e "$regex" "$OUT" "$ERR" || { echo "said: $regex"; return 1; }
  done
}

# report EXPECTATION...: of the last run with --json; see connect_report.py.
report() { ./connect_report.py "$JSON" "$@" || { head -n 5 "$ERR"; return 1; }; }

# connects ARG... [-- EXPECTATION...]: a session, by both forms of the report.
connects() { both 0 "$@"; }

# fails ARG... [-- EXPECTATION...]: none, with causes and steps.
fails() { both 1 "$@"; }

both() {
  local wanted=$1 args=(); shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do args+=("$1"); shift; done
  [ $# = 0 ] || shift
  go --json "${args[@]}" && status "$wanted" || return 1
  case $wanted in
    0) report reachable=true '!failure' server.version round_trip_ms settings.connect_timeout "$@" ;;
    *) report reachable=false '!server' failure.text failure.summary failure.causes failure.steps \
         failure.advice "$@" ;;
  esac || return 1
  go "${args[@]}" && status "$wanted" || return 1
  case $wanted in
    0) [ -s "$OUT" ] || { echo 'no report'; return 1; } ;;
    *) if ! grep -q '^pg-keepalive-connect: error: ' "$ERR" || ! grep -qE '(^|[: ])1\. ' "$ERR"; then
         echo 'no error with numbered steps:'; cat "$ERR"; return 1
       fi ;;
  esac
}

# fails_at STAGE[:ADVICE] SQLSTATE PASSES TEXT ARG...: how it fails, and the entry of rules/advice; null where
# there is no SQLSTATE. STAGE, PASSES and TEXT are regular expressions.
fails_at() {
  local expected=("failure.stage~^(${1%%:*})$" "failure.sqlstate=$2" "failure.passes~^($3)$" "failure.text~$4")
  case $1 in *:*) expected+=("failure.advice=${1#*:}") ;; esac
  shift 4
  fails "$@" -- "${expected[@]}"
}

# ---------------------------------------------------------------------- servers

# fake MODE ARG...: fake_server.py, for this scenario; its port is $FAKE.
fake() {
  local file=$S/fake mode=$1; shift
  ./fake_server.py "$file" "$mode" "$@" >"$file.log" 2>&1 </dev/null &
  for _ in $(seq 200); do
    [ ! -s "$file" ] || { FAKE=$(cat "$file"); return 0; }
    sleep 0.02
  done
  cat "$file.log"; return 1
}

fake_connections() { wc -l <"$S/fake.seen"; }

# to NAME [more settings]: a conninfo for the cluster by TCP, with the password.
to() {
  local name=$1; shift
  printf "host=127.0.0.1 port=%s user=keeper dbname=kept password='%s' %s" "$(cluster_port "$name")" "$SECRET" "$*"
}

# quoted TEXT: as a value in a conninfo.
quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

# with_keeper NAME: a role `keeper` with the password and a database `kept`. By standard input: no argument
# list of ours shows the password either.
with_keeper() {
  sql "$1" postgres postgres -v ON_ERROR_STOP=1 -f - <<SQL
CREATE ROLE keeper LOGIN PASSWORD '$SECRET';
CREATE DATABASE kept OWNER keeper;
SQL
}

# launch NAME [MODE]: starts it without waiting for it; with MODE it is stopped first.
launch() {
  local ctl; ctl=$(cat "$E2E_DIR/$1/bindir")/pg_ctl
  [ -z "${2:-}" ] || as_server "$ctl" -D "$E2E_DIR/$1/data" -s -w -m "$2" stop || return 1
  as_server "$ctl" -D "$E2E_DIR/$1/data" -l "$E2E_DIR/$1/log" -s -W start </dev/null >/dev/null
}

# held_back NAME FILE: a server that starts up as long as FILE is there: it wants its log from an archive.
# Is to be launched.
held_back() {
  touch "$2"
  as_server touch "$E2E_DIR/$1/data/recovery.signal"
  echo "restore_command = 'while [ -e $2 ]; do sleep 0.1; done; false'" |
    as_server tee -a "$E2E_DIR/$1/data/postgresql.conf" >/dev/null
}

# sessions_of NAME CONDITION N: waits until so many are there.
sessions_of() {
  for _ in $(seq 200); do
    [ "$(sql "$1" postgres template1 -Atc "SELECT count(*) FROM pg_stat_activity WHERE $2")" = "$3" ] && return 0
    sleep 0.05
  done
  echo "never $3 sessions with $2"; return 1
}

# ---------------------------------------------------------------------- running

wanted() {
  local glob
  [ ${#chosen[@]} -gt 0 ] || return 0
  # shellcheck disable=SC2053  # globs on purpose
  for glob in "${chosen[@]}"; do [[ $1 == $glob ]] && return 0; done
  return 1
}

judge() { # NAME FUNCTION ARG...; status 77 is "skipped"
  local name=$1 began=$SECONDS; shift
  wanted "$name" || return 0
  S=$W/$name RUN=0; rm -rf "$S"; mkdir -p "$S"
  export E2E_SCENARIO=$name
  ( trap stop_jobs EXIT; "$@" ) >"$S/log" 2>&1 </dev/null
  local status=$?
  if [ $status = 77 ]; then
    echo "skipped - $name: $(tail -n 1 "$S/log")"
  elif [ $status = 0 ] && [ ! -s "$W/hits/$name" ]; then
    echo passed >>"$W/passed"
    [ -z "$VERBOSE" ] || printf 'ok - %s (%s s)\n' "$name" $((SECONDS - began))
  else
    echo failed >>"$W/failed"
    { printf 'not ok - %s\n' "$name"
      [ ! -s "$W/hits/$name" ] || sort -u "$W/hits/$name" | sed 's/^/    /'
      sed -E "s/$SECRET_PATTERN/***/g; s/^/    /" "$S/log" | head -n 40; } >"$S/report"
    cat "$S/report"
  fi
}

# What this shell started and has not waited for.
stop_jobs() {
  local running
  running=$(jobs -p)
  # shellcheck disable=SC2086  # several
  [ -z "$running" ] || kill $running 2>/dev/null
}

# in_turns WORKER: calls the next of the lines that it reads when it is this worker's turn, of two.
in_turns() {
  local name call i=0
  while read -r name call; do
    case $name in '' | '#'*) continue ;; esac
    i=$((i + 1))
    [ $((i % 2)) = "$1" ] || continue
    # shellcheck disable=SC2086  # a function and its arguments
    judge "$name" ${call:-$name}
  done
}

connect_main() { # FUNCTION that makes the servers, FUNCTION that prints the scenarios, arguments
  local make=$1 list=$2; shift 2
  VERBOSE='' KEEP=''
  while [ $# -gt 0 ]; do
    case $1 in
      -v) VERBOSE=1; shift ;;
      --keep) KEEP=$2; shift 2 ;;
      -h | --help) sed -n '2,${/^#/!q;/^# shellcheck/!s/^# \{0,1\}//p}' "${0##*/}"; exit 0 ;;
      -*) echo "${0##*/}: error: unknown option $1" >&2; exit 2 ;;
      *) break ;;
    esac
  done
  chosen=("$@")
  e2e_main connect_all "$make" "$list"
}

logs_kept_secret() {
  [ -n "$(cat "$E2E_DIR"/*/log)" ] && ! grep -lE "$SECRET_PATTERN" "$E2E_DIR"/*/log
}

connect_all() {
  local make=$1 list=$2 watcher
  W=$E2E_DIR/work
  [ -z "$KEEP" ] || { mkdir -p "$KEEP" && rmdir "$W" && ln -s "$(cd "$KEEP" && pwd)" "$W"; }
  chmod 755 "$W"; rm -rf "$W/hits"; mkdir -p "$W/hits" "$W/home"
  export HOME=$W/home  # nobody's .pgpass or .postgresql
  : >"$W/passed"; : >"$W/failed"
  [ -x "$program" ] || e2e_die "no $program: build it first"
  ./poll_secrets.py "$W/hits" "$SECRET_PATTERN" & watcher=$!
  trap stop_jobs EXIT
  "$make" || e2e_die 'the servers cannot be made'
  ( in_turns 0 < <("$list") ) & local one=$!
  ( in_turns 1 < <("$list") ) & wait "$one" "$!"
  judge servers_have_logged_no_password logs_kept_secret
  kill -0 "$watcher" || { echo 'not ok - the watcher of argument lists has ended'; echo failed >>"$W/failed"; }
  echo "$(wc -l <"$W/passed") passed, $(wc -l <"$W/failed") failed"
  [ ! -s "$W/failed" ] && [ -s "$W/passed" ]
}
