// The keys of an inventory or a playbook as one constexpr table. The parser, the JSON Schema (docs/schema/)
// and the reference page (docs/reference/) are all made from it, so they cannot differ.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::spec {

inline constexpr std::array<std::string_view, 1> api_versions{"nightlatch.dev/v1"};
inline constexpr long hour = 3600;  // seconds

enum class Type {
  object,
  text,           // not empty
  choice,         // one of `choices`
  integer,        // min to max
  boolean,        // true or false, nothing else
  duration,       // 90s, 5m, 1h30m; min to max in seconds
  date,           // YYYY-MM-DD, a day of the calendar
  time_of_day,    // HH:MM
  local_time,     // YYYY-MM-DDTHH:MM, without a zone
  name,           // letters, digits, "-", "_", "."; safe as a file name
  host,           // DNS name, IPv4 or IPv6 address
  url_path,       // exact path of a request: starts with "/", no query, no wildcard
  absolute_path,  // on a node: starts with "/", plain characters, no ".."
  https_url,      // https://host[:port]
};
enum class Shape { one, list, one_or_list };
enum class Need { optional, required };
// reserved: the key exists, but this version refuses every value except its default.
enum class Stage { supported, reserved };

struct Field {
  std::string_view path{};  // "spec.gates.soak"; "[]" after a list of objects: "spec.paths[].path"
  Type type = Type::text;
  Shape shape = Shape::one;
  Need need = Need::optional;
  Stage stage = Stage::supported;
  std::string_view fallback{};  // the default, as YAML text; empty: none
  std::string_view alone{};     // a word that is allowed in place of a value: auto
  std::span<const std::string_view> choices{};
  long min = 0;  // integer; duration in seconds; list: least number of items
  long max = 0;
  std::string_view doc{};  // one or two sentences for the reference page and the schema

  // The last segment of the path.
  [[nodiscard]] std::string_view key() const { return path.substr(path.rfind('.') + 1); }
};

struct Form {
  std::string_view kind;   // "Playbook"
  std::string_view file;   // "playbook", as in docs/schema/playbook.v1.json
  std::string_view intro;  // first paragraph of the reference page
  std::string_view example;
  std::span<const Field> fields;

  // nullptr: the form has no such path.
  [[nodiscard]] const Field* find(std::string_view path) const;
  // The fields directly below `path` ("" is the document), in the table's order.
  [[nodiscard]] std::vector<const Field*> below(std::string_view path) const;
};

[[nodiscard]] const Form& playbook_form();
[[nodiscard]] const Form& inventory_form();

// "a duration from 1s to 1m, written like 90s, 5m or 1h30m": for messages and the reference page.
[[nodiscard]] std::string describe_type(const Field& field);

// JSON Schema 2020-12 and the Markdown page; both end with a newline.
[[nodiscard]] std::string json_schema(const Form& form);
[[nodiscard]] std::string reference_page(const Form& form);

}  // namespace nightlatch::spec
