# tier: all
# seconds: 110
# lab: --nodes 1
# shows: S14: the only API server is restarted when its outage is accepted, and not otherwise
# shellcheck shell=sh

playbook=$(fast_playbook)

claim 'refused, with the outage that it would be'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3213 'without an API' --accept-outage
expect_exit 3 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_said NL3213
expect_untouched

claim 'accepted: done'
start_client
at_end 'kill "$client" 2>/dev/null'
roll 0 --accept-outage
expect_outcomes confirmed
expect_json 'd["cluster"]' new
expect_matrix new

claim 'and back'
undo
expect_matrix old
expect_nothing_left
stop_client
echo "client: $(head -n 1 "$work/client")" >"$work/note"
