# What a node does for nightlatch: docs/protocol.md as POSIX sh.
#
# Function definitions only. The request arrives on the stdin of `sh -s -- VERB RUN EPOCH`: functions that print
# its parameters (nl_params) and payloads (base64), then this file, then one last line that calls nl_main. A cut
# connection therefore runs nothing. One request is one process, which ends in `answer`.
#
# Authority is the file `state`; runs/<id>/state is a copy for readers. It is replaced by rename, under a lock that
# is never held for longer than 20 s and never while waiting. `root` is empty on a node; tests set it.
#
# The same file is the guard that `arm` leaves on the node: runs/<id>/guard calls it with the verbs `check`, once
# when armed and at every boot before the kubelet, and `guard`, which waits for the deadline.
#
# shellcheck shell=sh
# shellcheck disable=SC2015 # A && B || refuse: refuse ends the process, so it is an if-then-else
# shellcheck disable=SC2317 # `also` is called by answer
# shellcheck disable=SC2030,SC2031 # a transition of the guard ends its own shell: what it sets is read from disk

nl_main() {
  set -u
  umask 077
  LC_ALL=C
  export LC_ALL
  verb=${1-} run=${2-} epoch=${3-} root=
  locked=no waited=no guarding=no current='' manifest='' newline='
'
  read_request
  [ -n "$root" ] || PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export PATH
  home=$root/etc/kubernetes/nightlatch
  dir=$home/runs/$run
  unit=$root/etc/systemd/system/nightlatch-guard.service
  hook=$root/etc/init.d/nightlatch-guard
  case $verb in guard | check) guarding=yes ;; esac
  read_state
  [ "$epoch" != next ] || epoch=$((s_epoch + 1)) # by hand, on the node: takes over
  case $verb in
    facts | state | await | evidence) ;;
    *)
      plain_word "$run" || refuse "'$run' is no run id"
      number "$epoch" || refuse "'$epoch' is no epoch"
      needs_tools
      ;;
  esac
  case $verb in
    facts) do_facts ;;
    state) do_state ;;
    place) do_place ;;
    stage) do_stage ;;
    clean) do_clean ;;
    arm) do_arm ;;
    renew) do_renew ;;
    rehearse) do_rehearse ;;
    swap) do_swap ;;
    mark) do_mark ;;
    confirm) do_confirm ;;
    restore) do_restore ;;
    settle) do_settle ;;
    await) do_await ;;
    evidence) do_evidence ;;
    expire) do_expire ;;
    check) do_check ;;
    guard) do_guard ;;
    *) refuse "'$verb' is no verb of this script" ;;
  esac
}

# --- words in, words out -------------------------------------------------------------------------------------

read_request() {
  want_manifest='' want_before='' want_after='' want_config='' want_config_sha256='' want_agent_sha256=''
  want_config_owner='' want_config_mode='' want_to='' want_lease=0 want_ceiling=0 want_pod='' want_wait=0
  want_addresses=no want_named=''
  command -v nl_params >/dev/null || return 0
  while IFS= read -r pair; do
    value=${pair#*=}
    case $pair in
      root=*) root=$value ;;
      manifest=*) want_manifest=$value ;;
      before=*) want_before=$value ;;
      after=*) want_after=$value ;;
      config=*) want_config=$value ;;
      config_sha256=*) want_config_sha256=$value ;;
      config_owner=*) want_config_owner=$value ;;
      config_mode=*) want_config_mode=$value ;;
      agent_sha256=*) want_agent_sha256=$value ;;
      to=*) want_to=$value ;;
      lease=*) want_lease=$value ;;
      ceiling=*) want_ceiling=$value ;;
      pod=*) want_pod=$value ;;
      wait=*) want_wait=$value ;;
      addresses=*) want_addresses=$value ;;
      named=*) want_named=$want_named$value$newline ;;
    esac
  done <<PARAMS
$(nl_params)
PARAMS
}

