# tier: test
# seconds: 130
# shows: S1 S2 S24: an API server refuses its configuration: the node is restored, no other is begun
# shellcheck shell=sh

# The fault: the moment that nightlatch has swapped NODE's manifest, a "colleague" edits the configuration file so that
# it contradicts itself. The kubelet starts the new API server seconds later, which then refuses it. Nothing of
# nightlatch is touched, and there is no race: the old process must end first.
spoil_config_of() {
  on "$1" rm -f /run/scenario-over
  on "$1" sh -c '
    for round in $(seq 2000); do
      [ ! -e /run/scenario-over ] || exit
      if grep -q -- --authentication-config= "$0"; then
        sed -i "s/enabled: true/enabled: false/" "$1"/authn-*.yaml
        exit
      fi
      sleep 0.05
    done' "$manifest" "$config_directory" &
}
at_end 'for node in $nodes; do on "$node" touch /run/scenario-over; done'
refusal='enabled should be set to true when conditions are defined'
playbook=$(fast_playbook 'order: [cp1, cp2, cp3]')

claim 'the first node refuses: everything is as before'
before=$(servers | grep -v '^cp1 ')
spoil_config_of cp1
expect_exit 4 nightlatch apply -p "$playbook" --yes -i "$inventory" -o json
expect_json 'd["outcome"]' rolled_back
expect_json 'd["cluster"]' old
expect_json '{node["name"]: node["outcome"] for node in d["nodes"]}["cp1"]' restored
expect_said "$refusal"
expect_matrix old
expect_pristine
[ "$(servers | grep -v '^cp1 ')" = "$before" ] || fail 'cp2 and cp3 were not restarted'

claim 'the second node refuses: it is restored, the third is untouched, the first stays new'
forget_runs
before=$(servers | grep '^cp3 ')
spoil_config_of cp2
expect_exit 10 nightlatch apply -p "$playbook" --yes -i "$inventory" -o json
expect_json 'd["outcome"]' stopped
expect_json 'd["cluster"]' mixed
expect_json '[(node["name"], node["outcome"]) for node in d["nodes"]]' \
  "[('cp1', 'confirmed'), ('cp2', 'restored'), ('cp3', 'untouched')]"
expect_said "$refusal"
expect_answers cp1 new
expect_answers cp2 old
expect_answers cp3 old
expect_pristine cp2 cp3
[ "$(servers | grep '^cp3 ')" = "$before" ] || fail 'cp3 was not restarted'
