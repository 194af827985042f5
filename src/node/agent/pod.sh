# --- await and evidence --------------------------------------------------------------------------------------

# Polls without the lock until another incarnation of the API server was seen or the wait is over.
do_await() {
  number "$want_wait" || refuse "await: '$want_wait' is not a number of seconds"
  until_then=$(($(uptime_now) + want_wait))
  [ -z "$want_manifest" ] || manifest=$root$want_manifest
  also() { say_pod; }
  while :; do
    pod_view
    if is_another_pod || [ "$(uptime_now)" -ge "$until_then" ]; then ok; fi
    sleep 0.3
  done
}
# Compared in the form in which the old pod is known (sandbox, or process id): a runtime tool that fails once does not
# make it another pod.
is_another_pod() {
  case $want_pod in
    'pid '*) [ "$p_pid" -gt 0 ] && [ "pid $p_pid start $p_start" != "$want_pod" ] ;;
    *) [ -n "$p_sandbox" ] && [ "$p_sandbox/$p_container" != "$want_pod" ] && [ "$p_settled" = yes ] ;;
  esac
}

# Lines of the two newest container logs: first the one with which kube-apiserver refused to start, then the last forty
# of the newest log.
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
# Without the prefix that the CRI writes: time, stream, P(artial) or F(ull).
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
# Finds the processes of this node. A name proves nothing, because every user may give it to a process: the kubelet,
# kubeadm and the agents of configuration management run as root, and the API server is the one of the highest grade.
# Among equals, a machine that runs other nodes in containers finds its own in the fewest nested PID namespaces.
scan_processes() {
  p_pid=0 p_start=0 kubelet_pid=0 kubeadm_pid=0 etcd_pid=0 kured_pid=0 config_agents='' best=1 least=99
  for entry in "$root"/proc/[0-9]*; do
    { read -r comm <"$entry/comm"; } 2>/dev/null || continue
    case $comm in
      etcd) etcd_pid=${entry##*/} ;;
      kubelet) ! is_of_root "$entry" || kubelet_pid=${entry##*/} ;;
      kubeadm) ! is_of_root "$entry" || kubeadm_pid=${entry##*/} ;;
      kured) ! is_of_root "$entry" || kured_pid=${entry##*/} ;;
      puppet | chef-client | cinc-client | salt-minion)
        ! is_of_root "$entry" || config_agents="$config_agents ${comm%%-*}"
        ;;
      cf-execd) ! is_of_root "$entry" || config_agents="$config_agents cfengine" ;;
      kube-apiserver) consider "$entry" ;;
    esac
  done
}
is_of_root() { grep -Eq '^Uid:[[:space:]]*0[[:space:]]' "$1/status" 2>/dev/null; }
consider() { # DIRECTORY IN /proc
  process_stat "${1##*/}" && [ "$process_state" != Z ] || return 0
  grade=$(grade_of "$1")
  depth=$(sed -n 's/^NSpid://p' "$1/status" 2>/dev/null | wc -w)
  if [ "$grade" -gt "$best" ] || { [ "$grade" -eq "$best" ] && {
    [ "$depth" -lt "$least" ] || { [ "$depth" -eq "$least" ] && [ "$start" -gt "$p_start" ]; }
  }; }; then
    best=$grade least=$depth p_pid=${1##*/} p_start=$start
  fi
}
# Only root can move a process into a cgroup of the container runtime or the kubelet. 3: the cgroup of the container that
# the runtime names. 2: that of a static pod kube-apiserver, whose uid is in the name of its log directory. 1: a process of
# root in neither, as where the kubelet runs without cgroupsPerQOS and no runtime tool answers. 0: anybody's process.
grade_of() { # DIRECTORY IN /proc
  groups=$(cat "$1/cgroup" 2>/dev/null)
  if [ -n "$p_container" ]; then
    case $groups in *"$p_container"*) echo 3 && return ;; esac
  fi
  for logs in "$root"/var/log/pods/kube-system_kube-apiserver-*_?*; do
    [ -d "$logs" ] || continue
    case $groups in *kubepods*pod"${logs##*_}"*) echo 2 && return ;; esac
  done
  if is_of_root "$1"; then echo 1; else echo 0; fi
}

pod_view() {
  p_sandbox='' p_hash='' p_container='' p_restarts=0 p_running=no p_exit='' p_settled=no tool=proc
  if command -v crictl >/dev/null; then crictl_view; fi
  if [ -z "$p_sandbox" ] && command -v ctr >/dev/null; then ctr_view; fi
  scan_processes
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
# Whether the container was created before the manifest was written. While the kubelet removes the old container, one
# from before a reboot can be the newest for a moment; its exit code says nothing about this manifest.
is_leftover() { # CREATED, in seconds since 1970
  [ -n "$manifest" ] && written=$(stat -c %Y "$manifest" 2>/dev/null) || return 1
  number "$1" && [ "$1" -lt "$written" ]
}
# Seconds since 1970 of a time; busybox' date needs a blank in place of the T.
seconds_of() { # 2026-11-22T01:16:02.5Z
  day=${1%%T*} hour=${1#*T}
  date -u -d "$day ${hour%%[.Z+]*}" +%s 2>/dev/null
}
json_word() { sed -n "s/^.*\"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1; }

# The socket is given, because crictl without one tries several for seconds each.
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

