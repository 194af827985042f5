# tier: all
# seconds: 480
# shows: S12 S14 S19: what is compared before each node, and what the next node waits for
# shellcheck shell=sh

playbook=$(fast_playbook 'order: [cp1, cp2, cp3]')
kubectl() { lab kubectl "$@"; }
roll() { expect_exit "$1" nightlatch apply -p "$playbook" --yes -i "$inventory"; }
undo() {
  run=$(on cp1 sed -n 's/^run=//p' /etc/kubernetes/nightlatch/state)
  expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
  expect_pristine
}

claim 'a colleague edits a node that is still to come, while another is changed: the next is not begun'
(wait_swapped cp1 && edit_manifest cp3 '$a # a colleague was here') &
roll 10
expect_said NL4101 'cp3: ' 'so cp2 stays as it is'
expect_answers cp1 new
expect_pristine cp2
put_manifest cp3 <"$state/pristine/cp3/kube-apiserver.yaml"
wait_healthy
undo

claim 'a member of etcd is away: the quorum holds, and the plan names its node'
at_end 'on cp2 systemctl start etcd.service'
on cp2 systemctl stop etcd.service
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said 'stacked on 3 nodes, has its quorum' 'no member runs on cp2'
on cp2 systemctl start etcd.service
wait_healthy

claim 'a lease that nobody renewed before the roll is not waited for'
kubectl apply -f - <<YAML
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: kube-scheduler, namespace: kube-system}
spec: {holderIdentity: nobody, leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z"}
YAML
at_end 'kubectl -n kube-system delete lease kube-scheduler --ignore-not-found'
forget_runs
roll 0
expect_said 'nobody renewed the lease kube-system/kube-scheduler before'
expect_matrix new
undo

claim 'a leader that renewed its lease and does not come back stops the roll between nodes'
# Until cp1 is swapped, as a leader there would.
(
  until has_config_flag cp1 2>/dev/null; do
    kubectl -n kube-system patch lease kube-scheduler --type merge \
      -p "{\"spec\":{\"renewTime\":\"$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)\"}}" >/dev/null 2>&1 || true
    sleep 1
  done
) &
forget_runs
roll 10
expect_said NL4112 'the lease kube-system/kube-scheduler is not renewed by nobody'
expect_answers cp1 new
expect_pristine cp2 cp3
undo
