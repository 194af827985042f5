# tier: test
# seconds: 75
# shows: S21 S24: SIGKILL in mid-roll; status from elsewhere tells the truth, rollback brings everything back
# shellcheck shell=sh

claim 'nightlatch is killed right after the swap on the first node'
nightlatch apply -p "$(fast_playbook 'order: [cp1, cp2, cp3]')" --yes -i "$inventory" >"$work/apply" 2>&1 &
apply=$!
at_end 'kill -KILL "$apply" 2>/dev/null'
wait_swapped cp1
kill_program KILL $apply
wait $apply || true
cat "$work/apply"

claim 'another workstation, which has no journal, is told what is on the nodes'
state_home=$work/elsewhere
expect_exit 0 nightlatch status -i "$inventory"
expect_said cp1 swapped cp2 cp3 rollback
run=$(on cp1 ls /etc/kubernetes/nightlatch/runs)
expect_said "$run"

claim 'a new roll is refused while this one is not finished'
expect_exit 3 nightlatch apply -p "$work/fast.yaml" --yes -i "$inventory"
expect_said NL3218 "$run"
expect_pristine cp2 cp3

claim 'rollback from there brings everything back: the plan lies on the nodes'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix old
expect_pristine
