# etcd: one member a node. As a unit, plain HTTP between the nodes' addresses; as a pod, what kubeadm calls stacked:
# its own manifest and certificates, and API servers that ask the member of their own machine.
# shellcheck shell=sh

is_stacked() { [ "$etcd_as" = pod ]; }

etcd_members() { # scheme
    for member in $nodes; do printf '%s=%s://%s:2380,' "$member" "$1" "$(node_ip "$member")"; done | sed 's/,$//'
}

# kubeadm's first member would be alone, and the others would join it; here all of them begin together.
stacked_etcd() {
    cat <<YAML
etcd:
  local:
    imageTag: $("$state/layers/tools/usr/local/bin/etcd" --version | sed -n 's/^etcd Version: /v/p')
    extraArgs:
    - {name: initial-cluster, value: "$(etcd_members https)"}
    - {name: initial-cluster-token, value: $lab}
    - {name: heartbeat-interval, value: "200"}
    - {name: election-timeout, value: "2000"}
    - {name: unsafe-no-fsync, value: "true"}
YAML
}

external_etcd() {
    cat <<YAML
etcd:
  external:
    endpoints: [$(for member in $nodes; do printf '"http://%s:2379",' "$(node_ip "$member")"; done | sed 's/,$//')]
YAML
}

furnish_etcd() { # node root
    # A node of the lab loses power, the machine below it does not: what is written stays
    # without fsync, and a busy disk cannot cost a leader. The longer election timeout is
    # for the same reason.
    cat >"$2/etc/systemd/system/etcd.service" <<UNIT
[Unit]
Description=etcd
After=network.target

[Service]
Type=notify
ExecStart=/usr/local/bin/etcd --name=$1 --data-dir=/var/lib/etcd/member-data \\
    --listen-client-urls=http://$(node_ip "$1"):2379,http://127.0.0.1:2379 \\
    --advertise-client-urls=http://$(node_ip "$1"):2379 \\
    --listen-peer-urls=http://$(node_ip "$1"):2380 \\
    --initial-advertise-peer-urls=http://$(node_ip "$1"):2380 \\
    --initial-cluster=$(etcd_members http) --initial-cluster-state=new --initial-cluster-token=$lab \\
    --heartbeat-interval=200 --election-timeout=2000 --unsafe-no-fsync
Restart=always
RestartSec=1
TimeoutStartSec=infinity
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
UNIT
    enable_unit "$2" etcd.service
}

enable_unit() { # root unit
    mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
    ln -sf "/etc/systemd/system/$2" "$1/etc/systemd/system/multi-user.target.wants/$2"
}
