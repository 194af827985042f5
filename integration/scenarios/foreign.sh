# tier: all
# seconds: 220
# shows: S1 S24: what somebody else wrote is not overwritten: by a rollback after the roll, by the guard in mid-roll
# shellcheck shell=sh

fast_playbook "rollback: {lease: 30s}
  $ordered" >/dev/null
playbook=$work/fast.yaml
# As a person or kubeadm upgrade: other bytes, which the API server can live with.
edit_as_somebody() { edit_manifest "$1" 's/^  labels:$/&\n    edited-by: somebody/'; }
expect_edited() { on "$1" grep -q 'edited-by: somebody' "$manifest" || fail "what somebody wrote stays on $1"; }

claim 'the workstation is killed, somebody edits the manifest, the lease ends: the guard takes its hands off'
start_roll edited
abandon_roll
edit_as_somebody cp1
edited=$(manifest_sha cp1)
is_foreign() { on cp1 grep -q '^step=foreign' /etc/kubernetes/nightlatch/state; }
within 60 is_foreign || fail 'the guard ends as foreign'
note_after 'foreign'
[ "$(manifest_sha cp1)" = "$edited" ] || fail 'not a byte was changed'
expect_nodes_at_rest
expect_exit 0 nightlatch status -i "$inventory"
expect_said foreign
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL3220
expect_edited cp1
wait_healthy
lab reset

claim 'a roll is done, somebody edits one manifest: the rollback is refused, with the node and what differs'
state_home=$work/done
roll 0
expect_outcomes confirmed confirmed confirmed
run=$(json 'd["run"]')
edit_as_somebody cp2
edited=$(manifest_sha cp2)
wait_healthy
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL3220 cp2
[ "$(manifest_sha cp2)" = "$edited" ] || fail 'not a byte was changed'
expect_matrix new
expect_nothing_left
