#!/bin/sh
# Checks src/node/guard.pml with spin: every claim holds, and each planted mistake breaks one.
set -eu
safety='foreign_bytes_stay confirmed_is_new confirmed_stays restored_is_old'
mkdir -p build/model
cp src/node/guard.pml build/model/
cd build/model

make_verifier() { # [-DMISTAKE]
  # shellcheck disable=SC2086 # none, or one word
  spin -a ${1:-} guard.pml >spin.log 2>&1 || { cat spin.log && exit 1; }
  cc -O2 -DNFAIR=3 -DCOLLAPSE -DMEMLIM=2048 -o pan pan.c
}
# holds CLAIM: with weak fairness (-f) a process that can always go on does so at last; only what must happen needs it.
holds() {
  fairness=
  [ "$1" != armed_ends ] || fairness=-f
  # shellcheck disable=SC2086 # none, or one word
  timeout 300 ./pan -a $fairness -m1000000 -N "$1" >"$1.log" 2>&1 || :
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$1.log" | head -n 1)
  grep -q 'errors: 0' "$1.log" && ! grep -Eq 'Search not completed|max search depth too small' "$1.log"
}

failed=0
make_verifier
for claim in $safety armed_ends; do
  if holds "$claim"; then
    echo "holds    $claim, $states states"
  else
    failed=1
    echo "BROKEN   $claim: build/model/$claim.log; the way there: cd build/model && spin -t -p guard.pml"
  fi
done
for mistake in GUARD_DOES_NOT_LOOK_AGAIN NO_GUARD_AFTER_A_BOOT CONFIRM_WITHOUT_LOOKING; do
  make_verifier "-D$mistake"
  found=
  for claim in $safety armed_ends; do holds "$claim" || found="$found $claim"; done
  if [ -n "$found" ]; then
    echo "found    $mistake:$found"
  else
    failed=1
    echo "MISSED   $mistake"
  fi
done
exit $failed
