# The words that scenarios are written in. The runner sources this file, then the scenario, in one shell with
# `set -eu`: the first claim that is not seen ends the scenario.
#
#   $work        a directory of this scenario alone      $inventory   nightlatch's inventory of the lab
#   $state       the lab's state directory               $nodes       cp1 cp2 cp3
#   $server_port where the API servers of the nodes listen
# shellcheck shell=sh

manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
config_directory=/etc/kubernetes/nightlatch/config
server_port=6443

# The seconds since the scenario began stand before each claim.
claim() { printf '\n== %4d s  %s\n' $(($(date +%s) - play_began)) "$*"; }
fail() {
  printf 'NOT SEEN: %s\n' "$*"
  exit 1
}

# --- the lab -----------------------------------------------------------------

lab() { "$here/../lab/lab" --name "$lab_name" "$@"; }
lab_is_made() { [ -f "$state/lab.env" ]; }
# One whose machine was switched off has left its files, and nodes that stopped anywhere.
lab_stands() { lab_is_made && ! lab status | grep -q ' off '; }
on() { # NODE COMMAND...
  on_node=$1
  shift
  lab exec "$on_node" -- "$@"
}
address_of() { # NODE or lb
  case $1 in
    lb) echo "$network.10" ;;
    *) echo "$network.$((10 + ${1#cp}))" ;;
  esac
}
# Reads what "lab up" wrote.
read_lab() {
  state=${NIGHTLATCH_LAB_STATE:-/var/lib/nightlatch-lab}/$lab_name
  lab_is_made || return 0
  # shellcheck source=/dev/null
  . "$state/lab.env"
  # shellcheck disable=SC2154 # from lab.env
  network=10.77.$index
  endpoint=https://$network.10:6443
  inventory=$state/inventory.yaml
  kubeconfig=$state/kubeconfig
}

# balance_with SED-SCRIPT: haproxy goes on with its configuration changed so; with an empty script as it was.
balance_with() {
  sed "$1" "$state/balancer/haproxy.cfg" >"$work/haproxy.cfg"
  nsenter --net="/run/netns/nl-$lab_name-lb" haproxy -D -f "$work/haproxy.cfg" -p "$state/balancer/pid" \
    -sf "$(cat "$state/balancer/pid")"
}

# --- nightlatch --------------------------------------------------------------

# A state directory of the scenario's own: a person's runs are not to be seen here, nor these there.
nightlatch() { XDG_STATE_HOME=${state_home:-$work/state} "$NIGHTLATCH" "$@"; }

# What is started with `nightlatch ... &` is a shell, and the program its child.
kill_program() { kill "-$1" "$(pgrep -P "$2" || echo "$2")"; } # SIGNAL PID

# Short pauses where their length is not what a scenario shows.
fast_playbook() { # [LINE OF SPEC]
  cat >"$work/fast.yaml" <<YAML
apiVersion: nightlatch.dev/v1
kind: Playbook
metadata: {name: fast}
spec:
  profile: health-only
  gates: {readyz: {consecutive: 3, interval: 1s}, soak: 3s, timeout: 2m}
${1:+  $1}
YAML
  echo "$work/fast.yaml"
}

# --- commands and what they say ----------------------------------------------

show_command() { printf '$'; printf ' %s' "$@"; printf '\n'; }

# expect_exit CODE COMMAND...: what it says is in $work/out and $work/err, and in the log.
expect_exit() {
  wanted=$1 seen=0
  shift
  show_command "$@"
  "$@" >"$work/out" 2>"$work/err" </dev/null || seen=$?
  cat "$work/out" "$work/err"
  [ "$seen" -eq "$wanted" ] || fail "exit $wanted of: $* (it was $seen)"
}

said() { cat "$work/out" "$work/err"; }
# A sentence may be broken between any two of its words: where depends on the length of names and paths in it.
folded() { tr -s ' \n' '  '; }
says() { # TEXT
  said | folded | grep -qF -- "$(printf '%s' "$1" | folded)"
}
expect_said() { # TEXT...
  for text; do says "$text" || fail "\"$text\" in what it said"; done
}
expect_not_said() { # TEXT...
  for text; do ! says "$text" || fail "no \"$text\" in what it said"; done
}
# One field of the JSON on stdout, by a Python expression over d.
json() { # EXPRESSION
  python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/out" "$1"
}
expect_json() { # EXPRESSION VALUE
  found=$(json "$1") || fail "JSON with $1"
  [ "$found" = "$2" ] || fail "$1 = $2 (it was $found)"
}

