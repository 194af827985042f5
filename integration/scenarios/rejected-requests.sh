# tier: all
# seconds: 270
# shows: S19: no node is begun while more requests are rejected with 429 than before the roll
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
kubectl() { lab kubectl "$@"; }

# A level of priority with one seat: who takes it and writes slowly has all others of that user rejected by the API
# server itself.
kubectl apply -f - <<'YAML'
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: one-seat}
spec:
  type: Limited
  limited: {nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: one-seat}
spec:
  priorityLevelConfiguration: {name: one-seat}
  matchingPrecedence: 10
  rules:
  - subjects: [{kind: User, user: {name: crowd}}]
    resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: crowd, namespace: default}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: crowd, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: crowd}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: crowd}]
YAML
at_end 'kubectl delete --ignore-not-found flowschema,prioritylevelconfiguration one-seat'
at_end 'kubectl -n default delete --ignore-not-found role,rolebinding crowd'

# At the API server of cp2: its own address, so that nobody else has the seat there.
as_crowd() { # PATH [CURL-OPTION...]
  crowd_path=$1
  shift
  curl --silent --output /dev/null --write-out '%{http_code}\n' --noproxy '*' \
    --cacert "$state/admin/certificate-authority.pem" --cert "$state/admin/client-certificate.pem" \
    --key "$state/admin/client-key.pem" --header 'Impersonate-User: crowd' \
    "$@" "https://$(address_of cp2):$server_port/api/v1/$crowd_path" || true
}
head -c 100000 /dev/zero | tr '\0' ' ' >"$work/slow"
is_calm() { [ -e "$work/calm" ]; }
# Two requests a second and who keeps them out, until $work/calm is there.
start_crowd() {
  rm -f "$work/calm" "$work/crowd"
  (until is_calm; do
    as_crowd 'namespaces/default/configmaps?dryRun=All' --max-time 20 --limit-rate 1000 --header 'Expect:' \
      --header 'Content-Type: application/json' --data-binary "@$work/slow" >/dev/null
  done) &
  (until is_calm; do as_crowd 'namespaces?limit=1' --max-time 5 >>"$work/crowd" && sleep 0.5; done) &
}
calm_down() { touch "$work/calm"; }
at_end calm_down
is_crowded() { [ "$(tail -n 1 "$work/crowd")" = 429 ]; }
confirmed_on_cp1() { on cp1 grep -qx step=confirmed /etc/kubernetes/nightlatch/state; }

claim 'clients are rejected since the first node was swapped: the second is not begun until they are not'
start_roll crowded
start_crowd
within 20 is_crowded || fail 'the API server of cp2 rejects what the crowd asks'
within 90 confirmed_on_cp1 || fail 'cp1 is confirmed'
sleep 30
expect_pristine cp2 cp3
calm_down
began=$(date +%s)
wait_swapped cp2
note_after 'the second node swapped'
wait "$apply" || fail 'the roll is done'
cat "$work/apply"
expect_matrix new

claim 'they were rejected before: the way back does not wait for them'
start_crowd
within 20 is_crowded || fail 'the API server of cp2 rejects what the crowd asks'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory" -o json
is_crowded || fail 'they are still rejected'
expect_pristine
