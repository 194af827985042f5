#!/bin/sh
@HEAD@
set -eu
umask 077
fail() {
  printf 'nightlatch: %s\n' "$*" >&2
  exit 1
}
is_printed() { echo "@SHA256@  $1" | sha256sum -c - >/dev/null 2>&1; }

[ "$(id -u)" -eq 0 ] || fail 'run this as root'
for patch in /etc/kubernetes/patches/kube-apiserver*; do
  [ ! -f "$patch" ] || ! grep -q -e anonymous-auth -e authentication-config -e oidc -e command "$patch" ||
    fail "$patch changes authentication: take that out of it before kubeadm join"
done
@FOLDERS@
if [ -e @PATH@ ]; then
  is_printed @PATH@ || fail '@PATH@ is there with another content: look at it, and move it away'
else
  base64 -d >@PATH@.new <<'BASE64'
@CONTENT@
BASE64
  is_printed @PATH@.new || fail '@PATH@.new is not as it was printed (disk full?)'
  mv @PATH@.new @PATH@
fi
chown @OWNER@ @PATH@
chmod @MODE@ @PATH@
