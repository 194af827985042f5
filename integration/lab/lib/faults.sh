# What can go wrong with a node, made on purpose.
# shellcheck shell=sh

cut_node() { # node
    ip link set "$(link_name "$1")" down
    say "$1 is cut off; back with: lab --name $lab heal $1"
}

heal_node() { # node
    connect_node "$1"
    say "$1 is connected"
}

# Only processes of the node's own process namespace are visible to it.
kill_on_node() { # node process-name
    # The kernel keeps 15 characters of a name.
    on_node "$1" pkill -KILL -x "$(printf %.15s "$2")" || die "no process named $2 runs on $1"
    say "killed $2 on $1"
}

# Orderly: systemd stops everything and asks for the reboot, which node-run carries out.
reboot_orderly() { # node
    before=$(init_pid "$1") || die "$1 is not running; start it: lab --name $lab reboot $1"
    on_node "$1" systemctl reboot
    wait_until 120 was_rebooted "$1" "$before" || die "$1 did not come back; see $(node_dir "$1")/console.log"
}

was_rebooted() { now_pid=$(init_pid "$1") && [ "$now_pid" != "$2" ]; }

reboot_hard() { # node
    cut_power "$1"
    boot_node "$1"
}
