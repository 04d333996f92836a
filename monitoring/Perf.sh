#!/usr/bin/env bash
# Hardware and software counters of all CPUs, by perf stat.
set -u

usage() {
  cat <<'HELP'
Perf.sh SECONDS [INTERVAL_MS]
  Counts events on all CPUs and writes perf-mon.out, a block every INTERVAL_MS (default 1000).
  perf.start holds the epoch nanoseconds just before perf began, from which its own stamps count, and the interval.
  FAASLAB_PERF_EVENTS  other events, separated by commas
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

fail() {
  echo "Perf.sh: $1" >&2
  exit 1
}

command -v perf >/dev/null || fail 'perf is not installed (package linux-perf or linux-tools)'
if ! said=$(LC_ALL=C perf stat -a -e context-switches true 2>&1); then
  case "$said" in
    *ermission* | *'not permitted'* | *'operations is limited'*)
      fail "no right to count on all CPUs: it needs CAP_PERFMON (before Linux 5.8 CAP_SYS_ADMIN), or kernel.perf_event_paranoid <= 0 (it is $(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo unknown)); in a container also a seccomp profile that allows perf_event_open"
      ;;
    *) fail "perf cannot count on all CPUs: $(printf '%s' "$said" | grep -m 1 -v -E '^(Error:)?[[:space:]]*$' || echo 'it says nothing')" ;;
  esac
fi
events="${FAASLAB_PERF_EVENTS:-cpu-cycles,instructions,L1-dcache-loads,L1-dcache-load-misses,L1-icache-load-misses,LLC-loads,LLC-load-misses,dTLB-loads,dTLB-load-misses,iTLB-loads,iTLB-load-misses,branches,branch-misses,context-switches,cpu-migrations,page-faults}"

rm -f perf-mon.out
{ date +%s%N; echo "interval_ms=${2:-1000}"; } >perf.start
# LC_ALL=C: no decimal commas in what a parser reads.
LC_ALL=C exec perf stat -a -e "$events" -I "${2:-1000}" -o perf-mon.out sleep "$1"
