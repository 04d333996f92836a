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
[ -z "$1" ] || rm -rf -- "$1"
