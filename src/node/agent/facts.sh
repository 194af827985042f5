# --- facts ---------------------------------------------------------------------------------------------------

do_facts() {
  pod_view
  also() {
    say hostname "$(cat "$root/proc/sys/kernel/hostname" 2>/dev/null)"
    say machine_id "$(cat "$root/etc/machine-id" 2>/dev/null)"
    say boot_id "$(cat "$root/proc/sys/kernel/random/boot_id" 2>/dev/null)"
    say_addresses
    say_manifests
    ! path "$want_config" || say_file asked_file "$root$want_config"
    say_ca
    [ "$p_pid" -eq 0 ] || {
      say64 argv <"$root/proc/$p_pid/cmdline"
      say process_began "$(process_began)"
    }
    say_pod
    say runtime_tool "$tool"
    say_images
    if [ -d "$root/run/systemd/system" ]; then say systemd yes; fi
    [ "$kubelet_pid" -eq 0 ] || say kubelet_running yes
    [ "$kubeadm_pid" -eq 0 ] || say kubeadm_running yes
    [ "$etcd_pid" -eq 0 ] || say etcd_running yes
    # shellcheck disable=SC2086 # names
    printf '%s\n' $config_agents | sort -u | while read -r agent; do [ -z "$agent" ] || say config_agent "$agent"; done
    say_jobs
    say_owners
    say_patches
    say_reboot
    say free_bytes "$(free_bytes)"
    say clock "$(date +%s)"
    # shellcheck disable=SC2045 # run ids have no white space
    for entry in $(ls -t "$home/runs" 2>/dev/null); do
      plain_word "$entry" && [ -d "$home/runs/$entry" ] || continue
      say past_run "$entry $(sed -n 's/^step=//p' "$home/runs/$entry/state" 2>/dev/null) $(sed -n \
        's/^time=//p' "$home/runs/$entry/state" 2>/dev/null) $(sed -n \
        's/^note=//p' "$home/runs/$entry/state" 2>/dev/null)"
    done
    # The plan of the last run, so that any workstation can undo what another one began; and the manifest that it
    # found, so that what it wrote can be taken out of one that was edited since.
    if plain_word "$s_run" && [ -f "$home/runs/$s_run/plan.json" ]; then
      say plan_run "$s_run"
      head -c 4194304 "$home/runs/$s_run/plan.json" | say64 plan
      [ ! -f "$home/runs/$s_run/manifest.before" ] ||
        head -c 1048576 "$home/runs/$s_run/manifest.before" | say64 manifest_backup
    fi
    for entry in $(missing_tools); do say missing_tool "$entry"; done
  }
  ok
}

# The images of the container runtime. Of crictl's JSON only the lines with one string are tags and digests.
say_images() {
  images=''
  if command -v crictl >/dev/null; then
    images=$(run_crictl images --output json | sed -n 's/^ *"\([^" ]*[:@][^" ]*\)",\{0,1\}$/\1/p')
  fi
  if [ -z "$images" ] && command -v ctr >/dev/null; then images=$(timeout 10 ctr -n k8s.io images ls -q 2>/dev/null); fi
  printf '%s\n' "$images" | sort -u | sed -n 's/^..*$/image=&/p'
}

# The addresses of the interfaces, without kube-ipvs0, on which kube-proxy puts the address of every service.
say_addresses() {
  found=$(ip -o addr show 2>/dev/null | sed -n -e '/^[0-9]*: *kube-ipvs0 /d' -e '/ scope link/d' \
    -e 's/^[0-9]*: *[^ ]* *inet6\{0,1\} *\([^/ ]*\).*/\1/p')
  [ -n "$found" ] || found=$(kernel_addresses)
  printf '%s\n' "$found" | sort -u | sed -n 's/^..*$/address=&/p'
}
# The same from the kernel's tables, where there is no `ip`; an IPv6 address is 32 hex digits.
kernel_addresses() {
  sed -n -e '/|-- /{s/.*|-- //;h;}' -e '/host LOCAL/{x;p;x;}' "$root/proc/net/fib_trie" 2>/dev/null
  cut -c 1-32 "$root/proc/net/if_inet6" 2>/dev/null
}

