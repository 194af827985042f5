#include "plan/hooks_json.hpp"

#include <nlohmann/json.hpp>

namespace nightlatch::plan {

namespace {

using nlohmann::json;

void put(json& value, const char* key, const std::optional<spec::Hook>& hook) {
  if (hook) value[key] = {{"command", hook->command}, {"timeoutSeconds", hook->timeout.count()}};
}

std::optional<spec::Hook> taken(const json& value, const char* key) {
  if (!value.contains(key)) return std::nullopt;
  const json& hook = value.at(key);
  auto command = hook.at("command").get<std::vector<std::string>>();
  (void)hook.at("command").at(0);  // a program at least
  return spec::Hook{std::move(command), std::chrono::seconds(hook.at("timeoutSeconds").get<long>())};
}

}  // namespace

json to_json(const spec::Hooks& hooks) {
  json value = json::object();
  put(value, "before", hooks.before);
  put(value, "beforeNode", hooks.before_node);
  put(value, "afterNode", hooks.after_node);
  put(value, "after", hooks.after);
  put(value, "onFailure", hooks.on_failure);
  return value;
}

spec::Hooks hooks_from_json(const json& value) {
  return {.before = taken(value, "before"),
          .before_node = taken(value, "beforeNode"),
          .after_node = taken(value, "afterNode"),
          .after = taken(value, "after"),
          .on_failure = taken(value, "onFailure")};
}

}  // namespace nightlatch::plan