within() { # SECONDS COMMAND...
  end=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# --- rolls, and what they come to --------------------------------------------

ordered='order: [cp1, cp2, cp3]'
# roll EXIT [ARGUMENT...]: by $playbook; its JSON is in $work/out.
roll() {
  wanted_exit=$1
  shift
  expect_exit "$wanted_exit" nightlatch apply -p "$playbook" --yes -i "$inventory" -o json "$@"
}
expect_outcomes() { # OUTCOME...: of the nodes, in the order of the plan
  found=$(json '" ".join(node["outcome"] for node in d["nodes"])')
  [ "$found" = "$*" ] || fail "outcomes $* (they were $found)"
}
# The last roll's way back.
undo() {
  expect_exit 0 nightlatch rollback "$(json 'd["run"]')" --yes -i "$inventory"
  expect_pristine
}
# start_roll NAME: in a state directory of its own, up to the swap on cp1; $apply is then its process, $run its id.
start_roll() {
  state_home=$work/$1
  nightlatch apply -p "$playbook" --yes -i "$inventory" >"$work/apply" 2>&1 &
  apply=$!
  at_end 'kill -KILL "$apply" 2>/dev/null'
  wait_swapped cp1
  run=$(on cp1 sed -n 's/^run=//p' /etc/kubernetes/nightlatch/state)
}
# Its workstation is gone; $began is when.
abandon_roll() {
  kill_program KILL "$apply"
  wait "$apply" || true
  began=$(date +%s)
}
has_record() { grep -qs "\"step\":\"$1\",\"phase\":\"$2\"" "$state_home"/nightlatch/*/runs/*/journal.jsonl; }
# An apply of $playbook is killed the moment that its journal has this record; what it did until then is in the file, too.
# Its run is $run, its state directory one of its own.
kill_at_record() { # STEP PHASE
  state_home=$work/$1-$2
  nightlatch apply -p "$playbook" --yes -i "$inventory" >"$work/killed" 2>&1 &
  killed=$!
  at_end 'kill -KILL "$killed" 2>/dev/null'
  until has_record "$1" "$2"; do kill -0 "$killed" 2>/dev/null || break; done
  kill_program KILL $killed 2>/dev/null || echo 'it ended first'
  has_record "$1" "$2" || fail "a record $1 $2"
  wait $killed || true
  run=$(basename "$(dirname "$state_home"/nightlatch/*/runs/*/journal.jsonl)")
  echo "run $run ends with $(tail -n 1 "$state_home"/nightlatch/*/runs/*/journal.jsonl | cut -c 1-140)"
}

# cp1 loses power in mid-change: its guard works before its kubelet does. SECONDS: until the restore was seen to run.
expect_restored_after_reboot() { # SECONDS
  lab reboot cp1
  within 60 is_pristine cp1 || fail 'the old manifest after the boot'
  note_after 'old manifest'
  within "$1" is_settled || fail 'the guard saw the API server run for 30 s'
  note_after 'restored'
  [ "$(on cp1 sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x kube-apiserver)/cmdline" | grep -c authentication-config')" = 0 ] ||
    fail 'the API server runs from the old manifest'
  wait_healthy 120
}
is_settled() { on cp1 grep -q '^step=restored' /etc/kubernetes/nightlatch/state; }
note_after() { printf '%s after %s s\n' "$1" $(($(date +%s) - began)); }
# once_swapped NODE COMMAND...: beside the roll, the moment that NODE has the new manifest.
once_swapped() {
  (
    swapped_node=$1
    shift
    until has_config_flag "$swapped_node" 2>/dev/null; do sleep 0.2; done
    "$@"
  ) &
}
# at_step NODE STEP COMMAND...: on the node itself, beside the roll, the moment that its state says STEP.
at_step() {
  step_node=$1 wanted_step=$2
  shift 2
  on "$step_node" sh -c 'for round in $(seq 6000); do
      if grep -qx "step=$0" /etc/kubernetes/nightlatch/state 2>/dev/null; then exec "$@"; fi
      sleep 0.02
    done' "$wanted_step" "$@" &
}

# Nothing of a run that is over works on a node, or would after a boot.
expect_nodes_at_rest() {
  for node in $nodes; do
    within 15 nothing_works "$node" || fail "no process of ours on $node (there is: $(our_processes "$node"))"
    left=$(on "$node" sh -c 'find /etc/systemd/system /etc/init.d -name "*nightlatch*" 2>/dev/null
      systemctl list-units --all --plain --no-legend "nightlatch*" | grep -v " not-found inactive dead "
      find /etc/kubernetes/nightlatch -name ".*" 2>/dev/null
      ls -A /etc/kubernetes/manifests | grep -vxF "$0"
      :' "$(pristine_files)")
    [ -z "$left" ] || fail "no unit and no other file on $node (there is: $left)"
  done
}
# And nobody holds the cluster's lock.
expect_nothing_left() {
  expect_nodes_at_rest
  left=$(lab kubectl -n kube-system get lease -o name)
  case $left in *nightlatch*) fail 'nobody holds the lock of the cluster' ;; esac
}
# The guard, and a request of a session that is over.
our_processes() { on "$1" pgrep -af '/kubernetes/nightlatch/runs/|/bin/sh -s -- |/nightlatch-node ' || true; }
nothing_works() { [ -z "$(our_processes "$1")" ]; }

# --- API servers, asked without credentials ----------------------------------

status_of() { # NODE|lb PATH
  case $1 in lb) port=6443 ;; *) port=$server_port ;; esac
  curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 --noproxy '*' \
    --cacert "$state/admin/certificate-authority.pem" "https://$(address_of "$1"):$port$2" || true
}
expect_status() { # NODE|lb PATH STATUS
  got=$(status_of "$1" "$2")
  printf '%-4s GET %-14s %s\n' "$1" "$2" "$got"
  [ "$got" = "$3" ] || fail "$1 answers GET $2 without credentials with $3 (it was $got)"
}
# What every API server answers, and what comes through the load balancer.
expect_matrix() { # old|new
  for place in $nodes lb; do
    for path in /livez /readyz /healthz; do expect_status "$place" "$path" 200; done
    case $1 in
      old)
        expect_status "$place" /version 200
        expect_status "$place" /api 403
        expect_status "$place" /api/v1/pods 403
        ;;
      new) for path in /version /api /api/v1/pods; do expect_status "$place" "$path" 401; done ;;
    esac
  done
}
expect_answers() { # NODE old|new
  expect_status "$1" /livez 200
  expect_status "$1" /readyz 200
  case $2 in
    old) expect_status "$1" /version 200 ;;
    new) expect_status "$1" /version 401 ;;
  esac
}
is_healthy() { lab status >/dev/null 2>&1; }
# A kube-apiserver that was started after its files were copied: a plan refuses to be the first to read them.
read_inputs_again() { # NODE
  sleep 3
  lab kill "$1" kube-apiserver
  sleep 3
  wait_healthy
}
wait_healthy() { within "${1:-120}" is_healthy || fail 'every API server healthy and balanced'; }

