// Validates a document against a schema of docs/schema/: the keywords that those files use, and no others.
#pragma once

#include <fstream>
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

// What does not fit, each with its place. A property that the schema does not know is a fault too: the files
// describe all there is.
inline void collect_faults(const nlohmann::json& schema, const nlohmann::json& value,
                           const std::string& place, std::vector<std::string>& faults) {
  if (schema.contains("type") && !has_type(value, schema["type"])) {
    faults.push_back(place + ": is not " + schema["type"].get<std::string>());
    return;
  }
  if (schema.contains("enum")) {
    bool known = false;
    for (const auto& one : schema["enum"]) known = known || one == value;
    if (!known) faults.push_back(place + ": " + value.dump() + " is none of " + schema["enum"].dump());
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
  if (schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      collect_faults(schema["items"], value[i], place + "[" + std::to_string(i) + "]", faults);
    }
  }
}

// Against the schema that the document itself names.
inline std::vector<std::string> schema_faults(const std::string& document) {
  nlohmann::json value = nlohmann::json::parse(document, nullptr, false);
  if (value.is_discarded() || !value.contains("schema")) return {"not a document with a schema: " + document};
  std::string name = value["schema"];  // nightlatch.dev/run/v1
  std::string kind = name.substr(name.find('/') + 1);
  kind = kind.substr(0, kind.find('/'));
  std::ifstream file(source_directory() / "docs/schema" / (std::string(kind) + ".v1.json"));
  if (!file) return {"no schema for " + name};
  nlohmann::json schema = nlohmann::json::parse(file);
  std::vector<std::string> faults;
  collect_faults(schema, value, kind, faults);
  return faults;
}

}  // namespace nightlatch::report
