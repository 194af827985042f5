# Text files that travel inside the binary: the node-side script, playbooks and templates.
# nightlatch_embed(ROOM SYMBOL FILE...) makes `const std::string_view SYMBOL` of the files, joined, in namespace
# nightlatch::embedded and adds the generated source to that room's library.
function(nightlatch_embed room symbol)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  set(out ${CMAKE_BINARY_DIR}/embedded/${symbol}.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DIN=${files}" -DOUT=${out} -DSYMBOL=${symbol}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_file.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_file.cmake
    VERBATIM)
  set(room_embedded_${room} ${room_embedded_${room}} ${out} PARENT_SCOPE)
endfunction()
