# tier: all
# seconds: 420
# lab: --nodes 3
# shows: S4 S5 S21: clocks that are wrong by an hour: the workstation's, a second operator's, and what a node's shell sees
# shellcheck shell=sh

# One kernel has one time of day: libfaketime tells another one to nightlatch, and to the `date` of a node, which is
# all by which the node's script knows it. The kubelet and the API server keep the true one.
library=$(dpkg -L libfaketime | grep 'libfaketimeMT\.so')
ahead() { FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +1h "$@"; }
behind() { FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f -1h "$@"; }
nightlatch() { # on a workstation whose clock is $clock
  XDG_STATE_HOME=${state_home:-$work/state} $clock "$NIGHTLATCH" "$@"
}
clock=
node_clock() { # NODE OFFSET
  on "$1" sh -c 'cat >/usr/local/lib/libfaketime.so' <"$library"
  on "$1" sh -c 'printf "#!/bin/sh\nLD_PRELOAD=/usr/local/lib/libfaketime.so FAKETIME=%s exec /usr/bin/date \"\$@\"\n" "$0" \
    >/usr/local/bin/date && chmod 755 /usr/local/bin/date' "$2"
}
true_clocks() { for node in $nodes; do on "$node" rm -f /usr/local/bin/date; done; }
hours_off() { # NODE: by how much its `date` is ahead, to the nearest hour within a day
  echo $((($(on "$1" date +%s) - $(date +%s) + 86400 + 1800) / 3600 - 24))
}
playbook=$(fast_playbook 'rollback: {lease: 30s}
  order: [cp1, cp2, cp3]')

claim 'a workstation an hour behind: the cluster was made after its now, nothing is begun'
clock=behind
roll 3
expect_said 'not yet valid'
expect_untouched

claim 'a workstation an hour ahead, and a second operator by the true clock'
clock=ahead
start_roll ahead
clock='' first_home=$state_home state_home=$work/second
expect_exit 9 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_said NL1060 "run $run of $(id -un)@"
state_home=$first_home
seen=0
wait "$apply" || seen=$?
cat "$work/apply"
[ $seen -eq 0 ] || fail "exit 0 of the roll (it was $seen)"
expect_matrix new
clock=ahead
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine

claim 'a roll by the true clock, and a second operator an hour ahead, for whom the lock is an hour old'
clock=
start_roll true
first_home=$state_home state_home=$work/third clock=ahead
expect_exit 9 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_said NL1060 "run $run of $(id -un)@"
clock='' state_home=$first_home

claim 'it is killed: its guard keeps to its lease, and rollback takes the lock back'
abandon_roll
within 45 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
within 120 is_settled || fail 'the guard saw the API server run for 30 s'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine

claim 'the shell of cp1 is an hour ahead, that of cp2 an hour behind: a killed roll is undone after its 30 s all the same'
forget_runs
wait_healthy
node_clock cp1 +1h
node_clock cp2 -1h
at_end true_clocks
[ "$(hours_off cp1) $(hours_off cp2) $(hours_off cp3)" = '1 -1 0' ] || fail 'three clocks'
start_roll nodes
abandon_roll
sleep 15
! is_pristine cp1 || fail 'the guard waited for its deadline'
within 30 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
note_after 'old manifest'
within 120 is_settled || fail 'the guard saw the API server run for 30 s'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"

claim 'and a roll that is left alone is done'
state_home=
forget_runs
wait_healthy
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
expect_nothing_left
