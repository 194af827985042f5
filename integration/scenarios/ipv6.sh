# tier: all
# seconds: 250
# shows: S16: nodes that are reached, and probed by their kubelets, at IPv6 addresses
# shellcheck shell=sh

playbook=$(fast_playbook)
prefix=fd77:$index:
pristine_sha() { cat "$work/$1.sha256"; }
six_of() { echo "$prefix:$((10 + ${1#cp}))"; } # NODE

claim 'each node has an IPv6 address, and SSH knows it there'
ip -6 address add "$prefix:1/64" dev "nl-$lab_name" nodad
at_end 'ip -6 address del "$prefix:1/64" dev "nl-$lab_name" 2>/dev/null'
cp "$state/ssh/known_hosts" "$work/known_hosts"
for node in $nodes; do
  ip -n "nl-$lab_name-$node" -6 address add "$(six_of "$node")/64" dev eth0 nodad
  at_end "ip -n nl-$lab_name-$node -6 address del $(six_of "$node")/64 dev eth0 2>/dev/null"
  sed -n "s/^$node,[^ ]*/$(six_of "$node")/p" "$state/ssh/known_hosts" >>"$work/known_hosts"
done
sed "s/ $network\.\*/& $prefix*/" "$state/ssh/config" >"$work/ssh_config"
sed -e "s| config: [^,]*| config: $work/ssh_config|" -e "s|knownHosts: [^}]*|knownHosts: $work/known_hosts|" \
  "$inventory" >"$work/inventory.yaml"
for node in $nodes; do
  sed -i "s|{name: $node, host: [^}]*}|{name: $node, host: '$(six_of "$node")'}|" "$work/inventory.yaml"
done
inventory=$work/inventory.yaml
cat "$inventory"

claim 'the kubelets probe there, and the API servers have certificates for it'
new_certificate() { # NODE: kubeadm's, for one address more
  on "$1" sh -c 'cp -a /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key /root/ &&
    { cat /root/kubeadm.yaml && printf "apiServer: {certSANs: [\"%s\"]}\n" "$0"; } >/root/six.yaml &&
    rm /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key &&
    kubeadm init phase certs apiserver --config /root/six.yaml' "$(six_of "$1")"
}
old_certificate() { on "$1" sh -c 'mv /root/apiserver.crt /root/apiserver.key /etc/kubernetes/pki/ && rm /root/six.yaml'; }
for node in $nodes; do
  at_end "old_certificate $node"
  new_certificate "$node"
  edit_manifest "$node" "s/^\( *\)host: .*/\1host: \"$(six_of "$node")\"/"
  manifest_sha "$node" >"$work/$node.sha256"
  on "$node" grep -n 'host: ' "$manifest"
done
answers_at_six() {
  [ "$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 3 --noproxy '*' \
    --cacert "$state/admin/certificate-authority.pem" "https://[$(six_of "$1")]:6443/livez")" = 200 ]
}
for node in $nodes; do within 120 answers_at_six "$node" || fail "$node answers at [$(six_of "$node")]"; done
wait_healthy

claim 'the roll'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new

claim 'and back'
undo
expect_matrix old
expect_nothing_left