# --- manifests and processes -------------------------------------------------

manifest_sha() { on "$1" sha256sum $manifest | cut -d' ' -f1; }
pristine_sha() { sha256sum <"$state/pristine/$1/kube-apiserver.yaml" | cut -d' ' -f1; }
# What lies in the directory of manifests, as ls lists it.
pristine_files() { if [ "$etcd_as" = pod ]; then printf 'etcd.yaml\n'; fi; echo kube-apiserver.yaml; }
is_pristine() { [ "$(manifest_sha "$1")" = "$(pristine_sha "$1")" ]; }
expect_pristine() { # [NODE...]
  # shellcheck disable=SC2048 # a list of names
  for node in ${*:-$nodes}; do
    is_pristine "$node" || fail "the manifest of $node is as it was, to the byte"
    files=$(on "$node" ls -A /etc/kubernetes/manifests)
    [ "$files" = "$(pristine_files)" ] || fail "nothing but the one manifest on $node (there is: $files)"
  done
  echo "pristine to the byte: ${*:-$nodes}"
}
expect_untouched() {
  # shellcheck disable=SC2086
  expect_pristine $nodes
  for node in $nodes; do
    ! on "$node" test -e /etc/kubernetes/nightlatch/runs || fail "no run was begun on $node"
  done
}
# The start of the process of that name on each node, in ticks since its boot.
processes() { # NAME
  for node in $nodes; do
    echo "$node $(on "$node" sh -c 'pid=$(pgrep -x "$0") && cut -d" " -f22 "/proc/$pid/stat"' "$1")"
  done
}
servers() { processes kube-apiserver; }
has_config_flag() { on "$1" grep -q -- --authentication-config= $manifest; }
wait_swapped() { within "${2:-60}" has_config_flag "$1" || fail "the manifest of $1 is swapped"; }

# What kubeadm goes by, and the manifest that it writes from such a file: kubeadm's own phase, as "kubeadm upgrade"
# runs it, in a root of its own.
cluster_configuration() {
  lab kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}'
}
put_cluster_configuration() { # FILE
  lab kubectl -n kube-system create configmap kubeadm-config --dry-run=client -o yaml \
    --from-file=ClusterConfiguration="$1" | lab kubectl replace -f - >/dev/null
}
kubeadm_manifest() { # CLUSTER-CONFIGURATION
  kubeadm=$("$build" --version "${kubeadm_of:-1.34}" --path kubeadm)
  kubeadm_root=$(mktemp -d)
  mkdir "$kubeadm_root/etc"
  { "$kubeadm" config print init-defaults | sed '/^---$/,$d' && echo --- && cat "$1"; } >"$kubeadm_root/kubeadm.yaml"
  "$kubeadm" init phase control-plane apiserver --rootfs "$kubeadm_root" --config /kubeadm.yaml >"$work/kubeadm" 2>&1 ||
    fail "kubeadm writes a manifest from $1: $(cat "$work/kubeadm")" >&2
  cat "$kubeadm_root/etc/kubernetes/manifests/kube-apiserver.yaml"
  rm -rf "$kubeadm_root"
}

