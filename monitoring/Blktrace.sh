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

device="${2:-}"
if [ ! -b "$device" ]; then
  echo "Blktrace.sh needs a block device as its second argument, e.g. /dev/sda; got \"$device\"" >&2
  exit 2
fi
for tool in blktrace blkparse; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is not installed (package blktrace)" >&2
    exit 1
  fi
done
if [ ! -d /sys/kernel/debug/block ] || [ ! -r "$device" ]; then
  echo "blktrace needs debugfs (mount -t debugfs none /sys/kernel/debug), the right to read $device, and CAP_SYS_ADMIN" >&2
  exit 1
fi

rm -f blktrace-mon.out
date +%s%N >blktrace.start
blktrace -d "$device" -w "$1" -o - | LC_ALL=C blkparse -i - >blktrace-mon.out
