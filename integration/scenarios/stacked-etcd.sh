# tier: all
# seconds: 480
# lab: --etcd pod
# shows: S10 S14 S24: stacked etcd as kubeadm makes it: a roll that moves no member; a node whose member is gone
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
members() { processes etcd; }
# As an administrator does it: a static pod goes and comes with its manifest.
remove_member() { on "$1" mv /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/etcd.kept; }
return_member() { on "$1" sh -c '[ ! -e /etc/kubernetes/etcd.kept ] || mv /etc/kubernetes/etcd.kept /etc/kubernetes/manifests/etcd.yaml'; }
is_out() { [ "$(status_of "$1" /readyz)" != 200 ] && lab status | grep "^$1 " | grep -q ' down '; }
at_end 'for node in $nodes; do return_member "$node"; done'

claim 'the plan knows what it has before it'
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said 'etcd: stacked on 3 nodes, has its quorum'
expect_not_said 'no member runs'

claim 'the roll restarts API servers and no member'
members >"$work/members"
cat "$work/members"
start_client
at_end 'kill "$client" 2>/dev/null'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
expect_matrix old
members | cmp - "$work/members" || fail 'the same members as before'
expect_nothing_left
expect_client_noticed_nothing

claim 'a member is gone before the roll: its API server is not ready, no node is begun'
forget_runs
wait_healthy
remove_member cp3
within 60 is_out cp3 || fail 'the API server of cp3 is not ready without its member, and out of the load balancer'
roll 3
expect_outcomes untouched untouched untouched
expect_said NL4103 'cp3 is not ready'
expect_pristine cp1 cp2
return_member cp3
wait_healthy 240
expect_pristine

claim 'a member goes right after the first swap: that node is done, the next is not begun'
forget_runs
once_swapped cp1 remove_member cp3
roll 10
expect_outcomes confirmed untouched untouched
# Without etcd, an API server answers 500 at first and later ends. Whoever looks first names it: the survey of
# cp2, or the wait after cp1.
says 'cp3 is not ready' || says 'the API server of cp3 does not answer' ||
  fail 'the run says that it was cp3 that it stopped for'
run=$(json 'd["run"]')
return_member cp3
wait_healthy 240

claim 'the member is back: resume finishes the roll'
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory"
expect_matrix new
expect_nothing_left
