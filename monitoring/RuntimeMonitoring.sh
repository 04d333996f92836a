#!/usr/bin/env bash
# Starts the monitors of one test side by side and waits for them.
set -u

usage() {
  cat <<'HELP'
RuntimeMonitoring.sh SECONDS
  Starts monitors for so many seconds; each writes into the working directory.
  FAASLAB_MONITORS  which ones: any of perf pqos blktrace cgtop sampler, separated by blanks or commas
                    (not set: perf if it is permitted, cgtop if it is installed; where neither is, the sampler)
  FAASLAB_SAMPLED   1 = the run samples this host itself ("sampler" of its config): the sampler is left out
  FAASLAB_BLKTRACE_DEVICE  the device for blktrace, e.g. /dev/sda
  FAAS_ROOT         a root whose monitoring/ may have scripts of the same names, which then run instead
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

seconds=$1
own="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# A user's own script of that name comes first, as in FaaSProfiler; what the root does not have lies beside this script.
start() {
  local script="${FAAS_ROOT:-}/monitoring/$1"
  [ -f "$script" ] || script="$own/$1"
  bash "$script" "${@:2}" &
}
monitors="${FAASLAB_MONITORS-}"
if [ -z "${FAASLAB_MONITORS+set}" ]; then
  if perf stat -a -e context-switches true >/dev/null 2>&1; then monitors=perf; else echo 'perf is not installed or not permitted: left out'; fi
  if command -v systemd-cgtop >/dev/null; then monitors="$monitors cgtop"; else echo 'systemd-cgtop is not installed: left out'; fi
  monitors="${monitors:-sampler}"
fi

running=()
status=0
for monitor in ${monitors//,/ }; do
  case "$monitor" in
    perf) start Perf.sh "$seconds" ;;
    pqos) start PQOSMon.sh "$seconds" ;;
    blktrace) start Blktrace.sh "$seconds" "${FAASLAB_BLKTRACE_DEVICE:-}" ;;
    cgtop) start Cgtop.sh "$seconds" ;;
    sampler)
      # Both would write the same file.
      if [ "${FAASLAB_SAMPLED:-}" = 1 ]; then echo 'sampler: the run has one of its own on this host: left out'; continue; fi
      start Sampler.sh "$seconds"
      ;;
    *) echo "FAASLAB_MONITORS: there is no monitor \"$monitor\"; known: perf pqos blktrace cgtop sampler" >&2; status=2; continue ;;
  esac
  running+=($!)
done

for pid in ${running[@]+"${running[@]}"}; do
  wait "$pid" || status=1
done
exit "$status"
