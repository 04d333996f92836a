#!/usr/bin/env bash
# What the kernel counts of this host, of its control groups and of the embedded platform's workers: a line of JSON a sample.
# Needs no other file. Within its loop it uses builtins only: a fork costs more than all that is read. It computes nothing but
# when to read and what to leave out: the lines hold what the kernel wrote, so that every figure made of it can be checked.
set -u
export LC_ALL=C

usage() {
  cat <<'HELP'
Sampler.sh SECONDS [INTERVAL_MS] [-]
  Reads /proc and cgroup v2 every INTERVAL_MS (100 to 10000, default 1000) for so many seconds and writes sampler.ndjson.
  sampler.start holds the epoch nanoseconds at which it began, and its interval.
  -   writes to standard output instead, and no file. So it watches a host that has nothing of faaslab:
      ssh -T user@host bash -s -- 60 1000 - <monitoring/Sampler.sh >sampler.ndjson
  It needs bash 4.4 or later, Linux (4.20 or later for pressure) and no rights. SIGTERM ends it after one more sample.
  FAASLAB_SAMPLER_UNTIL_EOF=1  ends also when standard input does: give it a pipe that lives as long as what is watched
  FAASLAB_PLATFORM_PID=PID     workers of this embedded platform only (not set: of all on this host)
  FAASLAB_PROC, FAASLAB_SYS, FAASLAB_CGROUP  other places of /proc, /sys and the root of cgroup v2
HELP
}

fail() {
  echo "Sampler.sh: $2" >&2
  exit "$1"
}

# ---- time ----

# us: microseconds since 1970. Before bash 5.0: one reading of the clock, and on from there by hundredths of a second.
prepare_clock() {
  clock=EPOCHREALTIME
  read_clock() { us=${EPOCHREALTIME/./}; }
  [ -n "${EPOCHREALTIME-}" ] && return
  clock=uptime
  local began
  began=$(date +%s%N)
  case $began in *[!0-9]*) fail 1 'bash before 5.0 needs a date that knows %N (GNU coreutils)' ;; esac
  read_uptime
  clock_base=$((began / 1000 - uptime_cs * 10000))
  read_clock() {
    read_uptime
    us=$((clock_base + uptime_cs * 10000))
  }
}

