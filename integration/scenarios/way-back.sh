# tier: all
# seconds: 520
# shows: S1 S20 S24: the printed way back is typed each time and does what stands beside it; copies of a plan that differ
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
# The command that the last screen names as the way back, without the options that a scenario adds.
printed_way_back() {
  said | sed 's/\x1b\[[0-9;]*m//g' | grep -o 'nightlatch rollback [0-9]*T[0-9]*-[0-9a-z]*' | tail -n 1
}
newest_run() { find "$work/state" -name plan.json -path '*/runs/*' -printf '%T@ %h\n' | sort -n | tail -n 1 | sed 's|.*/||'; }
claim 'a roll, and the way back that its screen prints'
expect_exit 0 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_matrix new
first=$(newest_run)
# shellcheck disable=SC2046
expect_exit 0 $(printed_way_back) --yes -i "$inventory"
expect_pristine
expect_matrix old

claim 'the rollback is undone by its own id: the change is live again, and the screen prints a way back'
expect_exit 0 nightlatch rollback "$(newest_run)" --yes -i "$inventory"
way=$(printed_way_back)
[ -n "$way" ] || fail 'a way back is printed'
expect_matrix new

claim 'the first run, by its name, finds what is live, and so does what was printed'
expect_exit 0 nightlatch status -i "$inventory"
expect_exit 0 nightlatch rollback "$first" --dry-run -i "$inventory"
expect_not_said 'already as planned'
# shellcheck disable=SC2086
expect_exit 0 $way --yes -i "$inventory"
expect_pristine
expect_matrix old

claim 'nothing is live: nothing to undo, by whatever name'
expect_exit 0 nightlatch rollback --yes -i "$inventory"
expect_exit 0 nightlatch rollback "$first" --yes -i "$inventory"
expect_pristine

claim 'the copies of a plan differ: another workstation believes none, the one that made the run goes back'
roll 0
run=$(json 'd["run"]')
on cp2 sh -c 'echo >>"$0"' "/etc/kubernetes/nightlatch/runs/$run/plan.json"
state_home=$work/elsewhere
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL1071 cp2
expect_matrix new
state_home=$work/state
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
