# shellcheck shell=bash
# What the tests of pg-restore-stream share: servers, dumps, the program, psql in its place, databases compared.
# Running, judging and the search for passwords are those of connect.sh.
#
# A scenario has the database that it names by itself, in the cluster `main`; $S is its folder.
#
# shellcheck disable=SC2015,SC2028,SC2034,SC2317  # for those who read this file

# shellcheck source=tests/e2e/connect.sh
. ./connect.sh
program=${PG_RESTORE_STREAM:-$(command -v pg-restore-stream || echo "$E2E_ROOT/build/bin/pg-restore-stream")}
export PGOPTIONS='-c timezone=UTC -c bytea_output=hex'  # before what a database says of its sessions
LIMIT=120
CLUSTER=main

# ------------------------------------------------------------------- databases

# Its log says something, so that the search in it for passwords searches something.
need_main() { cluster_start main postgres && ! sql main postgres nowhere -c '' 2>/dev/null; }

# fresh DATABASE [option of CREATE DATABASE]: an empty one.
fresh() {
  local db=$1; shift
  sql "$CLUSTER" postgres postgres -v ON_ERROR_STOP=1 -c "DROP DATABASE IF EXISTS \"$db\" WITH (FORCE)" \
    -c "CREATE DATABASE \"$db\" TEMPLATE template0 $*" 2>/dev/null
}

# into DATABASE [more settings]: its connection string.
into() {
  local db; db=$(quoted "$1"); shift
  printf 'host=%s port=%s user=postgres dbname=%s %s' "$E2E_DIR/$CLUSTER" "$(cluster_port "$CLUSTER")" "$db" "$*"
}

# asked DATABASE SQL: the answer. is DATABASE SQL VALUE: and that is it.
asked() { sql "$CLUSTER" postgres "$1" -Atc "$2"; }

is() {
  local answer; answer=$(asked "$1" "$2" 2>&1)
  [ "$answer" = "$3" ] || { echo "$2"; echo "says $answer"; echo "not  $3"; return 1; }
}

# dump_of DATABASE [pg_dump option]...: without what changes from dump to dump.
dump_of() {
  local db; db=$(quoted "$1"); shift
  pg "$CLUSTER" postgres pg_dump -N pgsluice "$@" -d "dbname=$db" 2>/dev/null |
    sed -E '/^\\(un)?restrict [[:alnum:]]+$/d'
}

# Rows in an order that does not depend on who wrote first.
sorted_rows() {
  awk '
    /^COPY .* FROM stdin;$/ { print; fflush(); rows = 1; next }
    rows && $0 == "\\." { if (begun) close("sort"); rows = begun = 0 }
    rows { begun = 1; print | "sort"; next }
    { print }'
}

# same_as FILE DATABASE [sorted]: the dump in FILE is the database's; rows in any order with `sorted`.
same_as() {
  if [ "${3:-}" = sorted ]; then
    diff <(sorted_rows <"$1") <(dump_of "$2" | sorted_rows)
  else
    diff "$1" <(dump_of "$2")
  fi >"$S/diff"
  [ ! -s "$S/diff" ] && [ -s "$1" ] ||
    { echo "pg_dump says < after psql, > after this restore:"; cut -c 1-200 "$S/diff" | head -n 12; return 1; }
}

# -------------------------------------------------------------------- restores

# script <SQL: becomes $S/in.sql.
script() { cat >"$S/in.sql"; }

# restore DATABASE [option]...: $S/in.sql, or what the last options say. Everything but -d.
restore() {
  local db=$1; shift
  go -d "$(into "$db")" "$@"
}

# run_script DATABASE [option]...: the same of $S/in.sql.
run_script() { restore "$@" "$S/in.sql"; }

# piped FILE [COMMAND]: the next run reads FILE from a pipe, through COMMAND.
piped() {
  rm -f "$S/fifo"; mkfifo "$S/fifo"
  ${2:-cat} "$1" >"$S/fifo" 2>/dev/null &
  INPUT=$S/fifo
}

# forgets DATABASE: nothing of ours is left. In all databases of the cluster, so no other scenario may be at work
# there: see alone.
forgets() {
  INPUT='' restore "$1" --forget && status 0 &&
    is "$1" "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsluice'" 0
}

# well: status 0, no error, and no complaint of the server about what is not in the dump.
well() { status 0 && silent_about ': error: ' 'SET LOCAL can only'; }

# alone FUNCTION ARG...: in a cluster, `forgetful`, that no other scenario uses meanwhile.
alone() {
  CLUSTER=forgetful
  exec 8>"$W/forgetful.lock"; flock 8
  "$@"
}

# killed AFTER ARG...: SIGKILL after so many seconds, unless it has ended by then; KILLED says which.
killed() {
  local after=$1; shift
  start "$@"
  sleep "$after"
  KILLED=''
  kill -KILL "$PID" 2>/dev/null && KILLED=1
  wait "$PID" 2>/dev/null; STATUS=$?
  [ "$STATUS" = 137 ] || KILLED=''
}

# nobody_else DATABASE: waits until the sessions of a killed run are gone.
nobody_else() {
  sessions_of "$CLUSTER" "datname = '$1' AND pid <> pg_backend_pid() AND backend_type = 'client backend'" 0
}

