# tier: all
# seconds: 330
# shows: S16: a node that advertises an address which moves is asked at its own: nobody else passes its gates for it
# shellcheck shell=sh

# shellcheck source=integration/scenarios/moving-address
. "$here/moving-address"

own=$(address_of cp2)
playbook=$(fast_playbook "$ordered")
# cp2 in the words of its manifest, edited by a sed script; then its API server has started with it.
edit_cp2() { # SED-SCRIPT
  edit_manifest cp2 "$1"
  sleep 3
  within 120 restarted_with cp2 "--advertise-address=$vip" || fail "cp2 advertises $vip"
}
# The one moment at which cp2 is spoiled: right after its swap.
spoil_cp2() { on cp2 sed -i 's/enabled: true/enabled: false/' "$(on cp2 sh -c "ls $config_directory/authn-*.yaml")"; }

claim 'the address of the endpoint is on cp3; cp2 advertises it, and its probes ask there, as kubeadm writes them'
at_end give_back
move_address lb cp3
sed 's/loadBalancer: {.*}/loadBalancer: {kind: keepalived, probe: {path: \/livez, expect: [200]}, settle: 5s}/' \
  "$inventory" >"$work/inventory.yaml"
inventory=$work/inventory.yaml
at_end 'lab reset'
edit_cp2 "s/--advertise-address=$own/--advertise-address=$vip/; s/host: $own/host: $vip/"
before=$(manifest_sha cp2)
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3264 cp2 "the probes ask $vip" 'leave host out of the probes'
expect_exit 7 nightlatch verify -i "$inventory"
expect_said NL7003 cp2
[ "$(manifest_sha cp2)" = "$before" ] || fail 'nothing was touched'

claim 'without a host in the probes cp2 is asked at its own address'
edit_cp2 "/^        host: /d"
edited=$(manifest_sha cp2)
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory" --out "$work/plan.json"
found=$(python3 -c '
import json, sys
nodes = {node["name"]: node for node in json.load(open(sys.argv[1]))["decides"]["nodes"]}
print(nodes["cp2"]["api"])' "$work/plan.json")
echo "cp2 is asked: $found"
case $found in *"$own"*"$vip"*) ;; *) fail "cp2 is asked at $own, by the name $vip" ;; esac

claim 'cp2 refuses its configuration, and cp3 answers at the address all the time: cp2 is put back'
began=$(date +%s)
once_swapped cp2 spoil_cp2
expect_exit 10 nightlatch apply -p "$playbook" --yes -i "$inventory" -o json
note_after 'the end of the run'
expect_json '[(node["name"], node["outcome"]) for node in d["nodes"]]' \
  "[('cp1', 'confirmed'), ('cp2', 'restored'), ('cp3', 'untouched')]"
[ "$(status_of lb /livez)" = 200 ] || fail 'somebody answers at the address'
[ "$(manifest_sha cp2)" = "$edited" ] || fail 'the manifest of cp2 is as it was, to the byte'

claim 'the same roll without the fault, and back'
on cp2 rm -rf /etc/kubernetes/nightlatch # with the file that was spoiled
began=$(date +%s)
roll 0
note_after 'the roll'
expect_matrix new
expect_exit 0 nightlatch rollback "$(json 'd["run"]')" --yes -i "$inventory"
[ "$(manifest_sha cp2)" = "$edited" ] || fail 'the manifest of cp2 is as it was, to the byte'

claim 'two nodes that advertise one address are refused'
third=$(address_of cp3)
edit_manifest cp3 "s/--advertise-address=$third/--advertise-address=$vip/; /^        host: /d"
sleep 3
within 120 restarted_with cp3 "--advertise-address=$vip" || fail "cp3 advertises $vip"
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3263 'cp2 and cp3'
