# The cgroups of a node: one of its own name in every tree of the machine.
# shellcheck shell=sh

# Beside the controllers of version 1, systemd keeps its units in version 2, which this machine need not have mounted.
# Nodes that shared that tree would stop each other's units: "systemctl stop kubelet" on one would reach them all.
has_version_1() { grep -q '^[^ ]* /sys/fs/cgroup/[^ ]* cgroup ' /proc/mounts; }
with_version_2() { # SCRIPT CGROUP [ARGUMENT]: with the tree at /mnt, for the script alone
    unshare --mount --propagation private sh -c "mount -t cgroup2 cgroup2 /mnt && $1" "$2" "${3:-}"
}

remove_cgroups_named() { # cgroup
    if has_version_1; then
        with_version_2 'if [ -d "/mnt/$0" ]; then find "/mnt/$0" -depth -type d -exec rmdir {} + 2>/dev/null || :; fi' "$1"
    fi
    for tree in /sys/fs/cgroup/*/"$1" "/sys/fs/cgroup/$1"; do
        if [ -d "$tree" ]; then find "$tree" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
    done
}
