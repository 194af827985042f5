// Where an audit event lies within what shippers and engines make of it: one table.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::scan {

// A way into JSON: names of keys; "*" is every item of an array, "1" its second one, "$" the JSON in a
// string.
struct Wrapping {
  std::string_view name;  // for people
  std::vector<std::string_view> way;
};

[[nodiscard]] std::span<const Wrapping> wrappings();

// Where the JSON of a line begins, behind what a container runtime, a syslog daemon or an export writes in
// front of it; npos: nowhere.
[[nodiscard]] std::size_t beginning_of_json(std::string_view line);

// Calls `found(text, wrapping)` for every value that one of the ways leads to. `json` and the text are
// followed by cursor_padding readable bytes; the text is valid during the call. What is no JSON is left where
// it breaks off: false.
[[nodiscard]] bool unwrap(std::string_view json,
                          const std::function<void(std::string_view text, const Wrapping& wrapping)>& found);

}  // namespace nightlatch::scan
