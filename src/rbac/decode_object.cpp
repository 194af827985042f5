#include "rbac/decode_object.hpp"

#include <utility>

#include <fmt/format.h>

#include "rbac/errors.hpp"

namespace nightlatch::rbac {

using access::ConfigMember;
using access::ConfigValue;
using Kind = ConfigValue::Kind;

namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::list:
      return "a list";
    case Kind::object:
      break;
  }
  return "an object";
}

// encoding/json leaves a null among strings an empty string.
bool is_text(const ConfigValue& value) {
  return value.kind == Kind::string || value.kind == Kind::null;
}

}  // namespace

struct ObjectDecoder::Metadata {
  std::string name;
  std::string name_space;
  TextMap labels;
};

const ConfigValue* field_of(const ConfigValue& object, std::string_view key) {
  for (auto member = object.members.rbegin(); member != object.members.rend(); ++member) {
    if (member->key == key) return member->value.kind == Kind::null ? nullptr : &member->value;
  }
  return nullptr;
}

tl::unexpected<Error> ObjectDecoder::wrong(std::string message, std::size_t at) const {
  return fail(Error{.code = rbac_errors::wrong_type, .message = std::move(message), .place = place_(at)});
}

tl::unexpected<Error> ObjectDecoder::wrong_type(const std::string& path, Kind wanted,
                                                const ConfigValue& value) const {
  return wrong(fmt::format("{} is {}, and must be {}", path, name_of(value.kind), name_of(wanted)), value.at);
}

Result<const ConfigValue*> ObjectDecoder::typed(const ConfigValue& object, std::string_view key, Kind kind,
                                                const std::string& path) const {
  const ConfigValue* value = field_of(object, key);
  if (value != nullptr && value->kind != kind) return wrong_type(path, kind, *value);
  return value;
}

Result<std::string> ObjectDecoder::text(const ConfigValue& object, std::string_view key,
                                        const std::string& path) const {
  NL_ASSIGN(const ConfigValue* value, typed(object, key, Kind::string, path));
  return value == nullptr ? std::string{} : value->text;
}

Result<ObjectDecoder::Texts> ObjectDecoder::texts(const ConfigValue& object, std::string_view key,
                                                  const std::string& above) const {
  std::string path = fmt::format("{}.{}", above, key);
  Texts all;
  NL_ASSIGN(const ConfigValue* list, typed(object, key, Kind::list, path));
  if (list == nullptr) return all;
  for (const ConfigValue& item : list->items) {
    if (!is_text(item)) return wrong_type(fmt::format("{}[{}]", path, all.size()), Kind::string, item);
    all.push_back(item.text);
  }
  return all;
}

Result<ObjectDecoder::TextMap> ObjectDecoder::text_map(const ConfigValue& object, std::string_view key,
                                                       const std::string& above) const {
  std::string path = fmt::format("{}.{}", above, key);
  TextMap all;
  NL_ASSIGN(const ConfigValue* map, typed(object, key, Kind::object, path));
  if (map == nullptr) return all;
  for (const ConfigMember& member : map->members) {
    if (!is_text(member.value))
      return wrong_type(fmt::format("{}.{}", path, member.key), Kind::string, member.value);
    all[member.key] = member.value.text;
  }
  return all;
}

template <class T, class Decode>
Result<std::vector<T>> ObjectDecoder::each(const ConfigValue& object, std::string_view key,
                                           const std::string& path, Decode decode) const {
  std::vector<T> all;
  NL_ASSIGN(const ConfigValue* list, typed(object, key, Kind::list, path));
  if (list == nullptr) return all;
  for (const ConfigValue& item : list->items) {
    std::string at = fmt::format("{}[{}]", path, all.size());
    if (item.kind != Kind::object) return wrong_type(at, Kind::object, item);
    NL_ASSIGN(T made, decode(item, at));
    all.push_back(std::move(made));
  }
  return all;
}

Result<PolicyRule> ObjectDecoder::rule(const ConfigValue& object, const std::string& path) const {
  PolicyRule rule;
  NL_ASSIGN(rule.verbs, texts(object, "verbs", path));
  NL_ASSIGN(rule.api_groups, texts(object, "apiGroups", path));
  NL_ASSIGN(rule.resources, texts(object, "resources", path));
  NL_ASSIGN(rule.resource_names, texts(object, "resourceNames", path));
  NL_ASSIGN(rule.non_resource_urls, texts(object, "nonResourceURLs", path));
  return rule;
}

