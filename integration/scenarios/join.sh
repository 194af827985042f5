# tier: all
# seconds: 470
# shows: S20: kubeadm join by token and of a fourth control-plane node, under health-only and under kubeadm-join
# shellcheck shell=sh

fresh=cp4
# A fresh host, and the join that kubeadm prints for it.
make_fresh() {
  lab host --remove $fresh 2>/dev/null || true
  lab host $fresh >"$work/join"
  # kubeadm join ENDPOINT --token TOKEN --discovery-token-ca-cert-hash HASH
  read -r _ _ join_endpoint _ join_token _ join_hash _ <"$work/join"
}
# The same as a file, because nothing else shortens the five minutes for which kubeadm asks before it gives up.
write_join() { # LINE...
  {
    printf 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ntimeouts: {discovery: 15s}\n'
    printf '%s\n' "$@"
  } | on $fresh sh -c 'cat >/root/join.yaml'
}
by_token() {
  echo "discovery: {bootstrapToken: {apiServerEndpoint: '$join_endpoint', token: '$join_token', caCertHashes: ['$join_hash']}}"
}
# A kubeconfig as docs/joining.md makes it on a control-plane node, given to the fresh host; with the token, or without.
discovery_file() { # [TOKEN]
  on cp1 sh -es -- "$join_endpoint" "${1-}" >/dev/null <<'SCRIPT'
kc() { kubectl config --kubeconfig /root/discovery.conf "$@"; }
rm -f /root/discovery.conf
kc set-cluster prod --server "https://$1" --certificate-authority /etc/kubernetes/pki/ca.crt --embed-certs
kc set-credentials join ${2:+"--token=$2"}
kc set-context join --cluster prod --user join
kc use-context join
SCRIPT
  on cp1 cat /root/discovery.conf | on $fresh sh -c 'cat >/root/discovery.conf'
}
# There is no registry, which a control-plane node would ask for the images of a scheduler and of the DNS.
join() { on $fresh kubeadm join --config /root/join.yaml --ignore-preflight-errors=ImagePull; }
playbook_of() { # PROFILE
  sed "s/profile: health-only/profile: $1/" "$(fast_playbook)" >"$work/$1.yaml"
  echo "$work/$1.yaml"
}
roll() { expect_exit 0 nightlatch apply -p "$(playbook_of "$1")" --yes -i "$inventory"; } # PROFILE
# prepare EXIT HOST [OPTION]: its JSON is in $work/out.
prepare() {
  wanted_exit=$1
  shift
  expect_exit "$wanted_exit" nightlatch node prepare "$@" -i "$inventory" -o json
}
at_end 'lab host --remove $fresh'

claim 'on an open cluster there is nothing to prepare'
make_fresh
prepare 0 "$(address_of $fresh)"
expect_json 'd["outcome"]' nothing

claim 'health-only: a join by token ends with the words that a user reads'
roll health-only
expect_said 'nightlatch node prepare HOST'
expect_exit 0 nightlatch node prepare --print cloud-init -i "$inventory"
cp "$work/out" "$work/recipe"
expect_exit 0 nightlatch node prepare --check "$work/recipe" -i "$inventory"
write_join "$(by_token)"
expect_exit 1 join
expect_said "couldn't validate the identity of the API Server: failed to request the cluster-info ConfigMap: Unauthorized"

claim 'a discovery file without credentials is of no use either: kubeadm takes 403 for an answer, but not 401'
discovery_file
write_join "discovery: {file: {kubeConfigPath: /root/discovery.conf}, tlsBootstrapToken: $join_token}"
expect_exit 1 join
expect_said 'Abort reading the cluster-info ConfigMap after timeout of 15s: Unauthorized'
! on $fresh test -e /etc/kubernetes/kubelet.conf || fail 'the host has no identity'

claim 'a discovery file that holds the token gets through, and the host becomes a Node'
discovery_file "$join_token"
write_join 'discovery: {file: {kubeConfigPath: /root/discovery.conf}}'
expect_exit 0 join
expect_said 'This node has joined the cluster'
within 60 lab kubectl get node $fresh || fail "the kubelet has made the Node $fresh"

claim 'kubeadm-join: the join by token gets through, too'
roll kubeadm-join
expect_exit 6 nightlatch node prepare --check "$work/recipe" -i "$inventory"
expect_said 'The SHA-256 of the configuration is'
for place in $nodes lb; do
  expect_status "$place" /api/v1/namespaces/kube-public/configmaps/cluster-info 200
  expect_status "$place" /version 401
