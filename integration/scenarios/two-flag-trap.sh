# tier: test
# seconds: 135
# shows: S13: what a well-known guide prints does not start; nightlatch never makes a manifest with both flags
# shellcheck shell=sh

# The guide's step 1 and 2: --anonymous-auth=false beside --authentication-config, the file itself mounted.
naive_edit() {
  lab manifest cp3 | sed \
    -e 's|^    - --allow-privileged=true$|&\n    - --anonymous-auth=false\n    - --authentication-config=/etc/kubernetes/auth-config.yaml|' \
    -e 's|^    volumeMounts:$|&\n    - mountPath: /etc/kubernetes/auth-config.yaml\n      name: auth-config-volume\n      readOnly: true|' \
    -e 's|^  volumes:$|&\n  - name: auth-config-volume\n    hostPath:\n      path: /etc/kubernetes/auth-config.yaml\n      type: File|'
}
its_log_says() { # NODE TEXT
  on "$1" sh -c 'grep -hF -- "$0" /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log' "$2" 2>/dev/null
}
# Every manifest that is ever there, and the arguments of every kube-apiserver that ever runs.
watch_node() {
  on "$1" rm -f /run/scenario-over
  on "$1" sh -c '
    for round in $(seq 6000); do
      [ ! -e /run/scenario-over ] || break
      echo "manifest $(grep -Ec "^ *- --(anonymous-auth|authentication-config)" "$0")"
      for pid in $(pgrep -x kube-apiserver); do
        echo "process $(tr "\0" "\n" <"/proc/$pid/cmdline" | grep -Ec "^--(anonymous-auth|authentication-config)")"
      done
      sleep 0.1
    done 2>/dev/null' "$manifest" >"$work/watched.$1" &
}

claim "the guide's edit, to the letter: the API server refuses to start"
on cp3 sh -c 'cat >/etc/kubernetes/auth-config.yaml' <<'YAML'
apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
  - path: /livez
  - path: /readyz
  - path: /healthz
YAML
at_end 'on cp3 rm -f /etc/kubernetes/auth-config.yaml'
naive_edit | on cp3 sh -c "cat >/etc/kubernetes/.naive && mv /etc/kubernetes/.naive $manifest"
within 90 its_log_says cp3 '--anonymous-auth flag cannot be set when anonymous field is configured' ||
  fail "the API server's refusal in its log"
[ "$(status_of cp3 /livez)" = 000 ] || fail 'cp3 does not answer'

claim 'a manifest with --anonymous-auth=true is a start that many clusters have'
sed 's|^    - --allow-privileged=true$|&\n    - --anonymous-auth=true|' "$state/pristine/cp3/kube-apiserver.yaml" |
  on cp3 sh -c "cat >/etc/kubernetes/.edited && mv /etc/kubernetes/.edited $manifest"
within 120 restarted_with cp3 --anonymous-auth=true || fail 'cp3 runs with --anonymous-auth=true'
wait_healthy
before=$(manifest_sha cp3)

claim 'the roll never has both'
for node in $nodes; do watch_node "$node"; done
at_end 'for node in $nodes; do on "$node" touch /run/scenario-over; done'
expect_exit 0 nightlatch apply -p "$(fast_playbook 'order: [cp3, cp1, cp2]')" --yes -i "$inventory" -o json
run=$(json 'd["run"]')
for node in $nodes; do
  on "$node" touch /run/scenario-over
  ! on "$node" grep -q -- --anonymous-auth "$manifest" || fail "--anonymous-auth is gone on $node"
  has_config_flag "$node" || fail "--authentication-config is there on $node"
  sort "$work/watched.$node" | uniq -c
  [ "$(grep -c process "$work/watched.$node")" -gt 20 ] || fail "the processes of $node were watched"
  ! grep -q ' [2-9]$' "$work/watched.$node" || fail "never both on $node"
done
expect_matrix new

claim 'the manifest of before is kept on the node, to the byte'
on cp3 test -f "/etc/kubernetes/nightlatch/runs/$run/manifest.before" || fail 'the old manifest is kept on the node'
[ "$(on cp3 sha256sum "/etc/kubernetes/nightlatch/runs/$run/manifest.before" | cut -d' ' -f1)" = "$before" ] ||
  fail 'the kept manifest is the one of before'
