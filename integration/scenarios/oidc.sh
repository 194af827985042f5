# tier: all
# seconds: 60
# shows: S18: a token is the same user with the same groups under --oidc-* and under the file they moved into
# shellcheck shell=sh

scratch=$(mktemp -d)
at_end 'rm -rf "$scratch"'
pki=$scratch/pki issuer=$scratch/issuer port=18443
mkdir "$issuer"

claim 'an etcd, an issuer and certificates of its own; no node is needed'
own_etcd "$scratch/etcd"
"$("$build" --path kubeadm)" init phase certs all --cert-dir "$pki" --apiserver-advertise-address 10.0.0.11 \
  --kubernetes-version v1.34.4 >"$work/kubeadm" 2>&1 || fail 'kubeadm makes certificates'
"$here/issuer" make "$issuer"
"$here/issuer" serve "$issuer" $port >"$work/issuer" 2>&1 &
issuer_process=$!
at_end 'kill $issuer_process 2>/dev/null'

# kubeadm's manifest with more flags.
manifest_with() { # FLAG...
  for flag; do printf "    - '%s'\n" "$flag"; done >"$scratch/flags"
  sed "/^    image: /{
    e cat $scratch/flags
  }" "$here/../../tests/golden/rewrite/kubeadm-1.34/input.yaml" >"$scratch/kube-apiserver.yaml"
}
start_server() { # MANIFEST LOG
  start_log=$2
  own_arguments "$1" "$pki" "$scratch/out" >"$scratch/arguments"
  set --
  while read -r argument; do set -- "$@" "$argument"; done <"$scratch/arguments"
  "$("$build" --path kube-apiserver)" "$@" >"$work/$start_log" 2>&1 &
  server=$!
  at_end 'kill $server 2>/dev/null'
  within 90 own_answers /readyz 200 || {
    tail -n 20 "$work/$start_log"
    fail "the API server is ready ($start_log)"
  }
}
stop_server() {
  kill $server
  wait $server || true
}

# Who a token is to the API server: its user name and groups, or the status it is answered with.
whoami() { # NAME
  printf 'Authorization: Bearer %s\n' "$(cat "$scratch/$1.token")" >"$scratch/header"
  code=$(curl --silent --insecure --max-time 5 --noproxy '*' --output "$scratch/answer" --write-out '%{http_code}' \
    --header "@$scratch/header" --header 'Content-Type: application/json' \
    --data '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}' \
    https://127.0.0.1:16443/apis/authentication.k8s.io/v1/selfsubjectreviews || true)
  [ "$code" = 201 ] || {
    echo "$code"
    return
  }
  python3 -c 'import json, sys; u = json.load(open(sys.argv[1]))["status"]["userInfo"]
print(u["username"], *sorted(u["groups"]))' "$scratch/answer"
}
is() { [ "$(whoami "$1")" = "$2" ]; }
expect_user() { # NAME WHO
  within 40 is "$1" "$2" || fail "$1 is: $2 (it was: $(whoami "$1"))"
  printf '%-8s %s\n' "$1" "$2"
}

# What each token is under the flags, then under the rewritten manifest; "users" are lines NAME WHO.
same_before_and_after() { # TITLE FLAG...
  title=$1
  shift
  manifest_with "$@"
  claim "$title, by --oidc-*"
  start_server "$scratch/kube-apiserver.yaml" "before"
  own_answers /version 200 || fail 'anonymous access is open before'
  while read -r name who; do expect_user "$name" "$who"; done <"$scratch/users"
  expect_user rs512 401
  stop_server
  claim "$title, by the file that nightlatch wrote"
  rm -rf "$scratch/out"
  expect_exit 3 nightlatch rewrite "$scratch/kube-apiserver.yaml" -p health-only
  expect_said NL3120
  expect_exit 0 nightlatch rewrite "$scratch/kube-apiserver.yaml" -p health-only --oidc-ca-file "$issuer/ca.crt" --out "$scratch/out"
  expect_said 'move from --oidc-*' 'not only RS256'
  ! grep -q -- --oidc- "$scratch/out/kube-apiserver.yaml" || fail 'no --oidc-* flag stays'
  start_server "$scratch/out/kube-apiserver.yaml" "after"
  own_answers /version 401 || fail '/version is shut after'
  while read -r name who; do expect_user "$name" "$who"; done <"$scratch/users"
}

# The CA's path is the same on this machine and in the "container": it lies among the certificates.
cp "$issuer/ca.crt" "$pki/issuer.crt"
url=https://127.0.0.1:$port
"$here/issuer" token "$issuer" $port RS256 aud=kubernetes sub=alice email=alice@example.com hd=example.com 'groups=["ops","dev"]' >"$scratch/alice.token"
"$here/issuer" token "$issuer" $port RS256 aud=kubernetes sub=mallory email=mallory@example.com 'groups=["ops"]' >"$scratch/mallory.token"
"$here/issuer" token "$issuer" $port RS256 aud=other sub=alice email=alice@example.com hd=example.com >"$scratch/other.token"
"$here/issuer" token "$issuer" $port RS512 aud=kubernetes sub=alice email=alice@example.com hd=example.com >"$scratch/rs512.token"

cat >"$scratch/users" <<USERS
alice $url#alice oidc:dev oidc:ops system:authenticated
mallory 401
other 401
USERS
same_before_and_after 'a subject with the prefix of its issuer, groups with their own, a required claim' \
  "--oidc-issuer-url=$url" --oidc-client-id=kubernetes --oidc-ca-file=/etc/kubernetes/pki/issuer.crt \
  --oidc-groups-claim=groups --oidc-groups-prefix=oidc: --oidc-required-claim=hd=example.com
claim 'what the plan warned of: another algorithm is accepted now'
expect_user rs512 "$url#alice system:authenticated"
stop_server

cat >"$scratch/users" <<USERS
alice alice@example.com -dev -ops system:authenticated
other 401
USERS
same_before_and_after 'an email without a prefix, groups with a dash' \
  "--oidc-issuer-url=$url" --oidc-client-id=kubernetes --oidc-ca-file=/etc/kubernetes/pki/issuer.crt \
  --oidc-username-claim=email --oidc-groups-claim=groups --oidc-groups-prefix=-
stop_server
