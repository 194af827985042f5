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
  $<$<BOOL:${NIGHTLATCH_WERROR}>:-Werror>)
target_compile_definitions(nightlatch_settings INTERFACE
  NIGHTLATCH_VERSION="${PROJECT_VERSION}")
if(NIGHTLATCH_SANITIZE)
  target_compile_options(nightlatch_settings INTERFACE
    -fsanitize=${NIGHTLATCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(nightlatch_settings INTERFACE -fsanitize=${NIGHTLATCH_SANITIZE})
endif()
if(NIGHTLATCH_FUZZ)
  target_compile_options(nightlatch_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
