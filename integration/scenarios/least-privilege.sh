# tier: all
# seconds: 600
# shows: S22: a roll with one command for sudo and the shipped role; each right taken away is refused in its own words
# shellcheck shell=sh

wrapper=/usr/local/sbin/nightlatch-node
role=nightlatch:operator
playbook=$(fast_playbook "rollback: {lease: 30s}
  $ordered")
sudo_rule() { on "$1" sh -c 'echo "$0" >/etc/sudoers.d/ops' "$2"; } # NODE LINE
install_wrapper() { on "$1" sh -c 'cat >"$0" && chmod 0755 "$0"' $wrapper <"$2"; } # NODE FILE
at_end 'for node in $nodes; do sudo_rule "$node" "ops ALL=(ALL) NOPASSWD: ALL"; on "$node" rm -f $wrapper; done
  lab kubectl -n kube-system delete role,rolebinding,lease -l app.kubernetes.io/managed-by=nightlatch
  lab kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/managed-by=nightlatch'

# What every login has without a grant: without it ana has the shipped role alone. An API server that starts puts it back,
# unless it is told not to.
only_to() { # BINDING SUBJECTS
  lab kubectl patch clusterrolebinding "$1" --type merge -p \
    "{\"metadata\":{\"annotations\":{\"rbac.authorization.kubernetes.io/autoupdate\":\"false\"}},\"subjects\":$2}" >/dev/null
}

# A kubeconfig with a certificate of the cluster's CA.
kubeconfig_of() { # USER
  openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
  openssl x509 -req -in "$work/$1.csr" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" -set_serial 77 -days 1 \
    -out "$work/$1.crt" 2>/dev/null
  cat <<YAML
apiVersion: v1
kind: Config
current-context: $1
contexts: [{name: $1, context: {cluster: lab, user: $1}}]
clusters: [{name: lab, cluster: {server: "$endpoint", certificate-authority: $state/admin/certificate-authority.pem}}]
users: [{name: $1, user: {client-certificate: $work/$1.crt, client-key: $work/$1.key}}]
YAML
}

# The two roles as they are, without one of their rights. Each right is named as nightlatch names it.
cat >"$work/without.py" <<'PYTHON'
import json, sys

def rights(rule, namespace):
    for verb in rule["verbs"]:
        for url in rule.get("nonResourceURLs", []):
            yield f"{verb} {url}", {"verbs": [verb], "nonResourceURLs": [url]}
        for group in rule.get("apiGroups", []):
            for resource in rule.get("resources", []):
                for name in rule.get("resourceNames") or [""]:
                    where = (f"{namespace}/{name}" if name else f"in {namespace}") if namespace else name
                    one = {"verbs": [verb], "apiGroups": [group], "resources": [resource]}
                    if name:
                        one["resourceNames"] = [name]
                    yield f"{verb} {resource}{'.' + group if group else ''} {where}".strip(), one

taken, found = sys.argv[1:], 0
objects = [one for one in json.load(sys.stdin)["items"] if one["kind"] in ("ClusterRole", "Role")]
for role in objects:
    kept = [pair for rule in role["rules"] for pair in rights(rule, role["metadata"].get("namespace", ""))]
    role["rules"] = [one for text, one in kept if text not in taken]
    found += len(kept) - len(role["rules"])
if found != len(taken):
    sys.exit(f"{found} of {taken} were in the roles")
json.dump({"apiVersion": "v1", "kind": "List", "items": objects}, sys.stdout)
PYTHON
take_away() { # RIGHT...
  python3 "$work/without.py" "$@" <"$work/role.json" >"$work/less.json" || fail "the role has: $*"
  lab kubectl apply -f "$work/less.json" >/dev/null
  sleep 2 # until each API server has heard of it
}
give_back() { lab kubectl apply -f "$work/role.yaml" >/dev/null && sleep 2; }
# The rights that check-access lists, a line each: refused|less RIGHT.
rights() { json '"\n".join(r["without"] + " " + r["right"] for r in d["rights"])'; }
missing() { json '", ".join(r["right"] for r in d["rights"] if r["allowed"] != "yes")'; }

claim 'ana may do what the shipped role says, and ops may run one command'
only_to system:public-info-viewer '[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:unauthenticated"}]'
only_to system:discovery '[]'
only_to system:basic-user '[]'
nightlatch rbac grant-operator --to user ana -o yaml >"$work/role.yaml"
lab kubectl create --dry-run=client -o json -f "$work/role.yaml" |
  python3 -c 'import json, sys
text, at, items = sys.stdin.read().strip(), 0, []
while at < len(text):
    one, at = json.JSONDecoder().raw_decode(text, at)
    items += one.get("items", [one])
    at += len(text[at:]) - len(text[at:].lstrip())
json.dump({"items": items}, sys.stdout)' >"$work/role.json"
give_back
kubeconfig_of ana >"$work/kubeconfig"
nightlatch node wrapper -o sh >"$work/wrapper"
for node in $nodes; do
  install_wrapper "$node" "$work/wrapper"
  sudo_rule "$node" "ops ALL=(root) NOPASSWD: $wrapper"
  ! lab ssh "$node" sudo -n /bin/sh -c id || fail 'ops may run no shell as root'
done
sed -e "s|^  kubeconfig: .*|  kubeconfig: $work/kubeconfig|" -e "s|become: sudo,|become: sudo, wrapper: $wrapper,|" \
  "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml
expect_exit 0 nightlatch detect --check-access -i "$inventory" -o json
expect_json 'd["login"]' 'ana [system:authenticated]'
expect_json 'all(n["root"] for n in d["nodes"])' True
[ -z "$(missing)" ] || fail "ana may do all of it (she may not: $(missing))"
rights >"$work/rights"
[ "$(wc -l <"$work/rights")" -ge 16 ] || fail 'each right is listed'

claim 'a roll, and back; what ops ran as root was that one command'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
expect_matrix old
expect_nothing_left
for node in $nodes; do
  ran=$(on "$node" sh -c 'journalctl -t sudo -o cat --since "@$0"' "$play_began" |
    sed -n '/not allowed\|is required/d; s/^ *ops .*COMMAND=\([^ ]*\).*/\1/p' | sort -u)
  [ "$ran" = $wrapper ] || fail "sudo on $node ran $wrapper alone (it ran: $ran)"
done
forget_runs

# Each line in words of its own: what apply says where a right is missing without which it is refused.
words_for() { # RIGHT
  case $1 in
    'get namespaces kube-system') echo '/api/v1/namespaces/kube-system was answered with 403' ;;
    'get /version') echo '/version was answered with 403' ;;
    'list nodes') echo '/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane was answered with 403' ;;
    'get configmaps '*) echo '/configmaps/kubeadm-config was answered with 403' ;;
    'get leases.coordination.k8s.io kube-system/nightlatch') echo 'GET /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/nightlatch was answered with 403' ;;
    'create leases.'*) echo 'POST /apis/coordination.k8s.io/v1/namespaces/kube-system/leases was answered with 403' ;;
    'update leases.'*) echo 'PUT /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/nightlatch was answered with 403' ;;
    'get /readyz') echo 'GET /readyz' ;;
    'get leases.'*) echo "leases/${1##*/} was answered with 403" ;;
    *) fail "a sentence for $1" ;;
  esac
}
# One that a run left: only its update is asked for then.
leave_a_lease() {
  lab kubectl apply -f - >/dev/null <<'YAML'
{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "nightlatch", "namespace": "kube-system"},
 "spec": {"leaseDurationSeconds": 900}}
