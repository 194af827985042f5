# tier: all
# seconds: 420
# shows: S1 S24: what somebody else wrote stays: a rollback takes out what the run wrote, the guard takes its hands off
# shellcheck shell=sh

fast_playbook "rollback: {lease: 30s}
  $ordered" >/dev/null
playbook=$work/fast.yaml
# As a person or kubeadm upgrade: other bytes, which the API server can live with.
edit_as_somebody() { edit_manifest "$1" 's/^  labels:$/&\n    edited-by: somebody/'; }
expect_edited() { on "$1" grep -q 'edited-by: somebody' "$manifest" || fail "what somebody wrote stays on $1"; }
# The old manifest with the edit in it, and not a byte else.
expect_old_but_edited() { # NODE
  expect_edited "$1"
  found=$(on "$1" sed '/edited-by: somebody/d' "$manifest" | sha256sum | cut -d' ' -f1)
  [ "$found" = "$(pristine_sha "$1")" ] || fail "the manifest of $1 is the old one with the edit in it"
}

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

claim 'its rollback takes out what the run wrote, and keeps the edit'
wait_healthy
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL3335
expect_old_but_edited cp1
expect_pristine cp2 cp3
expect_matrix old
lab reset

claim 'a roll is done, somebody edits one manifest: the rollback undoes the rest, and the edit stays'
state_home=$work/done
roll 0
expect_outcomes confirmed confirmed confirmed
run=$(json 'd["run"]')
edit_as_somebody cp2
wait_healthy
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL3335 cp2
expect_old_but_edited cp2
expect_pristine cp1 cp3
expect_matrix old
expect_nothing_left
lab reset

claim 'somebody edits what the run wrote: refused with the place, and nothing is touched'
state_home=$work/rewritten
roll 0
run=$(json 'd["run"]')
config=$(on cp2 sed -n 's/.*--authentication-config=//p' "$manifest")
on cp2 cp -p "$config" "${config%/*}/mine.yaml"
edit_manifest cp2 "s,$config,${config%/*}/mine.yaml,"
edited=$(manifest_sha cp2)
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL1344 cp2
[ "$(manifest_sha cp2)" = "$edited" ] || fail 'not a byte was changed'
lab reset

claim 'every record of the run is gone: rollback --to-open opens again, keeps why, and its own rollback closes'
state_home=$work/gone
roll 0
for node in $nodes; do on "$node" rm -rf /etc/kubernetes/nightlatch/runs /etc/kubernetes/nightlatch/state; done
state_home=$work/opened
expect_exit 2 nightlatch rollback --to-open --yes -i "$inventory"
expect_said --reason
expect_exit 0 nightlatch rollback --to-open --reason 'the exporter of team A' --yes -i "$inventory" -o json
run=$(json 'd["run"]')
expect_outcomes confirmed confirmed confirmed
expect_pristine
expect_matrix old
expect_exit 0 nightlatch history "$run"
expect_said 'the exporter of team A'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix new
expect_nothing_left
