# tier: all
# seconds: 300
# shows: S13: a /metrics that does not answer in time is a note; it undoes no change
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
# The lab's own administrator is of system:masters, whom nothing keeps waiting. This one is like anybody's.
on cp1 cat /etc/kubernetes/admin.conf >"$work/kubeconfig"
chmod 600 "$work/kubeconfig"
sed "s|kubeconfig: [^,}]*|kubeconfig: $work/kubeconfig|" "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml

# A priority level without a seat: whoever is sent there waits in its queue, and kube-apiserver answers 429 in the end.
jail() {
  lab kubectl "$1" -f - <<'OBJECTS'
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: no-seat}
spec:
  type: Limited
  limited:
    nominalConcurrencyShares: 0
    lendablePercent: 0
    borrowingLimitPercent: 0
    limitResponse: {type: Queue, queuing: {queues: 1, handSize: 1, queueLengthLimit: 100}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: metrics-wait}
spec:
  matchingPrecedence: 2
  priorityLevelConfiguration: {name: no-seat}
  rules:
  - nonResourceRules: [{verbs: [get], nonResourceURLs: [/metrics]}]
    subjects: [{kind: Group, group: {name: 'system:authenticated'}}]
OBJECTS
}
ask() { lab kubectl --kubeconfig "$work/kubeconfig" get --raw "$1" --request-timeout 5s >/dev/null; }
is_slow() { ! ask /metrics; }

claim 'every question for /metrics waits for longer than anybody listens'
at_end 'jail delete'
jail apply
within 60 is_slow || fail 'kube-apiserver keeps those who ask for /metrics waiting'
expect_exit 0 ask /readyz

claim 'the roll: every node is confirmed, and what was not seen is said'
roll 0
run=$(json 'd["run"]')
expect_outcomes confirmed confirmed confirmed
expect_exit 0 nightlatch history "$run"
expect_said 'does not report which configuration it has loaded'
expect_matrix new

claim 'the rollback: the same'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