Result<LabelRequirement> ObjectDecoder::requirement(const ConfigValue& object,
                                                    const std::string& path) const {
  LabelRequirement requirement;
  NL_ASSIGN(requirement.key, text(object, "key", path + ".key"));
  NL_ASSIGN(requirement.op, text(object, "operator", path + ".operator"));
  NL_ASSIGN(requirement.values, texts(object, "values", path));
  return requirement;
}

Result<LabelSelector> ObjectDecoder::selector(const ConfigValue& object, const std::string& path) const {
  LabelSelector selector;
  NL_ASSIGN(selector.match_labels, text_map(object, "matchLabels", path));
  NL_ASSIGN(selector.match_expressions,
            each<LabelRequirement>(
                object, "matchExpressions", path + ".matchExpressions",
                [this](const ConfigValue& item, const std::string& at) { return requirement(item, at); }));
  return selector;
}

Result<Subject> ObjectDecoder::subject(const ConfigValue& object, const std::string& path) const {
  Subject subject;
  NL_ASSIGN(subject.kind, text(object, "kind", path + ".kind"));
  NL_ASSIGN(subject.api_group, text(object, "apiGroup", path + ".apiGroup"));
  NL_ASSIGN(subject.name, text(object, "name", path + ".name"));
  NL_ASSIGN(subject.name_space, text(object, "namespace", path + ".namespace"));
  return subject;
}

Result<ObjectDecoder::Metadata> ObjectDecoder::metadata(const ConfigValue& object, Scope scope) const {
  Metadata made;
  NL_ASSIGN(const ConfigValue* metadata, typed(object, "metadata", Kind::object, "metadata"));
  if (metadata == nullptr) return wrong("the object has no metadata", object.at);
  NL_ASSIGN(made.name, text(*metadata, "name", "metadata.name"));
  NL_ASSIGN(made.name_space, text(*metadata, "namespace", "metadata.namespace"));
  NL_ASSIGN(made.labels, text_map(*metadata, "labels", "metadata"));
  if (made.name.empty()) return wrong("metadata.name is missing", metadata->at);
  // kubectl apply would fill it in from the context, which nobody knows here.
  if (scope == Scope::name_space && made.name_space.empty())
    return wrong("metadata.namespace is missing", metadata->at);
  if (scope == Scope::cluster) made.name_space.clear();
  return made;
}

Result<Role> ObjectDecoder::role(const ConfigValue& object, Scope scope) const {
  NL_ASSIGN(Metadata named, metadata(object, scope));
  Role role{.scope = scope,
            .name_space = std::move(named.name_space),
            .name = std::move(named.name),
            .labels = std::move(named.labels),
            .rules = {},
            .aggregates = {}};
  NL_ASSIGN(role.rules, each<PolicyRule>(object, "rules", "rules",
                                         [this](const ConfigValue& item, const std::string& at) {
                                           return rule(item, at);
                                         }));
  if (scope == Scope::name_space) return role;
  NL_ASSIGN(const ConfigValue* aggregation,
            typed(object, "aggregationRule", Kind::object, "aggregationRule"));
  if (aggregation == nullptr) return role;
  NL_ASSIGN(role.aggregates,
            each<LabelSelector>(
                *aggregation, "clusterRoleSelectors", "aggregationRule.clusterRoleSelectors",
                [this](const ConfigValue& item, const std::string& at) { return selector(item, at); }));
  return role;
}

Result<Binding> ObjectDecoder::binding(const ConfigValue& object, Scope scope) const {
  NL_ASSIGN(Metadata named, metadata(object, scope));
  Binding binding{.scope = scope,
                  .name_space = std::move(named.name_space),
                  .name = std::move(named.name),
                  .subjects = {},
                  .role = {}};
  NL_ASSIGN(binding.subjects, each<Subject>(object, "subjects", "subjects",
                                            [this](const ConfigValue& item, const std::string& at) {
                                              return subject(item, at);
                                            }));
  NL_ASSIGN(const ConfigValue* role, typed(object, "roleRef", Kind::object, "roleRef"));
  if (role == nullptr) return wrong("the binding has no roleRef", object.at);
  NL_ASSIGN(binding.role.kind, text(*role, "kind", "roleRef.kind"));
  NL_ASSIGN(binding.role.name, text(*role, "name", "roleRef.name"));
  return binding;
}

}  // namespace nightlatch::rbac
