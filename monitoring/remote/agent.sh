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
script='' sampler='' sending=''
folder=$(mktemp -d "${TMPDIR:-/tmp}/faaslab.XXXXXXXX" 2>&1) || {
  printf 'fault no folder can be made there: %s\n' "${folder//$'\n'/ }"
  exit 1
}

is_running() { [ -n "$1" ] && kill -0 -- "-$1"; }

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

leave() {
  trap '' HUP INT TERM PIPE
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
  if is_running "$script"; then
    end_groups "$script"
    if is_running "$script"; then echo remains; else echo outlived; fi
  else
    wait "$script"
    echo "ended $?"
  fi
}

# The line break ends a line that was cut.
end_sampler() {
  if is_running "$sampler"; then
    end_groups "$sampler"
    printf '\nsamples over\n'
  else
    wait "$sampler"
    printf '\nsamples over %s\n' "$?"
  fi
  sampler=''
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
    alive) ;;
    clock) clock ;;
    env) export "$a=$(decoded "$b")" ;;
    put) put "$a" "$b" ;;
    script)
      start run_script "$a" "$folder/$(decoded "$b")" "$(decoded "$c")"
      script=$group
      echo started
      ;;
    'script?')
      if is_running "$script"; then
        echo running
      else
        wait "$script"
        echo "ended $?"
      fi
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
