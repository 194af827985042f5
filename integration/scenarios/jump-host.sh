# tier: all
# seconds: 120
# shows: S22: a roll through a jump host of the ssh_config: the nodes' sshd see where every connection comes from
# shellcheck shell=sh

playbook=$(fast_playbook)
# Who logged in to a node as ops since the scenario began, by the log of its sshd.
came_from() { # NODE
  on "$1" sh -c 'journalctl -t sshd -t sshd-session -o cat --since "@$0"' "$play_began" |
    sed -n 's/^Accepted publickey for ops from \([^ ]*\) .*/\1/p' | sort -u
}

claim 'the ssh_config leads to cp1 and cp2 through cp3, where a command says so'
{
  printf 'Match originalhost cp1,cp2,%s,%s exec "test -e %s"\n    ProxyJump cp3\n' \
    "$(address_of cp1)" "$(address_of cp2)" "$work/jump"
  cat "$state/ssh/config"
} >"$work/ssh_config"
: >"$work/jump"
sed "s| config: [^,]*| config: $work/ssh_config|" "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml

claim 'a roll, and back'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
expect_matrix old

claim 'every login to cp1 and cp2 came from cp3, and those to cp3 from here'
for node in cp1 cp2; do
  [ "$(came_from "$node")" = "$(address_of cp3)" ] || fail "$node was reached from cp3 alone ($(came_from "$node"))"
done
[ "$(came_from cp3)" = "$network.1" ] || fail "cp3 was reached from $network.1 ($(came_from cp3))"

claim 'without the file Match exec says no, and cp1 is reached from here'
rm "$work/jump"
expect_exit 0 nightlatch status -i "$inventory"
came_from cp1 | grep -qx "$network.1" || fail "cp1 was reached from $network.1"
expect_nothing_left
