# tier: test
# seconds: 190
# shows: S15 S17 S20: detect, plan, apply, a second apply, rollback; a client that notices nothing
# shellcheck shell=sh

playbook=$(fast_playbook)

cluster_configuration >"$work/kubeadm-before"

claim 'three nodes are open'
expect_exit 0 nightlatch detect -i "$inventory" -o json
expect_json '[node["exposure"]["state"] for node in d["nodes"]]' "['open', 'open', 'open']"
expect_matrix old
expect_pristine

claim 'a plan touches nothing'
expect_exit 0 nightlatch plan -p "$playbook" --out "$work/plan.json" -i "$inventory"
expect_untouched

claim 'a rehearsal does all but the change'
before=$(servers)
expect_exit 0 nightlatch apply "$work/plan.json" --rehearse -i "$inventory" -o json
expect_json '(d["rehearsal"], d["outcome"], d["cluster"])' "(True, 'done', 'old')"
expect_json '[node["outcome"] for node in d["nodes"]]' "['untouched', 'unchanged', 'unchanged']"
[ "$(servers)" = "$before" ] || fail 'no API server was restarted'
expect_pristine
on cp1 grep -qx step=restored /etc/kubernetes/nightlatch/state || fail 'cp1 is disarmed'
! on cp1 test -e /etc/systemd/system/nightlatch-guard.service || fail 'no guard is left on cp1'

expect_exit 2 nightlatch resume --yes -i "$inventory"
expect_said NL3226

claim 'the roll closes all three'
start_client
at_end 'kill "$client" 2>/dev/null'
rolled=$(date +%s)
expect_exit 0 nightlatch apply "$work/plan.json" --yes -i "$inventory" -o json
rolled=$(($(date +%s) - rolled))
expect_json 'd["outcome"]' done
expect_json 'd["cluster"]' new
expect_json '[node["outcome"] for node in d["nodes"]]' "['confirmed', 'confirmed', 'confirmed']"
run=$(json 'd["run"]')
expect_matrix new
for node in $nodes; do
  [ "$(on "$node" ls -A /etc/kubernetes/manifests)" = kube-apiserver.yaml ] || fail "one file in the manifests directory of $node"
done

claim 'kubeadm is told: what it writes from its ConfigMap names the same file'
cluster_configuration >"$work/kubeadm-after"
kubeadm_manifest "$work/kubeadm-after" >"$work/kubeadm-manifest"
named=$(on cp1 sed -n 's/^ *- --authentication-config=//p' "$manifest")
grep -qxF -- "    - --authentication-config=$named" "$work/kubeadm-manifest" || fail "kubeadm names $named"
grep -qxF -- "      path: $config_directory" "$work/kubeadm-manifest" || fail "kubeadm mounts $config_directory"

claim 'each process has loaded the file that was placed: its own hash says so'
journal=$(find "$work/state/nightlatch" -path "*/runs/$run/journal.jsonl")
config=$(on cp1 sh -c "sha256sum $config_directory/authn-*.yaml" | cut -d' ' -f1)
[ "$(grep -c "\"loaded\":\"sha256:$config\"" "$journal")" = 3 ] || fail 'three gates with the hash of the file'
[ "$(grep -c '"step":"balanced","phase":"done"' "$journal")" = 3 ] || fail 'each node was seen through the balancer again'
[ "$(grep -c '"step":"recovered","phase":"done"' "$journal")" = 2 ] || fail 'each Node was seen Ready before the next node'

claim 'verify asks for itself and agrees'
expect_exit 0 nightlatch verify -p "$playbook" -i "$inventory" -o json
expect_json 'd["ok"]' True
expect_json 'len({check["node"] for check in d["checks"]})' 4

claim 'a second apply has nothing to do'
before=$(servers)
runs_before=$(find "$work/state" -name journal.jsonl | wc -l)
expect_exit 0 nightlatch apply -p "$playbook" --yes -i "$inventory"
[ "$(servers)" = "$before" ] || fail 'no API server was restarted'
[ "$(find "$work/state" -name journal.jsonl | wc -l)" = "$runs_before" ] || fail 'no run was begun'

claim 'rollback brings everything back'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory" -o json
expect_json 'd["outcome"]' done
expect_json 'd["cluster"]' old
expect_matrix old
expect_pristine
cluster_configuration | cmp - "$work/kubeadm-before" || fail 'kubeadm-config is as it was, to the byte'
expect_exit 6 nightlatch verify -p "$playbook" -i "$inventory"

claim 'the client noticed nothing'
expect_client_noticed_nothing
sed -i "s/^/apply $rolled s; /" "$work/note"
