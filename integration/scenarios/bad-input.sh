# tier: test
# seconds: 40
# shows: S9 S22 S25: what cannot be read or reached is refused, each with its own words, and nothing is touched
# shellcheck shell=sh

playbook=$(fast_playbook)
# An inventory that is wrong in one place.
wrong_inventory() { sed "$1" "$inventory" >"$work/wrong.yaml"; }
# refused EXIT TEXT...: plan and apply both, since only one of them asks before it acts.
refused() {
  wanted_exit=$1
  shift
  expect_exit "$wanted_exit" nightlatch plan -p "$playbook" -i "$work/wrong.yaml"
  expect_said "$@"
  expect_exit "$wanted_exit" nightlatch apply -p "$playbook" --yes -i "$work/wrong.yaml"
  expect_said "$@"
}

claim 'a host key that nobody knows'
: >"$work/known_hosts.empty"
wrong_inventory "s|knownHosts: [^}]*|knownHosts: $work/known_hosts.empty|"
refused 2 NL1202 known_hosts.empty

claim 'a host key that is not the known one'
ssh-keygen -q -t ed25519 -N '' -f "$work/other"
sed "/^cp2,/d" "$state/ssh/known_hosts" >"$work/known_hosts.changed"
echo "cp2,$(address_of cp2) $(cut -d' ' -f1,2 "$work/other.pub")" >>"$work/known_hosts.changed"
wrong_inventory "s|knownHosts: [^}]*|knownHosts: $work/known_hosts.changed|"
refused 2 NL1203 cp2 ssh-keygen

claim 'a user that the node does not know'
wrong_inventory 's|user: ops|user: stranger|'
refused 3 NL1206

claim 'a user who may not become root'
wrong_inventory 's|user: ops|user: nosudo|'
refused 3 sudo

claim 'an address where nobody answers'
wrong_inventory "s|host: $(address_of cp3)|host: 127.0.0.77, port: 9|"
refused 3 NL1204 cp3

claim 'a node that is missing from the inventory'
wrong_inventory '/name: cp3/d'
refused 3 NL3206 cp3

claim 'a machine that is named twice'
wrong_inventory "s|host: $(address_of cp3)|host: cp2|"
refused 3 NL3204

claim 'no such file'
expect_exit 2 nightlatch plan -p "$playbook" -i "$work/nowhere.yaml"
expect_said nowhere.yaml
expect_exit 2 nightlatch apply "$work/nowhere.json" --yes -i "$inventory"
expect_said nowhere.json
expect_exit 2 nightlatch rewrite "$work/nowhere.yaml" -p health-only
expect_said nowhere.yaml

claim 'a playbook with a word that is none'
sed 's/health-only/health-onyl/' "$playbook" >"$work/typo.yaml"
expect_exit 2 nightlatch plan -p "$work/typo.yaml" -i "$inventory"
expect_said NL1102 'typo.yaml:5:' health-only

claim 'manifests that are no manifest, offline: the kubelet would kill a running API server over them'
pristine=$state/pristine/cp1/kube-apiserver.yaml
{ cat "$pristine" && printf '  broken: [\n'; } >"$work/broken.yaml"
expect_exit 2 nightlatch rewrite "$work/broken.yaml" -p health-only
expect_said broken.yaml:
{ cat "$pristine" && printf -- '---\n' && cat "$pristine"; } >"$work/two.yaml"
expect_exit 3 nightlatch rewrite "$work/two.yaml" -p health-only
expect_said two.yaml:
expect_exit 0 nightlatch rewrite "$pristine" -p health-only
expect_said --authentication-config=

claim 'no terminal and no --yes: no question, nothing done'
expect_exit 2 nightlatch apply -p "$playbook" -i "$inventory"
expect_said --yes

claim 'a file that the next kube-apiserver would miss, and a certificate that ends this week'
sa_key=/etc/kubernetes/pki/sa.key
client=/etc/kubernetes/pki/front-proxy-client.crt
at_end "on cp2 sh -c 'for kept in $sa_key $client; do [ ! -e \$kept.kept ] || mv \$kept.kept \$kept; done'"
on cp2 mv $sa_key $sa_key.kept
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3230 "cp2: $sa_key does not exist"
on cp2 mv $sa_key.kept $sa_key
# Whether it is the same file, nobody can tell: no server has read it since it was moved.
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3236 "cp2: $sa_key (--service-account-signing-key-file) was changed or moved at" "--accept-input"
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory" --accept-input $sa_key
expect_said NL3333
lab kill cp2 kube-apiserver
is_read_again() { nightlatch plan -p "$playbook" -i "$inventory" >/dev/null 2>&1; }
within 60 is_read_again || fail 'a server that has read the file since then may be restarted'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/short.key" -days 3 \
  -subj /CN=short -out "$work/short.crt" 2>/dev/null
on cp2 mv $client $client.kept
on cp2 sh -c "cat >$client" <"$work/short.crt"
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3231 "$client (--proxy-client-cert-file) expires on"
on cp2 mv $client.kept $client

claim 'nothing was touched by any of this'
expect_untouched

# Of another pod name, so that the kubelet tries to run it beside the first one and cannot take its port.
claim 'a second API server manifest in the directory'
copy=/etc/kubernetes/manifests/kube-apiserver-old.yaml
sed 's/^  name: kube-apiserver$/  name: kube-apiserver-old/' "$pristine" |
  on cp1 sh -c "cat >/etc/kubernetes/.copy && mv /etc/kubernetes/.copy $copy"
at_end 'on cp1 rm -f $copy'
expect_exit 3 nightlatch plan -p "$playbook" -i "$inventory"
expect_said NL3208 kube-apiserver-old.yaml
expect_exit 3 nightlatch apply -p "$playbook" --yes -i "$inventory"
expect_said NL3208
on cp1 rm -f $copy
expect_untouched
