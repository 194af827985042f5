#include "manifest/proof.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "manifest/command_line_edit.hpp"
#include "manifest/errors.hpp"
#include "manifest/probe_edit.hpp"

namespace nightlatch::manifest {
namespace {

using FlagValues = std::vector<std::pair<std::string, std::optional<std::string>>>;

void drop(Value& mapping, std::string_view key) {
  for (std::size_t i = 0; i + 1 < mapping.items.size(); i += 2) {
    if (mapping.items[i].text != key) continue;
    auto at = mapping.items.begin() + static_cast<std::ptrdiff_t>(i);
    mapping.items.erase(at, at + 2);
    return;
  }
}

// The document without the four lists that an edit may change.
Value untouchable(const Value& pod, std::size_t container) {
  Value rest = pod;
  Value& spec = *rest.find("spec");
  Value& part = spec.find("containers")->items[container];
  for (std::string_view key : {"command", "args", "volumeMounts"}) drop(part, key);
  drop(spec, "volumes");
  return rest;
}

std::vector<Value> list_at(const Value& mapping, std::string_view key) {
  const Value* list = mapping.find(key);
  return list == nullptr ? std::vector<Value>() : list->items;
}

// Removes the one item with this text under the key, and returns it.
std::optional<Value> take(std::vector<Value>& items, std::string_view key, std::string_view text) {
  auto found =
      std::find_if(items.begin(), items.end(), [&](const Value& item) { return text_at(item, key) == text; });
  if (found == items.end()) return std::nullopt;
  Value taken = std::move(*found);
  items.erase(found);
  return taken;
}

class Prover {
 public:
  Prover(const Document& before, const Anatomy& anatomy_before, const Document& after,
         const Anatomy& anatomy_after, const Intent& intent)
      : before_(before), old_(anatomy_before), after_(after), new_(anatomy_after), intent_(intent) {
    for (const std::string& name : intent.remove_flags) touched_.insert(name);
    for (const auto& [name, value] : intent.set_flags) touched_.insert(name);
    if (!intent.feature_gates.empty()) touched_.insert("feature-gates");
  }

  Status prove() const {
    std::size_t container = index(old_);
    if (container != index(new_)) return wrong("the API server would be another container");
    Value wanted = before_.value;
    Value& api_server = wanted.find("spec")->find("containers")->items[container];
    turn_to_tcp(api_server, intent_.tcp_probes);
    NL_TRY(turn_back(api_server, intent_.probe_returns));
    if (untouchable(wanted, container) != untouchable(after_.value, container)) {
      return wrong("something besides the command line and the volumes would change");
    }
    NL_TRY(prove_words());
    NL_TRY(prove_gates());
    return prove_mounts(container);
  }

 private:
  Status wrong(std::string_view problem) const {
    return fail(manifest_errors::not_proven, fmt::format("{}: {}", before_.text.file(), problem));
  }

