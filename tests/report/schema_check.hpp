// Validates a document against a schema of docs/schema/: the keywords that those files use. One that is not
// known here is a fault of the schema, so that nothing is taken for checked that is not.
#pragma once

#include <array>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "places.hpp"

namespace nightlatch::report {

inline bool has_type(const nlohmann::json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

inline void collect_faults(const nlohmann::json& schema, const nlohmann::json& value,
                           const std::string& place, std::vector<std::string>& faults);

inline void collect_faults_of_keywords(const nlohmann::json& schema, const std::string& place,
                                       std::vector<std::string>& faults) {
  static constexpr std::array known{"$id",         "$schema",  "additionalProperties",
                                    "anyOf",       "const",    "default",
                                    "description", "enum",     "items",
                                    "maximum",     "minItems", "minLength",
                                    "minimum",     "pattern",  "properties",
                                    "required",    "title",    "type"};
  for (const auto& [keyword, child] : schema.items()) {
    bool judged = false;
    for (const char* one : known) judged = judged || keyword == one;
    if (!judged) faults.push_back(place + ": the schema's " + keyword + " is not judged");
  }
}

inline void collect_faults_of_scalar(const nlohmann::json& schema, const nlohmann::json& value,
                                     const std::string& place, std::vector<std::string>& faults) {
  if (schema.contains("enum")) {
    bool known = false;
    for (const auto& one : schema["enum"]) known = known || one == value;
    if (!known) faults.push_back(place + ": " + value.dump() + " is none of " + schema["enum"].dump());
  }
  if (schema.contains("const") && schema["const"] != value) {
    faults.push_back(place + ": " + value.dump() + " is not " + schema["const"].dump());
  }
  if (value.is_number() && ((schema.contains("minimum") && value < schema["minimum"]) ||
                            (schema.contains("maximum") && value > schema["maximum"]))) {
    faults.push_back(place + ": " + value.dump() + " is out of range");
  }
  if (!value.is_string()) return;
  auto text = value.get<std::string>();
  if (schema.contains("minLength") && text.size() < schema["minLength"].get<std::size_t>()) {
    faults.push_back(place + ": is too short");
  }
  if (schema.contains("pattern") &&
      !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))) {
    faults.push_back(place + ": " + value.dump() + " does not match " + schema["pattern"].dump());
  }
}

inline bool fits_one_of(const nlohmann::json& schemas, const nlohmann::json& value) {
  for (const auto& schema : schemas) {
    std::vector<std::string> faults;
    collect_faults(schema, value, "", faults);
    if (faults.empty()) return true;
  }
  return false;
}

// What does not fit, each with its place. A property that the schema does not know is a fault too: the files
// describe all there is.
inline void collect_faults(const nlohmann::json& schema, const nlohmann::json& value,
                           const std::string& place, std::vector<std::string>& faults) {
  collect_faults_of_keywords(schema, place, faults);
  if (schema.contains("type") && !has_type(value, schema["type"])) {
    faults.push_back(place + ": is not " + schema["type"].get<std::string>());
    return;
  }
  collect_faults_of_scalar(schema, value, place, faults);
  if (schema.contains("anyOf") && !fits_one_of(schema["anyOf"], value)) {
    faults.push_back(place + ": " + value.dump() + " fits none of " + schema["anyOf"].dump());
  }
  if (schema.contains("required")) {
    for (const auto& key : schema["required"]) {
      if (!value.contains(key)) faults.push_back(place + ": lacks " + key.get<std::string>());
    }
  }
  if (schema.contains("properties")) {
    for (const auto& [key, child] : value.items()) {
      if (schema["properties"].contains(key)) {
        collect_faults(schema["properties"][key], child, place + "." + key, faults);
      } else {
        faults.push_back(place + ": has an unknown " + key);
      }
    }
  }
  if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>()) {
    faults.push_back(place + ": has too few");
  }
  if (schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      collect_faults(schema["items"], value[i], place + "[" + std::to_string(i) + "]", faults);
    }
  }
}

inline std::filesystem::path schema_file(const std::string& kind) {
  return source_directory() / "docs/schema" / (kind + ".v1.json");
}

inline std::vector<std::string> faults_against(const std::string& kind, const nlohmann::json& value) {
  std::ifstream file(schema_file(kind));
  if (!file) return {"no schema for " + kind};
  std::vector<std::string> faults;
  collect_faults(nlohmann::json::parse(file), value, kind, faults);
  return faults;
}

// Against the schema that the document itself names.
inline std::vector<std::string> schema_faults(const std::string& document) {
  nlohmann::json value = nlohmann::json::parse(document, nullptr, false);
  if (value.is_discarded() || !value.contains("schema")) return {"not a document with a schema: " + document};
  std::string name = value["schema"];  // nightlatch.dev/run/v1
  std::string kind = name.substr(name.find('/') + 1);
  return faults_against(kind.substr(0, kind.find('/')), value);
}

}  // namespace nightlatch::report
