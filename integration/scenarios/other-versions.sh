# tier: all
# seconds: 120
# shows: what nightlatch writes is read by kube-apiserver 1.32, 1.33, 1.34 and 1.36
# shellcheck shell=sh

scratch=$(mktemp -d)
at_end 'rm -rf "$scratch"'
pki=$state/nodes/cp1/upper/etc/kubernetes/pki

claim 'an etcd of its own'
own_etcd "$scratch/etcd"

for version in 1.32 1.33 1.34 1.36; do
  program=$("$build" --version $version --path kube-apiserver) || {
    "$build" --version $version --only kube-apiserver
    program=$("$build" --version $version --path kube-apiserver)
  }
  full=$("$program" --version | sed 's/.* v//')
  claim "kube-apiserver $full"
  rm -rf "$scratch/out"
  sed "s|kube-apiserver:v.*|kube-apiserver:v$full|" "$state/pristine/cp1/kube-apiserver.yaml" >"$scratch/kube-apiserver.yaml"
  expect_exit 0 nightlatch rewrite "$scratch/kube-apiserver.yaml" -p health-only --out "$scratch/out"
  own_arguments "$scratch/out/kube-apiserver.yaml" "$pki" "$scratch/out" >"$scratch/arguments"
  grep -q "^--authentication-config=$scratch/out/authn-" "$scratch/arguments" || fail 'the flag names the file'
  xargs -d '\n' "$program" <"$scratch/arguments" >"$work/kube-apiserver-$full" 2>&1 &
  server=$!
  at_end 'kill $server 2>/dev/null'
  within 60 own_answers /readyz 200 || {
    tail -n 20 "$work/kube-apiserver-$full"
    fail "$full is ready"
  }
  for path in /livez /readyz /healthz; do own_answers $path 200 || fail "$full: $path 200"; done
  for path in /version /api /api/v1/pods; do own_answers $path 401 || fail "$full: $path 401"; done
  echo "$full answers as planned"
  pkill -TERM -P $server || true
  wait $server || true
done
