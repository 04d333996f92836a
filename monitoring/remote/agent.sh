#!/usr/bin/env bash
# Watches this host for one run of faaslab, which sends it by ssh as the argument of `bash -c`. It needs bash and coreutils,
# takes one command a line from its input and answers on its output (monitoring/remote/protocol.ts reads the answers).
# When its input ends, or is silent for longer than the lease, whoever started it is gone, however that came: every process
# group that it started is ended and its folder removed. So it may block in nothing but `read`: whatever writes much (samples,
# files) is a process group of its own, for a broken connection can hold its writing up for hours.
#
#   lease SECONDS               how long its input may be silent
#   clock                       -> clock MICROSECONDS
#   env NAME VALUE              a variable for what it starts (VALUE, PATH, NAME and LOG below: base64)
#   put PATH CONTENT            -> done | fault WHY             a file, relative to its folder
#   script SECONDS PATH LOG     -> started | fault WHY          bash PATH SECONDS, in the folder whose files come home
#   script?                     -> running | ended STATUS
#   end-script                  -> ended STATUS | outlived | remains
#   sampler SECONDS INTERVAL_MS PATH LOG -> samples follow      then its lines
#   end-sampler                 -> samples over | samples over STATUS, where it had ended by itself
#   files BYTES TOTAL COUNT     -> (file NAME SIZE, base64 lines, . | left NAME SIZE)… files over MORE_THAT_ARE_NOT_NAMED
#   alive                       no answer
set -u
export LC_ALL=C
shopt -s nullglob dotglob
exec 2>/dev/null

lease=30
# Process groups that may still run; what is known to have ended has a status instead: its number may be another's by now.
script='' sampler='' sending=''
script_status='' sampler_status=''
folder=$(mktemp -d "${TMPDIR:-/tmp}/faaslab.XXXXXXXX" 2>&1) || {
  printf 'fault no folder can be made there: %s\n' "${folder//$'\n'/ }"
  exit 1
}

