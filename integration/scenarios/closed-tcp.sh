# tier: all
# seconds: 190
# shows: S15: closed with spec.probes: tcpSocket; the kubelet leaves an API server alone that answers every probe path with 401
# shellcheck shell=sh

playbook() { # NAME [LINE OF SPEC]
  printf 'apiVersion: nightlatch.dev/v1\nkind: Playbook\nmetadata: {name: %s}\nspec:\n  profile: closed\n%s\n' \
    "$1" "${2:+  $2}" >"$work/$1.yaml"
  echo "$work/$1.yaml"
}
server_of() { servers | grep '^cp3 '; }

claim 'with kubeadm'"'"'s HTTP probes, closed is refused, with the seconds after which the kubelet would kill'
expect_exit 3 nightlatch rewrite "$state/pristine/cp3/kube-apiserver.yaml" -p "$(playbook closed)"
expect_said NL3112 'spec.probes: tcpSocket'

claim 'with TCP probes it is written, and what that loses is said'
expect_exit 0 nightlatch rewrite "$state/pristine/cp3/kube-apiserver.yaml" -p "$(playbook closed-tcp 'probes: tcpSocket')" \
  --out "$work/written"
expect_said 'no longer restart an API server that hangs'
grep -q -- '- --anonymous-auth=false' "$work/written/kube-apiserver.yaml" || fail 'the flag is in the file'
! grep -q httpGet "$work/written/kube-apiserver.yaml" || fail 'no HTTP probe is left'

claim 'the API server starts with it and refuses everybody without credentials'
put_manifest cp3 <"$work/written/kube-apiserver.yaml"
is_shut() { [ "$(status_of cp3 /livez)" = 401 ]; }
within 120 is_shut || fail 'GET /livez on cp3 is answered 401'
for path in /livez /readyz /healthz /version /api; do expect_status cp3 $path 401; done

# kubeadm's liveness probe kills after 10 s + 8 * 10 s; its startup probe would wait 24 * 10 s.
claim 'the kubelet leaves it alone, 110 s long'
before=$(server_of)
sleep 110
[ "$(server_of)" = "$before" ] || fail 'the same process runs'
expect_status cp3 /livez 401