# line [option]...: a line_proxy.py to the cluster; its port is $LINE, its doings are in $S/line.N.log.
line() {
  LINES_MADE=$((${LINES_MADE:-0} + 1))
  LINE_FILE=$S/line.$LINES_MADE
  rm -f "$LINE_FILE" "$LINE_FILE.log"
  ./line_proxy.py "$LINE_FILE" "$E2E_DIR/$CLUSTER/.s.PGSQL.$(cluster_port "$CLUSTER")" "$@" \
    >"$LINE_FILE.out" 2>&1 </dev/null &
  LINE_PID=$!
  for _ in $(seq 250); do
    [ ! -s "$LINE_FILE" ] || { LINE=$(cat "$LINE_FILE"); return 0; }
    sleep 0.02
  done
  cat "$LINE_FILE.out"; return 1
}

# over_line DATABASE: the connection string through it.
over_line() { printf 'host=127.0.0.1 port=%s user=postgres dbname=%s' "$LINE" "$(quoted "$1")"; }

# ----------------------------------------------------------------------- dumps

# A dump in which everything would show that runs twice or not at all: rows without a key, counters, COPY of
# many pieces and of few rows, a COPY with a trigger, large objects, transactions of its own, statements that
# cannot be in one. ROWS is of its largest table. No row has a number from a sequence: a transaction that is
# broken off does not give its numbers back.
telling_dump() { # ROWS TABLES
  awk -v rows="$1" -v tables="$2" 'BEGIN {
    print "SET client_encoding = '\''UTF8'\'';\nSET standard_conforming_strings = on;"
    print "SELECT pg_catalog.set_config('\''search_path'\'', '\'''\'', false);"
    print "CREATE SCHEMA s;\nCREATE SEQUENCE s.ticks;"
    print "CREATE TABLE s.log (what text);"
    print "CREATE TABLE s.counted (n bigint);\nINSERT INTO s.counted VALUES (0);"
    for (i = 1; i <= tables; i++) {
      printf "CREATE TABLE s.t%d (id integer, t text DEFAULT '\''a;b'\'');\n", i
      if (i % 5 == 0) printf "INSERT INTO s.log (what) VALUES ('\''behind t%d'\'');\n", i
      if (i % 7 == 0) print "UPDATE s.counted SET n = n + 1;"
    }
    print "CREATE TABLE s.large (id integer, t text);"
    print "CREATE TABLE s.watched (id integer);\nCREATE TABLE s.seen (n bigint);"
    print "CREATE FUNCTION s.see() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
    print "  INSERT INTO s.seen SELECT count(*) FROM added; RETURN NULL; END$$;"
    print "CREATE TRIGGER see AFTER INSERT ON s.watched REFERENCING NEW TABLE AS added"
    print "  FOR EACH STATEMENT EXECUTE FUNCTION s.see();"
    for (i = 1; i <= tables; i++) {
      printf "COPY s.t%d (id, t) FROM stdin;\n", i
      for (j = 1; j <= 5 + i % 9; j++) printf "%d\trow %d of %d\n", j, j, i
      print "\\.\n"
    }
    print "COPY s.watched (id) FROM stdin;"
    for (j = 1; j <= rows / 10; j++) print j
    print "\\.\n"
    print "COPY s.large (id, t) FROM stdin;"
    for (j = 1; j <= rows; j++) printf "%d\tsome text of row %d, so that a row has about a hundred bytes ....................\n", j, j
    print "\\.\n"
    print "SELECT pg_catalog.setval('\''s.ticks'\'', 4711, true);"
    for (i = 1; i <= 3; i++) {
      printf "SELECT pg_catalog.lo_create('\''%d'\'');\nBEGIN;\nSELECT pg_catalog.lo_open('\''%d'\'', 131072);\n", 90000 + i, 90000 + i
      for (j = 1; j <= 40; j++) printf "SELECT pg_catalog.lowrite(0, '\''\\x%080d'\'');\n", j
      print "SELECT pg_catalog.lo_close(0);\nCOMMIT;"
    }
    print "BEGIN;\nINSERT INTO s.log (what) SELECT '\''within '\'' || i FROM generate_series(1, 50) i;"
    print "UPDATE s.counted SET n = n + 1000;\nCOPY s.large (id, t) FROM stdin;\n0\tin a transaction\n\\.\nCOMMIT;"
    for (i = 1; i <= tables; i++) {
      printf "ALTER TABLE ONLY s.t%d ADD CONSTRAINT t%d_pkey PRIMARY KEY (id);\n", i, i
      if (i % 3 == 0) print "INSERT INTO s.log (what) SELECT '\''key '\'' || count(*) FROM s.log;"
    }
    print "CREATE INDEX large_id ON s.large (id);"
    print "CREATE INDEX CONCURRENTLY large_t ON s.large (t);"
    print "VACUUM s.large;"
    print "INSERT INTO s.log (what) VALUES ('\''the end'\'');"
  }'
}

# ---------------------------------------------------------------------- running

# report EXPECTATION...: of the last run's --report, which JSON names.
report() { ./connect_report.py --of pg-restore-stream "$JSON" "$@" || { head -n 5 "$ERR"; return 1; }; }

restore_main() { connect_main "$@"; }
