# tier: all
# seconds: 440
# shows: S16: a workstation that reaches nothing of a node but its port 22; an sshd that forbids forwarding; both
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
# A firewall on the node: what its API server answers to the workstation goes nowhere. The load balancer is let in.
shut_port() { ip -n "nl-$lab_name-$1" rule add to "$network.1" ipproto tcp sport 6443 blackhole; }
open_port() { ip -n "nl-$lab_name-$1" rule del to "$network.1" ipproto tcp sport 6443 blackhole 2>/dev/null || true; }
forbid_forwarding() {
  on "$1" sh -c 'echo "AllowTcpForwarding no" >/etc/ssh/sshd_config.d/forwarding.conf && systemctl reload ssh.service'
}
allow_forwarding() { on "$1" sh -c 'rm -f /etc/ssh/sshd_config.d/forwarding.conf && systemctl reload ssh.service'; }
at_end 'for node in $nodes; do open_port "$node"; allow_forwarding "$node"; done'
# rolled_and_back EXPRESSION: over c, a question that verify asks a node between, and the place that it asks from.
rolled_and_back() {
  roll 0
  run=$(json 'd["run"]')
  expect_outcomes confirmed confirmed confirmed
  expect_exit 0 nightlatch verify -p "$playbook" -i "$inventory" -o json
  expect_json "all($1 for c in d['checks'] if c['node'].startswith('cp'))" True
  expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
  expect_pristine
}

claim 'only port 22: every question goes through SSH'
for node in $nodes; do shut_port "$node"; done
[ "$(status_of cp1 /livez)" = 000 ] || fail 'cp1 port 6443 cannot be reached from here'
rolled_and_back 'c["place"] == c["node"] + " through SSH"'
for node in $nodes; do open_port "$node"; done

claim 'no forwarding: curl on the node asks without credentials, the workstation with them'
forget_runs
for node in $nodes; do forbid_forwarding "$node"; done
rolled_and_back 'c["place"] == ("curl on " + c["node"] if c["credentials"] == "none" else "this workstation")'
expect_matrix old
expect_nothing_left

claim 'neither: nobody can say whether the other API servers are ready, so no node is begun'
forget_runs
for node in $nodes; do shut_port "$node"; done
roll 3
expect_outcomes untouched untouched untouched
expect_said NL4103
for node in $nodes; do open_port "$node"; done
expect_pristine
expect_matrix old
