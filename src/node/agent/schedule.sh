# --- what is started from time to time, and may write the manifest or restart the machine --------------------------

# Configuration management that no process shows, because cron or a timer starts it (S12): its name, and what starts it.
# Only root's tables count, since nobody else can write a manifest.
say_jobs() {
  {
    for file in "$root"/etc/crontab "$root"/etc/anacrontab "$root"/etc/cron.d/* "$root"/var/spool/cron/crontabs/root \
      "$root"/var/spool/cron/root "$root"/var/spool/cron/tabs/root "$root"/etc/crontabs/root; do
      ! is_in_use "$file" || jobs_in "$file" "${file#"$root"}"
    done
    for file in "$root"/etc/cron.hourly/* "$root"/etc/cron.daily/* "$root"/etc/cron.weekly/* "$root"/etc/cron.monthly/* \
      "$root"/etc/periodic/*/*; do
      ! is_in_use "$file" || [ ! -x "$file" ] || jobs_in "$file" "${file#"$root"}"
    done
    for file in "$root"/etc/systemd/system/*.wants/*.timer "$root"/etc/systemd/system/*.requires/*.timer \
      "$root"/run/systemd/system/*.wants/*.timer "$root"/usr/lib/systemd/system/*.wants/*.timer \
      "$root"/lib/systemd/system/*.wants/*.timer "$root"/run/systemd/transient/*.timer; do
      [ ! -e "$file" ] && [ ! -L "$file" ] || jobs_of_timer "${file##*/}"
    done
  } | sort -u | head -n 20 | sed -n 's/^..*$/config_job=&/p'
}
# What a package or an editor left beside a file starts nothing.
is_in_use() {
  case ${1##*/} in *'~' | *.dpkg-* | *.rpmsave | *.rpmnew | *.rpmorig | *.bak | *.disabled) return 1 ;; esac
  [ -f "$1" ]
}
# Prints "TOOL STARTER" for each tool that a line of FILE starts. A comment starts nothing, and a path below a directory
# of that name is no command.
jobs_in() { # FILE STARTER
  tools='puppet[[:space:]]+(agent|apply)|ansible-pull|chef-client|cinc-client|salt-call|cf-agent|cf-execd'
  head -c 131072 "$1" | tr -d '\r\0' | grep -v '^[[:space:]]*[#;]' |
    grep -Eo -e "(^|[^A-Za-z0-9_.-])($tools)([^A-Za-z0-9_/.-]|\$)" |
    sed -e 's/^.*puppet.*$/puppet/' -e 's/^.*ansible.*$/ansible/' -e 's/^.*chef.*$/chef/' -e 's/^.*cinc.*$/cinc/' \
      -e 's/^.*salt.*$/salt/' -e 's/^.*cf-.*$/cfengine/' |
    while read -r job; do echo "$job $2"; done
}
# The service that an enabled timer starts: the one of its Unit=, or else the one with the timer's name.
jobs_of_timer() { # NAME
  timer=$(unit_file "$1")
  [ -n "$timer" ] || return 0
  started=$(sed -n 's/^[[:space:]]*Unit[[:space:]]*=[[:space:]]*//p' "$timer" 2>/dev/null | tail -n 1)
  started=${started:-${1%.timer}.service}
  service=$(unit_file "$started")
  case $started in *@*) service=${service:-$(unit_file "${started%%@*}@.service")} ;; esac # of a template
  for file in "$service" "$root/etc/systemd/system/$started.d"/*.conf; do
    [ ! -f "$file" ] || jobs_in "$file" "$1"
  done
}
# The file that systemd reads for a unit: the first of that name; none where the unit is masked.
unit_file() { # NAME
  for place in /etc/systemd/system /run/systemd/system /run/systemd/transient /usr/local/lib/systemd/system \
    /usr/lib/systemd/system /lib/systemd/system; do
    [ ! -c "$root$place/$1" ] || return 0
    [ -f "$root$place/$1" ] || continue
    echo "$root$place/$1"
    return
  done
}

# Whether this machine waits for a restart: the file at which kured and unattended-upgrades look.
say_reboot() {
  for entry in /var/run/reboot-required /run/reboot-required; do
    [ -e "$root$entry" ] || continue
    say reboot_required "$entry"
    break
  done
  [ "$kured_pid" -eq 0 ] || say kured_running yes
}
