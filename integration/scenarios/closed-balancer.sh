# tier: all
# seconds: 560
# lab: --nodes 2
# shows: S17: two nodes behind a health check of GET /version, which nobody stated: no dead endpoint, no failed request
# shellcheck shell=sh

playbook=$(fast_playbook 'order: [cp1, cp2]')
sed '/^  loadBalancer:/d' "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml

at_end "balance_with ''"
all_up() { [ "$(lab status | grep -c '^cp.* up  *up ')" = 2 ]; }

claim 'haproxy asks GET /version, which is open today'
balance_with 's|GET /healthz|GET /version|'
within 60 all_up || fail 'haproxy leads to both nodes'

claim 'the plan says what it has seen, and that it does not know what is asked'
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said 'load balancer: it leads to cp1, cp2; its health check is not stated'

claim 'the first node is dropped: it goes back, and the second is not begun'
start_client
at_end 'kill "$client" 2>/dev/null'
roll 4
expect_outcomes restored untouched
expect_said NL4110 'new connections through the load balancer have reached other nodes only'
expect_pristine
within 60 all_up || fail 'haproxy leads to both nodes again'
expect_client_noticed_nothing
expect_nothing_left

claim 'haproxy leads to cp1 alone: a drop could not be seen, so nothing is begun'
forget_runs
balance_with '/server cp2 /s/$/ backup/'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3227 'every connection through the load balancer reached cp1' --load-balancer-probe
expect_exit 3 nightlatch apply -p "$playbook" -i "$inventory" --yes
expect_said NL3227
expect_pristine

claim 'a health check that is stated, and would be answered 401, is refused; one that stays open is planned'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory" --load-balancer-probe /version
expect_said NL3222
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory" --load-balancer-probe /healthz
expect_said 'GET /healthz stays open'
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory" --load-balancer-probe tcp
