# tier: all
# seconds: 590
# shows: S1 S2 S5 S12 S24: files, disks, daemons and colleagues that get in the way before and during a roll
# shellcheck shell=sh

# /etc/kubernetes with little room: what is there, on a small file system of its own.
give_little_room() { # NODE
  on "$1" sh -c 'mkdir -p /run/small && mount -t tmpfs -o size=24m small /run/small && cp -a /etc/kubernetes/. /run/small/ &&
    mount --move /run/small /etc/kubernetes'
  read_inputs_again "$1"
}
fill() { on "$1" sh -c 'dd if=/dev/zero of=/etc/kubernetes/filler bs=64k 2>/dev/null || true'; }
playbook=$(fast_playbook "$ordered")

claim 'a hand edit between plan and apply'
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory" --out "$work/plan.json"
edit_manifest cp3 '$a # a colleague was here'
expect_exit 3 nightlatch apply "$work/plan.json" --yes -i "$inventory"
expect_said NL3003 cp3
put_manifest cp3 <"$state/pristine/cp3/kube-apiserver.yaml"
expect_untouched

claim 'a read-only file system under one node: no node is touched'
on cp2 sh -c 'mount --bind /etc/kubernetes /etc/kubernetes && mount -o remount,ro,bind /etc/kubernetes'
at_end 'on cp2 umount -l /etc/kubernetes 2>/dev/null'
roll 3
expect_said NL3235 cp2 'is on a read-only file system'
on cp2 umount -l /etc/kubernetes
expect_pristine

claim 'a bind mount keeps a rename from the manifest of the last node: it is named before any node is touched'
at_end 'on cp3 umount -l /etc/kubernetes/manifests 2>/dev/null'
on cp3 mount --bind /etc/kubernetes/manifests /etc/kubernetes/manifests
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3235 cp3 'is on another mount of the same file system' 'findmnt --target /etc/kubernetes/manifests'
for option in --dry-run --rehearse --yes; do
  expect_exit 3 nightlatch apply -p "$playbook" -i "$inventory" "$option"
  expect_said NL3235 cp3
done
on cp3 umount -l /etc/kubernetes/manifests
expect_pristine

claim 'a copy of the manifest appears on the second node in mid-roll: it is not begun'
copy=/etc/kubernetes/manifests/kube-apiserver-old.yaml
at_end 'on cp2 rm -f $copy'
once_swapped cp1 on cp2 sh -c "sed 's/^  name: kube-apiserver\$/  name: kube-apiserver-old/' $manifest >/etc/kubernetes/.copy &&
  mv /etc/kubernetes/.copy $copy"
roll 10
expect_outcomes confirmed untouched untouched
expect_said kube-apiserver-old.yaml
on cp2 rm -f $copy
undo

claim 'the disk of the second node fills up in mid-roll: it is not begun'
forget_runs
give_little_room cp2
at_end 'on cp2 umount -l /etc/kubernetes 2>/dev/null'
once_swapped cp1 fill cp2
roll 10
expect_outcomes confirmed untouched untouched
expect_said 'disk full'
on cp2 rm -f /etc/kubernetes/filler
undo
on cp2 umount -l /etc/kubernetes

claim 'the API server is killed during the soak: what does not stay is not kept'
forget_runs
cat >"$work/soak.yaml" <<YAML
apiVersion: nightlatch.dev/v1
kind: Playbook
metadata: {name: soak}
spec:
  profile: health-only
  gates: {readyz: {consecutive: 1, interval: 1s}, soak: 30s, timeout: 2m}
  $ordered
YAML
is_soaking() { on cp1 grep -q '^step=gated' /etc/kubernetes/nightlatch/state 2>/dev/null; }
(within 120 is_soaking && lab kill cp1 kube-apiserver) &
playbook=$work/soak.yaml
roll 4
expect_outcomes restored untouched untouched
expect_json 'd["cluster"]' old
expect_pristine
expect_matrix old

claim 'containerd restarts in mid-roll, and sshd takes one session a connection: the roll does not mind'
forget_runs
for node in $nodes; do
  on "$node" sh -c 'echo "MaxSessions 1" >/etc/ssh/sshd_config.d/one.conf && systemctl reload ssh.service'
done
at_end 'for node in $nodes; do on "$node" sh -c "rm -f /etc/ssh/sshd_config.d/one.conf && systemctl reload ssh.service"; done'
playbook=$(fast_playbook "$ordered")
once_swapped cp1 on cp1 systemctl restart containerd.service
once_swapped cp2 on cp3 systemctl restart containerd.service
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo

claim 'a colleague writes kubeadm-config in mid-roll: the nodes are done, what he wrote stays'
forget_runs
cluster_configuration >"$work/kubeadm-before"
{ cat "$work/kubeadm-before" && echo '# a colleague was here'; } >"$work/kubeadm-edited"
at_end 'put_cluster_configuration "$work/kubeadm-before"'
once_swapped cp1 put_cluster_configuration "$work/kubeadm-edited"
roll 10
expect_outcomes confirmed confirmed confirmed
expect_json 'd["kubeadmConfig"]' left
expect_json 'd["trouble"]["code"]' NL4120
expect_matrix new
cluster_configuration | cmp - "$work/kubeadm-edited" || fail 'the colleague'"'"'s kubeadm-config'

claim 'once it is as it was planned on, resume writes it; rollback puts it back'
run=$(json 'd["run"]')
expect_exit 3 nightlatch resume "$run" --yes -i "$inventory"
expect_said NL3003 kubeadm-config
put_cluster_configuration "$work/kubeadm-before"
before=$(servers)
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory" -o json
expect_json 'd["kubeadmConfig"]' changed
[ "$(servers)" = "$before" ] || fail 'no API server was restarted for it'
cluster_configuration | grep -q authentication-config || fail 'kubeadm-config names the file'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
cluster_configuration | cmp - "$work/kubeadm-before" || fail 'kubeadm-config is as it was, to the byte'
