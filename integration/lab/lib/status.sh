# How the lab is: its nodes, each API server with credentials and without, the balancer.
# shellcheck shell=sh

# curl with the administrator's certificate, or without any: prints the HTTP status, 000
# when nothing answered.
ask_as_admin() { # address path
    ask "$1" "$2" --cert "$state/admin/client-certificate.pem" --key "$state/admin/client-key.pem"
}

ask() { # address path curl-options...
    ask_url=https://$1:6443$2
    shift 2
    curl --silent --output /dev/null --write-out '%{http_code}' --connect-timeout 1 --max-time 4 \
        --noproxy '*' --cacert "$state/admin/certificate-authority.pem" "$@" "$ask_url" || true
}

is_ready() { [ "$(ask_as_admin "$(node_ip "$1")" /readyz)" = 200 ]; }

# The same answer three times in a row: a starting API server can say "ok" once too early.
is_steadily_ready() {
    for _ in 1 2 3; do is_ready "$1" || return 1; done
}

wait_ready() { # node
    wait_until 150 is_steadily_ready "$1" || die "the API server of $1 is not ready; look: lab --name $lab logs $1"
}

node_state() { # node
    if ! is_running "$1"; then
        echo off
    elif [ "$(cat "/sys/class/net/$(link_name "$1")/operstate" 2>/dev/null)" != up ]; then
        echo cut
    else
        echo up
    fi
}

show_status() {
    printf '%-5s %-12s %-5s %-8s %-7s %-9s %s\n' NODE ADDRESS STATE BALANCER READYZ ANONYMOUS-LIVEZ ''
    states=$(balancer_states)
    for node in $nodes; do
        printf '%-5s %-12s %-5s %-8s %-7s %s\n' "$node" "$(node_ip "$node")" "$(node_state "$node")" \
            "$(echo "$states" | sed -n "s/^$node //p")" "$(ask_as_admin "$(node_ip "$node")" /readyz)" \
            "$(ask "$(node_ip "$node")" /livez)"
    done
    for node in $hosts; do printf '%-5s %-12s %s\n' "$node" "$(node_ip "$node")" "$(node_state "$node")"; done
    printf '%-5s %-12s %-5s %-8s %-7s %s\n' lb "$balancer_ip" '' '' \
        "$(ask_as_admin "$balancer_ip" /readyz)" "$(ask "$balancer_ip" /livez)"
}

show_status_json() {
    states=$(balancer_states) separator=''
    printf '{"name":"%s","version":"%s","endpoint":"%s","balancer":{"address":"%s","readyz":%d,"livez":%d},"nodes":[' \
        "$lab" "$apiserver_version" "$endpoint" "$balancer_ip" \
        "$(ask_as_admin "$balancer_ip" /readyz)" "$(ask "$balancer_ip" /livez)"
    for node in $nodes; do
        printf '%s{"name":"%s","address":"%s","state":"%s","balancer":"%s","readyz":%d,"livez":%d}' "$separator" \
            "$node" "$(node_ip "$node")" "$(node_state "$node")" "$(echo "$states" | sed -n "s/^$node //p")" \
            "$(ask_as_admin "$(node_ip "$node")" /readyz)" "$(ask "$(node_ip "$node")" /livez)"
        separator=,
    done
    printf ']}\n'
}

is_healthy() {
    for node in $nodes; do
        [ "$(node_state "$node")" = up ] && is_ready "$node" &&
            [ "$(ask "$(node_ip "$node")" /livez)" = 200 ] || return 1
    done
    balancer_sees_all
}
