# "reset": what a roll, a scenario or a fault changed goes back, on all nodes at once.
# Only API servers whose manifest differs are restarted.
# shellcheck shell=sh

pristine_manifest() { echo "$state/pristine/$1/kube-apiserver.yaml"; }

reset_node() { # node
    connect_node "$1"
    if ! is_running "$1"; then
        say "$1 is off: starting it"
        reboot_hard "$1"
    fi
    wait_until 30 obeys_systemctl "$1" || die "$1 does not finish its boot"
    cp "$(pristine_manifest "$1").$grace" "$(pristine_manifest "$1")"
    outcome=$(on_node "$1" sh -c "$(cat "$lab_home/lib/reset-on-node")" <"$(pristine_manifest "$1")")
    case $outcome in
    changed*)
        say "$1: pristine manifest back, waiting for the new API server"
        old_server=${outcome#changed }
        ;;
    *) old_server=none ;;
    esac
    # The API server's own grace is up to 30 s.
    if ! wait_until 60 runs_pristine "$1" "$old_server"; then
        # A kubelet that has not reached its API server since it started never replaces a static pod
        # (kubernetes#105543): so it is when a node lost its power in mid-roll.
        say "$1: the kubelet does not start the API server: starting the kubelet again"
        on_node "$1" systemctl restart kubelet.service
        wait_until 90 runs_pristine "$1" "$old_server" ||
            die "$1: the pristine API server did not start; look: lab --name $lab logs $1"
    fi
    wait_ready "$1"
    say "$1: pristine and ready"
}

obeys_systemctl() { on_node "$1" systemctl is-active --quiet dbus.service 2>/dev/null; }

# Another process than before, with the arguments of the pristine manifest: "it answers"
# is not enough, the old one may still do that.
runs_pristine() { # node old-pid
    server=$(on_node "$1" pgrep -x kube-apiserver) || return 1
    [ "$server" != "$2" ] || return 1
    # shellcheck disable=SC2016 # $0 is the process, on the node
    arguments=$(on_node "$1" sh -c 'tr "\0" "\n" <"/proc/$0/cmdline"' "$server") || return 1
    [ "$arguments" = "$(manifest_command "$1")" ]
}

manifest_command() { # node
    sed -n '/^  - command:$/,/^    image:/s/^    - //p' "$(pristine_manifest "$1")"
}

# The API's own objects: compared by what they say, not by who wrote them when.
reset_objects() {
    for object in $watched_objects; do
        reset_object "${object%%/*}" "${object#*/}"
    done
    left=$(lab_kubectl -n kube-system get lease,configmap,clusterrole,clusterrolebinding -o name | grep '/nightlatch' || true)
    if [ -n "$left" ]; then
        # shellcheck disable=SC2086 # a list of names
        lab_kubectl -n kube-system delete $left >/dev/null
        say "removed from the API: $(echo "$left" | paste -sd' ')"
    fi
}

reset_object() { # kind name
    kept=$state/pristine/objects/$1.$2.json
    now=$(lab_kubectl -n kube-system get "$1" "$2" -o json 2>/dev/null | without_metadata || true)
    [ "$now" != "$(without_metadata <"$kept")" ] || return 0
    sed '/"resourceVersion":/d; /"uid":/d' "$kept" | sed 's/"creationTimestamp": ".*",/"creationTimestamp": null,/' |
        lab_kubectl -n kube-system replace --force -f - >/dev/null
    say "put back: $1 $2"
}

# An object's metadata block stands at four spaces in kubectl's JSON.
without_metadata() { sed '/^    "metadata": {/,/^    }/d'; }
