# The Debian root that every node stands on: made once, read-only from then on.
# shellcheck shell=sh

root_suite=bookworm
root_packages=systemd,systemd-sysv,dbus,openssh-server,sudo,iproute2,iputils-ping,procps,curl,ca-certificates,openssl,util-linux,containerd,runc

# Units that reach for the machine's hardware, kernel settings or the internet.
root_masked='apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
    dpkg-db-backup.timer systemd-sysctl.service systemd-modules-load.service systemd-pstore.service
    systemd-tmpfiles-setup-dev.service proc-sys-fs-binfmt_misc.automount systemd-binfmt.service
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount
    sys-kernel-config.mount sys-fs-fuse-connections.mount systemd-journald-audit.socket
    getty@tty1.service console-getty.service'

# The name carries everything that shapes the root, this file included.
root_path() {
    echo "$cache_root/root-$(sha256sum "$lab_home/lib/root.sh" | cut -c1-12)"
}

make_root() {
    root=$(root_path)
    mkdir -p "$cache_root"
    exec 7>"$cache_root/root.lock"
    flock 7
    if [ ! -d "$root" ]; then
        say "making the Debian root (about 75 s, once): $root"
        rm -rf "$root.new"
        # The mirror is the one this machine's apt uses; debootstrap's own default otherwise.
        mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $root_suite" 'Created-By: Packages' 2>/dev/null |
            head -n 1)
        # debootstrap mounts /proc in there; its own mount namespace forgets it whatever happens.
        # shellcheck disable=SC2086 # no mirror is no argument
        unshare --mount --propagation private debootstrap --variant=minbase --include="$root_packages" "$root_suite" "$root.new" $mirror \
            >"$cache_root/debootstrap.log" 2>&1 7>&- ||
            die "debootstrap failed; its log: $cache_root/debootstrap.log"
        furnish_root "$root.new"
        mv "$root.new" "$root"
    fi
    exec 7>&-
}

furnish_root() { # directory
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/etc/ssh/ssh_host_* "$1"/var/log/*
    rm -f "$1/etc/machine-id" "$1/etc/resolv.conf"
    : >"$1/etc/resolv.conf"
    for unit in $root_masked; do ln -sf /dev/null "$1/etc/systemd/system/$unit"; done

    # An administrator, and one whose sudo is refused. '*' is no password, yet no locked account.
    for user in ops nosudo; do
        chroot "$1" useradd --create-home --shell /bin/bash --password '*' $user
    done
    echo 'ops ALL=(ALL) NOPASSWD: ALL' >"$1/etc/sudoers.d/ops"
    chmod 0440 "$1/etc/sudoers.d/ops"

    mkdir -p "$1/etc/systemd/journald.conf.d" "$1/etc/cni/net.d"
    printf '[Journal]\nStorage=persistent\nSystemMaxUse=64M\n' >"$1/etc/systemd/journald.conf.d/lab.conf"
    # Every pod here uses the host's network; with a network named, and never called,
    # the kubelet reports its node as Ready.
    echo '{"cniVersion":"0.4.0","name":"lab","plugins":[{"type":"loopback"}]}' >"$1/etc/cni/net.d/10-lab.conflist"
}