YAML
}

claim 'each right at the API in turn: check-access names that one, and apply is refused before a node is touched'
while read -r without right <&3; do
  printf -- '-- %s\n' "$right"
  take_away "$right"
  wanted=0
  [ "$without" = less ] || wanted=3
  expect_exit $wanted nightlatch detect --check-access -i "$inventory" -o json
  [ "$(missing)" = "$right" ] || fail "$right is missing, and no other (missing: $(missing))"
  consequence=$(json "[r for r in d['rights'] if r['right'] == '$right'][0]['consequence']")
  expect_exit $wanted nightlatch detect --check-access -i "$inventory"
  expect_said "$right is not allowed. $consequence"
  if [ "$without" = refused ]; then
    case $right in update*) leave_a_lease ;; esac
    roll 3
    expect_said "$(words_for "$right")"
    expect_untouched
    case $right in update*) lab kubectl -n kube-system delete lease nightlatch >/dev/null ;; esac
  fi
  give_back
done 3<"$work/rights"

claim 'without all the rights that a roll can do without, it is done, and says what is left'
set --
while read -r without right; do [ "$without" = refused ] || set -- "$@" "$right"; done <"$work/rights"
take_away "$@"
roll 10
expect_outcomes confirmed confirmed confirmed
expect_said NL4120
run=$(json 'd["run"]')
give_back
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
forget_runs

# On one node in turn: NODE's sudo, its wrapper, its key.
expect_node_refused() { # CODE WORDS
  expect_exit 3 nightlatch detect --check-access -i "$inventory"
  expect_said "$1" "$2"
  roll 3
  expect_said "$1" "$2"
  expect_untouched
}

claim 'sudo no longer allows the command'
sudo_rule cp2 ''
expect_node_refused NL1214 'cp2: sudo asks for a password'
expect_said "NOPASSWD: $wrapper"
sudo_rule cp2 "ops ALL=(root) NOPASSWD: $wrapper"

claim 'the command is not there'
on cp2 rm $wrapper
expect_node_refused NL1225 "cp2: the node cannot run $wrapper"

claim 'the command is that of another version'
sed 's/^[0-9a-f]\{64\}$/0000000000000000000000000000000000000000000000000000000000000000/' "$work/wrapper" >"$work/other"
install_wrapper cp2 "$work/other"
expect_node_refused NL1219 "the wrapper on this node does not know this version's script"
install_wrapper cp2 "$work/wrapper"

claim 'ops is no longer let in'
on cp2 mv /home/ops/.ssh/authorized_keys /home/ops/.ssh/kept
at_end 'on cp2 sh -c "mv /home/ops/.ssh/kept /home/ops/.ssh/authorized_keys 2>/dev/null"'
expect_node_refused NL1206 'cp2: '
on cp2 mv /home/ops/.ssh/kept /home/ops/.ssh/authorized_keys

claim 'all of it is back: a roll is planned again'
expect_exit 0 nightlatch detect --check-access -i "$inventory"
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_nothing_left
