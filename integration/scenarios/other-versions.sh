# tier: all
# seconds: 120
# shows: what nightlatch writes is read by kube-apiserver 1.32, 1.33, 1.34 and 1.36
# shellcheck shell=sh

build=$here/../controlplane/build
scratch=$(mktemp -d)
at_end 'rm -rf "$scratch"'
pki=$state/nodes/cp1/upper/etc/kubernetes/pki

claim 'an etcd of its own'
"$("$build" --path etcd)" --data-dir "$scratch/etcd" --listen-client-urls http://127.0.0.1:23791 \
  --advertise-client-urls http://127.0.0.1:23791 --listen-peer-urls http://127.0.0.1:23801 \
  --initial-advertise-peer-urls http://127.0.0.1:23801 --initial-cluster default=http://127.0.0.1:23801 \
  --log-level error >"$work/etcd" 2>&1 &
etcd=$!
at_end 'kill $etcd 2>/dev/null'

status_here() { curl --silent --output /dev/null --write-out '%{http_code}' --insecure --max-time 5 "https://127.0.0.1:16443$1" || true; }
answers() { [ "$(status_here "$1")" = "$2" ]; }

# The command of a rewritten manifest, on this machine instead of a node.
command_of() { # MANIFEST
  sed -n '/^  - command:$/,/^    image:/s/^    - //p' "$1" | sed -e '/^kube-apiserver$/d' \
    -e "s|/etc/kubernetes/pki|$pki|" -e 's|^--advertise-address=.*|--advertise-address=127.0.0.1|' \
    -e 's|^--etcd-servers=.*|--etcd-servers=http://127.0.0.1:23791|' -e '/^--etcd-\(cafile\|certfile\|keyfile\)=/d' \
    -e 's|^--secure-port=.*|--secure-port=16443|' -e "s|=$config_directory/|=$scratch/out/|"
}

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
  command_of "$scratch/out/kube-apiserver.yaml" >"$scratch/arguments"
  grep -q "^--authentication-config=$scratch/out/authn-" "$scratch/arguments" || fail 'the flag names the file'
  xargs -d '\n' "$program" <"$scratch/arguments" >"$work/kube-apiserver-$full" 2>&1 &
  server=$!
  at_end 'kill $server 2>/dev/null'
  within 60 answers /readyz 200 || {
    tail -n 20 "$work/kube-apiserver-$full"
    fail "$full is ready"
  }
  for path in /livez /readyz /healthz; do answers $path 200 || fail "$full: $path 200"; done
  for path in /version /api /api/v1/pods; do answers $path 401 || fail "$full: $path 401"; done
  echo "$full answers as planned"
  pkill -TERM -P $server || true
  wait $server || true
done
