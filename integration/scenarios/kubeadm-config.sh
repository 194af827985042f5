# tier: test
# seconds: 10
# shows: S20: what kubeadm writes from the changed ClusterConfiguration is exposed as what nightlatch wrote
# shellcheck shell=sh

scratch=$(mktemp -d)
at_end 'rm -rf "$scratch"'

kubeadm_writes() { kubeadm_manifest "$1" >"$scratch/$2.yaml"; } # CLUSTER-CONFIGURATION NAME
exposure_of() { # MANIFEST: as nightlatch judges it
  set -- "$1" "$(sed -n 's/^    - --authentication-config=.*\///p' "$1")"
  if [ -n "$2" ]; then set -- "$1" --authentication-config "$scratch/new/$2"; else set -- "$1"; fi
  expect_exit 0 nightlatch detect --manifest "$@" -o json
  json '(d["nodes"][0]["exposure"]["state"], d["nodes"][0]["exposure"].get("paths", []))' >"$scratch/exposure"
}

"$("$here/../controlplane/build" --path kubeadm)" config print init-defaults | sed '1,/^---$/d' >"$scratch/plain.yaml"
sed 's|^apiServer: {}$|apiServer:\n  extraArgs:\n  - name: audit-log-maxage\n    value: "7"\n  - name: anonymous-auth\n    value: "true"|' \
  "$scratch/plain.yaml" >"$scratch/with-arguments.yaml"
sed -e 's|v1beta4|v1beta3|' -e '/^caCertificateValidityPeriod:\|^certificateValidityPeriod:\|^encryptionAlgorithm:\|^proxy:/d' \
  -e 's|^apiServer: {}$|apiServer:\n  extraArgs:\n    anonymous-auth: "true"\n    audit-log-maxage: "7"\n  timeoutForControlPlane: 4m0s|' \
  "$scratch/plain.yaml" >"$scratch/old-form.yaml"

for form in plain with-arguments old-form; do
  claim "$form: kubeadm writes what nightlatch wrote"
  kubeadm_writes "$scratch/$form.yaml" before
  exposure_of "$scratch/before.yaml"
  [ "$(cat "$scratch/exposure")" = "('open', [])" ] || fail "open before (it was $(cat "$scratch/exposure"))"
  rm -rf "$scratch/new"
  cp "$scratch/before.yaml" "$scratch/kube-apiserver.yaml"
  expect_exit 0 nightlatch rewrite "$scratch/kube-apiserver.yaml" -p health-only --kubeadm-config "$scratch/$form.yaml" --out "$scratch/new"
  expect_said 'kubeadm    ' 'add authentication-config:'
  diff "$scratch/$form.yaml" "$scratch/new/$form.yaml" || true
  exposure_of "$scratch/new/kube-apiserver.yaml"
  cp "$scratch/exposure" "$scratch/wanted"
  kubeadm_writes "$scratch/new/$form.yaml" after
  exposure_of "$scratch/after.yaml"
  cmp "$scratch/exposure" "$scratch/wanted" || fail "kubeadm's manifest is exposed as the rewritten one"
  grep -q 'restricted' "$scratch/exposure" || fail 'and that is restricted'

  claim "$form: neither asks for more, and without the change kubeadm would undo the roll"
  expect_exit 0 nightlatch rewrite "$scratch/after.yaml" -p health-only --kubeadm-config "$scratch/new/$form.yaml" \
    --authentication-config "$(echo "$scratch"/new/authn-*.yaml)"
  expect_said 'nothing to change' 'says the same already'
  kubeadm_writes "$scratch/$form.yaml" undone
  exposure_of "$scratch/undone.yaml"
  [ "$(cat "$scratch/exposure")" = "('open', [])" ] || fail 'the old configuration opens it again'
done
