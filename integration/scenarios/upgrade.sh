# tier: all
# seconds: 900
# lab: --grace kubeadm
# shows: S20: kubeadm upgrade of a locked cluster to the next minor version: as closed afterwards as before
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
next=1.35
"$build" --version $next
"$build" --version 1.34 --only kube-scheduler
path_of() { "$build" --version "$1" --path "$2"; } # VERSION PROGRAM
target=$("$(path_of $next kubeadm)" version -o short)

import() { # NODE VERSION PROGRAM...
  node=$1 version=$2
  shift 2
  for program; do on "$node" ctr -n k8s.io images import - <"$(path_of "$version" "$program.tar")" >/dev/null; done
}
# What the lab has no use for otherwise: kubeadm upgrades three components, and looks at the Node and at what
# "kubeadm init" has left in the API. The kubelet's configuration there is the one of these nodes.
make_whole() {
  import "$1" 1.34 kube-controller-manager kube-scheduler
  import "$1" $next kube-apiserver kube-controller-manager kube-scheduler
  on "$1" sh -ces '{ cat /root/kubeadm.yaml; echo ---; cat /var/lib/kubelet/config.yaml; } >/root/whole.yaml
    kubeadm init phase control-plane controller-manager --config /root/whole.yaml
    kubeadm init phase control-plane scheduler --config /root/whole.yaml
    kubeadm init phase upload-config kubelet --config /root/whole.yaml'
  on "$1" sh -c 'cat >/usr/local/bin/kubeadm-next && chmod 755 /usr/local/bin/kubeadm-next' <"$(path_of $next kubeadm)"
}
serves() { # NODE VERSION
  lab kubectl -n kube-system get pod "kube-apiserver-$1" -o 'jsonpath={.spec.containers[0].image} {.status.containerStatuses[0].ready}' |
    grep -qx "registry.k8s.io/kube-apiserver:$2 true"
}
runs_all() { # NODE
  for component in kube-apiserver kube-controller-manager kube-scheduler; do
    lab kubectl -n kube-system get pod "$component-$1" -o 'jsonpath={.status.containerStatuses[0].ready}' | grep -qx true || return 1
  done
}
# There is no registry to pull from and no network for the job that kubeadm tries out first; the add-ons stay as they are.
skipped=--ignore-preflight-errors=CreateJob,ImagePull
# kubeadm 1.35 refuses every machine with cgroup v1. That is this machine's, and nothing of the cluster's.
[ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] || skipped=$skipped,SystemVerification

claim "three nodes as kubeadm init and join leave them, with a scheduler and a controller manager"
for node in $nodes; do
  make_whole "$node" >>"$work/whole" 2>&1 || {
    tail -n 20 "$work/whole"
    fail "$node has all that kubeadm upgrades"
  }
done
# kubeadm looks at the version of CoreDNS before it upgrades anything, also where it is to leave the add-ons alone.
on cp1 kubeadm init phase addon coredns --config /root/whole.yaml >>"$work/whole" 2>&1 || fail 'kubeadm made CoreDNS'
for node in $nodes; do within 120 runs_all "$node" || fail "$node runs three components"; done

claim 'locked, with the change in kubeadm-config'
roll 0
run=$(json 'd["run"]')
expect_outcomes confirmed confirmed confirmed
expect_matrix new
expect_exit 0 nightlatch detect -i "$inventory" -o json
json '[(n["name"], n["exposure"]["state"], n["exposure"].get("paths")) for n in d["nodes"]]' >"$work/before"
cat "$work/before"

claim "kubeadm upgrade apply $target on cp1"
expect_exit 0 on cp1 kubeadm-next upgrade apply "$target" --yes $skipped --skip-phases=addon
expect_said "SUCCESS! A control plane node of your cluster was upgraded to \"$target\""
within 120 serves cp1 "$target" || fail "cp1 serves $target"

claim 'kubeadm upgrade node on the others'
for node in cp2 cp3; do
  expect_exit 0 on "$node" kubeadm-next upgrade node $skipped --skip-phases=addon
  within 120 serves "$node" "$target" || fail "$node serves $target"
done

claim 'as closed as before: in what they answer, in what detect says, in what the plan would still do'
wait_healthy
expect_matrix new
expect_exit 0 nightlatch detect -i "$inventory" -o json
json '[(n["name"], n["exposure"]["state"], n["exposure"].get("paths")) for n in d["nodes"]]' | cmp - "$work/before" ||
  fail 'detect says the same of every node'
expect_json 'sorted({n["version"] for n in d["nodes"]})' "['${target#v}']"
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said 'Nothing to change'

claim 'the run from before the upgrade is still undone: what it wrote is taken out of the manifests of today'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix old
for node in $nodes; do within 120 serves "$node" "$target" || fail "$node still serves $target"; done
