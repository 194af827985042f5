#include "plan/change_json.hpp"

#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "util/overloaded.hpp"

namespace nightlatch::plan {

namespace {

using facts::ObjectReference;
using facts::WhenUnwritable;
using nlohmann::json;

[[noreturn]] void refuse(const std::string& why, const json& value) {
  throw json::other_error::create(501, why, &value);
}

std::string_view name(ManifestChange::Kind kind) {
  constexpr std::array<std::string_view, 4> names{"swap", "finish_restore", "finish_confirm", "place"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name(WhenUnwritable what) {
  return what == WhenUnwritable::stop_the_roll ? "stop" : "go_on";
}

ManifestChange::Kind manifest_kind_from(const json& value) {
  auto text = value.get<std::string>();
  using enum ManifestChange::Kind;
  for (auto kind : {swap, finish_restore, finish_confirm, place}) {
    if (name(kind) == text) return kind;
  }
  refuse("unknown action", value);
}

WhenUnwritable when_unwritable_from(const json& value) {
  auto text = value.get<std::string>();
  for (auto what : {WhenUnwritable::stop_the_roll, WhenUnwritable::go_on_and_tell}) {
    if (name(what) == text) return what;
  }
  refuse("unknown whenUnwritable", value);
}

json to(const std::vector<manifest::Splice>& splices) {
  json list = json::array();
  for (const auto& splice : splices) {
    list.push_back(
        {{"begin", splice.begin}, {"end", splice.end}, {"text", splice.text}, {"reason", splice.reason}});
  }
  return list;
}

std::vector<manifest::Splice> splices_from(const json& list) {
  std::vector<manifest::Splice> splices;
  for (const json& value : list) {
    splices.push_back({.begin = value.at("begin").get<std::size_t>(),
                       .end = value.at("end").get<std::size_t>(),
                       .text = value.at("text").get<std::string>(),
                       .reason = value.at("reason").get<std::string>()});
  }
  return splices;
}

// The key is absent where the object or its field is.
std::optional<std::string> sha256_from(const json& value, const char* key) {
  return value.contains(key) ? std::optional(value.at(key).get<std::string>()) : std::nullopt;
}

// The keys owner and mode are absent where the node's script chooses them.
json config_of(const ManifestChange& change) {
  json config{{"path", change.config_path}, {"sha256", change.config_sha256}};
  if (!change.config_owner.empty()) config["owner"] = change.config_owner;
  if (!change.config_mode.empty()) config["mode"] = change.config_mode;
  return config;
}

json to(const ManifestChange& change) {
  return {{"kind", "manifest"},
          {"node", change.node},
          {"action", name(change.kind)},
          {"previousRun", change.previous_run},
          {"before", change.sha256_before},
          {"after", change.sha256_after},
          {"splices", to(change.splices)},
          {"undo", to(change.undo)},
          {"config", config_of(change)}};
}

ManifestChange manifest_change_from(const json& value) {
  ManifestChange change;
  value.at("node").get_to(change.node);
  change.kind = manifest_kind_from(value.at("action"));
  value.at("previousRun").get_to(change.previous_run);
  value.at("before").get_to(change.sha256_before);
  value.at("after").get_to(change.sha256_after);
  change.splices = splices_from(value.at("splices"));
  change.undo = splices_from(value.at("undo"));
  const json& config = value.at("config");
  config.at("path").get_to(change.config_path);
  config.at("sha256").get_to(change.config_sha256);
  change.config_owner = config.value("owner", "");
  change.config_mode = config.value("mode", "");
  return change;
}

json to(const ObjectChange& change) {
  const ObjectReference& object = change.object;
  json value{{"kind", "object"},
             {"object",
              {{"group", object.group},
               {"version", object.version},
               {"kind", object.kind},
               {"namespace", object.name_space},
               {"name", object.name}}},
             {"field", change.field},
             {"splices", to(change.splices)},
             {"undo", to(change.undo)},
             {"whenUnwritable", name(change.when_unwritable)}};
  if (change.sha256_before) value["before"] = *change.sha256_before;
  if (change.sha256_after) value["after"] = *change.sha256_after;
  return value;
}

ObjectChange object_change_from(const json& value) {
  ObjectChange change;
  const json& object = value.at("object");
  object.at("group").get_to(change.object.group);
  object.at("version").get_to(change.object.version);
  object.at("kind").get_to(change.object.kind);
  object.at("namespace").get_to(change.object.name_space);
  object.at("name").get_to(change.object.name);
  value.at("field").get_to(change.field);
  change.sha256_before = sha256_from(value, "before");
  change.sha256_after = sha256_from(value, "after");
  change.splices = splices_from(value.at("splices"));
  change.undo = splices_from(value.at("undo"));
  change.when_unwritable = when_unwritable_from(value.at("whenUnwritable"));
  if (!facts::is_writable(change)) refuse("a change of an object that this version cannot make", value);
  return change;
}

}  // namespace

json to_json(const std::vector<Change>& changes) {
  json list = json::array();
  auto to_one = overloaded{[](const ManifestChange& change) { return to(change); },
                           [](const ObjectChange& change) { return to(change); }};
  for (const Change& change : changes) list.push_back(std::visit(to_one, change));
  return list;
}

std::vector<Change> changes_from_json(const json& list) {
  std::vector<Change> changes;
  for (const json& value : list) {
    auto kind = value.at("kind").get<std::string>();
    if (kind == "manifest") {
      changes.emplace_back(manifest_change_from(value));
    } else if (kind == "object") {
      changes.emplace_back(object_change_from(value));
    } else {
      refuse("unknown kind of change", value);
    }
  }
  return changes;
}

}  // namespace nightlatch::plan
