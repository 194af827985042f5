# --- clocks --------------------------------------------------------------------------------------------------

uptime_now() {
  read -r seconds _ <"$root/proc/uptime" || seconds=0
  echo "${seconds%%.*}"
}
# PID 1's start time tells the starts of a machine apart that shares its kernel, and so its boot id, with others.
boot_now() {
  read -r boot <"$root/proc/sys/kernel/random/boot_id" || boot=unknown
  process_stat 1
  echo "$boot/$start"
}

# Between armed and confirmed: the guard acts when the deadline passes.
guarded() { case $s_step in armed | swapped | restarted | gated | soaked) ;; *) return 1 ;; esac }
seconds_left() {
  if [ "$s_boot" = "$(boot_now)" ]; then echo $((s_deadline - $(uptime_now))); else echo -1; fi
}
# The wall clock is for people alone.
clock_at() { date -u -d "@$(($(date +%s) + $1 - $(uptime_now)))" +%H:%M:%S; }

# --- the lock, the state, durable files ----------------------------------------------------------------------

lock() {
  [ -d "$home/runs" ] || mkdir -p "$home/runs" 2>/dev/null || refuse "cannot make $home"
  (: >>"$home/lock") 2>/dev/null || refuse "cannot write $home/lock"
  exec 9>>"$home/lock"
  asked=$(uptime_now) holder=''
  until flock -n 9; do
    if [ $(($(uptime_now) - asked)) -ge 30 ]; then
      [ "$verb" = expire ] && [ -z "$holder" ] || refuse "another process has held $home/lock for 30 s"
      end_holder # after a cut, sshd may keep a script alive for hours
      asked=$(($(uptime_now) - 20))
    fi
    sleep 0.2
  done
  locked=yes
  process_stat $$
  echo "$$ $start" >"$home/lock"
  busy_until=$(($(uptime_now) + 20))
  rm -f "$home"/.state.* "$home"/.manifest.* # of a process that was killed under the lock
  read_state
  keep_state || [ "$guarding" = yes ] || refuse "cannot write $home"
}
unlock() {
  [ "$locked" = no ] || exec 9>&-
  locked=no
}

# Who wrote itself down under the lock, if it is the same process still; and its children, who hold the lock with it.
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
  aloud "run $run: ended process $holder, which had held $home/lock for 30 s"
}

# Runs a command in what is left of the 20 s.
bounded() {
  left=$((busy_until - $(uptime_now)))
  [ "$left" -gt 0 ] || return 124
  timeout "$left" "$@" 9>&-
}
# A sync that knows no operands writes everything.
to_disk() { bounded sync "$1" 2>/dev/null || bounded sync; }

# land TEMPORARY FILE: FILE has the old bytes or the new ones, whatever happens.
land() {
  if to_disk "$1" && [ ! -d "$2" ] && bounded mv -f "$1" "$2" && to_disk "${2%/*}"; then return 0; fi
  rm -f "$1"
  return 1
}
# What another process was cut behind is seen, but a loss of power takes it back: nothing is said of it, and nothing is
# built on it, before it is on the disk.
keep_state() { [ ! -f "$home/state" ] || to_disk "$home"; }
keep_manifest() { to_disk "${manifest%/*}" || refuse "cannot write ${manifest%/*}"; }

# unpack PAYLOAD SHA256 FILE
unpack() {
  "$1" | base64 -d >"$3.new" 2>/dev/null && [ "$(hash_of "$3.new")" = "$2" ] && land "$3.new" "$3"
}

read_state() {
  s_run='' s_epoch=0 s_step=idle s_boot='' s_deadline=0 s_ceiling=0 s_time='' s_note=''
  [ -f "$home/state" ] || return 0
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
  s_run='' s_epoch=0 s_step=idle s_deadline=0 s_note=''
  refuse "$home/state is damaged"
}

# The compare was done by the caller, under the lock; this is the swap.
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

# What was staged, read as key=value, never sourced.
read_env() {
  e_manifest='' e_before='' e_after='' e_owner='' e_mode='' e_label=''
  [ -f "$dir/env" ] || refuse "run $run was never staged here"
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

# --- what a verb asks before it acts -------------------------------------------------------------------------

hash_of() {
  [ -f "$1" ] || return 0
  digest=$(sha256sum 2>/dev/null <"$1") || digest=unreadable
  echo "${digest%% *}"
}
look() { current=$(hash_of "$manifest"); }
short() { if [ -n "$1" ]; then printf '%.12s' "$1"; else echo missing; fi; }
manifest_is() { [ "$current" = "$1" ] || refuse "$manifest is $(short "$current"), not $(short "$1")"; }

own() {
  [ -n "$s_run" ] || refuse "no run was staged here"
  [ "$s_run" = "$run" ] || refuse "run $s_run was here last (step $s_step since $s_time), not $run"
  [ "$epoch" -ge "$s_epoch" ] || refuse "epoch $epoch of run $run is over: epoch $s_epoch has taken over"
}
# The request must mean what was staged.
as_staged() {
  own
  read_env
  [ "${want_manifest:-$e_manifest}" = "$e_manifest" ] || refuse "staged was $e_manifest, not $want_manifest"
  [ "${want_before:-$e_before}" = "$e_before" ] && [ "${want_after:-$e_after}" = "$e_after" ] ||
    refuse "other bytes were staged than this request means"
  look
}
live() {
  [ "$s_boot" = "$(boot_now)" ] || refuse "this machine was started again after the run was armed"
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
# Done before: only a new epoch is written down.
again() {
  [ "$epoch" -eq "$s_epoch" ] || set_state "$s_step" "$s_note"
  ok
}
starts_at() {
  [ "$s_step" = "$1" ] && return 0
  case $s_step in
    restoring | restored) refuse "already restored at $s_time" ;;
    *) refuse "$verb goes from $1, this node is at $s_step since $s_time" ;;
  esac
}

