#!/bin/sh
# Outlives the process that started it and cleans up behind it. Reads "+GROUP" when a process group starts and "-GROUP" when
# it has ended; when its input ends, whoever wrote it is gone, however that came: every process group still listed is
# killed, and the temporary folder ($1, if any) removed. A process in an endless loop would notice nothing by itself.
trap '' HUP INT TERM
groups=' '
while read -r line; do
  group=${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;; esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
[ -n "$1" ] || exit 0
# What left its group is known by the folder within ours that it was given for its temporary files. Looked for twice, since it
# may be starting another process when it is found.
for _ in 1 2; do
  for file in $(grep -lsF -- "TMPDIR=$1/" /proc/[0-9]*/environ); do
    process=${file#/proc/}
    kill -s KILL "${process%/environ}" 2>/dev/null
  done
done
rm -rf -- "$1"
