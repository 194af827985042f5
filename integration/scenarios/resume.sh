# tier: all
# seconds: 240
# shows: S21 S24: SIGKILL in mid-roll and in mid-rollback; resume goes on from a workstation that knows nothing
# shellcheck shell=sh

playbook=$(fast_playbook 'order: [cp1, cp2, cp3]')
# killed_at NODE COMMAND...: once the kubelet has the bytes of the other side on NODE.
is_changed() { [ "$(manifest_sha "$1")" != "$before" ]; }
killed_at() {
  before=$(manifest_sha "$1")
  killed_node=$1
  shift
  nightlatch "$@" >"$work/killed" 2>&1 &
  killed=$!
  within 120 is_changed "$killed_node" || fail "the manifest of $killed_node is swapped"
  kill_program KILL $killed
  wait $killed || true
  cat "$work/killed"
}
newest_run() { on "$1" ls -t /etc/kubernetes/nightlatch/runs | head -n 1; }

claim 'apply is killed right after the swap on the second node'
killed_at cp2 apply -p "$playbook" --yes -i "$inventory"
run=$(newest_run cp2)

claim 'another workstation is told to resume'
state_home=$work/elsewhere
expect_exit 0 nightlatch status -i "$inventory"
expect_said "nightlatch resume $run" "lock held by $(id -un)@"

claim 'resume puts the node back, then goes on: the first node is not touched again'
was=$(servers | grep '^cp1 ')
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory"
expect_said "cp2 was left in mid-change by run $run"
[ "$(servers | grep '^cp1 ')" = "$was" ] || fail 'the API server of cp1 was not restarted'
expect_matrix new

claim 'the rollback of it all is killed on its first node, which the roll had changed last, and resumed from elsewhere'
state_home=$work/third
killed_at cp3 rollback "$run" --yes -i "$inventory"
state_home=$work/fourth
expect_exit 0 nightlatch resume --yes -i "$inventory"
expect_matrix old
expect_pristine

claim 'no lock is left'
expect_exit 0 nightlatch status --lock -i "$inventory"
expect_said "nobody holds the cluster's lock"
