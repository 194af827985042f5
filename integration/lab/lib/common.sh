# Words that every other file uses: messages, waiting, the state of a lab.
# shellcheck shell=sh

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# Progress goes to stderr with the seconds since this command began; results go to stdout.
say() {
    said_at=$(($(now_ms) - began_ms))
    printf 'lab %s: %3d.%01d s  %s\n' "$lab" $((said_at / 1000)) $((said_at % 1000 / 100)) "$*" >&2
}

die() {
    printf 'lab %s: %s\n' "$lab" "$*" >&2
    exit 1
}

usage_error() {
    printf 'lab: %s\nlab: "lab help" lists the verbs\n' "$*" >&2
    exit 2
}

# Tries a command every 0.2 s until it succeeds or the seconds are over.
wait_until() { # seconds command...
    wait_end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        [ "$(now_ms)" -lt "$wait_end" ] || return 1
        sleep 0.2
    done
}

# Runs a function for several nodes at once; its output carries nothing of the node's
# name, so the function says it. Not to be called under || or if: the shell would
# switch off "stop at the first error" inside.
for_each() { # function node...
    each_function=$1 each_jobs=''
    shift
    for each_node in "$@"; do
        "$each_function" "$each_node" &
        each_jobs="$each_jobs $!"
    done
    each_failed=0
    for each_job in $each_jobs; do
        wait "$each_job" || each_failed=1
    done
    return $each_failed
}

# --- the state of one lab ----------------------------------------------------

state_root=${NIGHTLATCH_LAB_STATE:-/var/lib/nightlatch-lab}
cache_root=${XDG_CACHE_HOME:-$HOME/.cache}/nightlatch/lab

choose_lab() { # name
    case $1 in
    '' | *[!a-z0-9]*) usage_error "a lab's name is lower case letters and digits, not '$1'" ;;
    esac
    # Names of network interfaces end at 15 characters.
    [ ${#1} -le 12 ] || usage_error "a lab's name has at most 12 characters: $1"
    lab=$1
    state=$state_root/$lab
}

is_made() { [ -f "$state/lab.env" ]; }

# Reads what "lab up" wrote: index, nodes, apiserver_version, debian_root, grace, balancer_*; and the hosts
# that "lab host" added.
load_lab() {
    is_made || die "there is no such lab; make it: lab --name $lab up"
    hosts=''
    # shellcheck source=/dev/null
    . "$state/lab.env"
    name_addresses
}

name_addresses() {
    network=10.77.$index
    workstation_ip=$network.1
    balancer_ip=$network.10
    endpoint=https://$balancer_ip:6443
}

node_ip() { echo "$network.$((10 + ${1#cp}))"; }
node_dir() { echo "$state/nodes/$1"; }

is_host() { case " $hosts " in *" $1 "*) ;; *) return 1 ;; esac }
need_node() { # name
    case " $nodes $hosts " in
    *" $1 "*) ;;
    *) usage_error "no node '$1' in lab $lab; there are: $nodes${hosts:+ $hosts}" ;;
    esac
}

# One verb at a time changes a lab. Children must not keep the lock: start them with 8>&-.
lock_lab() {
    mkdir -p "$state_root"
    exec 8>"$state_root/.$lab.lock"
    flock -n 8 && return 0
    say "waiting for another lab command"
    flock 8
}

need_root() { [ "$(id -u)" = 0 ] || die "the lab makes namespaces and mounts: run it as root"; }

# program:package pairs, for those that are missing on this machine.
install_missing() {
    missing=''
    for pair in debootstrap:debootstrap haproxy:haproxy ip:iproute2 ssh:openssh-client \
        ssh-keygen:openssh-client socat:socat curl:curl unshare:util-linux flock:util-linux pkill:procps; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null ||
        die "could not install$missing; try: apt-get update && apt-get install$missing"
}
