# shellcheck shell=bash
# Private, throw-away PostgreSQL clusters for tests and demonstrations.
#
# Every cluster lives in one directory made by mktemp, listens on a Unix socket
# inside it and, but for cluster_listen, nowhere else, and is gone when the script
# ends, also when the script is interrupted. Clusters that exist on the machine are never touched:
# nothing here knows a port, a service or a default data directory.
#
#   . lib.sh
#   e2e_main my_function ARG...        # work, then clean up, whatever happens
#   cluster_start NAME SUPERUSER [BINDIR]
#   sql NAME USER DB [psql option]...
#   cluster_listen NAME           # TCP besides the socket; cluster_port NAME tells the port
#   cluster_set NAME <LINES       # more settings, and a restart
#   cluster_hba NAME <LINES       # who may log in
#   cluster_stop NAME
#
# The server refuses to run as root, so root hands it to an unprivileged user;
# the clients run as whoever runs the script. Authentication is "trust" until
# `cluster_auth NAME md5` says otherwise.

E2E_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034  # for the scripts that read this one
E2E_ROOT=$(cd "$E2E_HOME/../.." && pwd)
E2E_DIR=

# The environment of the caller must not reach the servers or the dumps.
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE \
      PGSERVICEFILE PGOPTIONS PGAPPNAME PGCLIENTENCODING PGSSLMODE PGDATESTYLE PGTZ PGCLUSTER
export LC_ALL=C PSQLRC=/dev/null PSQL_HISTORY=/dev/null

e2e_die() { printf '%s: error: %s\n' "${0##*/}" "$*" >&2; exit 70; }

# pg_bindir [MAJOR]: the directory of the server programs, highest major first.
pg_bindir() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr); do
    [ -z "${1:-}" ] || [ "$dir" = "/usr/lib/postgresql/$1/bin" ] || continue
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && { echo "$dir"; return 0; }
  done
  return 1
}

# The user that may run a server, chosen once.
e2e_server_user() {
  [ "$(id -u)" -eq 0 ] || return 0
  if id -u postgres >/dev/null 2>&1; then echo postgres
  elif id -u nobody >/dev/null 2>&1; then echo nobody
  else useradd --system --no-create-home --shell /usr/sbin/nologin nobody && echo nobody
  fi
}

# as_server COMMAND...: as the server's user.
as_server() {
  if [ -z "$E2E_USER" ]; then "$@"
  elif command -v setpriv >/dev/null; then
    setpriv --reuid="$E2E_USER" --regid="$(id -g "$E2E_USER")" --clear-groups "$@"
  elif command -v runuser >/dev/null; then runuser -u "$E2E_USER" -- "$@"
  else
    # shellcheck disable=SC2016
    su -s /bin/sh "$E2E_USER" -c 'exec "$0" "$@"' -- "$@"
  fi
}

