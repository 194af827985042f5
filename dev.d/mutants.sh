# shellcheck shell=sh
# tests/mutants/*.patch: bugs planted on purpose, one source file each. Simulated rolls must find every one of them;
# a simulator that misses a bug it was told about proves nothing about those it was not. What the simulator has no part
# in is found by the unit tests of a room: "Found by: test_ROOM" stands in the patch, below its first line.

mutant_seeds=100000

# mutant_test PATCH: test_sim, or the test that the patch names.
mutant_test() {
  named=$(sed -n 's/^Found by: \(test_[a-z]*\)$/\1/p' "$1")
  echo "${named:-test_sim}"
}

# What ninja would run for a test of tests/, with its directory as the working directory.
test_commands() {
  ninja -C build/release -t commands "tests/$1"
}

# unit_of SOURCE: what the release build compiles for it, which is the file itself or one that includes some of its room.
unit_of() {
  grep -lF "\"$PWD/$1\"" "$PWD"/build/release/CMakeFiles/*/Unity/*.cxx 2>/dev/null || echo "$PWD/$1"
}

# build_mutant NAME PATCH TEST: build/mutants/NAME/TEST. Only what the patched file is compiled with is compiled; an
# object on the link line wins over the member of the archive that defines the same.
build_mutant() {
  mutant=$PWD/build/mutants/$1
  source=$(sed -n 's|^+++ b/||p' "$2")
  rm -rf "$mutant"
  mkdir -p "$mutant/$(dirname "$source")" &&
    cp "$source" "$mutant/$source" &&
    patch --quiet --fuzz=0 -d "$mutant" -p1 <"$2" || return 1
  [ "$3" = test_sim ] || ninja -C build/release "tests/$3" >"$mutant/log" || return 1
  unit=$(unit_of "$source")
  if [ "$unit" = "$PWD/$source" ]; then cp "$mutant/$source" "$mutant/unit.cpp"; else
    sed "s|\"$PWD/$source\"|\"$mutant/$source\"|" "$unit" >"$mutant/unit.cpp"
  fi
  compile=$(test_commands "$3" | grep -F -- "-c $unit" |
    sed -e "s| -o [^ ]*| -o $mutant/mutant.o|" -e 's| -MD -MT [^ ]* -MF [^ ]*||' -e "s| -c .*| -c $mutant/unit.cpp|")
  link=$(test_commands "$3" | tail -n 1 | sed "s| -o tests/$3| $mutant/mutant.o -o $mutant/$3|")
  [ -n "$compile" ] && (cd build/release && eval "$compile" && eval "$link")
}

# escapes NAME TEST: whether the test does not see the mistake.
escapes() {
  filter='*'
  [ "$2" != test_sim ] || filter='Simulation.No*'
  NIGHTLATCH_SIM_SEEDS=$mutant_seeds "build/mutants/$1/$2" --gtest_filter="$filter" >"build/mutants/$1/log" 2>&1
}

# hunt_mutants [PATCH...]: all of them without an argument.
hunt_mutants() {
  [ $# -gt 0 ] || set -- tests/mutants/*.patch
  escaped=0
  for patch; do
    name=$(basename "$patch" .patch)
    test=$(mutant_test "$patch")
    build_mutant "$name" "$patch" "$test" || return 1
    if escapes "$name" "$test"; then
      echo "$name: ESCAPED in $mutant_seeds simulated rolls or in $test"
      escaped=$((escaped + 1))
    else
      echo "$name: found by $(grep -o 'seed [0-9]*.*\|\[  FAILED  \] .*' "build/mutants/$name/log" | head -n 1 | cut -c 1-90)"
    fi
  done
  [ "$escaped" -eq 0 ]
}
