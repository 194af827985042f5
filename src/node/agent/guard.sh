# --- the guard -----------------------------------------------------------------------------------------------

# The launcher has the same bytes on every node; the directory in which it lies is named by the run.
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
# Before= makes the kubelet wait at a boot until `check` has restored an unconfirmed run, at most TimeoutStartSec.
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
# The links through which this node's init starts the guard at a boot, one a line.
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

# Installs and starts the guard. It counts as working when the unit that will act has taken the lock, read and hashed
# the old manifest, and written a file beside it.
post_guard() {
  trouble='' service=$hook
  if has_systemd; then service=$unit; fi
  lay_guard_out || withdraw_guard "cannot write the guard (${trouble:-$dir/guard or $service; disk full?})"
  start_guard || withdraw_guard "the guard did not show that it works: $trouble"
}
lay_guard_out() {
  if [ -x "$root/sbin/openrc-run" ]; then init=openrc; else init=sysv; fi
  links=$(boot_links)
  has_systemd || command -v setsid >/dev/null || trouble='this node has no setsid'
  [ -n "$links" ] || trouble='this node has neither systemd nor OpenRC nor /etc/rc2.d, so no guard would start after a reboot'
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
  # It may be another file system, so the new file is written beside the old one, under a name that no init reads.
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
  if ! has_systemd; then
    trouble=$(bounded /bin/sh "$dir/guard" start 2>&1) || return 1
  elif ! systemd_has loaded || ! bounded systemctl restart nightlatch-guard.service 2>/dev/null || ! was_seen; then
    trouble=$(bounded systemctl daemon-reload 2>&1 && bounded systemctl restart nightlatch-guard.service 2>&1) || return 1
  fi
  was_seen || {
    trouble='it did not confirm that it can read and write'
    return 1
  }
  for _ in 1 2 3 4 5; do
    ! guard_is_there || return 0
    sleep 0.2
  done
  trouble='its process ended'
  return 1
}
was_seen() { [ "$(cat "$dir/guard.seen" 2>/dev/null)" = "$nonce" ]; }
# systemd_has loaded|not-found: whether systemd knows the unit so, and as it is on the disk. If it does, it need not read
# all units anew, which takes some tenths of a second.
systemd_has() {
  known=$(timeout 10 systemctl show -p LoadState -p NeedDaemonReload nightlatch-guard.service 2>/dev/null 9>&-)
  case $known in *"LoadState=$1"*) ;; *) return 1 ;; esac
  case $known in *NeedDaemonReload=no*) ;; *) return 1 ;; esac
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

# Removes the guard. Where this process is the guard, it is not stopped: it ends by itself.
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
  if has_systemd; then systemd_has not-found || bounded systemctl daemon-reload 2>/dev/null; fi
  rm -f "$dir/guard.pid" "$dir/guard.seen" "$dir/guard.asked"
  tell_everybody
}

# Tells syslog. It may hang, so nothing waits for it that the API server needs, and it gets 5 s. What a transition has to
# tell is kept in `news`, for `answer` to tell when all is done.
aloud() {
  ! command -v logger >/dev/null || timeout 5 logger -t nightlatch -p daemon.warning "$1" </dev/null >/dev/null 2>&1 9>&-
}
# README in the run's directory, for a person who looks before editing the manifest.
tell_everybody() {
  {
    if guarded; then
      echo "Run $run of nightlatch has changed $manifest or is about to change it, and is not confirmed yet."
      echo "The guard puts the old manifest back at $(clock_at "$s_deadline") UTC unless the run extends that time"
      echo "(until $(clock_at "$s_ceiling") UTC at the latest) or is confirmed. Do not edit the manifest until then."
      echo
      echo "keep the change:   nightlatch confirm $run"
      echo "put it back now:   sh $dir/guard restore"
    else
      echo "No change waits for a confirmation on this node: run $run of nightlatch is at $s_step since $s_time."
      [ "$s_step" != confirmed ] || [ ! -f "$dir/env" ] || tell_the_way_back
    fi
  } >"$dir/README.new" && mv -f "$dir/README.new" "$dir/README"
}

# A rollback asks the gates; these lines are for the night on which there is no nightlatch.
tell_the_way_back() {
  read_env
  beside=$home/.by-hand
  echo
  echo "put it back:   nightlatch rollback $run"
  echo "by hand, as root, only while the manifest is what this run wrote (the first line says OK):"
  echo "  echo '$e_after  $manifest' | sha256sum -c"
  echo "  cp $dir/manifest.before $beside && chown $e_owner $beside && chmod $e_mode $beside && mv $beside $manifest"
}

pod_text() { if [ -n "$p_sandbox" ]; then echo "$p_sandbox/$p_container $p_hash"; else echo "pid-$p_pid-start-$p_start -"; fi; }
# The pod that runs before a restore: the pod that runs after it must be another one. It is looked up before the lock is
# taken, because a container runtime may hang, and noted only when nothing stands against the restore any more.
see_pod() {
  gone_pod=''
  [ ! -e "$dir/pod" ] && [ -d "$dir" ] || return 0
  pod_view
  gone_pod=$(pod_text)
}
note_pod() { [ -z "$gone_pod" ] || echo "$gone_pod" >"$dir/pod"; }

# The unit runs it before it starts to wait: when the run is armed, and at every boot before the kubelet.
do_check() {
  lock
  [ "$s_run" = "$run" ] || refuse "the last run on this node is $s_run, not $run"
  epoch=$s_epoch
  if [ "$s_step" = restoring ] || { guarded && [ "$s_boot" != "$(boot_now)" ]; }; then
    read_env
    echo 'none -' >"$dir/pod"
    news="run $run was not confirmed before this node was started again: its old ${e_manifest##*/} is put back"
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

# The guard: waits for the deadline, restores, waits until the API server runs, and removes its own unit. Each
# transition runs in a subshell, because it ends in `answer`.
do_guard() {
  process_stat $$
  echo "$$ $start" >"$dir/guard.pid"
  began_at=$(uptime_now) restoring_since='' steady_pod='' steady_since=0
  while :; do
    read_state
    [ "$s_run" = "$run" ] || ok
    left=$(seconds_left)
    if guarded && [ "$left" -le 0 ]; then
      (verb=expire && do_expire) >/dev/null
      read_state
      case $s_step in
        restoring) aloud "run $run was not confirmed in time: its old manifest is put back" ;;
        foreign) aloud "run $run was not confirmed in time, and somebody else has changed the manifest: it stays as it is" ;;
        *) ! guarded || sleep 2 ;; # the lock was taken or the disk is full: try again
      esac
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
# After a restore the run has until the deadline to ask its gates. Without a run the guard can only check that the
# bytes are right and that another API server process has run for 30 s.
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
    aloud "run $run: ${e_manifest##*/} is as it was before and kube-apiserver runs; its gates were not asked"
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
# Whether the old manifest's pod runs: another pod than the one before the restore, or the one before the swap, which
# the kubelet may never have stopped.
is_back() {
  read -r gone _ 2>/dev/null <"$dir/pod" || gone=none
  read -r before before_hash 2>/dev/null <"$dir/pod.armed" || before='' before_hash=-
  [ "${seen%% *}" != "$gone" ] || [ "${seen%% *}" = "$before" ] ||
    { [ "$before_hash" != - ] && [ "${seen##* }" = "$before_hash" ]; }
}

