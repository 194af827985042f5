// A decoder of values into structs with the errors of sigs.k8s.io/json, which is encoding/json with strict
// checks. A type that does not fit ends in one error, the first. Unknown and repeated fields are all
// collected, and count only where every type fits.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/authentication_types.hpp"
#include "access/config_tree.hpp"

namespace nightlatch::access {

// "null", "bool", "number", "string", "array" or "object".
[[nodiscard]] std::string_view json_name(ConfigValue::Kind kind);

class StructDecoder {
 public:
  struct Field {
    std::string_view name;
    std::function<void(const ConfigValue&)> take;
  };

  // `package` is the Go package of the structs, as in "v1beta1".
  explicit StructDecoder(std::string_view package) : package_(package) {}

  // `type` is the name of the Go struct. null leaves everything as it is.
  void object(const ConfigValue& value, std::string_view type, const std::vector<Field>& fields);

  // `type` is "string" or the name of the Go type.
  void text(const ConfigValue& value, PlacedText& into, std::string_view type = "string");
  void boolean(const ConfigValue& value, bool& into);

  // `type` is the Go type of an item. Each item that is made begins with its place.
  template <class T, class Take>
  void list(const ConfigValue& value, PlacedList<T>& into, std::string_view type, Take take) {
    into.at = value.at;
    into.items.clear();
    if (value.kind == ConfigValue::Kind::null) return;
    if (value.kind != ConfigValue::Kind::list) {
      mismatch(value, "[]" + qualified(type));
      return;
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      path_.push_back("[" + std::to_string(i) + "]");
      T item;
      item.at = value.items[i].at;
      take(value.items[i], item);
      into.items.push_back(std::move(item));
      path_.pop_back();
    }
  }

  [[nodiscard]] const std::optional<TextProblem>& type_problem() const { return type_problem_; }
  [[nodiscard]] const std::vector<TextProblem>& strict_problems() const { return strict_problems_; }

 private:
  void mismatch(const ConfigValue& value, std::string type);
  void strict(std::string_view what, const std::string& field, std::size_t at);
  [[nodiscard]] std::string qualified(std::string_view type) const;

  std::string package_;
  std::string struct_;               // the innermost struct that is being decoded
  std::vector<std::string> fields_;  // names from the root to here
  std::vector<std::string> path_;    // the same with dots and indices: "jwt", "[0]", ".", "issuer"
  std::optional<TextProblem> type_problem_;
  std::vector<TextProblem> strict_problems_;
};

}  // namespace nightlatch::access
