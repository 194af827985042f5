# One static library a room. src/rooms.txt is the single statement of who may look into whom:
# the link lines are made from it, so an arrow that is not in the table does not link.

set(room_external_util fmt::fmt OpenSSL::Crypto nlohmann_json::nlohmann_json tl::expected Boost::headers Threads::Threads PkgConfig::ARCHIVE)
set(room_external_scan PkgConfig::SIMDJSON PkgConfig::ISAL PkgConfig::ZSTD)
set(room_external_calendar PkgConfig::ICAL)
set(room_external_operate date::date-tz)
set(room_external_manifest PkgConfig::YAML yaml-cpp)
set(room_external_access PkgConfig::YAML)
set(room_external_audit yaml-cpp)
set(room_external_rbac PkgConfig::YAML)
set(room_external_spec yaml-cpp)
set(room_external_node PkgConfig::SSH)
set(room_external_api CURL::libcurl yaml-cpp)
set(room_external_cli CLI11::CLI11)

# What nearly every source includes, read once for all of them (presets release and asan): a third of the time of a
# build from nothing. The others do without, so that a source that forgets an #include does not compile there.
# No <filesystem> and no nlohmann: the first brings std::quoted and the like, the second costs every source more to
# load than the few that need it gain.
set(common_headers
  <algorithm> <array> <charconv> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <utility> <variant> <vector> <fmt/format.h> <tl/expected.hpp>)

function(nightlatch_add_rooms)
  file(STRINGS ${CMAKE_SOURCE_DIR}/src/rooms.txt lines REGEX "^[a-z]+:")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/rooms.txt)
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^[a-z]+" room "${line}")
    string(REGEX REPLACE "^[a-z]+: *" "" arrows "${line}")
    string(REGEX REPLACE " +" ";" arrows "${arrows}")
    list(TRANSFORM arrows PREPEND room_)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.cpp)
    if(sources)
      add_library(room_${room} STATIC ${sources} ${room_embedded_${room}})
      target_link_libraries(room_${room} PUBLIC ${arrows} ${room_external_${room}} PRIVATE nightlatch_settings)
      target_include_directories(room_${room} PUBLIC ${CMAKE_SOURCE_DIR}/src)
      # Gigabytes go through this room: the level of optimization that pays for it, whatever the preset's is. g++ 12
      # crashes on headers that were precompiled at another level, so it reads its own.
      if(room STREQUAL scan)
        target_compile_options(room_${room} PRIVATE $<$<CONFIG:Release>:-O2>)
      endif()
      # Each reader of scan/ is a Reading, and each command of cli/ has its Arguments: they are compiled one by one.
      if(NIGHTLATCH_UNITY AND NOT room MATCHES "^(scan|cli)$")
        set_target_properties(room_${room} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
      endif()
      # The fuzzers are led by the rooms that read foreign bytes. Headers are precompiled once for those, and once for
      # the others.
      set(first util)
      if(NIGHTLATCH_FUZZ)
        if(room MATCHES "^(cluster|operate|report|sim|verify)$")
          set(first cluster)
        else()
          target_compile_options(room_${room} PRIVATE -fsanitize=fuzzer-no-link)
        endif()
      endif()
      if(NIGHTLATCH_PRECOMPILE AND room STREQUAL first)
        target_precompile_headers(room_${room} PRIVATE ${common_headers})
      elseif(NIGHTLATCH_PRECOMPILE AND NOT room STREQUAL scan)
        target_precompile_headers(room_${room} REUSE_FROM room_${first})
      endif()
    else()
      add_library(room_${room} INTERFACE)
      target_link_libraries(room_${room} INTERFACE ${arrows} ${room_external_${room}})
      target_include_directories(room_${room} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    endif()
  endforeach()
endfunction()