  static std::size_t index(const Anatomy& anatomy) {
    const auto& all = anatomy.containers->children;
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), anatomy.container) - all.begin());
  }

  FlagValues untouched_flags(const Anatomy& anatomy) const {
    FlagValues flags;
    for (const ParsedFlag& flag : anatomy.argv.flags) {
      if (!touched_.contains(flag.name)) flags.emplace_back(flag.name, flag.value);
    }
    return flags;
  }

  static std::vector<std::string> head(const Anatomy& anatomy) {
    return {anatomy.words.begin(),
            anatomy.words.begin() + static_cast<std::ptrdiff_t>(anatomy.program.first_flag)};
  }

  static std::vector<std::optional<std::string>> values(const Anatomy& anatomy, const std::string& name) {
    std::vector<std::optional<std::string>> found;
    for (const ParsedFlag& flag : anatomy.argv.flags) {
      if (flag.name == name) found.push_back(flag.value);
    }
    return found;
  }

  Status prove_words() const {
    if (!new_.argv.problems.empty()) return wrong("the new command line would stop kube-apiserver");
    if (head(old_) != head(new_)) return wrong("the program would change");
    if (untouched_flags(old_) != untouched_flags(new_)) return wrong("another flag would change");
    std::map<std::string, std::string> set(intent_.set_flags.begin(), intent_.set_flags.end());
    for (const auto& [name, value] : set) {
      if (values(new_, name) != std::vector<std::optional<std::string>>{value}) {
        return wrong(fmt::format("--{} would not be exactly {:?}", name, value));
      }
    }
    for (const std::string& name : intent_.remove_flags) {
      if (!set.contains(name) && !values(new_, name).empty())
        return wrong(fmt::format("--{} would stay", name));
    }
    return {};
  }

  static std::map<std::string, std::string> gates(const Anatomy& anatomy) {
    std::map<std::string, std::string> all;
    for (const auto& value : values(anatomy, "feature-gates")) {
      for (const GateSetting& gate : gate_settings(value.value_or(""))) all[gate.name] = gate.value;
    }
    return all;
  }

  Status prove_gates() const {
    if (intent_.feature_gates.empty()) return {};
    std::map<std::string, std::string> wanted = gates(old_);
    for (const std::string& text : intent_.feature_gates) {
      GateSetting gate = gate_settings(text).front();
      wanted[gate.name] = gate.value;
    }
    return gates(new_) == wanted ? Status() : wrong("the feature gates would not be those intended");
  }

  // Quotes follow the neighbour's style, so they are not compared: every added value but `true` is a string.
  static bool says(const Value& item, const std::vector<std::pair<std::string, std::string>>& fields) {
    if (item.kind != Value::Kind::mapping || item.items.size() != 2 * fields.size()) return false;
    return std::all_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return text_at(item, field.first) == field.second; });
  }

  Status prove_mounts(std::size_t container) const {
    auto volumes = [](const Value& pod) { return list_at(*pod.find("spec"), "volumes"); };
    auto mounts = [&](const Value& pod) {
      return list_at(pod.find("spec")->find("containers")->items[container], "volumeMounts");
    };
    std::vector<Value> new_volumes = volumes(after_.value);
    std::vector<Value> new_mounts = mounts(after_.value);
    if (intent_.mount && new_volumes.size() > volumes(before_.value).size()) {
      auto added = take(new_volumes, "name", intent_.mount->volume_name);
      const Value* host = added ? added->find("hostPath") : nullptr;
      bool good = host != nullptr && added->items.size() == 4 &&
                  says(*host, {{"path", intent_.mount->path}, {"type", "Directory"}});
      if (!good) return wrong("the new volume would not be the directory");
    }
    if (intent_.mount && new_mounts.size() > mounts(before_.value).size()) {
      auto added = take(new_mounts, "mountPath", intent_.mount->path);
      bool good = added &&
                  says(*added, {{"mountPath", intent_.mount->path},
                                {"name", intent_.mount->volume_name},
                                {"readOnly", "true"}}) &&
                  !added->find("readOnly")->quoted;
      if (!good) return wrong("the new mount would not be the directory, read-only");
    }
    std::vector<Value> old_volumes = volumes(before_.value);
    std::vector<Value> old_mounts = mounts(before_.value);
    if (intent_.unmount) {
      const std::string& name = intent_.unmount->volume_name;
      std::erase_if(old_volumes, [&](const Value& item) { return text_at(item, "name") == name; });
      std::erase_if(old_mounts, [&](const Value& item) { return text_at(item, "name") == name; });
    }
    if (new_volumes != old_volumes) return wrong("another volume would change");
    if (new_mounts != old_mounts) return wrong("another mount would change");
    return {};
  }

  const Document& before_;
  const Anatomy& old_;
  const Document& after_;
  const Anatomy& new_;
  const Intent& intent_;
  std::set<std::string> touched_;
};

}  // namespace

Status prove(const Document& before, const Anatomy& anatomy_before, const Document& after,
             const Anatomy& anatomy_after, const Intent& intent) {
  return Prover(before, anatomy_before, after, anatomy_after, intent).prove();
}

}  // namespace nightlatch::manifest
