# shellcheck shell=sh
# The presets of CMakePresets.json; the program lands in build/PRESET/nightlatch.

configure_and_build() { # PRESET [TARGET...]
  build_preset=$1
  shift
  # shellcheck disable=SC2086  # none or one
  cmake --preset "$build_preset" $build_setting &&
    cmake --build "build/$build_preset" ${1:+--target "$@"}
}

# A warning of a compiler that we do not know yet must not end a user's build; ./dev test says that it does end its own.
build_setting=

# without_warnings PRESET [TARGET...]: as configure_and_build, but a warning is an error.
without_warnings() (
  build_setting=-DNIGHTLATCH_WERROR=ON
  configure_and_build "$@"
)

build_packages() { # PRESET
  if [ "$1" = release ]; then need_packages build; else need_packages build unit check; fi
}

dev_build() {
  preset=${1:-release}
  case $preset in
    release) target=nightlatch ;;
    dev | asan | tsan) target= ;;
    *)
      printf './dev build: unknown preset "%s"; there are release, dev, asan, tsan\n' "$preset" >&2
      exit 2
      ;;
  esac
  build_packages "$preset"
  run_part "build-$preset" configure_and_build "$preset" $target || exit 1
  printf '      build/%s/nightlatch\n' "$preset"
}
