# The load balancer: haproxy in a network namespace of its own, asking every API server
# GET /healthz without credentials, as kubeadm's guide for high availability does.
# shellcheck shell=sh

start_balancer() {
    mkdir -p "$state/balancer"
    cat >"$state/balancer/haproxy.cfg" <<CONFIG
global
    maxconn 2000
    stats socket $state/balancer/stats.sock mode 600 level admin

defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    retries 3
    option redispatch

frontend kubernetes
    bind $balancer_ip:6443
    default_backend control-plane

backend control-plane
    balance roundrobin
    option httpchk GET /healthz
    http-check expect status 200
    default-server check check-ssl verify none inter $balancer_inter fall $balancer_fall rise $balancer_rise on-marked-down shutdown-sessions
$(for node in $nodes; do echo "    server $node $(node_ip "$node"):6443"; done)
CONFIG
    nsenter --net="/run/netns/$(netns_name lb)" haproxy -D -f "$state/balancer/haproxy.cfg" \
        -p "$state/balancer/pid" >>"$state/balancer/log" 2>&1 8>&- ||
        die "haproxy did not start; see $state/balancer/log"
}

# "node up|down", one line a backend.
balancer_states() {
    echo 'show stat' | socat - "UNIX-CONNECT:$state/balancer/stats.sock" 2>/dev/null |
        awk -F, '$1 == "control-plane" && $2 != "BACKEND" {print $2, tolower($18)}'
}

# A backend on its way shows as "up 1/2": only a plain "up" counts.
balancer_sees_all() {
    [ "$(balancer_states | grep -c ' up$')" = "$(echo "$nodes" | wc -w)" ]
}
