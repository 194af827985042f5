# tier: all
# seconds: 620
# shows: S2 S14 S24: etcd without one member, before a roll and during it; etcd without its quorum
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
etcd_on() { for node in $2; do on "$node" systemctl "$1" etcd.service; done; } # start|stop NODES
at_end 'etcd_on start "$nodes"'
leader() { # of the members, by what each says of itself
  for node in $nodes; do
    if curl --silent --max-time 3 --noproxy '*' "http://$(address_of "$node"):2379/metrics" | grep -qx 'etcd_server_is_leader 1'; then
      echo "$node"
    fi
  done
}

claim 'one member of three is down before the roll: the quorum holds, the roll goes on'
etcd_on stop cp3
wait_healthy
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
etcd_on start cp3

claim 'the leader stops right after the first swap: the others elect another, the roll goes on'
forget_runs
wait_healthy
leading=$(leader)
echo "$leading leads"
once_swapped cp1 etcd_on stop "$leading"
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
etcd_on start "$leading"

claim 'two members of three are down before the roll: nothing is begun'
forget_runs
wait_healthy
etcd_on stop 'cp2 cp3'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
roll 3
etcd_on start 'cp2 cp3'
wait_healthy 240
expect_untouched

claim 'the quorum is lost right after the first swap: the old manifest is back, and nobody can gate it'
sed -i 's/timeout: 2m/timeout: 45s/' "$playbook"
once_swapped cp1 etcd_on stop 'cp2 cp3'
roll 5
expect_outcomes needs_person untouched untouched
said | grep -Eq 'NL430[56]' || fail 'it is said that the API server answers (NL4305), or ends again and again (NL4306)'
run=$(json 'd["run"]')
expect_pristine

claim 'the quorum is back: so are the API servers, and rollback gates the node'
etcd_on start 'cp2 cp3'
wait_healthy 240
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_matrix old
expect_nothing_left
