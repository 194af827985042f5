# A node: a Debian host with its own systemd, from directories to a running init.
#
#   nodes/cp1/upper, work, root   the overlay over the cached Debian root
#   nodes/cp1/data/               what cannot live on an overlay (bind-mounted)
#   nodes/cp1/init.pid            its first process, in the machine's numbers
#   nodes/cp1/console.log         what node-run and node-init said
# shellcheck shell=sh

# overlayfs layers over the root: programs for every node, crictl for all but the third,
# because tools must cope with a node that has none.
make_layers() {
    layer=$state/layers/tools
    mkdir -p "$layer/usr/bin" "$layer/usr/local/bin" "$layer/opt/lab/images" "$state/layers/crictl/usr/bin"
    for program in kubelet kubeadm kubectl; do
        place "$(control_plane "$program")" "$layer/usr/bin/$program"
    done
    place "$(control_plane etcd)" "$layer/usr/local/bin/etcd"
    place "$(control_plane crictl)" "$state/layers/crictl/usr/bin/crictl"
    place "$(control_plane pause.tar)" "$layer/opt/lab/images/pause.tar"
    place "$apiserver.tar" "$layer/opt/lab/images/kube-apiserver.tar"
    if is_stacked; then place "$(control_plane etcd.tar)" "$layer/opt/lab/images/etcd.tar"; fi
    if ! grep -q overlay /proc/filesystems && ! modprobe overlay 2>/dev/null; then
        die "this kernel has no overlayfs, on which the nodes' roots stand"
    fi
}

place() { cp --link "$1" "$2" 2>/dev/null || cp "$1" "$2"; }

# Where the build cache has a program of the lab's own version.
control_plane() {
    "$lab_home/../controlplane/build" --path "$1" ||
        die "the control plane is not built; build it: lab prepare"
}

layers_of() { # node
    case $1 in
    cp3) echo "$state/layers/tools:$debian_root" ;;
    *) echo "$state/layers/crictl:$state/layers/tools:$debian_root" ;;
    esac
}

make_node_directories() { # node
    mkdir -p "$(node_dir "$1")/upper" "$(node_dir "$1")/work" "$(node_dir "$1")/root" \
        "$(node_dir "$1")/data/containerd" "$(node_dir "$1")/data/etcd" "$(node_dir "$1")/data/kubelet"
}

# Furnishes the node's root, mounted in a mount namespace that ends with the program.
prepare_node() { # node
    unshare --mount --propagation private "$lab_home/lib/node-prepare" "$lab" "$1" "$(layers_of "$1")" \
        >"$(node_dir "$1")/prepare.log" 2>&1 8>&- ||
        die "could not prepare $1; see $(node_dir "$1")/prepare.log"
}

boot_node() { # node
    rm -f "$(node_dir "$1")/init.pid"
    setsid "$lab_home/lib/node-run" "$(node_dir "$1")" "$(layers_of "$1")" "$(netns_name "$1")" "nightlatch-$lab-$1" \
        </dev/null >>"$(node_dir "$1")/console.log" 2>&1 8>&- &
    echo $! >"$(node_dir "$1")/run.pid"
    wait_until 20 is_running "$1" || die "$1 did not start; see $(node_dir "$1")/console.log"
}

# The first process counts only while it lives in the node's own network namespace:
# a number alone may have gone to another process since.
init_pid() { # node
    [ -f "$(node_dir "$1")/init.pid" ] || return 1
    read -r init_found <"$(node_dir "$1")/init.pid"
    its_net=$(stat -Lc %d:%i "/proc/$init_found/ns/net" 2>/dev/null) || return 1
    [ "$its_net" = "$(stat -Lc %d:%i "/run/netns/$(netns_name "$1")" 2>/dev/null)" ] || return 1
    echo "$init_found"
}

is_running() { init_pid "$1" >/dev/null; }

# Power off without warning: the machine keeps what was written, nothing is shut down.
cut_power() { # node
    if [ -f "$(node_dir "$1")/run.pid" ]; then
        read -r runner <"$(node_dir "$1")/run.pid"
        if tr '\0' ' ' 2>/dev/null <"/proc/$runner/cmdline" | grep -q "node-run $(node_dir "$1") "; then
            kill -KILL "$runner" 2>/dev/null || true
        fi
        rm -f "$(node_dir "$1")/run.pid"
    fi
    end_processes_of "$1"
    wait_until 20 has_no_process "$1" || die "$1 still has processes: ip netns pids $(netns_name "$1")"
}

has_no_process() { # node
    [ ! -e "/run/netns/$(netns_name "$1")" ] || [ -z "$(ip netns pids "$(netns_name "$1")")" ]
}

remove_cgroups() { remove_cgroups_named "nightlatch-$lab-$1"; } # node

# As root on the node, in all of its namespaces; stdin passes.
on_node() { # node command...
    on_node_pid=$(init_pid "$1") || die "$1 is not running; start it: lab --name $lab reboot $1"
    shift
    nsenter --target "$on_node_pid" --mount --uts --ipc --net --pid --cgroup --time --root --wd \
        env -i HOME=/root "TERM=${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
