# tier: all
# seconds: 350
# shows: S1 S7: every command of a runbook is typed in its order, and its "By hand" on real nodes, line by line
# shellcheck shell=sh

# shellcheck disable=SC2154 # of the runner
fast_playbook "rollback: {lease: 2m}
  $ordered" >/dev/null
playbook=$work/fast.yaml
plan=$work/lockdown.json
page=$work/runbook.md

# What a person types is `nightlatch`, found in PATH.
mkdir -p "$work/bin"
cat >"$work/bin/nightlatch" <<SH
#!/bin/sh
XDG_STATE_HOME=$work/state exec '$NIGHTLATCH' "\$@"
SH
chmod +x "$work/bin/nightlatch"
PATH=$work/bin:$PATH

# The shell blocks below a heading of the page, until the next heading of any rank; NUMBER: that one alone.
lines_below() { # HEADING [NUMBER]
  awk -v heading="$1" -v wanted="${2:-0}" '
    /^```$/ { code = 0 }
    code && (!wanted || block == wanted)
    /^```sh$/ && on { code = 1; block++ }
    !code && /^##/ { on = $0 == heading }' "$page"
}
# As a person does at a terminal, who answers "all" where nightlatch asks.
type_line() { # LINE
  printf '$ %s\n' "$1"
  typed_exit=0
  printf 'a\n' | script -qec "$1" "$work/typescript" >/dev/null || typed_exit=$?
  tail -n 12 "$work/typescript"
  [ "$typed_exit" -eq 0 ] || fail "exit 0 of: $1 (it was $typed_exit)"
}
type_lines_below() { # HEADING
  lines_below "$1" >"$work/typed"
  [ -s "$work/typed" ] || fail "the page has commands below $1"
  while IFS= read -r line <&3; do type_line "$line"; done 3<"$work/typed"
}
# The blocks of one node, and then those that are for every node: to look, block A or B, to wait.
hand='### By hand, when nightlatch is gone'
by_hand() { # NODE NUMBER A|B
  case $3 in A) acts=5 ;; B) acts=6 ;; esac
  for number in "$2" 4 $acts 7; do lines_below "$hand" "$number"; done >"$work/typed"
  sed 's/^/# /' "$work/typed"
  on "$1" sh <"$work/typed" >"$work/said" 2>&1
  cat "$work/said"
  grep -qx 'the API server answers as before' "$work/said" || fail "the last line says that $1 is back"
}

claim 'a runbook is written from a plan file alone'
expect_exit 0 nightlatch plan -p "$playbook" --out "$plan" -i "$inventory"
expect_exit 0 nightlatch runbook "$plan" -i "$inventory" --change CHG-4711 --out "$page"
expect_exit 0 nightlatch runbook "$plan" -i "$inventory" --change CHG-4711 --format html --out "$work/runbook.html"
[ "$(grep -c '^```sh$' "$page")" -ge 14 ] || fail 'the page has its commands'
[ "$(lines_below "$hand" | wc -l)" -gt 30 ] || fail 'the page says what is done by hand'
expect_untouched

claim 'the preconditions are checked again, and nothing is changed'
type_lines_below '## Preconditions'
expect_untouched

claim 'each command ends with 0 where it stands, and the change is made'
type_lines_below '## Commands'
expect_matrix new
type_lines_below '## Verification'

claim 'a confirmed node is put back by hand: every line of the page'
by_hand cp3 3 B
grep -qx NEW "$work/said" || fail 'the page told the new manifest from the old one'
expect_pristine cp3
wait_healthy 120
expect_answers cp3 old
expect_answers cp1 new
by_hand cp3 3 B
grep -qx OLD "$work/said" || fail 'the page says that the node is old already'
expect_pristine cp3

claim 'somebody else has changed a manifest: block B leaves it alone'
edit_manifest cp2 '1i # of a colleague'
foreign_sha=$(manifest_sha cp2)
for number in 2 4 6; do lines_below "$hand" "$number"; done | on cp2 sh >"$work/said" 2>&1 || true
cat "$work/said"
grep -qx FOREIGN "$work/said" || fail 'the page says that it is neither the old nor the new one'
[ "$(manifest_sha cp2)" = "$foreign_sha" ] || fail 'the foreign manifest stays'
edit_manifest cp2 '/^# of a colleague$/d'
wait_healthy 120

claim 'the rollback of the page takes the others back'
type_lines_below '### With nightlatch'
expect_pristine
expect_matrix old

claim 'a run is abandoned on a node: block A'
start_roll abandoned
abandon_roll
by_hand cp1 1 A
grep -qx 'step=swapped' "$work/said" || grep -q '^step=\(restarted\|gated\|soaked\)$' "$work/said" ||
  fail 'the page says how far the node is'
is_pristine cp1 || fail 'the old manifest is back'
within 300 is_settled || fail 'the guard saw the API server run'
wait_healthy 120
expect_matrix old
