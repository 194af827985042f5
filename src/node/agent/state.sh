# --- clocks --------------------------------------------------------------------------------------------------

uptime_now() {
  read -r seconds _ <"$root/proc/uptime" || seconds=0
  echo "${seconds%%.*}"
}
# The boot id, and the start time of PID 1: a machine that is a container shares the boot id with its host, and only
# the start time changes when it is started again.
boot_now() {
  read -r boot <"$root/proc/sys/kernel/random/boot_id" || boot=unknown
  process_stat 1
  echo "$boot/$start"
}

# Whether the guard would act at the deadline: the step is between armed and confirmed.
guarded() { case $s_step in armed | swapped | restarted | gated | soaked) ;; *) return 1 ;; esac }
seconds_left() {
  if [ "$s_boot" = "$(boot_now)" ]; then echo $((s_deadline - $(uptime_now))); else echo -1; fi
}
# SECONDS of uptime as a time of day, UTC. Only people read it; no decision uses the wall clock.
clock_at() { date -u -d "@$(($(date +%s) + $1 - $(uptime_now)))" +%H:%M:%S; }

# --- the lock, the state, durable files ----------------------------------------------------------------------

lock() {
  [ -d "$home/runs" ] || mkdir -p "$home/runs" 2>/dev/null || refuse "cannot create $home"
  (: >>"$home/lock") 2>/dev/null || refuse "cannot write $home/lock"
  exec 9>>"$home/lock"
  asked=$(uptime_now) holder=''
  until flock -n 9; do
    if [ $(($(uptime_now) - asked)) -ge 30 ]; then
      [ "$verb" = expire ] && [ -z "$holder" ] || refuse "another process has held $home/lock for 30 s"
      end_holder # sshd may keep the script of a broken connection alive for hours
      asked=$(($(uptime_now) - 20))
    fi
    sleep 0.2
  done
  locked=yes
  process_stat $$
  echo "$$ $start" >"$home/lock"
  busy_until=$(($(uptime_now) + 20))
  rm -f "$home"/.state.* "$home"/.manifest.* # left by a process that was killed while it had the lock
  read_state
  keep_state || [ "$guarding" = yes ] || refuse "cannot write $home"
}
unlock() {
  [ "$locked" = no ] || exec 9>&-
  locked=no
}

# Kills the process that wrote its id and start time into the lock file, if it still is that process, and its
# children, which inherited the lock.
end_holder() {
  read -r holder began <"$home/lock" || holder=none
  number "$holder" && [ "$holder" -ne $$ ] || return 0
  process_stat "$holder"
  [ "$start" = "$began" ] || return 0
  doomed=$holder
  for entry in "$root"/proc/[0-9]*; do
    process_stat "${entry##*/}" && [ "$parent" = "$holder" ] && doomed="$doomed ${entry##*/}"
  done
  # shellcheck disable=SC2086 # process ids
  kill -9 $doomed 2>/dev/null
  news="run $run: ended process $holder, which had held $home/lock for 30 s"
}

# Runs a command for at most what is left of the 20 s under the lock; 124 when nothing is left, as timeout.
bounded() {
  left=$((busy_until - $(uptime_now)))
  [ "$left" -gt 0 ] || return 124
  timeout "$left" "$@" 9>&-
}
# Busybox' sync may take no operands; without one it writes everything.
to_disk() { bounded sync "$1" 2>/dev/null || bounded sync; }

# land TEMPORARY FILE: renames so that FILE has its old bytes or the new ones at any time, also after a loss of power.
land() {
  if to_disk "$1" && [ ! -d "$2" ] && bounded mv -f "$1" "$2" && to_disk "${2%/*}"; then return 0; fi
  rm -f "$1"
  return 1
}
# A process that was killed after its rename may have left the rename in memory only, and a loss of power would undo
# it. So the directory is written to the disk before this process answers or acts on what it sees there.
keep_state() { [ ! -f "$home/state" ] || to_disk "$home"; }
keep_manifest() { to_disk "${manifest%/*}" || refuse "cannot write ${manifest%/*}"; }

# unpack PAYLOAD SHA256 FILE: writes the payload of the request to FILE when it has this hash.
unpack() {
  "$1" | base64 -d >"$3.new" 2>/dev/null && [ "$(hash_of "$3.new")" = "$2" ] && land "$3.new" "$3"
}