number() { case $1 in '' | *[!0-9]* | ????????????*) return 1 ;; esac }
plain_word() { case $1 in '' | .* | -* | *[!A-Za-z0-9._-]*) return 1 ;; esac }
ids() { case $1 in *:*) number "${1%%:*}" && number "${1#*:}" ;; *) return 1 ;; esac } # uid:gid
mode() { case $1 in [0-7][0-7][0-7]) ;; *) return 1 ;; esac }
sha256() { case $1 in *[!0-9a-f]*) return 1 ;; esac && [ ${#1} -eq 64 ]; }
path() { case $1 in *"$newline"* | */../* | */.. | *//*) return 1 ;; /?*) ;; *) return 1 ;; esac }

say() {
  case $2 in
    *"$newline"*) printf '%s=%s\n' "$1" "$(printf %s "$2" | tr '\n' ' ')" ;;
    *) printf '%s=%s\n' "$1" "$2" ;;
  esac
}
say64() { printf '%s=%s\n' "$1" "$(base64 | tr -d '\n')"; }

# answer KIND WHY: gives the lock back, says the state as it is now, and ends. More lines come from `also`.
also() { :; }
answer() {
  [ -n "$manifest$want_manifest" ] && manifest=${manifest:-$root$want_manifest} && look
  unlock
  printf 'nightlatch-reply 1\n'
  say kind "$1"
  say why "$2"
  say step "$s_step"
  say run "$s_run"
  say epoch "$s_epoch"
  say manifest_sha256 "$current"
  [ -z "$s_note" ] || say note "$s_note"
  ! guarded || say deadline_in "$(seconds_left)"
  also
  printf 'nightlatch-end\n'
  [ "$1" = ok ] || [ "$guarding" = no ] # systemd starts a guard that failed again
  exit
}
ok() { answer ok ''; }
refuse() { answer refused "$1"; }

needs_tools() {
  missing=$(missing_tools)
  [ -z "$missing" ] || refuse "this node has no $(printf %s "$missing" | tr '\n' ' ')"
}
missing_tools() {
  for tool in base64 cat chmod chown cut date dd df flock grep head ln ls mkdir mv rm sed sha256sum sleep sort stat \
    sync tail timeout tr; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
}

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

# --- the verbs -----------------------------------------------------------------------------------------------

do_state() {
  if [ -n "$want_manifest" ]; then
    manifest=$root$want_manifest
  elif plain_word "$s_run" && [ -f "$home/runs/$s_run/env" ]; then
    manifest=$root$(sed -n 's/^manifest=//p' "$home/runs/$s_run/env")
  fi
  pod_view
  also() {
    say_pod
    [ "$want_addresses" = no ] || say_addresses
  }
  ok
}

# Nothing is ever overwritten. Owner and mode are those that were asked for, else those of the API server's key.
do_place() {
  path "$want_config" && sha256 "$want_config_sha256" || refuse "place: no path or no SHA-256"
  ids "${want_config_owner:-0:0}" && mode "${want_config_mode:-640}" || refuse "place: no owner or no mode"
  # On a host that is yet to join: as its packages would have made it.
  [ -d "$root/etc/kubernetes" ] || { mkdir -p "$root/etc/kubernetes" && chmod 0755 "$root/etc/kubernetes"; } ||
    refuse "cannot make $root/etc/kubernetes"
  lock
  case $s_step in
    idle | cleaned | confirmed | restored | foreign) ;;
    *) [ "$s_run" = "$run" ] || refuse "run $s_run is at $s_step here" ;;
  esac
  config=$root$want_config folder=$root${want_config%/*}
  model=$root/etc/kubernetes/pki/apiserver.key
  [ -f "$model" ] || model=$root/etc/kubernetes/pki
  owner=$want_config_owner
  [ -n "$owner" ] || owner=$(stat -c %u:%g "$model" 2>/dev/null) || owner=0:0
  if [ ! -d "$folder" ]; then
    case $want_config_mode in *[4567]) open_to=0755 ;; *) open_to=0750 ;; esac
    mkdir -p "$folder" && chown "$owner" "$folder" && chmod $open_to "$folder" || refuse "cannot make $folder"
  fi
  case $(hash_of "$config") in
    '') ;;
    "$want_config_sha256") to_disk "$config" && to_disk "$folder" && ok ;;
    *) refuse "$config is there with other bytes" ;;
  esac
  nl_config | base64 -d >"$config.new" 2>/dev/null && [ "$(hash_of "$config.new")" = "$want_config_sha256" ] &&
    chown "$owner" "$config.new" && chmod "${want_config_mode:-640}" "$config.new" && relabel "$(label_of "$model")" "$config.new" &&
    land "$config.new" "$config" || {
    rm -f "$config.new"
    refuse "cannot write $config"
  }
  ok
}

do_stage() {
  path "$want_manifest" && sha256 "$want_before" && sha256 "$want_after" && sha256 "$want_agent_sha256" ||
    refuse "stage: no path or no SHA-256"
  [ "$want_before" != "$want_after" ] || refuse "stage: before and after are the same bytes"
  lock
  case $s_step in
    idle | cleaned | confirmed | restored | foreign)
      [ "$s_run" = "$run" ] && [ "$epoch" -le "$s_epoch" ] && ! reached confirmed &&
        refuse "run $run is over here: $s_step at $s_time"
      ;;
    staged) [ "$s_run" = "$run" ] || refuse "run $s_run is staged here since $s_time" ;;
    restoring) refuse "run $s_run was restored here at $s_time" ;;
    *) [ "$s_run" = "$run" ] || refuse "run $s_run is at $s_step here since $s_time" ;;
  esac
  if [ "$s_run" = "$run" ] && [ "$s_step" != idle ]; then
    [ "$epoch" -ge "$s_epoch" ] || own
    if reached armed; then
      as_staged
      again
    fi
  fi
  manifest=$root$want_manifest
  look
  manifest_is "$want_before"
  no_twin
  on_one_file_system
  write_run || refuse "cannot write $dir (disk full?)"
  s_boot='' s_deadline=0 s_ceiling=0
  set_state staged
  ok
}
# The kubelet reads every file of the directory: a copy would take turns with the manifest.
no_twin() {
  for file in "${manifest%/*}"/*; do
    [ ! -f "$file" ] || [ "$file" = "$manifest" ] || ! is_api_server "$file" ||
      refuse "${file#"$root"} holds a kube-apiserver pod, too: move it out of the directory"
  done
}
# A hard link is refused exactly where a rename would be.
on_one_file_system() {
  [ ! -L "$manifest" ] || refuse "$manifest is a symbolic link"
  rm -f "$home/.manifest.link"
  ln "$manifest" "$home/.manifest.link" 2>/dev/null ||
    refuse "$home and ${manifest%/*} are not on one file system: no rename between them"
  rm -f "$home/.manifest.link"
}
write_run() {
  mkdir -p "$dir" || return 1
  cat "$manifest" >"$dir/manifest.before.new" && [ "$(hash_of "$dir/manifest.before.new")" = "$want_before" ] &&
    land "$dir/manifest.before.new" "$dir/manifest.before" || return 1
  unpack nl_manifest_after "$want_after" "$dir/manifest.after" && unpack nl_agent "$want_agent_sha256" "$dir/agent.sh" ||
    return 1
  nl_plan | base64 -d >"$dir/plan.json.new" && land "$dir/plan.json.new" "$dir/plan.json" || return 1
  # Given back before a restore, so that a full disk does not stop it.
  dd if=/dev/zero of="$dir/reserve" bs=1024 count=64 2>/dev/null || return 1
  printf 'run=%s\nepoch=%s\nmanifest=%s\nbefore=%s\nafter=%s\nowner=%s\nmode=%s\nlabel=%s\n' "$run" "$epoch" \
    "$want_manifest" "$want_before" "$want_after" "$(stat -c %u:%g "$manifest")" "$(stat -c %a "$manifest")" \
    "$(label_of "$manifest")" >"$dir/env.new" && land "$dir/env.new" "$dir/env"
}

do_clean() {
  lock
  own
  [ "$s_step" = cleaned ] || {
    starts_at staged
    rm -f "$dir/reserve" # room for the state's next bytes: a full disk may be why this run backs out
    set_state cleaned
  }
  disarm
  rm -f "$dir/manifest.before" "$dir/manifest.after" "$dir/agent.sh" "$dir/guard" "$dir/reserve"
  again
}

# The guard is on the node and has been seen to work before anything says `armed`.
do_arm() {
  number "$want_lease" && [ "$want_lease" -gt 0 ] || refuse "arm: '$want_lease' is no lease"
  number "$want_ceiling" && [ "$want_ceiling" -ge "$want_lease" ] || refuse "arm: '$want_ceiling' is no ceiling"
  may_arm
  unlock
  post_guard
  may_arm
  s_boot=$(boot_now) s_deadline=$(($(uptime_now) + want_lease)) s_ceiling=$(($(uptime_now) + want_ceiling))
  set_state armed
  tell_everybody
  aloud "run $run: $manifest is put back at $(clock_at "$s_deadline") UTC unless extended or confirmed: $dir/README"
  ok
}
may_arm() {
  lock
  as_staged
  ! reached armed || again
  starts_at staged
  manifest_is "$e_before"
}

do_renew() {
  number "$want_lease" && [ "$want_lease" -gt 0 ] || refuse "renew: '$want_lease' is no lease"
  if guarded && [ "$s_run" = "$run" ]; then guard_is_there || start_guard || refuse "the guard does not run: $trouble"; fi
  lock
  as_staged
  guarded || starts_at armed
  live
  [ "$s_step" = armed ] && [ "$current" = "$e_before" ] || manifest_is "$e_after"
  fresh=$(($(uptime_now) + want_lease))
  [ "$fresh" -le "$s_ceiling" ] || fresh=$s_ceiling
  [ "$fresh" -le "$s_deadline" ] || s_deadline=$fresh
  set_state "$s_step"
  tell_everybody
  also() {
    pod_view
    say_pod
  }
  ok
}

# A restore with another target: the same steps into the run's own directory, compared with what they would replace.
do_rehearse() {
  lock
  as_staged
  starts_at armed
  live
  manifest_is "$e_before"
  scratch=$dir/rehearsal
  put_as "$dir/manifest.before" "$e_before" "$e_owner" "$e_mode" "$e_label" "$scratch" ||
    refuse "cannot write a copy of $manifest"
  there=$(alike_by "$scratch") wanted=$(alike_by "$manifest")
  rm -f "$scratch"
  [ "$there" = "$wanted" ] || refuse "a restore would give $there instead of $wanted"
  ok
}
alike_by() { echo "$(stat -c '%u:%g %a' "$1") $(label_of "$1") $(hash_of "$1")"; }

do_swap() {
  lock
  as_staged
  if reached swapped; then
    manifest_is "$e_after"
    again
  fi
  starts_at armed
  live
  if [ "$current" != "$e_after" ]; then # it is after a swap that was cut behind its rename
    manifest_is "$e_before"
    no_twin
    on_one_file_system
    put "$dir/manifest.after" "$e_after" "$(stat -c %u:%g "$manifest")" "$(stat -c %a "$manifest")" \
      "$(label_of "$manifest")"
  fi
  set_state swapped
  ok
}
# put FILE SHA256 OWNER MODE LABEL: FILE's bytes become the manifest, in one rename.
put() {
  put_as "$@" "$manifest" || {
    look
    refuse "cannot replace $manifest (disk full?)"
  }
  look
}
put_as() { # FILE SHA256 OWNER MODE LABEL TARGET
  fresh=$home/.manifest.$$
  cat "$1" >"$fresh" && [ "$(hash_of "$fresh")" = "$2" ] && chown "$3" "$fresh" && chmod "$4" "$fresh" &&
    relabel "$5" "$fresh" && land "$fresh" "$6" || {
    rm -f "$fresh"
    return 1
  }
}
label_of() { if [ -e /sys/fs/selinux/enforce ]; then stat -c %C "$1" 2>/dev/null || :; fi; }
relabel() { if [ -n "$1" ] && command -v chcon >/dev/null; then chcon "$1" "$2"; fi; }

do_mark() {
  case $want_to in
    restarted) from=swapped ;;
    gated) from=restarted ;;
    soaked) from=gated ;;
    *) refuse "mark: '$want_to' is no step to mark" ;;
  esac
  lock
  as_staged
  ! reached "$want_to" || again
  starts_at "$from"
  live
  manifest_is "$e_after"
  set_state "$want_to"
  ok
}

do_confirm() {
  lock
  as_staged
  ! reached confirmed || again
  starts_at soaked
  live
  manifest_is "$e_after"
  set_state confirmed
  rm -f "$dir/reserve"
  disarm
  prune
  ok
}
# S3: the five newest runs are kept, and every run that has not come to an end. What the 20 s are too short for is left
# to the next one.
prune() {
  kept=0
  # shellcheck disable=SC2045 # run ids have no white space
  for entry in $(ls -t "$home/runs" 2>/dev/null); do
    plain_word "$entry" || continue
    kept=$((kept + 1))
    [ "$kept" -gt 5 ] && [ "$entry" != "$run" ] || continue
    case $(sed -n 's/^step=//p' "$home/runs/$entry/state" 2>/dev/null) in
      cleaned | confirmed | restored | foreign) bounded rm -rf "$home/runs/$entry" ;;
    esac
  done
  [ -n "$want_named" ] || return 0 # what kubeadm-config names is not known: every file stays
  for config in "$home"/config/authn-*.yaml; do
    [ ! -f "$config" ] || is_named "${config##*/}" || bounded rm -f "$config"
  done
}
# By a manifest, by a run that is kept, or by kubeadm-config. What cannot be read may name it.
is_named() {
  case $want_named in *"$1"*) return 0 ;; esac
  for file in "${manifest%/*}"/* "$home"/runs/*/manifest.before "$home"/runs/*/manifest.after "$home"/runs/*/plan.json; do
    [ -f "$file" ] || continue
    grep -qF "$1" "$file" 2>/dev/null
    [ $? -eq 1 ] || return 0
  done
  return 1
}

