# tier: all
# seconds: 390
# shows: S2 S16: the administrator's login ends in mid-roll: what cannot be seen is not taken for unhealthy, nothing healthy is undone
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
pod_of() { on "$1" crictl ps --name '^kube-apiserver$' -q; }
# An exec plugin with a session: it gives a token while there is one, and says why when there is none.
kubectl() { lab kubectl "$@"; }
log_in() {
  kubectl create serviceaccount operator -n default >/dev/null
  kubectl create clusterrolebinding operator --clusterrole=cluster-admin --serviceaccount=default:operator >/dev/null
  kubectl create token operator -n default --duration 1h >"$work/token"
}
log_out() {
  kubectl delete clusterrolebinding operator >/dev/null
  kubectl delete serviceaccount operator -n default >/dev/null
  rm -f "$work/token"
}
at_end 'lab kubectl delete clusterrolebinding operator --ignore-not-found >/dev/null 2>&1; lab kubectl delete serviceaccount operator -n default --ignore-not-found >/dev/null 2>&1'
cat >"$work/plugin" <<'PLUGIN'
#!/bin/sh
token=$(cat "$1" 2>/dev/null) || { echo 'the session has ended: log in again' >&2 && exit 1; }
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$token"
PLUGIN
chmod 700 "$work/plugin"
kubeconfig=$(lab kubeconfig)
python3 - "$kubeconfig" "$work" >"$work/kubeconfig" <<'PY'
import re, sys
text, work = open(sys.argv[1]).read(), sys.argv[2]
head = text[:text.index('users:')]
user = re.search(r'user: *"?([^"\n}]+)', text).group(1).strip()
print(head + f'''users:
- name: {user}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: {work}/plugin
      args: ["{work}/token"]''')
PY
chmod 600 "$work/kubeconfig"
sed "s|kubeconfig: [^,}]*|kubeconfig: $work/kubeconfig|" "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml

claim 'the plugin gives another token before the first has ended: nobody notices'
log_in
kubectl create token operator -n default --duration 1h >"$work/token.next"
once_swapped cp1 mv "$work/token.next" "$work/token"
roll 0
expect_outcomes confirmed confirmed confirmed
undo

claim 'the login ends after the swap on cp1: cp1 is confirmed by what the kubelet sees, and the roll ends there'
forget_runs
began=$(date +%s)
once_swapped cp1 log_out
roll 10
took=$(($(date +%s) - began))
echo "$took s"
[ "$took" -lt 150 ] || fail 'nothing is waited for that cannot be seen'
expect_outcomes confirmed untouched untouched
expect_said NL4117 'the session has ended: log in again' 'nightlatch resume'
expect_not_said NL4203 'NL430[1567]' 'journalctl'
run=$(json 'd["run"]')
expect_answers cp1 new
expect_answers cp2 old
expect_answers cp3 old
pod=$(pod_of cp1)

claim 'without a login nothing else is begun, and the screen says what to do'
expect_exit 3 nightlatch resume "$run" --yes -i "$inventory"
expect_said 'the session has ended: log in again'
expect_not_said 'is not ready'
[ "$(pod_of cp1)" = "$pod" ] || fail 'cp1 was not restarted again'

claim 'after a login the roll goes on to its end'
log_in
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory"
expect_matrix new
[ "$(pod_of cp1)" = "$pod" ] || fail 'cp1 was not restarted again'
expect_exit 0 nightlatch rollback --yes -i "$inventory"
expect_matrix old
