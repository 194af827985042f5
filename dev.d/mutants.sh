# shellcheck shell=sh
# tests/mutants/*.patch: bugs planted on purpose, one source file each. Simulated rolls must find every one of them;
# a simulator that misses a bug it was told about proves nothing about those it was not.

mutant_seeds=100000

# What ninja would run for tests/test_sim, with its directory as the working directory.
sim_commands() {
  ninja -C build/release -t commands tests/test_sim
}

# build_mutant NAME PATCH: build/mutants/NAME/test_sim. Only the patched file is compiled; an object on the link line
# wins over the member of the same name in its archive.
build_mutant() {
  mutant=$PWD/build/mutants/$1
  source=$(sed -n 's|^+++ b/||p' "$2")
  rm -rf "$mutant"
  mkdir -p "$mutant/$(dirname "$source")" &&
    cp "$source" "$mutant/$source" &&
    patch --quiet --fuzz=0 -d "$mutant" -p1 <"$2" || return 1
  compile=$(sim_commands | grep -F -- "-c $PWD/$source" |
    sed -e "s| -o [^ ]*| -o $mutant/mutant.o|" -e 's| -MD -MT [^ ]* -MF [^ ]*||' -e "s| -c .*| -c $mutant/$source|")
  link=$(sim_commands | tail -n 1 | sed "s| -o tests/test_sim| $mutant/mutant.o -o $mutant/test_sim|")
  [ -n "$compile" ] && (cd build/release && eval "$compile" && eval "$link")
}

# hunt_mutants [PATCH...]: all of them without an argument.
hunt_mutants() {
  [ $# -gt 0 ] || set -- tests/mutants/*.patch
  escaped=0
  for patch; do
    name=$(basename "$patch" .patch)
    build_mutant "$name" "$patch" || return 1
    if NIGHTLATCH_SIM_SEEDS=$mutant_seeds "build/mutants/$name/test_sim" --gtest_filter='Simulation.No*' \
      >"build/mutants/$name/log" 2>&1; then
      echo "$name: ESCAPED in $mutant_seeds simulated rolls"
      escaped=$((escaped + 1))
    else
      echo "$name: found by $(grep -o 'seed [0-9]*.*' "build/mutants/$name/log" | head -n 1 | cut -c 1-90)"
    fi
  done
  [ "$escaped" -eq 0 ]
}
