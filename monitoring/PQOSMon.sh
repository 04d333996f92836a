#!/usr/bin/env bash
# Cache occupancy and memory bandwidth of each core, by pqos (Intel RDT).
set -u

usage() {
  cat <<'HELP'
PQOSMon.sh SECONDS [INTERVAL_TENTHS]
  Watches all cores and writes pqos-msr-mon.out, a block every INTERVAL_TENTHS of 0.1 s (default 10 = 1 s).
  pqos.start holds the epoch nanoseconds just before it began, and the interval.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

tool="$(command -v pqos-msr || command -v pqos)" || {
  echo 'pqos is not installed (package intel-cmt-cat)' >&2
  exit 1
}
if [ ! -w /dev/cpu/0/msr ] && [ ! -d /sys/fs/resctrl/info ]; then
  echo 'pqos needs the right to write /dev/cpu/*/msr (root or CAP_SYS_RAWIO, module msr), or a mounted /sys/fs/resctrl' >&2
  exit 1
fi

rm -f pqos-msr-mon.out
{ date +%s%N; echo "interval_ms=$((${2:-10} * 100))"; } >pqos.start
LC_ALL=C exec "$tool" -t "$1" -i "${2:-10}" -o pqos-msr-mon.out
