#include "manifest/pod_volumes.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

std::vector<const SpanNode*> mappings_at(const SpanNode& parent, std::string_view key) {
  std::vector<const SpanNode*> found;
  const SpanNode* list = resolve(parent.find(key));
  if (list == nullptr || list->kind != SpanKind::sequence) return found;
  for (const SpanNode* item : list->children) {
    const SpanNode* node = resolve(item);
    if (node->kind == SpanKind::mapping && node->find_key("<<") == nullptr) found.push_back(node);
  }
  return found;
}

bool has_merge_key(const SpanNode& parent, std::string_view key) {
  const SpanNode* list = resolve(parent.find(key));
  if (list == nullptr || list->kind != SpanKind::sequence) return false;
  for (const SpanNode* item : list->children) {
    if (resolve(item)->find_key("<<") != nullptr) return true;
  }
  return false;
}

std::string text_of(const SpanNode& node, std::string_view key) {
  const SpanNode* found = resolve(node.find(key));
  return found != nullptr && found->kind == SpanKind::scalar && !is_null(*found) ? found->value
                                                                                 : std::string();
}

class VolumeCheck {
 public:
  VolumeCheck(const SourceText& text, const Anatomy& anatomy) : text_(text), spec_(*anatomy.spec) {}

  Status check() {
    NL_TRY(check_names());
    for (std::string_view list : {"initContainers", "containers"}) {
      for (const SpanNode* container : mappings_at(spec_, list)) NL_TRY(check_mounts(*container));
    }
    return {};
  }

 private:
  Error refuse(const SpanNode& at, std::string_view problem, std::string next) const {
    Error error =
        text_.error(manifest_errors::wrong_shape, at.begin,
                    fmt::format("{}: {}, so the kubelet refuses this pod", text_.file(), problem), 1);
    error.next = std::move(next);
    return error;
  }

  Status check_names() {
    for (const SpanNode* volume : mappings_at(spec_, "volumes")) {
      std::string name = text_of(*volume, "name");
      if (name.empty())
        return fail(
            refuse(*volume, "this volume has no name", "give the volume the name that its mount uses"));
      if (!names_.insert(name).second)
        return fail(refuse(*volume, fmt::format("a second volume has the name {}", name),
                           "give each volume a name of its own"));
    }
    return {};
  }

  Status check_mounts(const SpanNode& container) const {
    std::set<std::string> paths;
    for (const SpanNode* mount : mappings_at(container, "volumeMounts")) {
      std::string name = text_of(*mount, "name");
      bool is_known = names_.contains(name) || has_merge_key(spec_, "volumes");
      if (name.empty() || !is_known)
        return fail(refuse(*mount,
                           name.empty()
                               ? "this mount names no volume"
                               : fmt::format("this mount names the volume {}, which the pod has not", name),
                           "let the mount name one of the pod's volumes"));
      std::string path = text_of(*mount, "mountPath");
      if (path.empty())
        return fail(refuse(*mount, "this mount has no mountPath", "give the mount a mountPath"));
      if (!paths.insert(path).second)
        return fail(refuse(*mount, fmt::format("a second mount of this container has the path {}", path),
                           "remove one of the two mounts"));
    }
    return {};
  }

  const SourceText& text_;
  const SpanNode& spec_;
  std::set<std::string> names_;
};

}  // namespace

Status check_volumes(const SourceText& text, const Anatomy& anatomy) {
  return VolumeCheck(text, anatomy).check();
}

}  // namespace nightlatch::manifest
