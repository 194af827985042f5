# tier: all
# seconds: 220
# shows: S16: curl on a node that is told to use a proxy asks the node itself all the same
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
# Nobody listens there: whatever goes through it fails. sshd forbids forwarding, so that curl on the node asks.
proxy=http://127.0.0.1:9
set_proxy() {
  on "$1" sh -c 'echo "AllowTcpForwarding no" >/etc/ssh/sshd_config.d/forwarding.conf && systemctl reload ssh.service
    for home in /root /home/ops; do echo "proxy = $0" >"$home/.curlrc"; done
    for name in http_proxy https_proxy HTTPS_PROXY ALL_PROXY; do echo "$name=$0"; done >/etc/environment' "$proxy"
}
unset_proxy() {
  on "$1" sh -c 'rm -f /etc/ssh/sshd_config.d/forwarding.conf /root/.curlrc /home/ops/.curlrc && : >/etc/environment
    systemctl reload ssh.service'
}

claim 'every node has a proxy in its environment and in the curlrc of root and of the user'
at_end 'for node in $nodes; do unset_proxy "$node"; done'
for node in $nodes; do set_proxy "$node"; done
on cp1 sh -c 'HOME=/root curl --silent --max-time 5 --insecure https://127.0.0.1:6443/livez' &&
  fail 'curl on the node goes through the proxy'

claim 'the roll, the questions of verify, and the rollback'
roll 0
run=$(json 'd["run"]')
expect_outcomes confirmed confirmed confirmed
expect_exit 0 nightlatch verify -p "$playbook" -i "$inventory" -o json
expect_json "any(c['place'].startswith('curl on ') for c in d['checks'])" True
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
