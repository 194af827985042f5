# tier: test
# seconds: 140
# shows: S21 S24: SIGKILL at four moments of a roll; status from elsewhere tells the truth, rollback and resume both work
# shellcheck shell=sh

fast_playbook "$ordered" >/dev/null
playbook=$work/fast.yaml

for moment in config/done armed/intend; do
  claim "nightlatch is killed at $moment: every API server runs on, and rollback tidies up"
  was=$(servers)
  kill_at_record "${moment%/*}" "${moment#*/}"
  expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
  [ "$(servers)" = "$was" ] || fail 'no API server was restarted'
  expect_pristine
  expect_nodes_at_rest
  forget_runs
done

claim 'it is killed right after the swap on the first node'
start_roll swapped
abandon_roll
cat "$work/apply"

claim 'another workstation, which has no journal, is told what is on the nodes'
state_home=$work/elsewhere
expect_exit 0 nightlatch status -i "$inventory"
expect_said cp1 swapped cp2 cp3 rollback "$run"

claim 'a new roll is refused while this one is not finished'
expect_exit 3 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_said NL3218 "$run"
expect_pristine cp2 cp3

claim 'rollback from there brings everything back: the plan lies on the nodes'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix old
expect_pristine

claim 'it is killed between the first node and the second: resume goes on there'
forget_runs
kill_at_record confirmed done
wait_healthy
was=$(servers | grep '^cp1 ')
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory"
[ "$(servers | grep '^cp1 ')" = "$was" ] || fail 'the API server of cp1 was not restarted'
expect_matrix new