# Whether anything of a process group runs. What has ended and nobody waited for does not, though a signal still finds it:
# where the first process waits late or never, as in containers, orphans stay zombies. What has other rights does.
proc=${FAASLAB_PROC:-/proc}
# Of each group the member that was seen last: while it runs, no other is looked for.
member=()
is_running() {
  [ -n "$1" ] || return 1
  if [ ! -r "$proc/$$/stat" ]; then
    is_running_by_ps "$1"
    return
  fi
  is_member "${member[$1]:-$1}" "$1" && return
  local path
  for path in "$proc"/[0-9]*; do
    is_member "${path##*/}" "$1" && member[$1]=${path##*/} && return
  done
  return 1
}

# PID GROUP. Its name, in parentheses, may hold anything; state, parent and group follow it (proc(5)).
is_member() {
  local stat=''
  IFS= read -r -d '' stat <"$proc/$1/stat"
  set -- "$2" ${stat##*) }
  [ $# -gt 3 ] && [ "$4" = "$1" ] && [ "$2" != Z ] && [ "$2" != X ]
}

is_running_by_ps() {
  kill -0 -- "-$1" || return 1
  local group state listed=''
  while read -r group state; do
    listed=1
    [ "$group" = "$1" ] && case $state in Z*) ;; *) return 0 ;; esac
  done < <(ps -A -o pgid= -o stat=)
  # Without a ps only the signal tells.
  [ -z "$listed" ]
}

any_running() {
  local group
  for group; do is_running "$group" && return 0; done
  return 1
}

# Whether none of the groups is left after so many twentieths of a second.
are_gone_within() {
  local left=$1
  shift
  while any_running "$@"; do
    ((left-- > 0)) || return 1
    sleep 0.05
  done
}

signal() {
  local group
  for group in "${@:2}"; do is_running "$group" && kill -s "$1" -- "-$group"; done
}

# Ends process groups: what is told to end has two seconds to write its last lines before it is killed.
end_groups() {
  signal TERM "$@"
  are_gone_within 40 "$@" && return
  signal KILL "$@"
  are_gone_within 20 "$@"
}

# Notes who has ended; often enough that no number was given again meanwhile.
settle() {
  [ -z "$script" ] || is_running "$script" || { wait "$script"; script_status=$? script=''; }
  [ -z "$sampler" ] || is_running "$sampler" || { wait "$sampler"; sampler_status=$? sampler=''; }
  is_running "$sending" || sending=''
}

leave() {
  trap '' HUP INT TERM PIPE
  settle
  end_groups "$script" "$sampler" "$sending"
  cd / && rm -rf -- "$folder"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM PIPE

decoded() { printf %s "$1" | base64 -d; }
encoded() { printf %s "$1" | base64 | tr -d '\n'; }

# Starts a function or command as a process group of its own; its id is in $group.
start() {
  set -m
  "$@" </dev/null &
  group=$!
  set +m
}

clock() {
  # Before bash 5 there is no EPOCHREALTIME; the round trip then holds the start of a process too.
  local now=${EPOCHREALTIME:-$(date +%s%N)}
  now=${now//[!0-9]/}
  if ((${#now} < 16)); then
    echo 'fault its clock cannot be read: bash is older than 5.0, and date does not know %N'
  else
    printf 'clock %s\n' "${now:0:16}"
  fi
}

put() {
  local path
  path="$folder/$(decoded "$1")"
  if mkdir -p -- "${path%/*}" && decoded "$2" >"$path" && chmod 700 -- "$path"; then
    echo done
  else
    echo 'fault it cannot be written there (is the disk full?)'
  fi
}

# Not exec alone: $! is to be the leader of all that the script starts.
run_script() {
  cd "$folder/out" && FAAS_ROOT="$folder/root" FAASLAB_RUN_DIR="$folder/out" exec bash "$2" "$1" >"$3" 2>&1
}

run_sampler() {
  cd "$folder/sampler" && exec bash "$3" "$1" "$2" - 2>"$4"
}

# Ends what is left of the script's group, and tells how that went.
end_script() {
  settle
  if [ -z "$script" ]; then
    echo "ended $script_status"
    return
  fi
  end_groups "$script"
  if is_running "$script"; then echo remains; else echo outlived; fi
}

# The line break ends a line that was cut.
end_sampler() {
  settle
  if [ -n "$sampler" ]; then end_groups "$sampler"; fi
  printf '\nsamples over%s\n' "${sampler_status:+ $sampler_status}"
}

send_files() {
  local most=$1 rest=$2 count=$3 names=$3 more=0 path name size wide=''
  base64 -w 16384 </dev/null >/dev/null && wide='-w 16384'
  for path in "$folder"/out/*; do
    if [ ! -f "$path" ] || [ -L "$path" ]; then continue; fi
    if ((count <= 0 && names <= 0)); then
      more=$((more + 1))
      continue
    fi
    name=$(encoded "${path##*/}")
    size=$(wc -c <"$path") || size=-1
    size=$((size))
    if ((size < 0 || size > most || size > rest || count <= 0)); then
      names=$((names - 1))
      printf 'left %s %s\n' "$name" "$size"
      continue
    fi
    rest=$((rest - size)) count=$((count - 1))
    printf 'file %s %s\n' "$name" "$size"
    # It may still grow: what comes is as long as was said.
    head -c "$size" <"$path" | base64 $wide
    echo .
  done
  printf 'files over %s\n' "$more"
}

mkdir -p "$folder/out" "$folder/root" "$folder/sampler"
echo 'faaslab-agent 1'
while IFS=' ' read -r -t "$lease" command a b c d; do
  case $command in
    lease) lease=$a ;;
    alive) settle ;;
    clock) clock ;;
    env) export "$a=$(decoded "$b")" ;;
    put) put "$a" "$b" ;;
    script)
      start run_script "$a" "$folder/$(decoded "$b")" "$(decoded "$c")"
      script=$group
      echo started
      ;;
    'script?')
      settle
      if [ -n "$script" ]; then echo running; else echo "ended $script_status"; fi
      ;;
    end-script) end_script ;;
    sampler)
      echo 'samples follow'
      start run_sampler "$a" "$b" "$folder/$(decoded "$c")" "$folder/out/$(decoded "$d")"
      sampler=$group
      ;;
    end-sampler) end_sampler ;;
    files)
      start send_files "$a" "$b" "$c"
      sending=$group
      ;;
    bye) break ;;
    *) echo 'fault it knows no such command' ;;
  esac
done
exit 0
