#include "spec/field.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nightlatch::spec {

namespace {

std::string seconds_as_written(long seconds) {
  if (seconds != 0 && seconds % 3600 == 0) return fmt::format("{}h", seconds / 3600);
  if (seconds != 0 && seconds % 60 == 0) return fmt::format("{}m", seconds / 60);
  return fmt::format("{}s", seconds);
}

std::string describe_choices(const Field& field) {
  if (field.choices.size() == 1) return std::string(field.choices.front());
  return fmt::format("one of {}", fmt::join(field.choices, ", "));
}

// One value, without regard to the list it may stand in.
std::string describe_one(const Field& field) {
  switch (field.type) {
    case Type::object:
      return "an object";
    case Type::text:
      return "text";
    case Type::choice:
      return describe_choices(field);
    case Type::integer:
      return fmt::format("a whole number from {} to {}", field.min, field.max);
    case Type::boolean:
      return "true or false";
    case Type::duration:
      return fmt::format("a duration from {} to {}, written like 90s, 5m or 1h30m",
                         seconds_as_written(field.min), seconds_as_written(field.max));
    case Type::date:
      return "a date, YYYY-MM-DD";
    case Type::time_of_day:
      return "a time of day, HH:MM";
    case Type::local_time:
      return "a day and a time, YYYY-MM-DDTHH:MM";
    case Type::name:
      return R"(a name of letters, digits, "-", "_" and ".")";
    case Type::host:
      return "a host name, an IPv4 address or an IPv6 address without brackets";
    case Type::url_path:
      return R"(an exact path that starts with "/", without query and wildcard)";
    case Type::absolute_path:
      return R"(an absolute path of plain characters, without ".." and without a "/" at its end)";
    case Type::https_url:
      return "https://HOST or https://HOST:PORT";
  }
  return {};
}

}  // namespace

const Field* Form::find(std::string_view path) const {
  auto found = std::ranges::find(fields, path, &Field::path);
  return found == fields.end() ? nullptr : &*found;
}

std::vector<const Field*> Form::below(std::string_view path) const {
  std::vector<const Field*> all;
  for (const Field& field : fields) {
    std::size_t dot = field.path.rfind('.');
    std::string_view parent = dot == std::string_view::npos ? std::string_view{} : field.path.substr(0, dot);
    if (parent == path) all.push_back(&field);
  }
  return all;
}

std::string describe_type(const Field& field) {
  std::string one = describe_one(field);
  std::string alone = field.alone.empty() ? std::string{} : fmt::format("{}, or ", field.alone);
  if (field.shape == Shape::one) return alone + one;
  if (field.type == Type::object) return alone + "a list of objects";
  if (field.shape == Shape::list) return fmt::format("{}a list, each {}", alone, one);
  return fmt::format("{}{}, or a list of them", alone, one);
}

}  // namespace nightlatch::spec
