# One bridge a lab, one network namespace a node and one for the load balancer.
# The workstation is this machine: it has the bridge's address and reaches all of them.
# shellcheck shell=sh

bridge_name() { echo "nl-$lab"; }
netns_name() { echo "nl-$lab-$1"; }
link_name() { echo "nl$index-$1"; } # the bridge's end of the cable to a node

# The first 10.77.X.0/24 that no route of this machine knows.
choose_index() {
    index=1
    while [ -n "$(ip -4 route show "10.77.$index.0/24")" ]; do
        index=$((index + 1))
        [ $index -lt 255 ] || die "every network 10.77.X.0/24 is taken on this machine"
    done
}

make_bridge() {
    ip link add "$(bridge_name)" type bridge
    ip address add "$workstation_ip/24" dev "$(bridge_name)"
    ip link set "$(bridge_name)" up
}

# A namespace with a cable to the bridge. It outlives the node's reboots, as a cable does.
plug_in() { # name address
    ip netns add "$(netns_name "$1")"
    ip link add "$(link_name "$1")" type veth peer name eth0 netns "$(netns_name "$1")"
    ip link set "$(link_name "$1")" master "$(bridge_name)" up
    # Of the address, so that whoever knew a host that is gone finds the one that comes after it.
    ip -n "$(netns_name "$1")" link set eth0 address "$(printf '02:4e:4c:00:%02x:%02x' "$index" "${2##*.}")"
    ip -n "$(netns_name "$1")" address add "$2/24" dev eth0
    ip -n "$(netns_name "$1")" link set eth0 up
    ip -n "$(netns_name "$1")" link set lo up
}

connect_node() { ip link set "$(link_name "$1")" up; }

# Everything that runs in a namespace of this lab was started by this lab.
end_processes_of() { # name
    [ -e "/run/netns/$(netns_name "$1")" ] || return 0
    ip netns pids "$(netns_name "$1")" | while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done
}

# The cable first: the kernel removes it with the namespace too, but some time later.
unplug() { # name
    if [ -e "/sys/class/net/$(link_name "$1")" ]; then
        ip link delete "$(link_name "$1")"
    fi
    if [ -e "/run/netns/$(netns_name "$1")" ]; then
        ip netns delete "$(netns_name "$1")"
    fi
}

remove_bridge() {
    if [ -e "/sys/class/net/$(bridge_name)" ]; then
        ip link delete "$(bridge_name)"
    fi
}