# What $playbook makes of each pristine manifest, without a node.
rewrite_pristine() {
  for node in $nodes; do
    expect_exit 0 nightlatch rewrite "$state/pristine/$node/kube-apiserver.yaml" -p "$playbook" --out "$work/new/$node"
  done
}
is_new() { [ "$(manifest_sha "$1")" = "$(sha256sum <"$work/new/$1/kube-apiserver.yaml" | cut -d' ' -f1)" ]; }
expect_new() {
  for node in $nodes; do is_new "$node" || fail "the manifest of $node is the new one, to the byte"; done
}

# edit_manifest NODE SED-SCRIPT: one rename, the new file made outside the watched directory.
edit_manifest() {
  on "$1" sh -c "cp -p $manifest /etc/kubernetes/.edited && sed -i '$2' /etc/kubernetes/.edited &&
    mv /etc/kubernetes/.edited $manifest"
}
# put_manifest NODE <FILE: the same, with other bytes.
put_manifest() {
  on "$1" sh -c "cat >/etc/kubernetes/.edited && chmod 600 /etc/kubernetes/.edited && mv /etc/kubernetes/.edited $manifest"
}
# No node knows of an earlier run.
forget_runs() { for node in $nodes; do on "$node" rm -rf /etc/kubernetes/nightlatch; done; }
restarted_with() { # NODE ARGUMENT: and ready
  on "$1" sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x kube-apiserver)/cmdline" | grep -qxF -- "$0"' "$2" 2>/dev/null &&
    [ "$(status_of "$1" /readyz)" = 200 ]
}

# --- a client that asks through the load balancer all the time ------------------

start_client() {
  "$here/client" --server "$endpoint" --ca "$state/admin/certificate-authority.pem" \
    --cert "$state/admin/client-certificate.pem" --key "$state/admin/client-key.pem" \
    --seconds 900 >"$work/client" 2>&1 &
  client=$!
}
stop_client() {
  kill -TERM "$client"
  wait "$client" || true
  cat "$work/client"
  client_failures=$(sed -n 's/^.* requests, \([0-9]*\) failed.*/\1/p' "$work/client")
  [ -n "$client_failures" ] || fail 'the client counted its requests'
}

expect_client_noticed_nothing() {
  stop_client
  echo "client: $(head -n 1 "$work/client")" >"$work/note"
  [ "$client_failures" -eq 0 ] || fail 'no failed request through the load balancer'
}

# --- background jobs end with the scenario ---------------------------------------

# at_end COMMAND: once, however the scenario ends; the last given runs first.
end_commands=:
at_end() { end_commands="$1; $end_commands"; }

# --- an API server on this machine, without a node ---------------------------

build=$here/../controlplane/build

# An etcd of the scenario's own; what it says goes to $work/etcd.
own_etcd() { # DIRECTORY
  "$("$build" --path etcd)" --data-dir "$1" --listen-client-urls http://127.0.0.1:23791 \
    --advertise-client-urls http://127.0.0.1:23791 --listen-peer-urls http://127.0.0.1:23801 \
    --initial-advertise-peer-urls http://127.0.0.1:23801 --initial-cluster default=http://127.0.0.1:23801 \
    --log-level error >"$work/etcd" 2>&1 &
  etcd=$!
  at_end 'kill $etcd 2>/dev/null'
}

# A manifest's arguments, a line each, for this machine, that etcd and port 16443.
own_arguments() { # MANIFEST PKI CONFIG_DIRECTORY
  sed -n '/^  - command:$/,/^    image:/s/^    - //p' "$1" | sed -e "s/^'\(.*\)'\$/\1/" -e '/^kube-apiserver$/d' \
    -e "s|/etc/kubernetes/pki|$2|" -e 's|^--advertise-address=.*|--advertise-address=127.0.0.1|' \
    -e 's|^--etcd-servers=.*|--etcd-servers=http://127.0.0.1:23791|' -e '/^--etcd-\(cafile\|certfile\|keyfile\)=/d' \
    -e 's|^--secure-port=.*|--secure-port=16443|' -e "s|=$config_directory/|=$3/|"
}

own_status() { # PATH
  curl --silent --output /dev/null --write-out '%{http_code}' --insecure --max-time 5 --noproxy '*' \
    "https://127.0.0.1:16443$1" || true
}
own_answers() { [ "$(own_status "$1")" = "$2" ]; } # PATH STATUS
