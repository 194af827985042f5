# tier: test
# seconds: 65
# shows: A8 S21: a second operator is told who is at work; an interrupt finishes the node, begins no other, and says how to go on
# shellcheck shell=sh

claim 'interrupted while the first node restarts'
nightlatch apply -p "$(fast_playbook 'order: [cp1, cp2, cp3]')" --yes -i "$inventory" >"$work/apply" 2>&1 &
apply=$!
at_end 'kill -KILL "$apply" 2>/dev/null'
wait_swapped cp1
run=$(on cp1 ls /etc/kubernetes/nightlatch/runs)

claim 'a second operator is told who is at work, and since when'
state_home=$work/second
expect_exit 9 nightlatch apply -p "$work/fast.yaml" --yes -i "$inventory"
expect_said NL1060 "run $run of $(id -un)@" 'since 20'
state_home=

claim 'the lock says who is at work, and since when'
expect_exit 0 nightlatch status --lock -i "$inventory"
expect_said "lock held by $(id -un)@" "for run $run since 20"
kill_program INT $apply
code=0
wait $apply || code=$?
cat "$work/apply"
[ $code = 130 ] || fail "exit 130 (it was $code)"
cp "$work/apply" "$work/out" && : >"$work/err"
expect_said 'nightlatch rollback '
wait_healthy

claim 'the lock was given back'
expect_exit 0 nightlatch status --lock -i "$inventory"
expect_said "nobody holds the cluster's lock"

claim 'the node is finished, the others are untouched'
expect_answers cp1 new
expect_answers cp2 old
expect_answers cp3 old
expect_pristine cp2 cp3

claim 'the named command works'
run=$(on cp1 ls /etc/kubernetes/nightlatch/runs)
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix old
expect_pristine
