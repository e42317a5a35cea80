#!/usr/bin/env bash
# A throwaway PostgreSQL server on a free loopback port, gone when this script ends.
#
#   tests/postgres.sh                      prints the address and waits for Ctrl+C
#   tests/postgres.sh COMMAND …            runs the command with DASHBOARD_TEST_DATABASE_URL set
#   tests/postgres.sh --or-skip COMMAND …  the same; without PostgreSQL says so and runs the command alone
#
# PostgreSQL refuses to run as root, so root hands it to an account without rights.
set -euo pipefail

or_skip=
if [ "${1:-}" = "--or-skip" ]; then or_skip=yes; shift; fi

if [ -n "${DASHBOARD_TEST_DATABASE_URL:-}" ] && [ $# -gt 0 ]; then
  echo "PostgreSQL tests use the server of DASHBOARD_TEST_DATABASE_URL"
  exec "$@"
fi

bin=""
for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
  if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then bin="$folder"; break; fi
done
if [ -z "$bin" ] && command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
  bin="$(dirname "$(command -v initdb)")"
fi
if [ -z "$bin" ]; then
  if [ -n "$or_skip" ]; then
    echo "PostgreSQL tests are skipped: no initdb found (on Debian: apt-get install postgresql)"
    exec "$@"
  fi
  echo "no initdb found; on Debian: apt-get install postgresql" >&2
  exit 1
fi

run() { # as root, as another user; else directly
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid "$owner" --regid "$group" --clear-groups env HOME="$folder" "$@")
  else
    (cd / && "$@")
  fi
}
owner=nobody
group="$(id -gn nobody 2>/dev/null || echo nogroup)"

folder="$(mktemp -d /tmp/postgres.XXXXXX)" # short: the socket's path may hold only 107 bytes
[ "$(id -u)" = 0 ] && chown "$owner:$group" "$folder"
stop() {
  run "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

run "$bin/initdb" -D "$folder/data" -A trust -U app -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
started=
for _ in 1 2 3; do # another process may take the port between asking and starting
  port="$(free_port)"
  if run "$bin/pg_ctl" -D "$folder/data" -s -w -t 30 -l "$folder/log" \
    -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start; then
    started=yes
    break
  fi
done
if [ -z "$started" ]; then
  cat "$folder/log" >&2
  exit 1
fi
export DASHBOARD_TEST_DATABASE_THROWAWAY=yes
export DASHBOARD_TEST_DATABASE_URL="postgresql+psycopg://app@127.0.0.1:$port/postgres"
echo "PostgreSQL $("$bin/postgres" -V | grep -oE '[0-9.]+' | head -1): $DASHBOARD_TEST_DATABASE_URL"

if [ $# -gt 0 ]; then
  "$@"
else
  sleep infinity &
  wait $!
fi