do_restore() {
  remember_pod
  lock
  own
  read_env
  put_back
}
# Only when the deadline has passed, or the machine was started again, and nobody was first.
do_expire() {
  remember_pod
  lock
  [ "$s_run" = "$run" ] || refuse "run $run holds nothing here"
  epoch=$s_epoch
  if guarded; then
    left=$(seconds_left)
    [ "$left" -le 0 ] || refuse "not due: $left s are left"
  elif [ "$s_step" != restoring ]; then
    ok
  fi
  read_env
  put_back
}
# Restores while the manifest is ours or has been missing for 30 s; other people's bytes are never touched.
put_back() {
  case $s_step in
    staged | armed | swapped | restarted | gated | soaked | restoring) ;;
    restored) again ;;
    foreign) refuse "somebody else has written $manifest: hands off" ;;
    *) refuse "this node is at $s_step since $s_time: nothing to restore" ;;
  esac
  look
  if [ "$current" = unreadable ]; then refuse "$manifest cannot be read"; fi
  if [ -z "$current" ] && [ "$waited" = no ]; then
    unlock
    missing_for_30s
    waited=yes
    "do_$verb"
  fi
  if [ "$current" != "$e_before" ] && [ "$current" != "$e_after" ] && [ -n "$current" ]; then
    set_state foreign
    disarm
    refuse "somebody else has written $manifest ($(short "$current")): hands off"
  fi
  rm -f "$dir/reserve"
  [ "$s_step" = restoring ] || set_state restoring # first: from here on no confirm can win
  [ "$current" = "$e_before" ] || put "$dir/manifest.before" "$e_before" "$e_owner" "$e_mode" "$e_label"
  again
}
missing_for_30s() {
  from=$(uptime_now)
  while [ ! -e "$manifest" ] && [ $(($(uptime_now) - from)) -lt 30 ]; do sleep 1; done
}

