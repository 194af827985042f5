# tier: all
# seconds: 260
# shows: S18: who a token is, is the same on each node before and after a roll that moves OIDC flags
# shellcheck shell=sh

issuer=$work/issuer port=18444
export ISSUER_ADDRESS="$network.1"
url=https://$ISSUER_ADDRESS:$port
mkdir "$issuer"
"$here/issuer" make "$issuer"
"$here/issuer" serve "$issuer" $port >"$work/issuer-log" 2>&1 &
issuer_process=$!
at_end 'kill $issuer_process 2>/dev/null'
for audience in kubernetes other; do
  "$here/issuer" token "$issuer" $port RS256 aud=$audience sub=ana 'groups=["ops","dev"]' >"$work/$audience.token"
done
playbook=$(fast_playbook)
logins() { grep -c '"login":"the same"' "$(find "$work/state/nightlatch" -path "*/runs/$1/journal.jsonl")"; }

claim 'three API servers with OIDC flags'
for node in $nodes; do
  on "$node" sh -c 'cat >/etc/kubernetes/pki/issuer.crt' <"$issuer/ca.crt"
  edit_manifest "$node" "s|^    - kube-apiserver\$|&\\n    - --oidc-issuer-url=$url\\n    - --oidc-client-id=kubernetes\\n    - --oidc-ca-file=/etc/kubernetes/pki/issuer.crt\\n    - --oidc-groups-claim=groups\\n    - \"--oidc-groups-prefix=oidc:\"|"
done
for node in $nodes; do
  within 120 restarted_with "$node" "--oidc-issuer-url=$url" || fail "$node runs with OIDC flags"
done
wait_healthy

claim 'without a token the plan says what it does not know'
expect_exit 0 nightlatch plan -p "$playbook" -i "$inventory"
expect_said 'SSO not tested'

claim 'a token that is nobody now touches nothing'
expect_exit 3 nightlatch apply -p "$playbook" --yes --oidc-token-file "$work/other.token" -i "$inventory"
expect_said NL4130
for node in $nodes; do ! has_config_flag "$node" || fail "$node is untouched"; done

claim 'the roll moves the flags, and the login is the same on each node'
expect_exit 0 nightlatch apply -p "$playbook" --yes --oidc-token-file "$work/kubernetes.token" -i "$inventory" -o json
run=$(json 'd["run"]')
for node in $nodes; do ! on "$node" grep -q -- --oidc- "$manifest" || fail "no --oidc-* flag stays on $node"; done
[ "$(logins "$run")" = 3 ] || fail 'three nodes with the same login'
expect_matrix new

claim 'and on the way back'
expect_exit 0 nightlatch rollback "$run" --yes --oidc-token-file "$work/kubernetes.token" -i "$inventory" -o json
[ "$(logins "$(json 'd["run"]')")" = 3 ] || fail 'three nodes with the same login'
expect_matrix old
! grep -rqF "$(cat "$work/kubernetes.token")" "$work/state" || fail 'the token is in no file of ours'
