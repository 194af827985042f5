# What a node does for nightlatch: docs/protocol.md as POSIX sh.
#
# The file contains function definitions only. A request arrives on the stdin of `sh -s -- VERB RUN EPOCH`: functions
# that print its parameters (nl_params) and payloads (base64), then this file, then one last line that calls nl_main.
# A connection that breaks before that line therefore runs nothing. One request is one process, which ends in `answer`.
#
# The file `state` decides what a request may do; runs/<id>/state is a copy for readers. `state` is replaced by rename
# under a lock, which no process keeps for longer than 20 s or while it waits. `root` is empty on a node; tests set it.
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
  locked=no waited=no guarding=no typed=no news='' current='' manifest='' newline='
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
  if [ "$epoch" = next ]; then # from the launcher: this request takes the run over
    epoch=$((s_epoch + 1))
    [ "$guarding" = yes ] || typed=yes # the guard itself is nobody's hand
  fi
  case $verb in
    facts | state | await | evidence) ;;
    *)
      plain_word "$run" || refuse "'$run' is not a run id"
      number "$epoch" || refuse "'$epoch' is not an epoch"
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
    *) refuse "this script has no verb '$verb'" ;;
  esac
}

# --- reading a request, printing a reply ---------------------------------------------------------------------

read_request() {
  want_manifest='' want_before='' want_after='' want_config='' want_config_sha256='' want_agent_sha256=''
  want_config_owner='' want_config_mode='' want_to='' want_lease=0 want_ceiling=0 want_pod='' want_wait=0
  want_addresses=no want_look=all want_named='' want_trial=no
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
      look=*) want_look=$value ;;
      trial=*) want_trial=$value ;;
      named=*) want_named=$want_named$value$newline ;;
    esac
  done <<PARAMS
$(nl_params)
PARAMS
}

number() { case $1 in '' | 0?* | *[!0-9]* | ????????????*) return 1 ;; esac }
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

# answer KIND WHY: releases the lock, prints the state as it is now, and ends the process. `also` prints more lines; a
# verb replaces it. Every key that is printed needs a row in reply_keys.cpp.
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
  [ "$1" != ok ] || [ -z "$news" ] || aloud "$news"
  [ "$1" = ok ] # who typed the verb sees a refusal by its exit status, and systemd restarts a guard that fails
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

