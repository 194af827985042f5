# tier: all
# seconds: 210
# shows: evidence of a roll: what its own client saw, its report, its chain; a bundle, and every change to one
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")

claim 'a roll keeps evidence, and its own client asked through the balancer'
roll 0
run=$(json 'd["run"]')
runs=$(dirname "$(find "$work/state/nightlatch" -type d -name "$run")")
kept=$runs/$run
for file in evidence.json report.html report.md; do [ -s "$kept/$file" ] || fail "$file in $kept"; done
cp "$kept/evidence.json" "$work/out"
expect_json 'd["outcome"]' done
expect_json 'd["client"]["requests"] > 100' True
expect_json 'd["client"]["endpoint"]' "$network.10:6443"
expect_json '[n["exposure"]["before"]["state"] + " " + n["exposure"]["after"]["state"] for n in d["nodes"]] == ["open restricted"] * 3' True
expect_json 'all(g["last"]["status"] in g["expected"] for n in d["nodes"] for g in n["gates"])' True
echo "its client: $(json 'd["client"]["requests"]') requests, $(json 'd["client"]["failed"]') failed"
# haproxy sends a connection to an API server that has just ended, until its next check.
expect_json 'd["client"]["failed"] <= 3' True
expect_json 'd["client"]["failed"] == sum(outage["requests"] for outage in d["client"]["outages"])' True

claim 'the report is made again from plan and journal, byte for byte'
expect_exit 0 nightlatch history "$run" -o html
cmp "$work/out" "$kept/report.html" || fail 'the same report'

claim 'what nobody has touched verifies, also in a bundle and without the run'
expect_exit 0 nightlatch history verify "$run"
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
ssh-keygen -q -t ed25519 -N '' -f "$work/other"
printf 'ana namespaces="nightlatch-evidence" %s\n' "$(cat "$work/key.pub")" >"$work/signers"
expect_exit 0 nightlatch history export "$run" --out "$work/run.tar" --key "$work/key"
state_home=$work/nowhere
expect_exit 0 nightlatch history verify "$work/run.tar" --allowed-signers "$work/signers"
state_home=$work/state
mkdir "$work/unpacked"
tar -xf "$work/run.tar" -C "$work/unpacked"
(
  cd "$work/unpacked/$run"
  sha256sum -c --quiet SHA256SUMS
  ssh-keygen -Y verify -f "$work/signers" -I ana -n nightlatch-evidence -s SHA256SUMS.sig <SHA256SUMS
) || fail 'sha256sum and ssh-keygen agree'

claim 'a record that was changed, removed or moved is named, and one that is missing at the end, too'
cp "$kept/journal.jsonl" "$work/journal"
last=$(wc -l <"$work/journal")
tampered() { # NUMBER-IN-THE-MESSAGE SED-SCRIPT
  sed "$2" "$work/journal" >"$kept/journal.jsonl"
  expect_exit 2 nightlatch history verify "$run"
  expect_said "record $1"
}
tampered 7 '7s/"phase":/"phase": /'
tampered 5 5d
tampered 9 '9{h;d};10{G}'
tampered "$last" '$d'
cp "$work/journal" "$kept/journal.jsonl"
expect_exit 0 nightlatch history verify "$run"

claim 'a bundle that was altered is refused by the name of the file'
for file in plan.json journal.jsonl evidence.json report.html report.md; do
  rm -rf "$work/altered"
  cp -r "$work/unpacked" "$work/altered"
  echo >>"$work/altered/$run/$file"
  (cd "$work/altered" && find "$run" -type f | LC_ALL=C sort | tar --format=ustar -cf "$work/altered.tar" -T -)
  expect_exit 2 nightlatch history verify "$work/altered.tar"
  expect_said "$file was changed"
done
expect_exit 0 nightlatch history export "$run" --out "$work/other.tar" --key "$work/other"
expect_exit 3 nightlatch history verify "$work/other.tar" --allowed-signers "$work/signers"
expect_exit 0 nightlatch history export "$run" --out "$work/unsigned.tar"
expect_exit 3 nightlatch history verify "$work/unsigned.tar" --allowed-signers "$work/signers"

claim 'the way back has evidence of its own, and both can be compared'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory" -o json
back=$(json 'd["run"]')
[ -s "$runs/$back/report.html" ] || fail "a report of the rollback"
expect_exit 0 nightlatch history compare "$run" "$back"
expect_exit 0 nightlatch history verify
expect_pristine
