# tier: all
# seconds: 170
# shows: S5 S22 S24: sudo begins to ask for a password: before a roll, between two nodes, on the node in mid-change
# shellcheck shell=sh

fast_playbook "rollback: {lease: 30s}
  $ordered" >/dev/null
playbook=$work/fast.yaml
sudo_rule() { on "$1" sh -c 'echo "ops ALL=(ALL) $0" >/etc/sudoers.d/ops' "$2"; } # NODE WHAT
at_end 'for node in $nodes; do sudo_rule "$node" "NOPASSWD: ALL"; done'

claim 'before the roll: refused, with the line for sudoers'
sudo_rule cp2 ALL
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL1214 'cp2: sudo asks for a password' 'NOPASSWD: /bin/sh'
roll 3
expect_said NL1214
sudo_rule cp2 'NOPASSWD: ALL'
expect_untouched

claim 'between two nodes: the second is not begun'
once_swapped cp1 sudo_rule cp2 ALL
roll 10
expect_outcomes confirmed untouched untouched
expect_said 'sudo asks for a password'
sudo_rule cp2 'NOPASSWD: ALL'
undo

claim 'on the node in mid-change: the run can do nothing more, and the guard puts the old manifest back'
forget_runs
once_swapped cp1 sudo_rule cp1 ALL
roll 5
expect_outcomes needs_person untouched untouched
expect_said NL4307 'sudo asks for a password'
run=$(json 'd["run"]')
within 60 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
within 120 is_settled || fail 'the guard saw the API server run for 30 s'

claim 'root is back: rollback gates the node'
sudo_rule cp1 'NOPASSWD: ALL'
wait_healthy
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
