#!/usr/bin/env bash
# Tasks, CPU, memory and I/O of every control group (containers among them), by systemd-cgtop.
set -u

usage() {
  cat <<'HELP'
Cgtop.sh SECONDS [INTERVAL_S]
  Writes systemd-cgtop.out, a table every INTERVAL_S (default 1).
  cgtop.start holds the epoch nanoseconds just before it began, and the interval: its tables carry no time.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

if ! command -v systemd-cgtop >/dev/null; then
  echo 'Cgtop.sh: systemd-cgtop is not installed (package systemd)' >&2
  exit 1
fi

interval="${2:-1}"
rm -f systemd-cgtop.out
{ date +%s%N; echo "interval_ms=$((interval * 1000))"; } >cgtop.start
# One table more than intervals: the first has no rates yet.
LC_ALL=C exec systemd-cgtop --batch --depth=6 --delay="$interval" --iterations="$(($1 / interval + 1))" >systemd-cgtop.out
