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
names=() running=() told=() status=0 ended=0
# Who is told to end tells its monitors, and still says what became of each.
trap 'ended=1; kill ${running[@]+"${running[@]}"} 2>/dev/null' TERM INT HUP

# MONITOR SCRIPT ARGUMENTS: a user's own script of that name comes first, as in FaaSProfiler; what the root does not have lies
# beside this script. What it says is kept apart until it has ended, so that its last words are known.
start() {
  local script="${FAAS_ROOT:-}/monitoring/$2"
  [ -f "$script" ] || script="$own/$2"
  bash "$script" "${@:3}" >"RuntimeMonitoring.$1.log" 2>&1 &
  names+=("$1") running+=($!)
}

failed() {
  status=1
  told+=("$1")
}

# MONITOR STATUS
end() {
  local log="RuntimeMonitoring.$1.log" line last=''
  while IFS= read -r line || [ -n "$line" ]; do
    echo "$1: $line"
    [ -n "$line" ] && last=${line#*.sh: }
  done <"$log"
  rm -f "$log"
  if [ "$2" -eq 0 ]; then
    told+=("$1 ran")
  elif ((ended && $2 > 128)); then
    failed "$1 was still running"
  else
    last=${last:-exit code $2}
    failed "$1: ${last:0:240}"
  fi
}

monitors="${FAASLAB_MONITORS-}"
if [ -z "${FAASLAB_MONITORS+set}" ]; then
  if perf stat -a -e context-switches true >/dev/null 2>&1; then monitors=perf; else echo 'perf is not installed or not permitted: left out'; fi
  if command -v systemd-cgtop >/dev/null; then monitors="$monitors cgtop"; else echo 'systemd-cgtop is not installed: left out'; fi
  monitors="${monitors:-sampler}"
fi

for monitor in ${monitors//,/ }; do
  case "$monitor" in
    perf) start perf Perf.sh "$seconds" ;;
    pqos) start pqos PQOSMon.sh "$seconds" ;;
    blktrace) start blktrace Blktrace.sh "$seconds" "${FAASLAB_BLKTRACE_DEVICE:-}" ;;
    cgtop) start cgtop Cgtop.sh "$seconds" ;;
    sampler)
      # Both would write the same file.
      if [ "${FAASLAB_SAMPLED:-}" = 1 ]; then echo 'sampler: the run has one of its own on this host: left out'; continue; fi
      start sampler Sampler.sh "$seconds"
      ;;
    *) failed "\"$monitor\" in FAASLAB_MONITORS is none of perf pqos blktrace cgtop sampler" ;;
  esac
done

for i in ${running[@]+"${!running[@]}"}; do
  wait "${running[i]}"
  code=$?
  # A signal to us ends the wait, not yet the monitor.
  while kill -0 "${running[i]}" 2>/dev/null; do
    wait "${running[i]}"
    code=$?
  done
  end "${names[i]}" "$code"
done

# The invoker takes a last line that begins so into its report.
if ((status)); then
  printf -v all '%s; ' "${told[@]}"
  echo "monitors: ${all%; }" >&2
fi
exit "$status"