# e2e_setup: finds the programs and makes the directory; e2e_main calls it.
e2e_setup() {
  E2E_BIN=$(pg_bindir "${E2E_MAJOR:-}") ||
    e2e_die 'no PostgreSQL server programs in /usr/lib/postgresql/*/bin (apt-get install postgresql postgresql-contrib)'
  E2E_USER=$(e2e_server_user)
  # A socket's path has 107 bytes; a long TMPDIR would not leave enough.
  local base=${TMPDIR:-/tmp}
  [ ${#base} -le 60 ] || base=/tmp
  E2E_DIR=$(mktemp -d "$base/pgsluice.XXXXXX") || e2e_die "no temporary directory in $base"
  chmod 755 "$E2E_DIR"
  mkdir "$E2E_DIR/work"
  export E2E_BIN E2E_DIR E2E_USER
}

e2e_cleanup() {
  [ -n "$E2E_DIR" ] && [ -d "$E2E_DIR" ] || return 0
  local pidfile
  for pidfile in "$E2E_DIR"/*/data/postmaster.pid; do
    [ -e "$pidfile" ] && e2e_kill_server "$pidfile"
  done
  rm -rf "$E2E_DIR"
  E2E_DIR=
}

# e2e_kill_server PIDFILE. SIGQUIT is "stop now"; the data is about to be removed.
e2e_kill_server() {
  local pid
  pid=$(head -n 1 "$1")
  kill -QUIT "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do
    [ -e "$1" ] && kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.05
  done
  kill -KILL "$pid" 2>/dev/null
}

# e2e_main FUNCTION ARG...: the function runs in a process group of its own, so
# that a signal ends all of it at once instead of after its current command.
e2e_main() {
  local worker status
  e2e_setup
  trap e2e_cleanup EXIT
  set -m
  ( trap - EXIT; set +m; "$@" ) <&0 & worker=$!
  set +m
  trap 'e2e_interrupted '$worker' 130' INT
  trap 'e2e_interrupted '$worker' 143' TERM
  trap 'e2e_interrupted '$worker' 129' HUP
  wait "$worker"; status=$?
  trap - INT TERM HUP
  exit "$status"
}

e2e_interrupted() {
  trap '' INT TERM HUP
  kill -TERM -- "-$1" 2>/dev/null
  wait "$1" 2>/dev/null
  exit "$2"
}

# cluster_start NAME SUPERUSER [BINDIR]: an empty cluster, running, UTF8 and C; of the programs in BINDIR,
# else in E2E_SERVER_BIN, else of this machine's.
# An initdb of the same kind is copied, not repeated.
cluster_start() {
  local name=$1 super=$2 bin=${3:-${E2E_SERVER_BIN:-$E2E_BIN}} dir=$E2E_DIR/$1 seed version
  version=$("$bin/postgres" --version) || return 1
  seed=$E2E_DIR/seed.$super.$(printf '%s' "$version" | cksum | cut -d' ' -f1)
  if [ ! -d "$seed" ]; then
    install -d -m 755 ${E2E_USER:+-o "$E2E_USER"} "$seed" || return 1
    as_server "$bin/initdb" -D "$seed/pg" -U "$super" --auth=trust --no-sync \
      -E UTF8 --locale=C >"$E2E_DIR/initdb.log" 2>&1 || { cat "$E2E_DIR/initdb.log" >&2; return 1; }
  fi
  rm -rf "$dir"
  install -d -m 755 ${E2E_USER:+-o "$E2E_USER"} "$dir" "$dir/ts" || return 1
  as_server cp -a "$seed/pg" "$dir/data" || return 1
  as_server tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0777
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 40
shared_buffers = 32MB
wal_level = logical
autovacuum = off
log_min_messages = fatal
log_min_error_statement = panic
timezone = 'UTC'
log_timezone = 'UTC'
CONF
  printf '%s\n' "$bin" >"$dir/bindir"
  printf '%s\n' "$super" >"$dir/superuser"
  cluster_run "$name"
}

cluster_run() {
  local dir=$E2E_DIR/$1
  as_server "$(cat "$dir/bindir")/pg_ctl" -D "$dir/data" -l "$dir/log" -s -w -t 30 start </dev/null >/dev/null ||
    { cat "$dir/log" >&2; return 1; }
}

# cluster_stop NAME: stops it and removes its files.
cluster_stop() {
  local pidfile=$E2E_DIR/$1/data/postmaster.pid
  [ -e "$pidfile" ] && e2e_kill_server "$pidfile"
  rm -rf "${E2E_DIR:?}/$1"
}

# cluster_copy FROM TO: a second cluster with the same content (both run after).
cluster_copy() {
  local from=$E2E_DIR/$1 to=$E2E_DIR/$2 bin link target
  bin=$(cat "$from/bindir")
  as_server "$bin/pg_ctl" -D "$from/data" -s -w -m fast stop || return 1
  install -d -m 755 ${E2E_USER:+-o "$E2E_USER"} "$to" || return 1
  as_server cp -a "$from/data" "$from/ts" "$to/" || return 1
  for link in "$to"/data/pg_tblspc/*; do
    [ -L "$link" ] || continue
    target=$(readlink "$link")
    as_server ln -sfn "$to${target#"$from"}" "$link"
  done
  cp "$from/bindir" "$from/superuser" "$to/"
  as_server sed -i "s|^unix_socket_directories.*|unix_socket_directories = '$to'|" "$to/data/postgresql.conf"
  cluster_run "$1" && cluster_run "$2"
}

# cluster_restart NAME
cluster_restart() {
  local dir=$E2E_DIR/$1
  as_server "$(cat "$dir/bindir")/pg_ctl" -D "$dir/data" -s -w -m fast stop && cluster_run "$1"
}

# cluster_set NAME <LINES: they join postgresql.conf, and the server starts anew.
cluster_set() {
  as_server tee -a "$E2E_DIR/$1/data/postgresql.conf" >/dev/null && cluster_restart "$1"
}

cluster_port() { cat "$E2E_DIR/$1/port" 2>/dev/null || echo 5432; }

# A free TCP port, below those that the kernel gives to clients.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); [ -n "$(ss -Hltn "sport = :$port")" ]; do :; done
  echo "$port"
}

# cluster_listen NAME [ADDRESSES]: on a free TCP port too.
# Without ADDRESSES on 127.0.0.1, and on ::1 where there is one.
cluster_listen() {
  local addresses=${2:-127.0.0.1} port log=$E2E_DIR/$1/log
  [ -n "${2:-}" ] || ! grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null || addresses+=,::1
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    # Another test may have taken the port meanwhile: the next one, then.
    printf "listen_addresses = '%s'\nport = %s\n" "$addresses" "$port" | cluster_set "$1" 2>"$log.listen" &&
      { echo "$port" >"$E2E_DIR/$1/port"; return 0; }
  done
  cat "$log.listen" >&2
  return 1
}

# cluster_auth NAME trust|md5: how everybody but the bootstrap superuser logs in
# ("md5" asks for the password and takes SCRAM hashes too). Waits until it holds.
cluster_auth() { printf 'local all all %s\n' "$2" | cluster_hba "$1"; }

# cluster_hba NAME <LINES: pg_hba.conf, behind a line that lets the bootstrap superuser in
# by the socket. Waits until it holds.
cluster_hba() {
  local dir=$E2E_DIR/$1 super before
  super=$(cat "$dir/superuser")
  before=$(sql "$1" "$super" template1 -Atc 'SELECT pg_conf_load_time()')
  { printf 'local all "%s" trust\n' "$super"; cat; } | as_server tee "$dir/data/pg_hba.conf" >/dev/null
  kill -HUP "$(head -n 1 "$dir/data/postmaster.pid")"
  for _ in $(seq 100); do
    [ "$(sql "$1" "$super" template1 -Atc 'SELECT pg_conf_load_time()')" = "$before" ] || return 0
    sleep 0.02
  done
  return 1
}

# sql NAME USER DB [psql option]...
sql() {
  local name=$1 user=$2 db=$3; shift 3
  PGCONNECT_TIMEOUT=10 "$E2E_BIN/psql" -X -q -h "$E2E_DIR/$name" -p "$(cluster_port "$name")" -U "$user" -d "$db" "$@"
}

# run_file NAME USER DB FILE [psql option]...: a file that must run without an error.
run_file() {
  local name=$1 user=$2 db=$3 file=$4; shift 4
  sql "$name" "$user" "$db" -v ON_ERROR_STOP=1 -v tsdir="$E2E_DIR/$name/ts" "$@" -f "$file" >/dev/null
}

# pg NAME USER PROGRAM [option]...: pg_dump, pg_dumpall, pg_restore against a cluster.
pg() {
  local name=$1 user=$2 program=$3; shift 3
  "$E2E_BIN/$program" -h "$E2E_DIR/$name" -p "$(cluster_port "$name")" -U "$user" "$@"
}

# count_errors FILE: the server's errors in psql's messages, and psql's own.
count_errors() { grep -cE '(^|: )(ERROR|FATAL|error):  ?' "$1"; }