done
make_fresh
write_join "$(by_token)"
expect_exit 0 join
expect_said 'This node has joined the cluster'
within 60 lab kubectl get node $fresh || fail "the kubelet has made the Node $fresh"

claim 'node prepare refuses what is no new node, and overwrites nothing'
make_fresh
prepare 3 cp1
expect_said NL3253
config=$(on cp1 sed -n 's/^    - --authentication-config=//p' "$manifest")
on $fresh sh -c 'mkdir -p "${0%/*}" && echo other >"$0"' "$config"
prepare 3 "$(address_of $fresh)"
expect_said NL3254
[ "$(on $fresh cat "$config")" = other ] || fail 'the other file is as it was'
on $fresh rm -rf /etc/kubernetes/nightlatch

claim 'what --print prints for a shell does the same'
facts_of() { on "$1" sh -c 'stat -c "%u:%g %a" "$0" && sha256sum "$0"' "$config"; }
expect_exit 0 nightlatch node prepare --print shell -i "$inventory"
cp "$work/out" "$work/recipe"
on $fresh sh <"$work/recipe"
[ "$(facts_of $fresh)" = "$(facts_of cp1)" ] || fail 'owner, mode and bytes are those of cp1'
prepare 0 "$(address_of $fresh)"
expect_json 'd["outcome"]' there
expect_exit 0 nightlatch node prepare --check "$work/recipe" -i "$inventory"
on $fresh rm -rf /etc/kubernetes/nightlatch

claim 'a dry run writes nothing; then the file is there as on the others; again, nothing is written'
prepare 0 "$(address_of $fresh)" --dry-run
expect_json 'd["outcome"]' would-place
! on $fresh test -e /etc/kubernetes/nightlatch || fail 'nothing is on the host'
prepare 0 "$(address_of $fresh)"
expect_json 'd["outcome"]' placed
[ "$(facts_of $fresh)" = "$(facts_of cp1)" ] || fail 'owner, mode and bytes are those of cp1'
[ -z "$(on $fresh find /etc/kubernetes -name '*.yaml' ! -path "$config")" ] || fail 'and nothing else is on the host'
written=$(on $fresh stat -c '%i %Z' "$config")
prepare 0 "$(address_of $fresh)"
expect_json 'd["outcome"]' there
[ "$(on $fresh stat -c '%i %Z' "$config")" = "$written" ] || fail 'the file was left alone'

claim 'kubeadm join --control-plane: the fourth API server comes up with the file'
lab kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}' >"$work/ClusterConfiguration"
expect_exit 0 nightlatch rewrite "$state/pristine/cp1/kube-apiserver.yaml" -p "$(playbook_of kubeadm-join)" \
  --kubeadm-config "$work/ClusterConfiguration" --out "$work/new"
if [ -f "$work/new/ClusterConfiguration" ]; then
  lab kubectl -n kube-system create configmap kubeadm-config --from-file="$work/new/ClusterConfiguration" \
    --dry-run=client -o yaml | lab kubectl replace -f -
fi
# As kubeadm upload-certs would hand them over.
on cp1 tar -C /etc/kubernetes/pki -c ca.crt ca.key sa.pub sa.key front-proxy-ca.crt front-proxy-ca.key |
  on $fresh sh -c 'mkdir -p /etc/kubernetes/pki && tar -C /etc/kubernetes/pki -x'
# That phase would wait for the scheduler, too.
write_join "$(by_token)" "controlPlane: {localAPIEndpoint: {advertiseAddress: $(address_of $fresh), bindPort: 6443}}" \
  'skipPhases: [wait-control-plane]'
expect_exit 0 join
has_config_flag $fresh || fail 'its manifest names the file'
answers() { [ "$(status_of $fresh /readyz)" = 200 ]; }
within 120 answers || fail 'its API server is ready'
expect_answers $fresh new
prepare 3 "$(address_of $fresh)"
expect_said NL3253

claim 'undoing the run names the node that joined since, and leaves it as it is'
expect_exit 0 nightlatch rollback --yes -i "$inventory"
expect_said "$fresh" 'was no part of run' 'it joined since, and the rollback leaves it as it is'
for node in $nodes; do expect_status "$node" /api/v1/namespaces/kube-public/configmaps/cluster-info 401; done
expect_answers $fresh new
