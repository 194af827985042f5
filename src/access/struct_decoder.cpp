#include "access/struct_decoder.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "access/go_text.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
using Kind = ConfigValue::Kind;

std::string_view json_name(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::list:
      return "array";
    case Kind::object:
      return "object";
    case Kind::null:
      break;
  }
  return "null";
}

void StructDecoder::object(const ConfigValue& value, std::string_view type,
                           const std::vector<Field>& fields) {
  if (value.kind == Kind::null) return;
  if (value.kind != Kind::object) {
    mismatch(value, qualified(type));
    return;
  }
  std::string outer = std::exchange(struct_, std::string(type));
  std::set<std::string_view> seen;
  for (const ConfigMember& member : value.members) {
    auto field = std::find_if(fields.begin(), fields.end(),
                              [&](const Field& known) { return known.name == member.key; });
    if (field == fields.end()) {
      strict("unknown field", member.key, member.at);
      continue;
    }
    if (!seen.insert(field->name).second) strict("duplicate field", member.key, member.at);
    std::size_t depth = path_.size();
    if (depth > 0) path_.emplace_back(".");
    path_.push_back(member.key);
    fields_.push_back(member.key);
    field->take(member.value);
    fields_.pop_back();
    path_.resize(depth);
  }
  struct_ = std::move(outer);
}

void StructDecoder::text(const ConfigValue& value, PlacedText& into, std::string_view type) {
  into.at = value.at;
  if (value.kind == Kind::string) {
    into.text = value.text;
  } else if (value.kind != Kind::null) {
    mismatch(value, qualified(type));
  }
}

void StructDecoder::boolean(const ConfigValue& value, bool& into) {
  if (value.kind == Kind::boolean) {
    into = value.boolean;
  } else if (value.kind != Kind::null) {
    mismatch(value, "bool");
  }
}

void StructDecoder::mismatch(const ConfigValue& value, std::string type) {
  if (type_problem_) return;
  type_problem_ = {fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                               json_name(value.kind), struct_, join(fields_, "."), type),
                   value.at};
}

void StructDecoder::strict(std::string_view what, const std::string& field, std::size_t at) {
  constexpr std::size_t most = 100;
  std::string path = join(path_, "");
  std::string words =
      fmt::format("{} {}", what, go_quoted(path.empty() ? field : fmt::format("{}.{}", path, field)));
  auto same = [&](const TextProblem& problem) { return problem.words == words; };
  if (strict_problems_.size() >= most || std::any_of(strict_problems_.begin(), strict_problems_.end(), same))
    return;
  strict_problems_.push_back({std::move(words), at});
}

std::string StructDecoder::qualified(std::string_view type) const {
  return type == "string" ? std::string(type) : fmt::format("{}.{}", package_, type);
}

}  // namespace nightlatch::access
