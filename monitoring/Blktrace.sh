#!/usr/bin/env bash
# Every block I/O of one device, by blktrace and blkparse.
set -u -o pipefail

usage() {
  cat <<'HELP'
Blktrace.sh SECONDS DEVICE
  Traces DEVICE (e.g. /dev/sda) and writes blktrace-mon.out.
  blktrace.start holds the epoch nanoseconds just before it began. Its own stamps count from the first I/O that it saw.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | *[!0-9]*) usage >&2; exit 2 ;;
esac

fail() {
  echo "Blktrace.sh: $1" >&2
  exit 1
}

export LC_ALL=C
device="${2:-}"
if [ ! -b "$device" ]; then
  echo "Blktrace.sh: its second argument (FAASLAB_BLKTRACE_DEVICE) must be a block device, e.g. /dev/sda, not \"$device\"" >&2
  exit 2
fi
for tool in blktrace blkparse; do
  command -v "$tool" >/dev/null || fail "$tool is not installed (package blktrace)"
done

# What it needs, in its order: blktrace opens the device, and reads the trace from files of debugfs that only root may open. The
# kernel asks for no CAP_SYS_ADMIN (blk_trace_ioctl of block/ioctl.c).
debug=/sys/kernel/debug
if ! said=$({ : <"$device"; } 2>&1); then
  case "$said" in
    *'Permission denied'*) fail "no right to read $device: it needs root, or the group of $device ($(stat -c %G "$device"))" ;;
    *'not permitted'*) fail "the kernel lets nobody here open $device: a container must be given it (docker run --device)" ;;
    *) fail "$device cannot be opened (${said##*: })" ;;
  esac
fi
[ "$(stat -f -c %T "$debug" 2>/dev/null)" = debugfs ] || fail "debugfs is not mounted (mount -t debugfs debugfs $debug)"
[ -r "$debug" ] && [ -x "$debug" ] || fail "no right to read $debug: it needs root, or CAP_DAC_READ_SEARCH"

rm -f blktrace-mon.out
date +%s%N >blktrace.start
# A blktrace that may not open its trace never ends by itself, and calls that no failure.
said=$({ timeout --foreground -k 1 "$(($1 + 2))" blktrace -d "$device" -w "$1" -o - | blkparse -i - >blktrace-mon.out; } 2>&1)
status=$?
[ -z "$said" ] || printf '%s\n' "$said"
case "$said" in
  *"$debug/"*'not permitted'*) fail "the kernel lets nobody read the trace in $debug: kernel lockdown, as with Secure Boot (/sys/kernel/security/lockdown), or a container" ;;
  *"$debug/"*'Permission denied'*) fail "no right to read the trace in $debug: it needs root, or CAP_DAC_READ_SEARCH" ;;
  *BLKTRACESETUP*' 16/'*) fail "$device is traced already (blktrace -k -d $device ends what a killed one left)" ;;
  *BLKTRACESETUP*' 25/'*) fail 'the kernel cannot trace block devices (CONFIG_BLK_DEV_IO_TRACE)' ;;
  *[Ff]ailed* | *FAILED* | *Invalid*) fail "$(printf '%s' "$said" | grep -m 1 '[^[:space:]]')" ;;
esac
exit "$status"
