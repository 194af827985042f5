# tier: all
# seconds: 260
# lab: --version 1.37
# shows: S12 S13 S20: the roll, its gates and its rollback at Kubernetes 1.37; what kubeadm 1.37 writes and reads
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
kubeadm_of=1.37
# shellcheck source=integration/scenarios/kubeadm-forms
. "$here/kubeadm-forms"
kubeadm=$("$build" --version 1.37 --path kubeadm)

for form in plain with-arguments; do play_form $form; done

claim 'kubeadm 1.37 reads no v1beta3 any more'
expect_exit 1 "$kubeadm" config validate --config "$scratch/old-form.yaml"
expect_said v1beta3

claim 'the plan knows this version, and judges it'
expect_exit 0 nightlatch detect -i "$inventory" -o json
expect_json 'sorted({n["version"] for n in d["nodes"]})' "['1.37.2']"
expect_json 'sorted({n["exposure"]["state"] for n in d["nodes"]})' "['open']"

claim 'kubeadm-config names this version, as after an upgrade; as long as it does not, no roll begins'
roll 3
expect_said NL3241
cluster_configuration | sed 's/^kubernetesVersion: .*/kubernetesVersion: v1.37.2/' >"$work/of-this-version"
put_cluster_configuration "$work/of-this-version"

claim 'the roll'
start_client
at_end 'kill "$client" 2>/dev/null'
roll 0
run=$(json 'd["run"]')
expect_outcomes confirmed confirmed confirmed
expect_matrix new
for node in $nodes; do
  pod=$(lab kubectl -n kube-system get pod "kube-apiserver-$node" -o 'jsonpath={.spec.containers[0].image}')
  [ "$pod" = registry.k8s.io/kube-apiserver:v1.37.2 ] || fail "$node serves 1.37.2 (it was $pod)"
done
expect_exit 0 nightlatch verify -p "$playbook" -i "$inventory"

claim 'kubeadm 1.37 reads the ClusterConfiguration that nightlatch wrote'
cluster_configuration >"$work/ClusterConfiguration"
grep -q 'name: authentication-config' "$work/ClusterConfiguration" || fail 'kubeadm-config holds the argument'
expect_exit 0 "$kubeadm" config validate --config "$work/ClusterConfiguration"

claim 'the rollback'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
expect_client_noticed_nothing
