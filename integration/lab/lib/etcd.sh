# etcd: one member a node, plain HTTP between the nodes' addresses.
# shellcheck shell=sh

etcd_members() {
    for member in $nodes; do printf '%s=http://%s:2380,' "$member" "$(node_ip "$member")"; done | sed 's/,$//'
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
    --initial-cluster=$(etcd_members) --initial-cluster-state=new --initial-cluster-token=$lab \\
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
