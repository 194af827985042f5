#include "manifest/kubeadm_config_proof.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "manifest/command_line_edit.hpp"
#include "manifest/seal.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {

std::string normalised(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

const Value* api_server_field(const Value& root, std::string_view key) {
  const Value* server = root.find("apiServer");
  return server == nullptr ? nullptr : server->find(key);
}

Arguments arguments_of(const Value& root) {
  const Value* args = api_server_field(root, "extraArgs");
  Arguments found;
  if (args == nullptr) return found;
  if (args->kind == Value::Kind::mapping) {
    for (std::size_t i = 0; i + 1 < args->items.size(); i += 2) {
      found.emplace_back(args->items[i].text, args->items[i + 1].text);
    }
  } else {
    for (const Value& item : args->items) found.emplace_back(text_at(item, "name"), text_at(item, "value"));
  }
  return found;
}

namespace {

// `value` of --feature-gates with the `wanted` settings; gates that stay keep their order, the wanted ones
// follow.
std::string with_gates(const std::string& value, const std::vector<std::string>& wanted) {
  std::vector<std::string> parts;
  for (const GateSetting& setting : gate_settings(value)) {
    bool replaced = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& gate) {
      return gate_settings(gate).front().name == setting.name;
    });
    if (!replaced) parts.push_back(fmt::format("{}{}={}", setting.component, setting.name, setting.value));
  }
  parts.insert(parts.end(), wanted.begin(), wanted.end());
  return join(parts, ",");
}

// The arguments that extraArgs must have after the edit, sorted.
Arguments expected_arguments(const Value& root, const Intent& intent) {
  Arguments wanted = wanted_arguments(root, intent);
  std::set<std::string> touched(intent.remove_flags.begin(), intent.remove_flags.end());
  for (const auto& [name, value] : wanted) touched.insert(name);
  Arguments expected;
  for (const auto& argument : arguments_of(root)) {
    if (!touched.contains(normalised(argument.first))) expected.push_back(argument);
  }
  expected.insert(expected.end(), wanted.begin(), wanted.end());
  std::sort(expected.begin(), expected.end());
  return expected;
}

bool is_volume(const Value& item, const DirectoryMount& mount) {
  return text_at(item, "name") == mount.volume_name && text_at(item, "hostPath") == mount.path &&
         text_at(item, "mountPath") == mount.path;
}

// kubeadm mounts this directory itself.
constexpr std::string_view certificates = "/etc/kubernetes/pki";

bool is_below(const std::string& path, std::string_view root) {
  return path == root || path.starts_with(std::string(root) + "/");
}

}  // namespace

Arguments wanted_arguments(const Value& root, const Intent& intent) {
  Arguments wanted = intent.set_flags;
  if (intent.feature_gates.empty()) return wanted;
  std::string present;
  for (const auto& [name, value] : arguments_of(root)) {
    if (normalised(name) == "feature-gates") present = value;
  }
  wanted.emplace_back("feature-gates", with_gates(present, intent.feature_gates));
  return wanted;
}
bool needs_volume(const Value& root, const DirectoryMount& mount) {
  if (is_below(mount.path, certificates)) return false;
  const Value* volumes = api_server_field(root, "extraVolumes");
  if (volumes == nullptr) return true;
  return std::none_of(volumes->items.begin(), volumes->items.end(), [&](const Value& item) {
    std::string host = text_at(item, "hostPath");
    return !host.empty() && host == text_at(item, "mountPath") && is_below(mount.path, host);
  });
}

namespace {

// The document without the two lists that an edit may change. An apiServer that contains nothing else counts
// as missing.
Value untouchable(const Value& root) {
  Value rest = root;
  std::vector<Value> kept;
  for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
    Value value = root.items[i + 1];
    if (root.items[i].text == "apiServer") {
      std::vector<Value> inner;
      for (std::size_t j = 0; j + 1 < value.items.size(); j += 2) {
        if (value.items[j].text == "extraArgs" || value.items[j].text == "extraVolumes") continue;
        inner.push_back(value.items[j]);
        inner.push_back(value.items[j + 1]);
      }
      if (inner.empty()) continue;
      value.items = std::move(inner);
    }
    kept.push_back(root.items[i]);
    kept.push_back(std::move(value));
  }
  rest.items = std::move(kept);
  return rest;
}

}  // namespace

Status prove_kubeadm_config(const Document& before, const Document& after, const Intent& intent) {
  if (untouchable(before.value) != untouchable(after.value))
    return fail(unproven(before, "something else would change"));
  Arguments arguments = arguments_of(after.value);
  std::sort(arguments.begin(), arguments.end());
  if (arguments != expected_arguments(before.value, intent))
    return fail(unproven(before, "the arguments would not be as intended"));
  auto volumes = [](const Value& root) {
    const Value* list = api_server_field(root, "extraVolumes");
    return list == nullptr ? std::vector<Value>() : list->items;
  };
  std::vector<Value> found = volumes(after.value);
  if (intent.mount && needs_volume(before.value, *intent.mount)) {
    if (found.empty() || found.back().items.size() != 10 || !is_volume(found.back(), *intent.mount))
      return fail(unproven(before, "the volume would not be the directory"));
    found.pop_back();
  }
  if (found != volumes(before.value)) return fail(unproven(before, "another volume would change"));
  return {};
}

}  // namespace nightlatch::manifest
