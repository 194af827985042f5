# Compiler settings that every target of ours shares. Dependencies are included as SYSTEM.
add_library(nightlatch_settings INTERFACE)
target_include_directories(nightlatch_settings INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(nightlatch_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # g++ 12 sees the empty half of std::optional and tl::expected as uninitialized once it inlines (PR 80635);
  # clang and the sanitizers look for the real thing.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # std::stable_sort of libstdc++ 12 calls its own deprecated get_temporary_buffer; newer clang tells the caller.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  # Several files that are compiled as one are read as one: a local name may well be that of another file's helper.
  $<$<BOOL:${NIGHTLATCH_UNITY}>:-Wno-shadow>
  $<$<BOOL:${NIGHTLATCH_WERROR}>:-Werror>)
target_compile_definitions(nightlatch_settings INTERFACE
  NIGHTLATCH_VERSION="${PROJECT_VERSION}")

# What Debian builds its own packages with (dpkg-buildflags --query, hardening=+all). dev.d/hardening.sh reads the
# result from the ELF file. Sanitizers bring checks of their own, which _FORTIFY_SOURCE would hide, and -O0 has none.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_cxx_compiler_flag(-fcf-protection NIGHTLATCH_HAS_CET)          # x86 alone
check_cxx_compiler_flag(-mbranch-protection=standard NIGHTLATCH_HAS_BTI)  # aarch64 alone
if(NIGHTLATCH_HARDEN AND NOT NIGHTLATCH_SANITIZE)
  target_compile_options(nightlatch_settings INTERFACE
    -fstack-protector-strong -fstack-clash-protection
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>
    $<$<BOOL:${NIGHTLATCH_HAS_CET}>:-fcf-protection>
    $<$<BOOL:${NIGHTLATCH_HAS_BTI}>:-mbranch-protection=standard>)
  target_link_options(nightlatch_settings INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
endif()
if(NIGHTLATCH_SANITIZE)
  target_compile_options(nightlatch_settings INTERFACE
    -fsanitize=${NIGHTLATCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # Our code is looked at. The templates of these libraries are a third of what there would be to compile.
    -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/cmake/sanitizers_ignore.txt)
  target_link_options(nightlatch_settings INTERFACE -fsanitize=${NIGHTLATCH_SANITIZE})
endif()