# Never of FAASLAB_PROC: it says when to end, also when somebody sets the clock.
read_uptime() {
  read -r uptime _ </proc/uptime
  uptime_cs=$((10#${uptime/./}))
}

# Sleeps until a microsecond on a descriptor that never speaks, or else the second argument; fails when that has ended.
sleep_until() {
  local left text
  while read_clock && ((left = $1 - us, left > 0 && left <= interval)); do
    printf -v text '%d.%06d' $((left / 1000000)) $((left % 1000000))
    read -r -t "$text" -u "${2:-$silent}" _
    [ $? -eq 1 ] && return 1
  done
  return 0
}

# ---- JSON ----

# escaped: a text as it stands between the quotes of JSON.
escape() {
  escaped=${1//\\/\\\\}
  escaped=${escaped//\"/\\\"}
  case $escaped in *[[:cntrl:]]*) ;; *) return ;; esac
  local all=$escaped char i
  escaped=
  for ((i = 0; i < ${#all}; i++)); do
    char=${all:i:1}
    case $char in [[:cntrl:]]) printf -v char '\\u%04x' "'$char" ;; esac
    escaped+=$char
  done
}

# Adds lines to the sample.
add() {
  local json=
  (($# > 1)) && printf -v json '"%s",' "${@:2}"
  sample+=",\"$1\":[${json%,}]"
}

add_file() {
  local lines
  if mapfile -t "${@:3}" lines <"$2"; then add "$1" "${lines[@]}"; else sample+=",\"$1\":null"; fi
}

# ---- the host ----

# Without its cores and interrupts: of a large machine these are most of it.
read_stat() {
  local lines text kept=() cpus=0
  mapfile -t lines <"$proc/stat"
  for text in "${lines[@]}"; do
    case $text in
      'cpu '* | ctxt* | procs_*) kept+=("$text") ;;
      processes*) kept+=("$text") forks=$text ;;
      cpu*) cpus=$((cpus + 1)) ;;
    esac
  done
  add stat "${kept[@]}"
  sample+=",\"cpus\":$cpus"
}

# Cards that have hardware behind them stand for all others, through which the same bytes pass again (bridges, pairs, bonds).
# Where there are none, as in a container, all but loopback.
read_net() {
  local lines text name loopback=() cards=() others=()
  mapfile -t -s 2 lines <"$proc/net/dev" || lines=()
  for text in "${lines[@]}"; do
    name=${text%%:*} name=${name##* }
    if [ -z "${is_card[$name]-}" ]; then
      is_card[$name]=0
      [ -e "$sys/class/net/$name/device" ] && is_card[$name]=1
    fi
    case $text in *[\\\"]*) escape "$text" && text=$escaped ;; esac
    if [ "$name" = lo ]; then
      loopback=("$text")
    elif [ "${is_card[$name]}" = 1 ]; then
      cards+=("$text")
    else
      others+=("$text")
    fi
  done
  [ ${#cards[@]} -eq 0 ] && cards=("${others[@]}")
  add net "${loopback[@]}" "${cards[@]}"
}

read_disks() {
  local lines text disks=()
  mapfile -t lines <"$proc/diskstats" || lines=()
  for text in "${lines[@]}"; do
    case $text in *' loop'* | *' ram'*) continue ;; esac
    set -- $text
    [ $# -lt 14 ] && continue
    if [ -z "${is_disk[$3]-}" ]; then
      if is_whole_disk "$3"; then is_disk[$3]=1; else is_disk[$3]=0; fi
    fi
    [ "${is_disk[$3]}" = 1 ] && disks+=("$text")
  done
  add disks "${disks[@]}"
}

# No partition, nothing that is made of other disks (dm, md), nothing in memory.
is_whole_disk() {
  local name=${1//\//!} made_of
  case $name in zram* | sr* | fd[0-9]*) return 1 ;; esac
  if [ -d "$sys/block" ]; then
    made_of=("$sys/block/$name"/slaves/*)
    [ -e "$sys/block/$name" ] && [ ${#made_of[@]} -eq 0 ]
  else
    case $name in [shv]d*[0-9] | xvd*[0-9] | nvme*p[0-9]* | mmcblk*p[0-9]* | dm-* | md*) return 1 ;; esac
  fi
}

# ---- control groups ----

# The root of cgroup v2: on hybrid machines it has no controllers, on old ones it is not there.
prepare_groups() {
  local lines text before controllers=
  cgroup=${FAASLAB_CGROUP-} cgroup_note=
  if [ -z "$cgroup" ]; then
    mapfile -t lines <"$proc/self/mountinfo" || lines=()
    for text in "${lines[@]}"; do
      before=${text%% - *}
      [ "${text#"$before - cgroup2 "}" = "$text" ] && continue
      set -- $before
      printf -v cgroup '%b' "${5//\\/\\0}"
      break
    done
  fi
  if [ -z "$cgroup" ]; then
    cgroup_note='no cgroup v2 is mounted: control groups are left out'
    return
  fi
  read -r controllers <"$cgroup/cgroup.controllers"
  case " $controllers " in *' memory '*) return ;; esac
  cgroup_note="cgroup v2 is mounted without the memory controller, as where version 1 has it: of groups no memory"
}

# Top slices, pods and containers: of docker, containerd, CRI-O and podman, with the drivers systemd and cgroupfs, and of a
# node of Kubernetes that is a container itself (kind). A group called conmon holds a container's monitor.
find_groups() {
  local runtime='@(docker|libpod|nerdctl|containerd|cri-containerd|crio)-*.scope' pod='@(*-pod*.slice|pod+([0-9a-f_-]))'
  local found=("$cgroup"/*/ "$cgroup"/{docker,libpod_parent}/*/ "$cgroup"/system.slice/{,containerd.service/}*:*:*/)
  found+=("$cgroup"/{system,machine}.slice/$runtime/ "$cgroup"/{machine.slice,user.slice/user-*.slice/user@*.service/*.slice}/{,*.slice/}$runtime/)
  local kube path name
  for kube in "$cgroup"/{,system.slice/docker-*.scope/,docker/*/,machine.slice/libpod-*.scope/{,container/}}{kubepods,kubepods.slice,kubelet/kubepods,kubelet.slice/kubelet-kubepods.slice}/; do
    found+=("$kube"{,*/}$pod/{,*/})
  done
  local -A there=()
  local all=() kept=()
  for path in "${found[@]}"; do
    name=${path#"$cgroup/"} name=${name%/}
    case ${name##*/} in *.mount | *.swap | *.socket | *conmon*) continue ;; esac
    [ -z "${there[$name]-}" ] && there[$name]=new && all+=("$name")
  done
  # Which of too many are left out must not change while those that are watched go on.
  for name in "${groups[@]}"; do [ -n "${there[$name]-}" ] && there[$name]=known && kept+=("$name"); done
  for name in "${all[@]}"; do [ "${there[$name]}" = new ] && [ ${#kept[@]} -lt 200 ] && kept+=("$name"); done
  groups=("${kept[@]}") group_names=()
  for name in "${groups[@]}"; do escape "$name" && group_names[$name]=$escaped; done
  groups_left_out=$((${#all[@]} - ${#kept[@]}))
  groups_found_us=$us must_find_groups=0
}

# A group costs 75 to 150 us. So they are read at most once in 25 ms for each of them (0.3 to 0.6 % of a core: 40 of them every
# second, 200 every five), where the interval is below 1 s in 4 ms for each. Each has a time of its own, so that no rate suffers.
read_groups() {
  ((us - groups_read_us < ${#groups[@]} * (interval < 1000000 ? 4000 : 25000))) && return
  groups_read_us=$us
  local count=
  read -r _ count <"$cgroup/cgroup.stat"
  # Their number tells that one came or went, time that one came as another went.
  [ -z "$count" ] || [ "$count" != "$groups_count" ] || ((us - groups_found_us > 10000000)) && must_find_groups=1
  groups_count=$count
  ((must_find_groups)) && find_groups
  local name path cpu io memory cpu_pressure memory_pressure io_pressure at text all=()
  # Lines joined by a character cost a fifth of an array of JSON.
  local IFS='|'
  for name in "${groups[@]}"; do
    path=$cgroup/$name
    if ! mapfile -t cpu <"$path/cpu.stat"; then
      must_find_groups=1
      continue
    fi
    at=${EPOCHREALTIME-$us}
    mapfile -t memory <"$path/memory.current" || memory=()
    mapfile -t cpu_pressure <"$path/cpu.pressure" || cpu_pressure=()
    mapfile -t memory_pressure <"$path/memory.pressure" || memory_pressure=()
    mapfile -t io_pressure <"$path/io.pressure" || io_pressure=()
    # An empty io.stat is of a group that has done no I/O yet.
    if mapfile -t io <"$path/io.stat"; then text="\"${io[*]}\""; else text=null; fi
    all+=("{\"group\":\"${group_names[$name]}\",\"epoch_us\":${at/./},\"cpu.stat\":\"${cpu[*]}\",\"memory.current\":\"${memory[*]}\",\"io.stat\":$text,\"cpu.pressure\":\"${cpu_pressure[*]}\",\"memory.pressure\":\"${memory_pressure[*]}\",\"io.pressure\":\"${io_pressure[*]}\"}")
  done
  IFS=,
  sample+=",\"groups\":[${all[*]}],\"groups_left_out\":$groups_left_out"
}

# ---- workers of the embedded platform ----

# Each says in its third argument which function it serves. A process is looked at three times: between fork and exec it
# still shows its parent's arguments. None is looked at where none has begun since (`processes` of /proc/stat), and listing
# them costs 7 us each, so they are listed at most once in 2 ms for each of them: 0.35 % of a core.
find_workers() {
  [ "$forks" = "$listed_forks" ] && ((!must_look_again)) && return
  ((us - listed_us < listed * 2000)) && return
  local paths=("$proc"/[0-9]*) path pid looks arguments
  listed_forks=$forks listed_us=$us listed=${#paths[@]} must_look_again=0
  # Who has ended is forgotten, for his number may be given again. seen = 4 · number of the list + times looked at.
  listing=$((listing + 1))
  ((${#seen[@]} > 2 * listed + 1000)) && seen=()
  for path in "${paths[@]}"; do
    pid=${path##*/} looks=${seen[${path##*/}]-0}
    ((looks = looks / 4 == listing - 1 ? looks & 3 : 0))
    if ((looks < 3)); then
      looks=$((looks + 1))
      ((looks < 3)) && must_look_again=1
      mapfile -d '' -t -n 3 arguments <"$path/cmdline" || arguments=()
      case ${arguments[2]-} in --faaslab-function=*)
        escape "${arguments[2]#*=}"
        worker[$pid]=$escaped
        ;;
      esac
    fi
    seen[$pid]=$((listing * 4 + looks))
  done
}

read_workers() {
  find_workers
  local pid text all=()
  for pid in "${!worker[@]}"; do
    text=
    read -r text <"$proc/$pid/stat"
    # Its name, in parentheses, may hold anything.
    set -- ${text##*) }
    if [ $# -lt 22 ] || [ "${born[$pid]-${20}}" != "${20}" ]; then
      unset "worker[$pid]" "born[$pid]" "seen[$pid]" "ours[$pid]"
      must_look_again=1
      continue
    fi
    born[$pid]=${20}
    # Of another platform is who is neither its child nor, forked by a function, in the session of one.
    if [ -n "$platform" ]; then
      [ "$2" = "$platform" ] && ours[$pid]=1
      [ -n "${ours[$pid]-}${ours[$4]-}" ] || continue
    fi
    all+=("{\"function\":\"${worker[$pid]}\",\"pid\":$pid,\"ppid\":$2,\"state\":\"$1\",\"starttime\":${20},\"utime\":${12},\"stime\":${13},\"rss\":${22}}")
  done
  local IFS=,
  sample+=",\"workers\":[${all[*]}]"
}

# ---- all of it ----

take_sample() {
  read_clock
  read_uptime
  sample_us=$us
  sample="{\"epoch_us\":$us,\"uptime_s\":${uptime}"
  read_stat
  add_file pressure_cpu "$proc/pressure/cpu"
  add_file pressure_memory "$proc/pressure/memory"
  add_file pressure_io "$proc/pressure/io"
  add_file loadavg "$proc/loadavg"
  add_file meminfo "$proc/meminfo" -n 24
  read_net
  read_disks
  [ -n "$cgroup" ] && read_groups
  read_workers
  sample+='}'
}

write_sample() {
  # What is gone when it is opened is no fault.
  take_sample 2>/dev/null
  printf '%s\n' "$sample" >&3 || fail 1 'its output cannot be written'
}

# A signal comes between any two commands, also of a sample: that one is written first.
on_signal() {
  ending=1
  ((sampling)) || finish
}

# One more sample, so that the end of the test is seen too; of groups and workers as well, however lately they were. Rates of less
# than 100 ms would be noise: the kernel counts CPU time in ticks of up to 10 ms.
finish() {
  trap '' TERM INT HUP
  sleep_until $((sample_us + 100000))
  groups_read_us=0 listed_us=0
  write_sample
  exit 0
}

write_head() {
  local ticks page
  ticks=$(getconf CLK_TCK 2>/dev/null) || ticks=null
  page=$(getconf PAGESIZE 2>/dev/null) || page=null
  escape "$cgroup_note"
  echo "{\"faaslab_sampler\":1,\"interval_ms\":$((interval / 1000)),\"seconds\":$seconds,\"clock\":\"$clock\",\"ticks_per_s\":$ticks,\"page_bytes\":$page,\"cgroup_note\":\"$escaped\"}" >&3 ||
    fail 1 'its output cannot be written'
}

main() {
  case "${1:-}" in
    -h | --help) usage; exit 0 ;;
    '' | *[!0-9]*) usage >&2; exit 2 ;;
  esac
  case "${2:-1000}" in *[!0-9]* | ??????*) fail 2 "the interval must be 100 to 10000 (ms), not \"$2\"" ;; esac
  seconds=$((10#$1)) interval=$((10#${2:-1000}))
  ((interval >= 100 && interval <= 10000)) || fail 2 "the interval must be 100 to 10000 (ms), not \"$2\""
  case "${3:-}" in '' | -) ;; *) fail 2 "after the interval only - is known, not \"$3\"" ;; esac
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || fail 1 "it needs bash 4.4 or later; this is $BASH_VERSION"
  interval=$((interval * 1000))

  proc=${FAASLAB_PROC:-/proc} sys=${FAASLAB_SYS:-/sys} platform=${FAASLAB_PLATFORM_PID-}
  [ -r "$proc/stat" ] && [ -r /proc/uptime ] || fail 1 "there is no $proc/stat: it needs Linux"
  declare -gA is_card=() is_disk=() group_names=() worker=() born=() ours=() seen=()
  groups=() groups_left_out=0 groups_count= groups_found_us=0 groups_read_us=0 must_find_groups=1
  listing=0 listed=0 listed_us=0 listed_forks= must_look_again=1 forks=
  sampling=1 ending=0
  trap on_signal TERM INT HUP
  exec {silent}<> <(:)
  watched=$silent
  [ "${FAASLAB_SAMPLER_UNTIL_EOF:-}" = 1 ] && exec {watched}<&0
  # A file opened while descriptor 0 is free becomes it at once: a quarter less for each file that is read.
  exec 0<&-
  prepare_clock
  prepare_groups 2>/dev/null
  read_clock
  if [ "${3:-}" = - ]; then
    exec 3>&1
  else
    rm -f sampler.ndjson
    exec 3>sampler.ndjson || fail 1 "sampler.ndjson cannot be written in $PWD"
    printf '%s000\ninterval_ms=%s\n' "$us" $((interval / 1000)) >sampler.start
  fi
  write_head

  # A grid: what comes late is late by itself alone, and what is missed is left out, not caught up.
  local grid_us began_cs next left
  read_clock
  read_uptime
  grid_us=$us began_cs=$uptime_cs
  while :; do
    sampling=1
    write_sample
    sampling=0
    ((ending)) && finish
    read_clock
    # somebody has set the clock back
    ((us < grid_us)) && grid_us=$us
    next=$((grid_us + ((us - grid_us) / interval + 1) * interval))
    # How long it goes on after this sample; by uptime, which is in hundredths of a second.
    left=$((seconds * 1000000 - (uptime_cs - began_cs) * 10000))
    if ((next - sample_us > left + 10000)); then
      # The sample of the grid was the last: or what is left of the test would be unseen.
      ((left > 20000)) || exit 0
      sleep_until $((sample_us + left)) "$watched"
      finish
    fi
    sleep_until "$next" "$watched" || finish
  done
}

# Read to its end before it begins: standard input may be both this script and what it waits for.
shopt -s nullglob extglob
main "$@"
exit