do_settle() {
  lock
  own
  read_env
  look
  if [ "$s_step" = restored ]; then
    [ -z "$s_note" ] || [ "$guarding" = yes ] || set_state restored
    again
  fi
  [ "$s_step" = restoring ] || refuse "settle goes from restoring, this node is at $s_step since $s_time"
  manifest_is "$e_before"
  if [ "$guarding" = yes ]; then set_state restored not-gated; else set_state restored; fi
  disarm
  ok
}

# --- the guard -----------------------------------------------------------------------------------------------

# The launcher has the same bytes on every node; its place tells the run.
launcher() {
  cat <<'LAUNCHER'
# The guard of a run of nightlatch: README beside it says what it waits for.
# By hand: `sh guard restore` puts the old manifest back now.
here=$(cd "$(dirname "$0")" && pwd)
nl_params() { echo "root=${here%/etc/kubernetes/nightlatch/*}"; }
case ${1-} in
  start)
    /bin/sh "$here/guard" check >/dev/null
    setsid /bin/sh "$here/guard" </dev/null >/dev/null 2>&1 &
    exit 0
    ;;
esac
. "$here/agent.sh"
nl_main "${1:-guard}" "${here##*/}" next
LAUNCHER
}
# Before= holds the kubelet back until `check` has put back what a reboot found unconfirmed, or its time is over.
unit_text() {
  cat <<UNIT
[Unit]
Description=nightlatch: kube-apiserver.yaml is put back by $(clock_at $(($(uptime_now) + want_ceiling))) UTC at the latest unless \`nightlatch confirm $run\`
Documentation=file:$dir/README
RequiresMountsFor=/etc/kubernetes
Before=kubelet.service
StartLimitIntervalSec=0

[Service]
ExecStartPre=-/bin/sh $dir/guard check
ExecStart=/bin/sh $dir/guard
TimeoutStartSec=120
Restart=on-failure
RestartSec=5
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
UNIT
}
hook_text() {
  if [ "$init" = openrc ]; then
    printf '#!/sbin/openrc-run\ndepend() {\n  need localmount\n  before kubelet\n}\nstart() {\n  /bin/sh %s/guard start\n}\n' "$dir"
  else
    cat <<HOOK
#!/bin/sh
### BEGIN INIT INFO
# Provides: nightlatch-guard
# Required-Start: \$local_fs
# X-Start-Before: kubelet
# Default-Start: 2 3 4 5
# Default-Stop:
# Short-Description: puts kube-apiserver.yaml back unless \`nightlatch confirm $run\`
### END INIT INFO
[ "\$1" != start ] || exec /bin/sh $dir/guard start
HOOK
  fi
}

has_systemd() { [ -d "$root/run/systemd/system" ]; }
# Where the boot of this node looks for its services: one line each.
boot_links() {
  if has_systemd; then
    echo "$root/etc/systemd/system/multi-user.target.wants/nightlatch-guard.service"
  elif [ -x "$root/sbin/openrc-run" ]; then
    echo "$root/etc/runlevels/default/nightlatch-guard"
  else
    for level in 2 3 4 5; do
      [ ! -d "$root/etc/rc$level.d" ] || echo "$root/etc/rc$level.d/S01nightlatch-guard"
    done
  fi
}

# Lays the guard out and has it seen: the same unit that will act has locked, read, hashed and written beside.
post_guard() {
  trouble='' service=$hook
  if has_systemd; then service=$unit; fi
  lay_guard_out || withdraw_guard "cannot write the guard (${trouble:-$dir/guard or $service; disk full?})"
  start_guard || withdraw_guard "the guard was not seen to work: $trouble"
}
lay_guard_out() {
  if [ -x "$root/sbin/openrc-run" ]; then init=openrc; else init=sysv; fi
  links=$(boot_links)
  has_systemd || command -v setsid >/dev/null || trouble='this node has no setsid'
  [ -n "$links" ] || trouble='neither systemd nor OpenRC nor /etc/rc2.d: nothing would act after a reboot'
  [ -z "$trouble" ] || return 1
  busy_until=$(($(uptime_now) + 20))
  rm -f "$dir/guard.seen" "$dir/pod"
  pod_view
  pod_text >"$dir/pod.armed"
  launcher >"$dir/guard.new" && land "$dir/guard.new" "$dir/guard" || return 1
  mkdir -p "${service%/*}" 2>/dev/null
  if has_systemd; then
    unit_text >"$home/.unit.new" && chmod 0644 "$home/.unit.new"
  else
    hook_text >"$home/.unit.new" && chmod 0755 "$home/.unit.new"
  fi || return 1
  # Another file system, maybe: what replaces a file there is made beside it, under a name no init reads.
  cat "$home/.unit.new" >"${service%/*}/.nightlatch-guard.new" && chmod "$(stat -c %a "$home/.unit.new")" \
    "${service%/*}/.nightlatch-guard.new" && land "${service%/*}/.nightlatch-guard.new" "$service" || return 1
  rm -f "$home/.unit.new"
  for link in $links; do
    mkdir -p "${link%/*}" 2>/dev/null
    [ -L "$link" ] || ln -s "${service#"$root"}" "$link" 2>/dev/null || return 1
    to_disk "${link%/*}" || return 1
  done
}
start_guard() {
  busy_until=$(($(uptime_now) + 60)) trouble=''
  nonce="$(boot_now) $(uptime_now) $$"
  echo "$nonce" >"$dir/guard.asked"
  if has_systemd; then
    trouble=$(bounded systemctl daemon-reload 2>&1 && bounded systemctl restart nightlatch-guard.service 2>&1)
  else
    trouble=$(bounded /bin/sh "$dir/guard" start 2>&1)
  fi || return 1
  [ "$(cat "$dir/guard.seen" 2>/dev/null)" = "$nonce" ] || {
    trouble='it did not say that it could read and write'
    return 1
  }
  for _ in 1 2 3 4 5; do
    ! guard_is_there || return 0
    sleep 0.2
  done
  trouble='it ended'
  return 1
}
guard_is_there() {
  if has_systemd; then
    case $(timeout 10 systemctl is-active nightlatch-guard.service 2>/dev/null) in
      active | activating | reloading) return 0 ;;
    esac
    return 1
  fi
  read -r keeper began 2>/dev/null <"$dir/guard.pid" && number "$keeper" && kill -0 "$keeper" 2>/dev/null || return 1
  process_stat "$keeper"
  [ "$start" = "$began" ]
}
withdraw_guard() {
  lock
  rm -f "$dir/guard.new" "$home/.unit.new" "${service%/*}/.nightlatch-guard.new"
  [ "$s_run" != "$run" ] || guarded || disarm
  refuse "$1"
}

# Nothing is left to guard. The service may be this very process: it ends by itself.
disarm() {
  [ -e "$unit" ] || [ -e "$hook" ] || return 0
  if [ "$guarding" = no ]; then
    if has_systemd; then
      bounded systemctl stop nightlatch-guard.service 2>/dev/null
    elif guard_is_there; then
      kill "$keeper" 2>/dev/null
    fi
  fi
  for link in $(boot_links); do rm -f "$link"; done
  rm -f "$unit" "$hook" "${unit%/*}/.nightlatch-guard.new" "${hook%/*}/.nightlatch-guard.new"
  if has_systemd; then bounded systemctl daemon-reload 2>/dev/null; fi
  rm -f "$dir/guard.pid" "$dir/guard.seen" "$dir/guard.asked"
  tell_everybody
}

aloud() { if command -v logger >/dev/null; then logger -t nightlatch -p daemon.warning "$1" 9>&- 2>/dev/null; fi; }
# For the colleague who looks before he edits.
tell_everybody() {
  {
    if guarded; then
      echo "$manifest was changed by run $run of nightlatch, or is about to be, and waits for its"
      echo "confirmation. It is put back at $(clock_at "$s_deadline") UTC unless that time is extended"
      echo "(until $(clock_at "$s_ceiling") UTC at the latest) or the run is confirmed. Do not edit it until then."
      echo
      echo "keep the change:   nightlatch confirm $run"
      echo "put it back now:   sh $dir/guard restore"
    else
      echo "Nothing waits for a confirmation here: run $run of nightlatch is at $s_step since $s_time."
    fi
  } >"$dir/README.new" && mv -f "$dir/README.new" "$dir/README"
}

pod_text() { if [ -n "$p_sandbox" ]; then echo "$p_sandbox/$p_container $p_hash"; else echo "pid-$p_pid-start-$p_start -"; fi; }
# The pod that runs from the manifest which is about to be put back; the one after it must be another.
remember_pod() {
  [ ! -e "$dir/pod" ] && [ -d "$dir" ] || return 0
  pod_view
  pod_text >"$dir/pod"
}

# Run by the unit before it waits: when armed, and at every boot before the kubelet.
do_check() {
  lock
  [ "$s_run" = "$run" ] || refuse "run $s_run is here, not $run"
  epoch=$s_epoch
  if [ "$s_step" = restoring ] || { guarded && [ "$s_boot" != "$(boot_now)" ]; }; then
    read_env
    echo 'none -' >"$dir/pod"
    aloud "run $run: not confirmed before this machine was started again: ${e_manifest##*/} is put back"
    put_back
  fi
  case $s_step in
    staged | armed | swapped | restarted | gated | soaked) ;;
    *) ok ;; # nothing to guard: `guard` takes its unit away
  esac
  read_env
  look
  [ "$(hash_of "$dir/manifest.before")" = "$e_before" ] || refuse "$dir/manifest.before is damaged"
  [ "$current" != unreadable ] || refuse "$manifest cannot be read"
  beside=$home/.manifest.check
  cat "$dir/manifest.before" >"$beside" && to_disk "$beside" && [ "$(hash_of "$beside")" = "$e_before" ] &&
    cat "$dir/guard.asked" >"$dir/guard.seen" || refuse "cannot write in $home"
  rm -f "$beside"
  ok
}

# Waits for the deadline, puts back, sees the API server run, and takes its own unit away. Each transition is a shell
# of its own, because each ends in `answer`.
do_guard() {
  process_stat $$
  echo "$$ $start" >"$dir/guard.pid"
  began_at=$(uptime_now) restoring_since='' steady_pod='' steady_since=0
  while :; do
    read_state
    [ "$s_run" = "$run" ] || ok
    left=$(seconds_left)
    if guarded && [ "$left" -le 0 ]; then
      aloud "run $run: not confirmed in time, its old manifest is put back"
      (verb=expire && do_expire) >/dev/null
      read_state
      ! guarded || sleep 2 # the lock or the disk: again
    elif guarded; then
      nap "$left"
    elif [ "$s_step" = restoring ]; then
      see_it_run
    elif [ "$s_step" = staged ] && [ $(($(uptime_now) - began_at)) -lt 120 ]; then
      nap 1
    else
      stand_down
    fi
  done
}
nap() { if [ "$1" -lt 5 ]; then sleep "$1"; else sleep 5; fi; }
stand_down() {
  lock
  [ "$s_run" != "$run" ] || guarded || disarm
  ok
}
# After a restore: the run that asked for it has until the deadline to gate it; alone, the guard can say that the bytes
# are right and that another API server has run for 30 s.
see_it_run() {
  [ -n "$restoring_since" ] || restoring_since=$(uptime_now)
  read_env
  look
  if [ "$current" != "$e_before" ]; then
    (verb=expire && do_expire) >/dev/null
    sleep 2
    return
  fi
  if [ "$left" -gt 0 ]; then
    restoring_since=''
    nap "$left"
    return
  fi
  pod_view
  seen=$(pod_text)
  if [ "$p_running" = no ] || [ "$seen" != "$steady_pod" ] || ! is_back; then
    steady_pod=$seen steady_since=$(uptime_now)
  elif [ $(($(uptime_now) - steady_since)) -ge 30 ]; then
    (verb=settle && epoch=$s_epoch && do_settle) >/dev/null
    aloud "run $run: ${e_manifest##*/} is as it was before, kube-apiserver runs; nobody has gated it"
    return
  fi
  if [ $(($(uptime_now) - restoring_since)) -ge 600 ]; then
    aloud "run $run: ${e_manifest##*/} is as it was before, but kube-apiserver has not run for 30 s"
    lock
    [ "$s_run" != "$run" ] || [ "$s_step" != restoring ] || {
      epoch=$s_epoch
      set_state restoring not-running
    }
    disarm
    ok
  fi
  sleep 1
}
# Another pod than the one of the manifest that went; or the one of before, which the kubelet never took down.
is_back() {
  read -r gone _ 2>/dev/null <"$dir/pod" || gone=none
  read -r before before_hash 2>/dev/null <"$dir/pod.armed" || before='' before_hash=-
  [ "${seen%% *}" != "$gone" ] || [ "${seen%% *}" = "$before" ] ||
    { [ "$before_hash" != - ] && [ "${seen##* }" = "$before_hash" ]; }
}

# --- looking -------------------------------------------------------------------------------------------------

# Polls without the lock until another incarnation of the API server was seen or the wait is over.
do_await() {
  number "$want_wait" || refuse "await: '$want_wait' is no time"
  until_then=$(($(uptime_now) + want_wait))
  [ -z "$want_manifest" ] || manifest=$root$want_manifest
  also() { say_pod; }
  while :; do
    pod_view
    if is_another_pod || [ "$(uptime_now)" -ge "$until_then" ]; then ok; fi
    sleep 0.3
  done
}
# Compared in the form in which the old one was known: a runtime tool that does not answer for once is no news.
is_another_pod() {
  case $want_pod in
    'pid '*) [ "$p_pid" -gt 0 ] && [ "pid $p_pid start $p_start" != "$want_pod" ] ;;
    *) [ -n "$p_sandbox" ] && [ "$p_sandbox/$p_container" != "$want_pod" ] && [ "$p_settled" = yes ] ;;
  esac
}

# The newest log of the container: the line with which it refused to start first, then the last forty.
do_evidence() {
  logs=$(newest_logs | head -n 2)
  also() {
    {
      for log in $logs; do tail -n 400 "$log"; done | log_text | grep 'command failed" err=' | tail -n 1
      for log in $logs; do
        tail -n 400 "$log" | log_text | grep -v 'command failed" err=' | tail -n 40
        break
      done
    } 2>/dev/null | redacted | while IFS= read -r text; do printf %s "$text" | say64 line; done
  }
  ok
}
newest_logs() { ls -t "$root"/var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log 2>/dev/null; }
# CRI's prefix: time, stream, P(artial) or F(ull).
log_text() { sed 's/^[0-9TZ:.+-]* std[a-z]* [PF] //'; }
redacted() {
  sed -E -e 's/([Aa]uthorization"?[:=] *"?)[^",]*/\1[redacted]/g' -e 's/([Bb]earer +)[A-Za-z0-9._~+/=-]{8,}/\1[redacted]/g' \
    -e 's/eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*/[redacted]/g' \
    -e 's/(^|[^A-Za-z0-9])[a-z0-9]{6}\.[a-z0-9]{16}([^A-Za-z0-9]|$)/\1[redacted]\2/g' \
    -e 's/(([Tt]oken|[Pp]assword|[Ss]ecret|[Kk]ey-[Dd]ata)"?[:=] *"?)[^", ]{8,}/\1[redacted]/g'
}

# --- the API server's pod, without the API -------------------------------------------------------------------

# process_stat PID: sets `process_state` and `start` (clock ticks since boot).
process_stat() {
  process_state='' parent=0 start=0
  { read -r stat <"$root/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields
  set -- ${stat##*) }
  [ $# -ge 20 ] || return 1
  process_state=$1 parent=$2 start=${20}
}
# Of several API servers (a machine that hosts nodes in containers) this machine's is the least nested one.
scan_processes() {
  p_pid=0 p_start=0 kubelet_pid=0 kubeadm_pid=0 etcd_pid=0 config_agents='' least=99
  for entry in "$root"/proc/[0-9]*; do
    { read -r comm <"$entry/comm"; } 2>/dev/null || continue
    case $comm in
      kubelet) kubelet_pid=${entry##*/} ;;
      kubeadm) kubeadm_pid=${entry##*/} ;;
      etcd) etcd_pid=${entry##*/} ;;
      puppet | chef-client | cinc-client | salt-minion) config_agents="$config_agents ${comm%%-*}" ;;
      kube-apiserver)
        process_stat "${entry##*/}" && [ "$process_state" != Z ] || continue
        depth=$(sed -n 's/^NSpid://p' "$entry/status" 2>/dev/null | wc -w)
        if [ "$depth" -lt "$least" ] || { [ "$depth" -eq "$least" ] && [ "$start" -gt "$p_start" ]; }; then
          least=$depth p_pid=${entry##*/} p_start=$start
        fi
        ;;
    esac
  done
}

pod_view() {
  p_sandbox='' p_hash='' p_container='' p_restarts=0 p_running=no p_exit='' p_settled=no tool=proc
  scan_processes
  if command -v crictl >/dev/null; then crictl_view; fi
  if [ -z "$p_sandbox" ] && command -v ctr >/dev/null; then ctr_view; fi
  if [ -z "$p_sandbox" ] && [ "$p_pid" -gt 0 ]; then p_running=yes; fi
}
say_pod() {
  say pod.sandbox "$p_sandbox"
  say pod.config_hash "$p_hash"
  say pod.container "$p_container"
  say pod.restarts "$p_restarts"
  say pod.running "$p_running"
  say pod.pid "$p_pid"
  say pod.process_start "$p_start"
  say pod.exit_code "$p_exit"
}
# When the kubelet takes the old container away, one that ended in an earlier life of this machine may be the newest
# for a moment; its exit says nothing about a manifest that was written after it.
is_leftover() { # CREATED, in seconds since 1970
  [ -n "$manifest" ] && written=$(stat -c %Y "$manifest" 2>/dev/null) || return 1
  number "$1" && [ "$1" -lt "$written" ]
}
# Busybox reads a date with a blank only.
seconds_of() { # 2026-11-22T01:16:02.5Z
  day=${1%%T*} hour=${1#*T}
  date -u -d "$day ${hour%%[.Z+]*}" +%s 2>/dev/null
}
json_word() { sed -n "s/^.*\"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1; }

# Without a socket crictl would try one after the other, for seconds.
run_crictl() {
  if [ -e "$root/etc/crictl.yaml" ]; then
    timeout 10 crictl "$@" 2>/dev/null
    return
  fi
  for socket in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock; do
    [ -S "$root$socket" ] || continue
    timeout 10 crictl --runtime-endpoint "unix://$root$socket" "$@" 2>/dev/null
    return
  done
  return 1
}
crictl_view() {
  seen=$(run_crictl ps --all --latest --name '^kube-apiserver$' \
    --label io.kubernetes.pod.namespace=kube-system --output json) || return 0
  tool=crictl
  p_sandbox=$(echo "$seen" | json_word podSandboxId)
  [ -n "$p_sandbox" ] || return 0
  p_hash=$(echo "$seen" | json_word 'io.kubernetes.pod.uid')
  p_container=$(echo "$seen" | json_word id)
  p_restarts=$(echo "$seen" | json_word attempt)
  case $(echo "$seen" | json_word state) in
    CONTAINER_RUNNING) p_running=yes p_settled=yes ;;
    CONTAINER_EXITED)
      created=$(echo "$seen" | json_word createdAt)
      is_leftover "${created%?????????}" && return 0
      p_settled=yes
      p_exit=$(run_crictl inspect --output json "$p_container" | json_word exitCode)
      ;;
  esac
}
ctr_view() {
  ids=$(timeout 10 ctr -n k8s.io containers ls -q \
    'labels."io.kubernetes.container.name"==kube-apiserver,labels."io.kubernetes.pod.namespace"==kube-system' \
    2>/dev/null) || return 0
  tool=ctr newest=''
  for id in $ids; do
    info=$(timeout 10 ctr -n k8s.io containers info "$id" 2>/dev/null) || continue
    created=$(echo "$info" | json_word CreatedAt)
    [ "$(printf '%s\n%s\n' "$newest" "$created" | sort | tail -n 1)" = "$created" ] || continue
    newest=$created p_container=$id
    p_sandbox=$(echo "$info" | json_word 'io.kubernetes.cri.sandbox-id')
    p_hash=$(echo "$info" | json_word 'io.kubernetes.pod.uid')
  done
  [ -n "$p_container" ] || return 0
  p_restarts=$(newest_logs | head -n 1)
  p_restarts=${p_restarts##*/} p_restarts=${p_restarts%.log}
  number "$p_restarts" || p_restarts=0
  status=$root/var/lib/containerd/io.containerd.grpc.v1.cri/containers/$p_container/status
  case $(timeout 10 ctr -n k8s.io tasks ls 2>/dev/null | grep "^$p_container ") in
    *RUNNING*) p_running=yes p_settled=yes ;;
    *) if grep -q '"FinishedAt":[1-9]' "$status" 2>/dev/null &&
      ! is_leftover "$(seconds_of "$newest")"; then
      p_settled=yes p_exit=$(json_word ExitCode <"$status")
    fi ;;
  esac
}

# --- facts ---------------------------------------------------------------------------------------------------

do_facts() {
  pod_view
  also() {
    say hostname "$(cat "$root/proc/sys/kernel/hostname" 2>/dev/null)"
    say machine_id "$(cat "$root/etc/machine-id" 2>/dev/null)"
    say boot_id "$(cat "$root/proc/sys/kernel/random/boot_id" 2>/dev/null)"
    say_addresses
    say_manifests
    ! path "$want_config" || say_file asked_file "$root$want_config"
    say ca_sha256 "$(hash_of "$root/etc/kubernetes/pki/ca.crt")"
    [ "$p_pid" -eq 0 ] || say64 argv <"$root/proc/$p_pid/cmdline"
    say_pod
    say runtime_tool "$tool"
    say_images
    if [ -d "$root/run/systemd/system" ]; then say systemd yes; fi
    [ "$kubelet_pid" -eq 0 ] || say kubelet_running yes
    [ "$kubeadm_pid" -eq 0 ] || say kubeadm_running yes
    [ "$etcd_pid" -eq 0 ] || say etcd_running yes
    # shellcheck disable=SC2086 # names
    printf '%s\n' $config_agents | sort -u | while read -r agent; do [ -z "$agent" ] || say config_agent "$agent"; done
    say_owners
    say_patches
    say free_bytes "$(free_bytes)"
    say clock "$(date +%s)"
    # shellcheck disable=SC2045 # run ids have no white space
    for entry in $(ls -t "$home/runs" 2>/dev/null); do
      say past_run "$entry $(sed -n 's/^step=//p' "$home/runs/$entry/state" 2>/dev/null) $(sed -n \
        's/^time=//p' "$home/runs/$entry/state" 2>/dev/null) $(sed -n \
        's/^note=//p' "$home/runs/$entry/state" 2>/dev/null)"
    done
    # So that any workstation can undo what another began.
    if plain_word "$s_run" && [ -f "$home/runs/$s_run/plan.json" ]; then
      say plan_run "$s_run"
      head -c 4194304 "$home/runs/$s_run/plan.json" | say64 plan
    fi
    for entry in $(missing_tools); do say missing_tool "$entry"; done
  }
  ok
}

# What the runtime would not have to pull. Of crictl's JSON the lines that are one word and no more: tags and digests.
say_images() {
  images=''
  if command -v crictl >/dev/null; then
    images=$(run_crictl images --output json | sed -n 's/^ *"\([^" ]*[:@][^" ]*\)",\{0,1\}$/\1/p')
  fi
  if [ -z "$images" ] && command -v ctr >/dev/null; then images=$(timeout 10 ctr -n k8s.io images ls -q 2>/dev/null); fi
  printf '%s\n' "$images" | sort -u | sed -n 's/^..*$/image=&/p'
}

# Of the machine's interfaces; not those of kube-proxy, which has every service's on a dummy of its own.
say_addresses() {
  found=$(ip -o addr show 2>/dev/null | sed -n -e '/^[0-9]*: *kube-ipvs0 /d' -e '/ scope link/d' \
    -e 's/^[0-9]*: *[^ ]* *inet6\{0,1\} *\([^/ ]*\).*/\1/p')
  [ -n "$found" ] || found=$(kernel_addresses)
  printf '%s\n' "$found" | sort -u | sed -n 's/^..*$/address=&/p'
}
# The kernel's own tables, where there is no `ip`; an IPv6 address as 32 hex digits.
kernel_addresses() {
  sed -n -e '/|-- /{s/.*|-- //;h;}' -e '/host LOCAL/{x;p;x;}' "$root/proc/net/fib_trie" 2>/dev/null
  cut -c 1-32 "$root/proc/net/if_inet6" 2>/dev/null
}

static_pod_path() {
  config=/var/lib/kubelet/config.yaml found=''
  if [ "$kubelet_pid" -gt 0 ]; then
    words=$(tr '\0' '\n' <"$root/proc/$kubelet_pid/cmdline" 2>/dev/null)
    found=$(printf '%s\n' "$words" | sed -n 's/^--pod-manifest-path=//p' | tail -n 1)
    other=$(printf '%s\n' "$words" | sed -n 's/^--config=//p' | tail -n 1)
    config=${other:-$config}
  fi
  [ -n "$found" ] || found=$(sed -n 's/^staticPodPath:[[:space:]]*//p' "$root$config" 2>/dev/null |
    sed -e 's/[[:space:]]#.*$//' -e "s/[\"'[:space:]]//g" -e 's,/$,,' | tail -n 1)
  echo "${found:-/etc/kubernetes/manifests}"
}
# A kube-apiserver is named so, runs that binary, or comes from that image.
is_api_server() {
  grep -Eq -e "(name|component|k8s-app)[\"']?[[:space:]]*:[[:space:]]*[\"']?kube-apiserver[\"']?[[:space:],}]*\$" \
    -e "^[[:space:]]*-[[:space:]]+[\"']?(/[^\"' ]*/)?kube-apiserver[\"']?[[:space:]]*\$" \
    -e "image[\"']?[[:space:]]*:.*kube-apiserver[:@]" "$1" 2>/dev/null
}
say_manifests() {
  pods=$(static_pod_path)
  say static_pod_path "$pods"
  mine='' first=''
  # The kubelet reads every file whose name does not begin with a dot, whatever its extension.
  for file in "$root$pods/kube-apiserver.yaml" "$root$pods"/*; do
    [ -f "$file" ] && [ "$file" != "$first" ] || continue
    [ -n "$first" ] || first=$root$pods/kube-apiserver.yaml
    if is_api_server "$file"; then
      if [ -z "$mine" ]; then mine=$file; else say other_manifest "${file#"$root"}"; fi
    else
      case ${file##*/} in
        etcd.yaml | kube-controller-manager.yaml | kube-scheduler.yaml) ;;
        *) say stray_file "${file#"$root"}" ;;
      esac
    fi
  done
  [ -n "$mine" ] || return 0
  say_file manifest "$mine"
  named=$(named_by 'authentication[-_]config')
  [ -z "$named" ] || say_file authentication_config "$root$named"
  named=$(named_by 'oidc[-_]ca[-_]file')
  [ -z "$named" ] || say_file oidc_ca "$root$named"
  say_paths
}
# What the manifest names: what is not here, and the certificates, whose days are judged by who asked. Never a key.
say_paths() {
  tr -s '\r\t ,="'"'"'[]{}' '\n' <"$mine" | grep '^/.' | sort -u | while IFS= read -r named; do
    path "$named" || continue
    if [ ! -e "$root$named" ]; then
      say missing_path "$named"
    elif [ -f "$root$named" ] && [ "$(head -c 27 "$root$named")" = '-----BEGIN CERTIFICATE-----' ]; then
      say certificate.path "$named"
      head -c 65536 "$root$named" | sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p' |
        say64 certificate.bytes
    fi
  done
}
# The file that a flag of the manifest names; the flag as a regular expression.
named_by() {
  tr -d '\r' <"$mine" | sed -n "s/^.*--$1[= ]\([^\"', ]*\).*/\1/p" | tail -n 1
}
say_file() {
  say "$1.path" "${2#"$root"}"
  [ -f "$2" ] || return 0
  say "$1.owner" "$(stat -c %u:%g "$2")"
  say "$1.mode" "$(stat -c %a "$2")"
  say "$1.sha256" "$(hash_of "$2")"
  head -c 1048576 "$2" | say64 "$1.bytes"
}
say_owners() {
  for entry in /etc/rancher/rke2 /var/lib/rancher/rke2 /etc/rancher/k3s /var/lib/rancher/k3s /etc/k0s /var/lib/k0s \
    /var/snap/microk8s /etc/talos /system/state/config.yaml /etc/kubernetes/manifests/kube-apiserver.manifest \
    /var/cache/kubernetes-install /etc/kubernetes/static-pod-resources /run/cluster-api; do
    [ ! -e "$root$entry" ] || say foreign_owner "$entry"
  done
}
# What kubeadm would lay over the manifest that it writes (S20): which words a file names, never its body. kubeadm does
# not remember where its patches lie; these are the places where they are kept, and those that its own files name.
say_patches() {
  {
    echo /etc/kubernetes/patches
    for file in "$root"/etc/kubernetes/*.y*ml "$root"/etc/kubernetes/kubeadm/*.y*ml "$root"/root/kubeadm*.y*ml; do
      [ ! -f "$file" ] || head -c 65536 "$file" | tr -d "\"'\r" | tr '{},' '\n' |
        sed -n '/patches:/,/directory:/s,^.*directory:[[:space:]]*\([^[:space:]#]*[^[:space:]#/]\).*$,\1,p'
    done
  } | sort -u | head -n 20 | while IFS= read -r named; do
    path "$named" || continue
    for file in "$root$named"/kube-apiserver*.yaml "$root$named"/kube-apiserver*.json; do
      words=$([ ! -f "$file" ] || words_of_patch "$file")
      [ -z "$words" ] || say kubeadm_patch "${words#,} ${file#"$root"}"
    done
  done
}
# A JSON patch changes single words, unless it names the command line without a place in it; others replace all of it.
words_of_patch() { # FILE
  text=$(head -c 65536 "$1" | tr _ -)
  whole="(^|[^A-Za-z])(command|args)[\"']?[[:space:]]*:"
  case $1 in *+json.*) whole='containers/[0-9]+/(command|args)([^/]|$)' ;; esac
  names() { if printf '%s\n' "$text" | grep -Eq -e "$1"; then printf %s ",$2"; fi; }
  names anonymous-auth anonymous-auth
  names authentication-config authentication-config
  names oidc- oidc
  names "$whole" command
}
free_bytes() {
  free=$(df -Pk "$root/etc/kubernetes" 2>/dev/null | tail -n 1)
  # shellcheck disable=SC2086 # fields
  set -- $free
  number "${4-}" && echo $(($4 * 1024)) || echo 0
}
