#include "manifest/mount_edit.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "manifest/sequence_edit.hpp"

namespace nightlatch::manifest {
namespace {

std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// What follows `root` in a path that is `root` or lies below it, with the leading slash; nullopt otherwise.
std::optional<std::string> below(const std::string& path, const std::string& root) {
  if (path == root) return std::string();
  if (root == "/") return path;
  if (path.starts_with(root) && path[root.size()] == '/') return path.substr(root.size());
  return std::nullopt;
}

class MountEditor {
 public:
  MountEditor(const Document& document, const Anatomy& anatomy, const DirectoryMount& wanted)
      : text_(document.text), anatomy_(anatomy), wanted_(wanted) {}

  Result<std::vector<Splice>> edit() {
    NL_TRY(find_list(*anatomy_.spec, "volumes", volumes_));
    NL_TRY(find_list(*anatomy_.container, "volumeMounts", mounts_));
    NL_ASSIGN(bool visible, directory_is_visible());
    if (visible) return std::move(splices_);
    NL_ASSIGN(bool volume_exists, has_volume());
    // The mount first: where both lists are new and the container ends the spec, both go to the same place.
    if (!mounted_) {
      NL_TRY(add(*anatomy_.container, "volumeMounts", mounts_, mount(), "mount " + wanted_.path));
    }
    if (!volume_exists) {
      NL_TRY(add(*anatomy_.spec, "volumes", volumes_, volume(), "add the volume " + wanted_.volume_name));
    }
    return std::move(splices_);
  }

 private:
  Status find_list(const SpanNode& parent, std::string_view key, const SpanNode*& list) const {
    list = parent.find(key);
    if (list == nullptr) return {};
    NL_TRY(check_in_place(text_, *list, key));
    if (list->kind != SpanKind::sequence && !is_null(*list)) {
      return fail(text_.error(manifest_errors::wrong_shape, list->begin,
                              fmt::format("{}: {} must be a list", text_.file(), key)));
    }
    return {};
  }

  Error conflict(const SpanNode& node, std::string problem) const {
    return text_.error(manifest_errors::volume_conflict, node.begin,
                       fmt::format("{}: {}", text_.file(), problem));
  }

  // The hostPath behind a volume's name; nullopt for other kinds and unknown names.
  std::optional<std::string> host_path(const std::string& name) const {
    if (volumes_ == nullptr) return std::nullopt;
    for (const SpanNode* item : volumes_->children) {
      if (text_at(item, "name") != name) continue;
      const SpanNode* source = resolve(resolve(item)->find("hostPath"));
      std::string path = text_at(source, "path");
      return path.empty() ? std::nullopt : std::optional(without_trailing_slash(path));
    }
    return std::nullopt;
  }

  // The innermost mount on the way to the directory decides what the container sees there.
  Result<bool> directory_is_visible() {
    if (mounts_ == nullptr) return false;
    const SpanNode* innermost = nullptr;
    std::string root;
    for (const SpanNode* item : mounts_->children) {
      std::string path = without_trailing_slash(text_at(item, "mountPath"));
      if (path.size() >= root.size() && below(wanted_.path, path)) {
        innermost = item;
        root = path;
      }
    }
    if (innermost == nullptr) return false;
    std::string name = text_at(innermost, "name");
    auto host = host_path(name);
    if (root == wanted_.path && name == wanted_.volume_name && !host) {
      mounted_ = true;  // only its volume is missing; a volume of another kind is found by has_volume
      return false;
    }
    bool part =
        resolve(innermost)->find("subPath") != nullptr || resolve(innermost)->find("subPathExpr") != nullptr;
    if (!part && host && (*host == "/" ? "" : *host) + *below(wanted_.path, root) == wanted_.path)
      return true;
    return fail(conflict(
        *innermost, fmt::format("the volume {} is mounted at {}, so the container does not see the host's {}",
                                name, root, wanted_.path)));
  }

  Result<bool> has_volume() const {
    if (volumes_ == nullptr) return false;
    for (const SpanNode* item : volumes_->children) {
      if (text_at(item, "name") != wanted_.volume_name) continue;
      auto path = host_path(wanted_.volume_name);
      if (path == wanted_.path) return true;
      return fail(
          conflict(*item, fmt::format("the volume {} exists and is {}, not the directory {}",
                                      wanted_.volume_name, path ? *path : "not a hostPath", wanted_.path)));
    }
    return false;
  }

  NewNode volume() const {
    NewNode path{.key = "path", .scalar = wanted_.path};
    NewNode type{.key = "type", .scalar = "Directory"};
    return {.fields = {{.key = "hostPath", .fields = {path, type}},
                       {.key = "name", .scalar = wanted_.volume_name}}};
  }

  NewNode mount() const {
    return {.fields = {{.key = "mountPath", .scalar = wanted_.path},
                       {.key = "name", .scalar = wanted_.volume_name},
                       {.key = "readOnly", .scalar = "true", .quoting = NewNode::Quoting::never}}};
  }

  // By how many columns this file indents the dashes of a list under its key, as it does for `containers`.
  std::size_t dash_indent() const {
    const SpanNode& list = *anatomy_.containers;
    const SpanNode& key = *anatomy_.spec->find_key("containers");
    if (list.style == SpanStyle::flow) return 0;
    std::size_t dash = text_.slice(text_.line_begin(list.begin), list.begin).size();
    std::size_t column = key.begin - text_.line_begin(key.begin);
    return dash > column ? dash - column : 0;
  }

