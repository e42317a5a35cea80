#!/usr/bin/env bash
# Make sure there is a Chromium and a Chinese font for the browser tests, or say why there is none.
set -uo pipefail

if [ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium and Noto CJK fonts (once)"
  export DEBIAN_FRONTEND=noninteractive
  log="$(mktemp)"
  if { apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-cjk; } >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    exit 0
  fi
  tail -3 "$log"
  rm -f "$log"
fi
echo "Browser tests are skipped: no Chromium found (on Debian, as root: apt-get install chromium fonts-noto-cjk)"
