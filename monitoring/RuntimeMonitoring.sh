#!/usr/bin/env bash
# Starts the monitors of one test side by side and waits for them.
set -u

usage() {
  cat <<'HELP'
RuntimeMonitoring.sh SECONDS
  Starts monitors for so many seconds; each writes into the working directory.
  FAASLAB_MONITORS  which ones: any of perf pqos blktrace cgtop sampler, separated by blanks or commas
                    (not set: perf if it is permitted, cgtop if it is installed; where neither is, the sampler)
  FAASLAB_BLKTRACE_DEVICE  the device for blktrace, e.g. /dev/sda
  FAAS_ROOT         the root under which monitoring/ lies (not set: the parent of this script's folder)
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

seconds=$1
here="${FAAS_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}/monitoring"
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
    perf) bash "$here/Perf.sh" "$seconds" & ;;
    pqos) bash "$here/PQOSMon.sh" "$seconds" & ;;
    blktrace) bash "$here/Blktrace.sh" "$seconds" "${FAASLAB_BLKTRACE_DEVICE:-}" & ;;
    cgtop) bash "$here/Cgtop.sh" "$seconds" & ;;
    sampler) bash "$here/Sampler.sh" "$seconds" & ;;
    *) echo "FAASLAB_MONITORS: there is no monitor \"$monitor\"; known: perf pqos blktrace cgtop sampler" >&2; status=2; continue ;;
  esac
  running+=($!)
done

for pid in ${running[@]+"${running[@]}"}; do
  wait "$pid" || status=1
done
exit "$status"