  Status add(const SpanNode& parent, const std::string& key, const SpanNode* list, const NewNode& item,
             const std::string& reason) {
    if (list == nullptr) {
      NL_ASSIGN(Splice splice, insert_list(text_, parent, key, dash_indent(), item, reason));
      splices_.push_back(std::move(splice));
    } else if (list->children.empty()) {
      NL_ASSIGN(Splice splice,
                insert_first_item(text_, *parent.find_key(key), *list, dash_indent(), item, reason));
      splices_.push_back(std::move(splice));
    } else {
      auto [anchor, side] = sorted_position(*list);
      NL_ASSIGN(Splice splice, insert_item(text_, *list, anchor, side, item, reason));
      splices_.push_back(std::move(splice));
    }
    return {};
  }

  std::pair<std::size_t, Side> sorted_position(const SpanNode& list) const {
    std::vector<std::string> names;
    for (const SpanNode* item : list.children) names.push_back(text_at(item, "name"));
    auto next = std::is_sorted(names.begin(), names.end())
                    ? std::upper_bound(names.begin(), names.end(), wanted_.volume_name)
                    : names.end();
    if (next == names.begin()) return {0, Side::before};
    return {static_cast<std::size_t>(next - names.begin()) - 1, Side::after};
  }

  const SourceText& text_;
  const Anatomy& anatomy_;
  const DirectoryMount& wanted_;
  const SpanNode* volumes_ = nullptr;
  const SpanNode* mounts_ = nullptr;
  bool mounted_ = false;
  std::vector<Splice> splices_;
};

// Takes away what MountEditor adds.
class MountRemover {
 public:
  MountRemover(const Document& document, const Anatomy& anatomy, const DirectoryMount& mount)
      : text_(document.text), anatomy_(anatomy), mount_(mount) {}

  Result<std::vector<Splice>> edit() {
    const SpanNode* volumes = anatomy_.spec->find("volumes");
    const SpanNode* mounts = anatomy_.container->find("volumeMounts");
    std::set<std::size_t> of_volumes = items_named(volumes);
    std::set<std::size_t> of_mounts = items_named(mounts);
    for (std::size_t i : of_volumes) NL_TRY(check_volume(*volumes->children[i]));
    for (std::size_t i : of_mounts) NL_TRY(check_mount(*mounts->children[i]));
    if (!of_volumes.empty()) NL_TRY(check_other_containers());
    NL_TRY(erase(*anatomy_.container, "volumeMounts", mounts, of_mounts, "unmount " + mount_.path));
    NL_TRY(erase(*anatomy_.spec, "volumes", volumes, of_volumes, "remove the volume " + mount_.volume_name));
    return std::move(splices_);
  }

 private:
  std::set<std::size_t> items_named(const SpanNode* list) const {
    std::set<std::size_t> found;
    if (list == nullptr || list->kind != SpanKind::sequence) return found;
    for (std::size_t i = 0; i < list->children.size(); ++i) {
      if (text_at(list->children[i], "name") == mount_.volume_name) found.insert(i);
    }
    return found;
  }

  Error not_ours(const SpanNode& node, const std::string& problem) const {
    return text_.error(manifest_errors::not_reversible, node.begin,
                       fmt::format("{}: {}", text_.file(), problem));
  }

  Status check_volume(const SpanNode& item) const {
    const SpanNode* source = resolve(resolve(&item)->find("hostPath"));
    if (without_trailing_slash(text_at(source, "path")) == mount_.path) return {};
    return fail(not_ours(item, fmt::format("the volume {} is not the directory {} any more",
                                           mount_.volume_name, mount_.path)));
  }

  Status check_mount(const SpanNode& item) const {
    if (without_trailing_slash(text_at(&item, "mountPath")) == mount_.path) return {};
    return fail(
        not_ours(item, fmt::format("the volume {} is mounted at another path as well", mount_.volume_name)));
  }

  Status check_other_containers() const {
    for (std::string_view list : {"containers", "initContainers"}) {
      const SpanNode* containers = resolve(anatomy_.spec->find(list));
      if (containers == nullptr) continue;
      for (const SpanNode* one : containers->children) {
        const SpanNode* container = resolve(one);
        if (container == anatomy_.container || container->kind != SpanKind::mapping) continue;
        const SpanNode* mounts = resolve(container->find("volumeMounts"));
        if (items_named(mounts).empty()) continue;
        return fail(not_ours(
            *container, fmt::format("another container mounts the volume {} as well", mount_.volume_name)));
      }
    }
    return {};
  }

  Status erase(const SpanNode& parent, const std::string& key, const SpanNode* list,
               const std::set<std::size_t>& items, const std::string& reason) {
    if (items.empty()) return {};
    NL_TRY(check_in_place(text_, *list, key));
    if (items.size() == list->children.size()) {
      NL_ASSIGN(Splice splice, erase_entry(text_, parent, key, reason));
      splices_.push_back(std::move(splice));
      return {};
    }
    NL_ASSIGN(std::vector<Splice> splices, erase_items(text_, *list, items, reason));
    std::move(splices.begin(), splices.end(), std::back_inserter(splices_));
    return {};
  }

  const SourceText& text_;
  const Anatomy& anatomy_;
  const DirectoryMount& mount_;
  std::vector<Splice> splices_;
};

}  // namespace

Result<std::vector<Splice>> edit_mount(const Document& document, const Anatomy& anatomy,
                                       const DirectoryMount& mount) {
  return MountEditor(document, anatomy, mount).edit();
}

Result<std::vector<Splice>> remove_mount(const Document& document, const Anatomy& anatomy,
                                         const DirectoryMount& mount) {
  return MountRemover(document, anatomy, mount).edit();
}

}  // namespace nightlatch::manifest
