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

fail() {
  echo "PQOSMon.sh: $1" >&2
  exit 1
}

command -v pqos >/dev/null || command -v pqos-msr >/dev/null || fail 'pqos is not installed (package intel-cmt-cat)'
# By the registers of the processor, or by the kernel's resctrl where those are closed to us.
msr=/dev/cpu/0/msr
if [ ! -c "$msr" ]; then
  why="there is no $msr (modprobe msr loads it)"
elif said=$(LC_ALL=C; { : <>"$msr"; } 2>&1); then
  why=''
else
  case "$said" in
    *'not permitted'*) why="opening $msr needs CAP_SYS_RAWIO" ;;
    *) why="no right to read and write $msr: it needs root, and CAP_SYS_RAWIO" ;;
  esac
fi
if [ -z "$why" ]; then
  tool=$(command -v pqos-msr || command -v pqos)
else
  [ -d /sys/fs/resctrl/info ] ||
    fail "$why, and /sys/fs/resctrl is not mounted either (mount -t resctrl resctrl /sys/fs/resctrl, where the kernel has it)"
  tool=$(command -v pqos-os) || fail "$why, and there is no pqos-os for /sys/fs/resctrl (package intel-cmt-cat 2.0 or later)"
fi

rm -f pqos-msr-mon.out
{ date +%s%N; echo "interval_ms=$((${2:-10} * 100))"; } >pqos.start
said=$(LC_ALL=C "$tool" -t "$1" -i "${2:-10}" -o pqos-msr-mon.out 2>&1)
status=$?
[ -z "$said" ] || printf '%s\n' "$said"
# On a processor that cannot monitor, pqos says so first and may crash then.
[ "$status" -eq 0 ] || fail "pqos ended with exit code $status: $(printf '%s' "$said" | grep -m 1 -E 'ERROR|not supported' || echo 'see above')"
