# tier: all
# seconds: 270
# shows: S16: API servers that listen on 8443, behind a load balancer on 6443
# shellcheck shell=sh

playbook=$(fast_playbook)
# What was there before the roll is not what the lab was made with.
pristine_sha() { cat "$work/$1.sha256"; }

claim 'three API servers move to 8443'
for node in $nodes; do
  edit_manifest "$node" 's/6443/8443/'
  manifest_sha "$node" >"$work/$node.sha256"
done
at_end "balance_with ''"
balance_with '/^    server /s/:6443/:8443/'
server_port=8443
all_listen() {
  for place in $nodes lb; do [ "$(status_of "$place" /readyz)" = 200 ] || return 1; done
  for node in $nodes; do restarted_with "$node" --secure-port=8443 || return 1; done
}
within 120 all_listen || fail 'three API servers on 8443'
expect_matrix old

claim 'the roll, its probes on 8443'
start_client
at_end 'kill "$client" 2>/dev/null'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
expect_exit 0 nightlatch verify -p "$playbook" -i "$inventory" -o json
expect_json 'sorted({check["address"].rsplit(":")[-1] for check in d["checks"]})' "['6443', '8443']"

claim 'and back'
undo
expect_matrix old
expect_nothing_left

claim 'the client noticed nothing'
expect_client_noticed_nothing
