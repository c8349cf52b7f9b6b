# shellcheck shell=bash
# The databases of tests/e2e/sql that the differential tests dump; sourced after lib.sh.

# make_databases CLUSTER: starts it and fills it: self-hosted.sql (with shop), rich.sql and objects.sql.
make_databases() {
  local sql=$E2E_ROOT/tests/e2e/sql work=$E2E_DIR/work
  cluster_start "$1" postgres && run_file "$1" postgres postgres "$sql/self-hosted.sql" &&
    sql "$1" postgres postgres -c 'CREATE DATABASE rich' -c 'CREATE DATABASE objects' &&
    printf '1,sad\n' >"$work/file.csv" && chmod 755 "$work" && chmod 644 "$work/file.csv" &&
    run_file "$1" postgres rich "$sql/rich.sql" -v csv="$work/file.csv" &&
    run_file "$1" postgres objects "$sql/objects.sql"
}
