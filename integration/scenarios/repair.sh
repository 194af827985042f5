# tier: all
# seconds: 210
# shows: S2 S13 S15: three API servers in a loop over a probe that is answered 401 are repaired by one plan
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
# What was there before the roll is not what the lab was made with.
pristine_sha() { cat "$work/$1.sha256"; }

claim '--anonymous-auth=false beside kubeadm'"'"'s probes, on every node, as guides print it'
for node in $nodes; do
  edit_manifest "$node" 's/^    - --allow-privileged=true$/&\n    - --anonymous-auth=false/'
  manifest_sha "$node" >"$work/$node.sha256"
done
is_shut() { [ "$(status_of "$1" /livez)" = 401 ]; }
for node in $nodes; do within 120 is_shut "$node" || fail "$node answers its probes 401"; done
balancer_is_out() { [ "$(status_of lb /livez)" = 000 ]; }
within 30 balancer_is_out || fail 'the load balancer, which asks without credentials, has no server left'

claim 'through it nothing can be planned; detect says what goes on'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL1410 'a kubeconfig that names one node'
expect_exit 7 nightlatch detect -i "$inventory"
expect_said NL2107 'the kubelet kills this API server'

claim 'with a kubeconfig that names a node one plan repairs all three'
sed "s|server: .*|server: https://$(address_of cp1):$server_port|" "$state/kubeconfig" >"$work/kubeconfig"
chmod 600 "$work/kubeconfig"
sed "s|kubeconfig: [^,}]*|kubeconfig: $work/kubeconfig|" "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml
grep kubeconfig: "$inventory"
roll 0
expect_outcomes confirmed confirmed confirmed
run=$(json 'd["run"]')
wait_healthy
expect_matrix new

claim 'the way back would be the loop again: refused'
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said NL3234 '--to-broken'
expect_matrix new
expect_nothing_left
