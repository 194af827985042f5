// One RBAC object out of the tree of its text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "access/config_tree.hpp"
#include "rbac/documents.hpp"
#include "rbac/objects.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

// nullptr: the object has no such field, or null there, which means the same. Of equal fields the last
// counts, as for encoding/json.
[[nodiscard]] const access::ConfigValue* field_of(const access::ConfigValue& object, std::string_view key);

// Error of every function: wrong_type. `path` names a field in a message: "rules[0].verbs".
class ObjectDecoder {
 public:
  // `place` must outlive the decoder.
  explicit ObjectDecoder(const Place& place) : place_(place) {}

  [[nodiscard]] Result<Role> role(const access::ConfigValue& object, Scope scope) const;
  [[nodiscard]] Result<Binding> binding(const access::ConfigValue& object, Scope scope) const;
  // Empty where the field is absent.
  [[nodiscard]] Result<std::string> text(const access::ConfigValue& object, std::string_view key,
                                         const std::string& path) const;

 private:
  struct Metadata;
  using Texts = std::vector<std::string>;
  using TextMap = std::map<std::string, std::string>;

  [[nodiscard]] tl::unexpected<Error> wrong(std::string message, std::size_t at) const;
  [[nodiscard]] tl::unexpected<Error> wrong_type(const std::string& path, access::ConfigValue::Kind wanted,
                                                 const access::ConfigValue& value) const;
  // nullptr: absent.
  [[nodiscard]] Result<const access::ConfigValue*> typed(const access::ConfigValue& object,
                                                         std::string_view key, access::ConfigValue::Kind kind,
                                                         const std::string& path) const;
  [[nodiscard]] Result<Texts> texts(const access::ConfigValue& object, std::string_view key,
                                    const std::string& above) const;
  [[nodiscard]] Result<TextMap> text_map(const access::ConfigValue& object, std::string_view key,
                                         const std::string& above) const;
  // Each object of a list, decoded by `decode(object, path)`.
  template <class T, class Decode>
  [[nodiscard]] Result<std::vector<T>> each(const access::ConfigValue& object, std::string_view key,
                                            const std::string& path, Decode decode) const;
  [[nodiscard]] Result<Metadata> metadata(const access::ConfigValue& object, Scope scope) const;
  [[nodiscard]] Result<PolicyRule> rule(const access::ConfigValue& object, const std::string& path) const;
  [[nodiscard]] Result<LabelRequirement> requirement(const access::ConfigValue& object,
                                                     const std::string& path) const;
  [[nodiscard]] Result<LabelSelector> selector(const access::ConfigValue& object,
                                               const std::string& path) const;
  [[nodiscard]] Result<Subject> subject(const access::ConfigValue& object, const std::string& path) const;

  const Place& place_;
};

}  // namespace nightlatch::rbac
