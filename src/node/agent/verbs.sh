# --- the verbs -----------------------------------------------------------------------------------------------

do_state() {
  busy_until=$(($(uptime_now) + 20))
  keep_state 2>/dev/null
  if [ -n "$want_manifest" ]; then
    manifest=$root$want_manifest
  elif plain_word "$s_run" && [ -f "$home/runs/$s_run/env" ]; then
    manifest=$root$(sed -n 's/^manifest=//p' "$home/runs/$s_run/env")
  fi
  [ "$want_look" = files ] || pod_view
  also() {
    [ "$want_look" = files ] || say_pod
    [ "$want_addresses" = no ] || say_addresses
  }
  ok
}

# Writes the configuration file and never overwrites one. Owner and mode are those of the request, else those of the API
# server's key.
do_place() {
  path "$want_config" && sha256 "$want_config_sha256" || refuse "place: the request has no valid path or SHA-256"
  ids "${want_config_owner:-0:0}" && mode "${want_config_mode:-640}" || refuse "place: the owner or the mode of the request is not valid"
  # A host that has not joined yet may lack the directory; it is created as the Kubernetes packages create it.
  [ -d "$root/etc/kubernetes" ] || { mkdir -p "$root/etc/kubernetes" && chmod 0755 "$root/etc/kubernetes"; } ||
    refuse "cannot create $root/etc/kubernetes"
  lock
  case $s_step in
    idle | cleaned | confirmed | restored | foreign) ;;
    *) [ "$s_run" = "$run" ] || refuse "run $s_run is not finished on this node: it is at $s_step since $s_time" ;;
  esac
  config=$root$want_config folder=$root${want_config%/*}
  model=$root/etc/kubernetes/pki/apiserver.key
  [ -f "$model" ] || model=$root/etc/kubernetes/pki
  owner=$want_config_owner
  [ -n "$owner" ] || owner=$(stat -c %u:%g "$model" 2>/dev/null) || owner=0:0
  if [ ! -d "$folder" ]; then
    case $want_config_mode in *[4567]) open_to=0755 ;; *) open_to=0750 ;; esac
    mkdir -p "$folder" && chown "$owner" "$folder" && chmod $open_to "$folder" || refuse "cannot create $folder"
  fi
  case $(hash_of "$config") in
    '') ;;
    "$want_config_sha256") to_disk "$config" && to_disk "$folder" && ok ;;
    *) refuse "somebody has edited $config: its content does not match the hash in its name. $(way_out_of_edited)" ;;
  esac
  nl_config | base64 -d >"$config.new" 2>/dev/null && [ "$(hash_of "$config.new")" = "$want_config_sha256" ] &&
    chown "$owner" "$config.new" && chmod "${want_config_mode:-640}" "$config.new" && relabel "$(label_of "$model")" "$config.new" &&
    land "$config.new" "$config" || {
    rm -f "$config.new"
    refuse "cannot write $config"
  }
  ok
}

# What a person does about an edited file: one that an API server reads must not go away.
way_out_of_edited() {
  pods=$root/etc/kubernetes/manifests
  [ -z "$want_manifest" ] || pods=$root${want_manifest%/*}
  for file in "$pods"/*; do
    [ -f "$file" ] || continue
    grep -qF "$want_config" "$file" 2>/dev/null
    [ $? -eq 1 ] || {
      echo "$file names it: copy it from another control-plane node, where the first 12 digits of its sha256sum are those of its name"
      return
    }
  done
  echo "No manifest of this node names it: move it aside, as root on the node: mv $config $config.edited"
}

do_stage() {
  path "$want_manifest" && sha256 "$want_before" && sha256 "$want_after" && sha256 "$want_agent_sha256" ||
    refuse "stage: the request has no valid path or SHA-256"
  [ "$want_before" != "$want_after" ] || refuse "stage: the manifest before and after has the same SHA-256"
  lock
  case $s_step in
    idle | cleaned | confirmed | restored | foreign)
      [ "$s_run" = "$run" ] && [ "$epoch" -le "$s_epoch" ] && ! reached confirmed &&
        refuse "run $run has ended on this node: $s_step at $s_time"
      ;;
    staged) [ "$s_run" = "$run" ] || refuse "run $s_run is staged on this node since $s_time" ;;
    restoring) refuse "run $s_run is being restored on this node since $s_time" ;;
    *) [ "$s_run" = "$run" ] || refuse "run $s_run is not finished on this node: it is at $s_step since $s_time" ;;
  esac
  if [ "$s_run" = "$run" ] && [ "$s_step" != idle ]; then
    [ "$epoch" -ge "$s_epoch" ] || own
    if reached armed; then
      as_staged
      again
    fi
  elif [ -e "$dir/over" ]; then
    refuse "run $run has ended on this node: another run came after it"
  fi
  manifest=$root$want_manifest
  look
  manifest_is "$want_before"
  no_twin
  ! find_obstacle yes || refuse_obstacle
  write_run && leave_behind || refuse "cannot write $home/runs (disk full?)"
  s_boot='' s_deadline=0 s_ceiling=0
  set_state staged
  ok
}
# The kubelet runs the pod of every file in the directory: it would switch between the manifest and its copy.
no_twin() {
  for file in "${manifest%/*}"/*; do
    [ ! -f "$file" ] || [ "$file" = "$manifest" ] || ! is_api_server "$file" ||
      refuse "${file#"$root"} is another manifest of a kube-apiserver pod: move it out of the directory"
  done
}
write_run() {
  mkdir -p "$dir" || return 1
  cat "$manifest" >"$dir/manifest.before.new" && [ "$(hash_of "$dir/manifest.before.new")" = "$want_before" ] &&
    land "$dir/manifest.before.new" "$dir/manifest.before" || return 1
  unpack nl_manifest_after "$want_after" "$dir/manifest.after" && unpack nl_agent "$want_agent_sha256" "$dir/agent.sh" ||
    return 1
  nl_plan | base64 -d >"$dir/plan.json.new" && land "$dir/plan.json.new" "$dir/plan.json" || return 1
  # Deleted before a restore, so that a full disk does not stop it.
  dd if=/dev/zero of="$dir/reserve" bs=1024 count=64 2>/dev/null || return 1
  printf 'run=%s\nepoch=%s\nmanifest=%s\nbefore=%s\nafter=%s\nowner=%s\nmode=%s\nlabel=%s\n' "$run" "$epoch" \
    "$want_manifest" "$want_before" "$want_after" "$(stat -c %u:%g "$manifest")" "$(stat -c %a "$manifest")" \
    "$(label_of "$manifest")" >"$dir/env.new" && land "$dir/env.new" "$dir/env"
}

# Marks the run before this one as ended. A late request of that run could find the node as it was then, and would
# otherwise be obeyed.
leave_behind() {
  [ "$s_run" != "$run" ] && plain_word "$s_run" && [ -d "$home/runs/$s_run" ] || return 0
  echo "$run" >"$home/runs/$s_run/over.new" && land "$home/runs/$s_run/over.new" "$home/runs/$s_run/over"
}

do_clean() {
  lock
  own
  [ "$s_step" = cleaned ] || {
    starts_at staged
    rm -f "$dir/reserve" # room for the next state file: a full disk may be the reason for this request
    set_state cleaned
  }
  disarm
  rm -f "$dir/manifest.before" "$dir/manifest.after" "$dir/agent.sh" "$dir/guard" "$dir/reserve"
  again
}

# The guard is on the node and has shown that it works before the state says `armed`.
do_arm() {
  number "$want_lease" && [ "$want_lease" -gt 0 ] || refuse "arm: the lease '$want_lease' is not a number of seconds above 0"
  number "$want_ceiling" && [ "$want_ceiling" -ge "$want_lease" ] || refuse "arm: the ceiling '$want_ceiling' is not a number of seconds of at least the lease"
  may_arm
  unlock
  post_guard
  may_arm
  s_boot=$(boot_now) s_deadline=$(($(uptime_now) + want_lease)) s_ceiling=$(($(uptime_now) + want_ceiling))
  set_state armed
  tell_everybody
  news="run $run: $manifest is put back at $(clock_at "$s_deadline") UTC unless extended or confirmed: $dir/README"
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
  number "$want_lease" && [ "$want_lease" -gt 0 ] || refuse "renew: the lease '$want_lease' is not a number of seconds above 0"
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

# Does a restore into the run's own directory, and compares the result with the manifest that it would replace.
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
  [ "$there" = "$wanted" ] || refuse "a restore would write a file with $there instead of $wanted"
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
  if [ "$current" = "$e_after" ]; then # an earlier swap was killed after its rename
    keep_manifest
  else
    manifest_is "$e_before"
    no_twin
    ! find_obstacle yes || refuse_obstacle
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
    *) refuse "mark: '$want_to' is not a step that can be marked" ;;
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
# Deletes old runs (S3): the five newest are kept, and every run that has not ended. What does not fit into the 20 s
# under the lock is left to the next run.
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
  [ -n "$want_named" ] || return 0 # the request does not say what kubeadm-config names, so every file stays
  for config in "$home"/config/authn-*.yaml; do
    [ ! -f "$config" ] || is_named "${config##*/}" || bounded rm -f "$config"
  done
}
# Whether a manifest, a run that is kept or kubeadm-config names the file. A file that cannot be read may name it.
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
  see_pod
  lock
  own
  note_pod
  read_env
  mend_backup
  put_back
}
# Where the backup is gone or has other bytes, the request may bring the old manifest; its hash is the staged one.
mend_backup() {
  ! backup_is_whole && command -v nl_manifest_before >/dev/null || return 0
  unpack nl_manifest_before "$e_before" "$dir/manifest.before" || rm -f "$dir/manifest.before.new"
}
backup_is_whole() { [ "$(hash_of "$dir/manifest.before")" = "$e_before" ]; }
# The guard's restore: only after the deadline or a reboot, and only if no other request restored or confirmed first.
do_expire() {
  see_pod
  lock
  [ "$s_run" = "$run" ] || refuse "run $run is not the last run on this node"
  epoch=$s_epoch
  if guarded; then
    left=$(seconds_left)
    [ "$left" -le 0 ] || refuse "the deadline is still $left s away"
  elif [ "$s_step" != restoring ]; then
    ok
  fi
  note_pod
  read_env
  put_back
}
# Restores while the manifest has bytes of this run or has been missing for 30 s. Bytes that somebody else wrote are
# never replaced.
put_back() {
  case $s_step in
    staged | armed | swapped | restarted | gated | soaked | restoring) ;;
    restored) [ "$typed" = no ] || ok && again ;;
    foreign) refuse "somebody else has changed $manifest, so nightlatch leaves it alone" ;;
    confirmed) refuse "run $run is confirmed since $s_time, and its guard restores nothing any more: nightlatch rollback $run" ;;
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
    refuse "somebody else has changed $manifest (SHA-256 $(short "$current")), so nightlatch leaves it alone"
  fi
  [ "$current" = "$e_before" ] || backup_is_whole ||
    refuse "$dir/manifest.before is gone or has other bytes, so nothing was put back: nightlatch rollback $run brings the old manifest along"
  rm -f "$dir/reserve"
  [ "$s_step" = restoring ] || set_state restoring "$(note_of '')" # before the manifest: now a confirm is refused
  if [ "$current" = "$e_before" ]; then
    keep_manifest
  else
    put "$dir/manifest.before" "$e_before" "$e_owner" "$e_mode" "$e_label"
  fi
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
  [ "$s_step" = restoring ] || refuse "settle needs the step restoring, and this node is at $s_step since $s_time"
  manifest_is "$e_before"
  keep_manifest
  if [ "$guarding" = yes ]; then set_state restored not-gated; else set_state restored; fi
  disarm
  ok
}

