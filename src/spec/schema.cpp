#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "spec/field.hpp"

namespace nightlatch::spec {

namespace {

using Json = nlohmann::ordered_json;

// The same words as words.cpp reads, as far as a regular expression can say it.
constexpr std::string_view duration_pattern = "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$";
constexpr std::string_view date_pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
constexpr std::string_view time_pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
constexpr std::string_view local_time_pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$";
constexpr std::string_view name_pattern = "^[A-Za-z0-9_][A-Za-z0-9._-]*$";
constexpr std::string_view host_pattern = "^[A-Za-z0-9:_][A-Za-z0-9:._%-]*$";
constexpr std::string_view url_path_pattern = "^/[A-Za-z0-9/._~!$&'()+,;=:@-]*$";
constexpr std::string_view absolute_path_pattern = "^(/[A-Za-z0-9._+@-]+)+$";
constexpr std::string_view https_url_pattern = "^https://[^/]+/?$";

Json object_schema(const Form& form, std::string_view path);

Json matching(std::string_view pattern) {
  return {{"type", "string"}, {"minLength", 1}, {"pattern", pattern}};
}

Json one_schema(const Form& form, const Field& field) {
  switch (field.type) {
    case Type::object:
      return object_schema(
          form, field.shape == Shape::list ? fmt::format("{}[]", field.path) : std::string(field.path));
    case Type::text:
      return {{"type", "string"}, {"minLength", 1}};
    case Type::choice:
      return {{"enum", field.choices}};
    case Type::integer:
      return {{"type", "integer"}, {"minimum", field.min}, {"maximum", field.max}};
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::duration:
      return matching(duration_pattern);
    case Type::date:
      return matching(date_pattern);
    case Type::time_of_day:
      return matching(time_pattern);
    case Type::local_time:
      return matching(local_time_pattern);
    case Type::name:
      return matching(name_pattern);
    case Type::host:
      return matching(host_pattern);
    case Type::url_path:
      return matching(url_path_pattern);
    case Type::absolute_path:
      return matching(absolute_path_pattern);
    case Type::https_url:
      return matching(https_url_pattern);
  }
  return {};
}

Json list_schema(const Form& form, const Field& field) {
  Json schema{{"type", "array"}, {"items", one_schema(form, field)}};
  bool needs_one = field.type == Type::integer || field.shape == Shape::one_or_list || field.min > 0;
  if (needs_one) schema["minItems"] = 1;
  return schema;
}

Json value_schema(const Form& form, const Field& field) {
  Json list = field.shape == Shape::one ? Json{} : list_schema(form, field);
  if (field.shape == Shape::one_or_list) return {{"anyOf", {one_schema(form, field), list}}};
  Json schema = field.shape == Shape::list ? list : one_schema(form, field);
  if (!field.alone.empty()) return {{"anyOf", {Json{{"const", field.alone}}, schema}}};
  return schema;
}

Json default_of(const Field& field) {
  if (field.shape == Shape::list && field.fallback.starts_with('[')) return Json::parse(field.fallback);
  if (field.type == Type::integer || field.type == Type::boolean) return Json::parse(field.fallback);
  return field.fallback;
}

Json field_schema(const Form& form, const Field& field) {
  Json schema{{"description", field.stage == Stage::reserved
                                  ? fmt::format("Reserved for a later version. {}", field.doc)
                                  : std::string(field.doc)}};
  schema.update(value_schema(form, field));
  if (!field.fallback.empty()) schema["default"] = default_of(field);
  return schema;
}

Json object_schema(const Form& form, std::string_view path) {
  Json schema{{"type", "object"}, {"additionalProperties", false}};
  Json required = Json::array();
  Json properties = Json::object();
  for (const Field* field : form.below(path)) {
    properties[std::string(field->key())] = field_schema(form, *field);
    if (field->need == Need::required) required.push_back(field->key());
  }
  if (!required.empty()) schema["required"] = std::move(required);
  schema["properties"] = std::move(properties);
  return schema;
}

}  // namespace

std::string json_schema(const Form& form) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", fmt::format("https://nightlatch.dev/schema/{}.v1.json", form.file)},
              {"title", fmt::format("nightlatch {}", form.file)}};
  schema.update(object_schema(form, ""));
  return schema.dump(2) + "\n";
}

}  // namespace nightlatch::spec
