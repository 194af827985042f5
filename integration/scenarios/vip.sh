# tier: all
# seconds: 190
# shows: S17: an address that moves between the nodes: its holder goes last, whoever that is by then; time is waited for
# shellcheck shell=sh

# shellcheck source=integration/scenarios/moving-address
. "$here/moving-address"

claim 'the address of the endpoint moves from the load balancer to cp2'
keeper=none
at_end give_back
move_address lb cp2
keep_address >"$work/moves" 2>&1 &
keeper=$!
expect_matrix old
sed 's/loadBalancer: {.*}/loadBalancer: {kind: keepalived, probe: {path: \/livez, expect: [200]}, settle: 5s}/' \
  "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml
grep -q keepalived "$inventory"

claim 'the plan puts the holder of the address last'
playbook=$(fast_playbook)
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said "holds the endpoint's address: last"

claim 'the roll: the address goes to cp3 after the first node, so cp2 is next and cp3 last, which it leaves again'
once_swapped cp1 move_address cp2 cp3 >>"$work/moves"
roll 0
expect_outcomes confirmed confirmed confirmed
expect_said 'does not tell its nodes apart: waited'
journal=$(find "$work/state" -path "*/runs/$(json 'd["run"]')/journal.jsonl")
swapped=$(sed -n '/"step":"swapped","phase":"done"/s/.*"node":"\([^"]*\)".*/\1/p' "$journal" | xargs)
[ "$swapped" = 'cp1 cp2 cp3' ] || fail "cp1, cp2 and cp3 in this order (it was $swapped)"
cat "$work/moves"
[ "$(cat "$work/holder")" != cp3 ] || fail 'the address left the node that was restarted'
expect_matrix new

claim 'and back'
undo
expect_matrix old
expect_nothing_left
cat "$work/moves"