read_state() {
  s_run='' s_epoch=0 s_step=idle s_boot='' s_deadline=0 s_ceiling=0 s_time='' s_note=''
  [ -f "$home/state" ] || return 0
  s_epoch='' s_step='' s_deadline='' s_ceiling='' # a file without them was cut off, and says nothing
  while IFS= read -r pair; do
    value=${pair#*=}
    case $pair in
      run=*) s_run=$value ;;
      epoch=*) s_epoch=$value ;;
      step=*) s_step=$value ;;
      boot=*) s_boot=$value ;;
      deadline=*) s_deadline=$value ;;
      ceiling=*) s_ceiling=$value ;;
      note=*) s_note=$value ;;
      time=*) s_time=$value ;;
    esac
  done <"$home/state"
  case $s_step in
    idle | staged | cleaned | armed | swapped | restarted | gated | soaked | confirmed | restoring | restored | foreign)
      number "$s_epoch" && number "$s_deadline" && number "$s_ceiling" && plain_word "$s_run" && return 0
      ;;
  esac
  s_run='' s_epoch=0 s_step=idle s_deadline=0 s_ceiling=0 s_note=''
  # shellcheck disable=SC2012 # run ids have no white space
  copy=$(ls -t "$home"/runs/*/state 2>/dev/null | head -n 1)
  [ -n "$copy" ] || refuse "$home/state is damaged, and no run has left a copy: move it away if no run is at work"
  refuse "$home/state is damaged. Its last copy is $copy: compare both, then cp $copy $home/state"
}

# set_state STEP [NOTE]: replaces the state file. The caller has compared the old step, under the lock.
set_state() {
  was=$s_step s_step=$1 s_run=$run s_epoch=$epoch s_note=${2-}
  [ "$was" = "$1" ] || s_time=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  state_text >"$home/.state.$$" && land "$home/.state.$$" "$home/state" || {
    rm -f "$home/.state.$$"
    read_state
    refuse "cannot write $home/state (disk full?)"
  }
  state_text >"$dir/.state.$$" && mv -f "$dir/.state.$$" "$dir/state" || rm -f "$dir/.state.$$"
  [ "$was" = "$1" ] || echo "$s_time $verb: $was -> $s_step${2:+ ($2)}" >>"$dir/log"
}
state_text() {
  printf 'run=%s\nepoch=%s\nstep=%s\nboot=%s\ndeadline=%s\nceiling=%s\ntime=%s\nnote=%s\n' \
    "$s_run" "$s_epoch" "$s_step" "$s_boot" "$s_deadline" "$s_ceiling" "$s_time" "$s_note"
}

# Reads what was staged. The file is parsed as key=value and never sourced.
read_env() {
  e_manifest='' e_before='' e_after='' e_owner='' e_mode='' e_label=''
  [ -f "$dir/env" ] || refuse "run $run was never staged on this node"
  while IFS= read -r pair; do
    value=${pair#*=}
    case $pair in
      manifest=*) e_manifest=$value ;;
      before=*) e_before=$value ;;
      after=*) e_after=$value ;;
      owner=*) e_owner=$value ;;
      mode=*) e_mode=$value ;;
      label=*) e_label=$value ;;
    esac
  done <"$dir/env"
  manifest=$root$e_manifest
}

# --- what a verb checks before it acts -----------------------------------------------------------------------

hash_of() {
  [ -f "$1" ] || return 0
  digest=$(sha256sum 2>/dev/null <"$1") || digest=unreadable
  echo "${digest%% *}"
}
look() { current=$(hash_of "$manifest"); }
short() { if [ -n "$1" ]; then printf '%.12s' "$1"; else echo missing; fi; }
manifest_is() {
  [ "$current" = "$1" ] || refuse "$manifest: its SHA-256 is $(short "$current"), expected $(short "$1")"
}

# The request is of the run that the node has, and of its newest epoch.
own() {
  [ -n "$s_run" ] || refuse "no run was staged on this node"
  [ "$s_run" = "$run" ] || refuse "the last run on this node is $s_run (step $s_step since $s_time), not $run"
  [ "$epoch" -ge "$s_epoch" ] || refuse "epoch $epoch of run $run has ended: epoch $s_epoch has taken over"
}
# The request names the same manifest and the same hashes as the one that staged the run.
as_staged() {
  own
  read_env
  [ "${want_manifest:-$e_manifest}" = "$e_manifest" ] || refuse "the run was staged for $e_manifest, not for $want_manifest"
  [ "${want_before:-$e_before}" = "$e_before" ] && [ "${want_after:-$e_after}" = "$e_after" ] ||
    refuse "the staged bytes are not the ones that this request names"
  look
}
# The deadline has not passed.
live() {
  [ "$s_boot" = "$(boot_now)" ] || refuse "this node was started again after the run was armed"
  late=$(($(uptime_now) - s_deadline))
  [ "$late" -lt 0 ] || refuse "the deadline passed $late s ago"
}
rank() {
  case $1 in
    staged) echo 1 ;; armed) echo 2 ;; swapped) echo 3 ;; restarted) echo 4 ;; gated) echo 5 ;; soaked) echo 6 ;;
    confirmed) echo 7 ;; *) echo 0 ;;
  esac
}
reached() { [ "$(rank "$s_step")" -ge "$(rank "$1")" ]; }
# The verb was done before: only a new epoch is written to the state, and that somebody typed the verb.
again() {
  [ "$epoch" -eq "$s_epoch" ] || set_state "$s_step" "$(note_of "$s_note")"
  ok
}
note_of() { if [ "$typed" = yes ]; then echo by-hand; else echo "$1"; fi; }
starts_at() {
  [ "$s_step" = "$1" ] && return 0
  case $s_step in
    restoring | restored) refuse "already restored at $s_time" ;;
    *) refuse "$verb needs the step $1, and this node is at $s_step since $s_time" ;;
  esac
}

