#include "manifest/reversal.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/probe_edit.hpp"

namespace nightlatch::manifest {
namespace {

// A manifest as the readers see it. The document's nodes are what the anatomy points at.
struct Reading {
  Document document;
  Anatomy anatomy;

  static Result<Reading> of(std::string_view bytes, std::string_view file) {
    NL_ASSIGN(Document document, Document::read(bytes, file));
    NL_ASSIGN(Anatomy anatomy, dissect(document));
    return Reading{std::move(document), std::move(anatomy)};
  }

  // The values of one flag, in their order; nullopt: bare.
  [[nodiscard]] std::vector<std::optional<std::string>> values(const std::string& flag) const {
    std::vector<std::optional<std::string>> found;
    for (const ParsedFlag& one : anatomy.argv.flags) {
      if (one.name == flag) found.push_back(one.value);
    }
    return found;
  }
};

class Reversal {
 public:
  Reversal(const Reading& today, const Reading& found, const Reading& wrote, std::string_view file)
      : today_(today), found_(found), wrote_(wrote), file_(file) {}

  Result<Intent> intent() {
    NL_TRY(take_back_flags());
    NL_TRY(take_back_mount());
    take_back_probes();
    return std::move(intent_);
  }

 private:
  [[nodiscard]] Error refusal(std::string_view problem) const {
    return Error{.code = manifest_errors::not_reversible, .message = fmt::format("{}: {}", file_, problem)};
  }

  [[nodiscard]] std::set<std::string> written_flags() const {
    std::set<std::string> names;
    for (const Reading* reading : {&found_, &wrote_}) {
      for (const ParsedFlag& flag : reading->anatomy.argv.flags) {
        if (found_.values(flag.name) != wrote_.values(flag.name)) names.insert(flag.name);
      }
    }
    return names;
  }

  Status take_back_flags() {
    for (const std::string& name : written_flags()) {
      auto now = today_.values(name);
      auto before = found_.values(name);
      if (now == before) continue;
      if (now != wrote_.values(name))
        return fail(refusal(fmt::format("--{} is neither what that run wrote nor what it found", name)));
      if (before.empty()) {
        intent_.remove_flags.push_back(name);
      } else if (before.size() == 1 && (before.front() || is_bool_flag(name))) {
        // A bare flag that needs no value is true.
        intent_.set_flags.emplace_back(name, before.front().value_or("true"));
      } else {
        return fail(refusal(fmt::format("--{} stood there {} times", name, before.size())));
      }
    }
    return {};
  }

  // The one volume that the run added. It adds no other kind than a directory of the host.
  [[nodiscard]] std::optional<DirectoryMount> added_mount() const {
    const Value* volumes = wrote_.document.value.find("spec")->find("volumes");
    const Value* old_volumes = found_.document.value.find("spec")->find("volumes");
    if (volumes == nullptr) return std::nullopt;
    for (const Value& volume : volumes->items) {
      std::string name = text_at(volume, "name");
      bool is_old = old_volumes != nullptr &&
                    std::any_of(old_volumes->items.begin(), old_volumes->items.end(),
                                [&](const Value& one) { return text_at(one, "name") == name; });
      const Value* host = volume.find("hostPath");
      if (!is_old && host != nullptr)
        return DirectoryMount{.volume_name = name, .path = text_at(*host, "path")};
    }
    return std::nullopt;
  }

  Status take_back_mount() {
    intent_.unmount = added_mount();
    if (!intent_.unmount) return {};
    std::set<std::string> leaving(intent_.remove_flags.begin(), intent_.remove_flags.end());
    for (const auto& [name, value] : intent_.set_flags) leaving.insert(name);
    for (const ParsedFlag& flag : today_.anatomy.argv.flags) {
      bool is_below = flag.value.value_or("").starts_with(intent_.unmount->path + "/");
      if (!is_below || leaving.contains(flag.name)) continue;
      return fail(refusal(fmt::format("--{} names a file in {}, which would no longer be mounted", flag.name,
                                      intent_.unmount->path)));
    }
    return {};
  }

  void take_back_probes() {
    for (std::string_view probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
      auto before = probe_handler(found_.document, found_.anatomy, probe);
      auto written = probe_handler(wrote_.document, wrote_.anatomy, probe);
      if (before && written && before != written)
        intent_.probe_returns.push_back({.probe = std::string(probe), .from = *written, .to = *before});
    }
  }

  const Reading& today_;
  const Reading& found_;
  const Reading& wrote_;
  std::string_view file_;
  Intent intent_;
};

}  // namespace

Result<Edit> take_back(std::string_view today, std::string_view file, const PastEdit& past) {
  NL_ASSIGN(Reading now, Reading::of(today, file));
  NL_ASSIGN(Reading found, Reading::of(past.found, file));
  NL_ASSIGN(Reading wrote, Reading::of(past.wrote, file));
  NL_ASSIGN(Intent intent, Reversal(now, found, wrote, file).intent());
  return edit(today, file, intent);
}

}  // namespace nightlatch::manifest