static_pod_path() {
  config=/var/lib/kubelet/config.yaml found='' more=''
  if [ "$kubelet_pid" -gt 0 ]; then
    found=$(kubelet_option pod-manifest-path)
    other=$(kubelet_option config)
    config=${other:-$config}
    more=$(kubelet_option config-dir)
  fi
  if [ -z "$found" ]; then
    found=$(static_pod_path_in "$root$config")
    while IFS= read -r file; do
      over=$(static_pod_path_in "$file")
      found=${over:-$found}
    done <<FILES
$([ -z "$more" ] || drop_ins "$root$more")
FILES
  fi
  echo "${found:-/etc/kubernetes/manifests}"
}
# The last value of an option of the running kubelet: --NAME=VALUE, or two words.
kubelet_option() { # NAME
  tr '\0' '\n' <"$root/proc/$kubelet_pid/cmdline" 2>/dev/null |
    sed -n -e "s/^--$1=//p" -e "/^--$1\$/{n;p;}" | tail -n 1
}
# Drop-in files (KEP-3983) are read in the order of their names, those of subdirectories too, and the last one counts.
drop_ins() { # DIRECTORY
  for entry in "$1"/*; do
    if [ -d "$entry" ]; then
      drop_ins "$entry"
    else
      case $entry in *.conf) [ ! -f "$entry" ] || printf '%s\n' "$entry" ;; esac
    fi
  done
}
static_pod_path_in() { # FILE: YAML or JSON on one line for each key, as kubeadm and its like write it
  sed -n "s/^[[:space:]]*[\"']\{0,1\}staticPodPath[\"']\{0,1\}[[:space:]]*:[[:space:]]*//p" "$1" 2>/dev/null |
    sed -e 's/[[:space:]]#.*$//' -e "s/[\"',[:space:]]//g" -e 's,/$,,' | tail -n 1
}
# Whether the file is the manifest of a kube-apiserver: by its name or label, its command or its image.
is_api_server() {
  grep -Eq -e "(name|component|k8s-app)[\"']?[[:space:]]*:[[:space:]]*[\"']?kube-apiserver[\"']?[[:space:],}]*\$" \
    -e "^[[:space:]]*-[[:space:]]+[\"']?(/[^\"' ]*/)?kube-apiserver[\"']?[[:space:]]*\$" \
    -e "image[\"']?[[:space:]]*:.*kube-apiserver[:@]" "$1" 2>/dev/null
}
say_manifests() {
  pods=$(static_pod_path)
  say static_pod_path "$pods"
  mine='' first=''
  # The kubelet reads every file whose name does not begin with a dot, whatever its extension.
  for file in "$root$pods/kube-apiserver.yaml" "$root$pods"/*; do
    [ -f "$file" ] && [ "$file" != "$first" ] || continue
    [ -n "$first" ] || first=$root$pods/kube-apiserver.yaml
    if is_api_server "$file"; then
      if [ -z "$mine" ]; then mine=$file; else say other_manifest "${file#"$root"}"; fi
    else
      case ${file##*/} in
        etcd.yaml | kube-controller-manager.yaml | kube-scheduler.yaml) ;;
        *) say stray_file "${file#"$root"}" ;;
      esac
    fi
  done
  [ -n "$mine" ] || return 0
  say_file manifest "$mine"
  named=$(named_by 'authentication[-_]config')
  [ -z "$named" ] || say_file authentication_config "$root$named"
  named=$(named_by 'oidc[-_]ca[-_]file')
  [ -z "$named" ] || say_file oidc_ca "$root$named"
  say_paths
  manifest=$mine
  say_obstacle
}
# The absolute paths in the manifest that do not exist, and the certificates among those that do; nightlatch judges when
# they expire. A private key is never printed.
say_paths() {
  plain=$(plain_inputs)
  tr -s '\r\t ,="'"'"'[]{}' '\n' <"$mine" | grep '^/.' | sort -u | while IFS= read -r named; do
    path "$named" || continue
    [ ! -f "$root$named" ] || say_input "$named"
    if [ ! -e "$root$named" ]; then
      say missing_path "$named"
    elif [ -f "$root$named" ] && [ "$(head -c 27 "$root$named")" = '-----BEGIN CERTIFICATE-----' ]; then
      say certificate.path "$named"
      certificates_of "$root$named" 65536 | say64 certificate.bytes
    fi
  done
}
certificates_of() { # FILE BYTES
  head -c "$2" "$1" | sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p'
}
# Who issues the certificates of this cluster's clients (S9).
say_ca() {
  named=''
  [ -z "$mine" ] || named=$(named_by 'client[-_]ca[-_]file')
  [ -n "$named" ] || named=/etc/kubernetes/pki/ca.crt
  say ca.path "$named"
  if path "$named" && [ -f "$root$named" ]; then certificates_of "$root$named" 262144 | say64 ca.bytes; fi
}
# named_by REGEX: the file that a flag of the manifest names.
named_by() {
  tr -d '\r' <"$mine" | sed -n "s/^.*--$1[= ]\([^\"', ]*\).*/\1/p" | tail -n 1
}
say_file() {
  say "$1.path" "${2#"$root"}"
  [ -f "$2" ] || return 0
  say "$1.owner" "$(stat -c %u:%g "$2")"
  say "$1.mode" "$(stat -c %a "$2")"
  say "$1.sha256" "$(hash_of "$2")"
  head -c 1048576 "$2" | say64 "$1.bytes"
}
say_owners() {
  for entry in /etc/rancher/rke2 /var/lib/rancher/rke2 /etc/rancher/k3s /var/lib/rancher/k3s /etc/k0s /var/lib/k0s \
    /var/snap/microk8s /etc/talos /system/state/config.yaml /etc/kubernetes/manifests/kube-apiserver.manifest \
    /var/cache/kubernetes-install /etc/kubernetes/static-pod-resources /run/cluster-api; do
    [ ! -e "$root$entry" ] || say foreign_owner "$entry"
  done
}
# The patches that kubeadm would apply to the manifest that it writes (S20): which of four settings a file names, never
# its content. kubeadm does not store where its patches are, so the usual directories are searched, and those that its
# configuration files name.
say_patches() {
  {
    echo /etc/kubernetes/patches
    for file in "$root"/etc/kubernetes/*.y*ml "$root"/etc/kubernetes/kubeadm/*.y*ml "$root"/root/kubeadm*.y*ml; do
      [ ! -f "$file" ] || head -c 65536 "$file" | tr -d "\"'\r" | tr '{},' '\n' |
        sed -n '/patches:/,/directory:/s,^.*directory:[[:space:]]*\([^[:space:]#]*[^[:space:]#/]\).*$,\1,p'
    done
  } | sort -u | head -n 20 | while IFS= read -r named; do
    path "$named" || continue
    for file in "$root$named"/kube-apiserver*.yaml "$root$named"/kube-apiserver*.json; do
      words=$([ ! -f "$file" ] || words_of_patch "$file")
      [ -z "$words" ] || say kubeadm_patch "${words#,} ${file#"$root"}"
    done
  done
}
# Prints ",SETTING" for each. A patch of the whole command line counts as `command`; a JSON patch replaces the whole one
# only when its path has no index behind command or args.
words_of_patch() { # FILE
  text=$(head -c 65536 "$1" | tr _ -)
  whole="(^|[^A-Za-z])(command|args)[\"']?[[:space:]]*:"
  case $1 in *+json.*) whole='containers/[0-9]+/(command|args)([^/]|$)' ;; esac
  names() { if printf '%s\n' "$text" | grep -Eq -e "$1"; then printf %s ",$2"; fi; }
  names anonymous-auth anonymous-auth
  names authentication-config authentication-config
  names oidc- oidc
  names "$whole" command
}
free_bytes() {
  kib=$(free_kib "$root/etc/kubernetes") && echo $((kib * 1024)) || echo 0
}
# Fails where df does not tell.
free_kib() { # DIRECTORY
  free=$(df -Pk "$1" 2>/dev/null | tail -n 1)
  # shellcheck disable=SC2086 # fields
  set -- $free
  number "${4-}" && echo "$4"
}
