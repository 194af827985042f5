#!/bin/sh
# The one command that sudo (or doas) allows nightlatch's user on this node. `nightlatch node wrapper` prints it.
#
# It runs one program alone: a script of nightlatch whose SHA-256 stands below. What else arrives on stdin is data: it is
# put into files, and no shell reads it. So a user who may run this, and nothing else, has root do what the script does:
# read facts, and change the API server's manifest by a run that is guarded. That user is trusted with the API server,
# and a manifest may mount all of the node: this keeps mistakes and other programs out, not that user.
#
# shellcheck disable=SC2317 # left_behind is called by the trap
# shellcheck disable=SC2015 # A && B || refuse: refuse ends the process, so it is an if-then-else
set -u
umask 077
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

# The scripts that may run, one a line. A line more lets another version of nightlatch in, beside this one.
known='
@HASHES@
'
# Where a request may have files read and written: the manifest, and the configuration that it names.
places=/etc/kubernetes/
root= # a test sets it

refuse() {
  printf 'nightlatch-reply 1\nkind=refused\nwhy=%s\nnightlatch-end\n' "$1"
  exit 1
}
number() { case $1 in '' | 0?* | *[!0-9]* | ????????*) return 1 ;; esac }

# Never where TMPDIR says: who owns that directory could put another script into the place of the one that was hashed.
work=$(mktemp -d "$root/run/nightlatch.XXXXXX" 2>/dev/null) || work=$(mktemp -d /tmp/nightlatch.XXXXXX) ||
  refuse 'the wrapper on this node can make a directory neither in /run nor in /tmp'
left_behind() { rm -rf "$work"; }
trap left_behind EXIT
trap 'exit 129' HUP INT TERM PIPE

# sudo that reads a password from stdin has done so by now, and the request may follow.
echo nightlatch-ready
[ $# -le 3 ] || refuse 'a request has at most three words'
for word; do
  case $word in .* | *[!A-Za-z0-9._-]*) refuse 'a request has plain words alone' ;; esac
done

# A request is whole when its last line says so: a connection that breaks before runs nothing.
cat >"$work/request"
[ "$(sed -n 1p "$work/request")" = 'nightlatch-request 1' ] ||
  refuse 'the wrapper on this node does not understand this version of nightlatch'
last=$(($(wc -l <"$work/request")))
[ "$(sed -n "${last}p" "$work/request")" = nightlatch-request-end ] || refuse 'the request did not arrive whole'

# Parts: "part NAME LINES", and as many lines.
at=2
: >"$work/given"
while [ "$at" -lt "$last" ]; do
  head=$(sed -n "${at}p" "$work/request")
  name=${head#part } && lines=${name#* } && name=${name%% *}
  case $name in
    script | nl_params | nl_config | nl_manifest_before | nl_manifest_after | nl_plan) ;;
    *) refuse 'the request has a part that the wrapper on this node does not know' ;;
  esac
  number "$lines" && [ $((at + lines)) -lt "$last" ] && [ ! -e "$work/$name" ] || refuse 'the request is not well-formed'
  if [ "$lines" -gt 0 ]; then
    sed -n "$((at + 1)),$((at + lines))p" "$work/request" >"$work/$name"
  else
    : >"$work/$name"
  fi
  at=$((at + lines + 1))
  echo "$name" >>"$work/given"
done
[ -e "$work/script" ] || refuse 'the request has no script'

hash=$(sha256sum "$work/script" | cut -c 1-64)
[ ${#hash} -eq 64 ] && printf '%s' "$known" | grep -qx "$hash" ||
  refuse "the wrapper on this node does not know this version's script (SHA-256 $hash): install what nightlatch node wrapper prints"

# Paths stay below one place, and the guard that a run leaves on the node is this very script.
if [ -e "$work/nl_params" ]; then
  while IFS= read -r pair; do
    case $pair in
      root=*) refuse 'a request may not name a root' ;;
      *=*/../* | *=*/..) refuse "the wrapper on this node allows no .. in a path: $pair" ;;
      manifest="$places"* | config="$places"*) ;;
      manifest=* | config=*) refuse "the wrapper on this node allows files below $places alone: $pair" ;;
    esac
  done <"$work/nl_params"
fi
[ -z "$root" ] || echo "root=$root" >>"$work/nl_params"
base64 "$work/script" >"$work/nl_agent"
echo nl_agent >>"$work/given"
[ -z "$root" ] || echo nl_params >>"$work/given"

while IFS= read -r name; do
  # shellcheck disable=SC2016 # for the shell that reads it
  [ "$name" = script ] || printf '%s() { cat "$nightlatch_request/%s"; }\n' "$name" "$name"
done <"$work/given" >"$work/functions"
nightlatch_request=$work
export nightlatch_request
# shellcheck disable=SC2016 # for the shell that it starts
/bin/sh -c '. "$nightlatch_request/functions" && . "$nightlatch_request/script" && nl_main "$@"' sh "$@" </dev/null
