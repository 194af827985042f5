#include "manifest/kubeadm_config_edit.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/kubeadm_config_proof.hpp"
#include "manifest/kubeadm_documents.hpp"
#include "manifest/layout.hpp"
#include "manifest/seal.hpp"
#include "manifest/sequence_edit.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {
namespace {

enum class Form { mapping, list };  // of extraArgs: v1beta3, v1beta4

class Editor {
 public:
  Editor(const Document& document, const Intent& intent)
      : text_(document.text), root_(document.tree.root()), value_(document.value), intent_(intent) {}

  Result<std::vector<Splice>> edit() {
    NL_TRY(check_in_place(text_, root_, "the document"));
    NL_ASSIGN(form_, form());
    wanted_ = wanted_arguments(value_, intent_);
    adds_volume_ = intent_.mount && needs_volume(value_, *intent_.mount);
    const SpanNode* server = root_.find("apiServer");
    if (server == nullptr || server->children.empty()) {
      if (!wanted_.empty() || adds_volume_) write_section(server);
    } else {
      NL_TRY(check_in_place(text_, *server, "apiServer"));
      if (server->style != SpanStyle::block)
        return fail(layout(*server, "apiServer is not written in block style"));
      NL_TRY(edit_arguments(*server));
      if (adds_volume_) NL_TRY(add_volume(*server));
    }
    std::sort(splices_.begin(), splices_.end(), [](const Splice& a, const Splice& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    return std::move(splices_);
  }

 private:
  Error layout(const SpanNode& node, std::string_view problem) const {
    return text_.error(manifest_errors::layout, node.begin, fmt::format("{}: {}", text_.file(), problem));
  }

  Result<Form> form() const {
    const Value* kind = value_.find("kind");
    const Value* version = value_.find("apiVersion");
    bool known = kind != nullptr && kind->text == "ClusterConfiguration" && version != nullptr;
    if (known && version->text == "kubeadm.k8s.io/v1beta3") return Form::mapping;
    if (known && version->text == "kubeadm.k8s.io/v1beta4") return Form::list;
    if (known && version->text.starts_with("kubeadm.k8s.io/")) return fail(another_version(version->text));
    Error other = layout(root_, "expected a ClusterConfiguration of kubeadm.k8s.io/v1beta3 or v1beta4");
    other.next = command_that_gets_it();
    return fail(std::move(other));
  }

  // The versions of kubeadm that still read an old one: validateSupportedVersion in
  // cmd/kubeadm/app/util/config/common.go, v1.34.
  Error another_version(const std::string& version) const {
    const SpanNode* at = root_.find("apiVersion");
    bool is_newer = version == "kubeadm.k8s.io/v1";
    Error error =
        layout(*at, is_newer ? fmt::format("{} is an experimental version, which only kubeadm 1.37 reads, "
                                           "and nightlatch edits v1beta3 and v1beta4",
                                           version)
                             : fmt::format("{} is a version that today's kubeadm does not read, and "
                                           "nightlatch edits v1beta3 and v1beta4",
                                           version));
    error.place->width = at->end - at->begin;
    error.next = is_newer
                     ? "write the file as kubeadm.k8s.io/v1beta4"
                     : "migrate the file with the last kubeadm that reads this version (1.26 for v1beta2): "
                       "kubeadm config migrate --old-config OLD --new-config NEW";
    return error;
  }

  void splice(std::size_t begin, std::size_t end, std::string text, std::string reason) {
    splices_.push_back({begin, end, std::move(text), std::move(reason)});
  }

  // --- lines, with their indent and without the last end of line -----------------------------------------

  static std::string scalar(const std::string& value) {
    return render_scalar(value, SpanStyle::plain, Context::block);
  }

  std::string argument_lines(const std::string& name, const std::string& value, std::size_t column) const {
    std::string indent(column, ' ');
    if (form_ == Form::mapping) return fmt::format("{}{}: {}", indent, name, scalar(value));
    return fmt::format("{0}- name: {1}\n{0}  value: {2}", indent, name, scalar(value));
  }

  // "extraArgs:" and the arguments under it; a list's dashes stand under their key, as kubeadm writes them.
  std::string arguments_section(std::size_t column) const {
    std::vector<std::string> lines{std::string(column, ' ') + "extraArgs:"};
    std::size_t inner = form_ == Form::mapping ? column + 2 : column;
    for (const auto& [name, value] : wanted_) lines.push_back(argument_lines(name, value, inner));
    return join(lines, "\n");
  }

  std::string volume_lines(std::size_t column) const {
    std::string indent(column, ' ');
    return fmt::format(
        "{0}- hostPath: {1}\n{0}  mountPath: {1}\n{0}  name: {2}\n{0}  pathType: Directory\n"
        "{0}  readOnly: true",
        indent, scalar(intent_.mount->path), intent_.mount->volume_name);
  }

  std::string added_arguments() const {
    std::vector<std::string> words;
    for (const auto& [name, value] : wanted_) words.push_back(fmt::format("add {}: {}", name, value));
    return join(words, ", ");
  }

  std::string added_volume() const { return fmt::format("add the extraVolume {}", intent_.mount->path); }

  std::string volumes_section(std::size_t column) const {
    return std::string(column, ' ') + "extraVolumes:\n" + volume_lines(column);
  }

  // --- sections ------------------------------------------------------------------------------------------

  std::size_t column_of(const SpanNode& node) const { return node.begin - text_.line_begin(node.begin); }

  // Writes apiServer whole where it is missing or empty.
  void write_section(const SpanNode* server) {
    std::vector<std::string> parts;
    if (!wanted_.empty()) parts.push_back(arguments_section(2));
    if (adds_volume_) parts.push_back(volumes_section(2));
    std::string lines = join(parts, "\n");
    std::string reason = wanted_.empty() ? added_volume() : added_arguments();
    if (adds_volume_ && !wanted_.empty()) reason += ", " + added_volume();
    if (server != nullptr) {
      splice(root_.find_key("apiServer")->end + 1, content_line_end(text_, *server), "\n" + lines,
             std::move(reason));
      return;
    }
    const SpanNode& first = root_.key(0);
    splice(first.begin, first.begin, "apiServer:\n" + lines + "\n", std::move(reason));
  }

  // Writes a section of apiServer that is missing or empty.
  void add_section(const SpanNode& server, std::string_view key, const std::string& lines) {
    std::string reason = key == "extraArgs" ? added_arguments() : added_volume();
    if (const SpanNode* empty = server.find(key)) {
      const SpanNode& name = *server.find_key(key);
      splice(text_.line_begin(name.begin), content_line_end(text_, *empty), lines, std::move(reason));
      return;
    }
    std::size_t at = key == "extraArgs" ? text_.line_begin(server.begin)
                                        : content_line_end(text_, server.value_at(server.entries() - 1));
    bool first = key == "extraArgs";
    splice(at, at, first ? lines + "\n" : "\n" + lines, std::move(reason));
  }

  // --- extraArgs -----------------------------------------------------------------------------------------

  struct Argument {
    std::string name;
    const SpanNode* value = nullptr;
    std::size_t begin = 0;  // of its first line
    std::size_t end = 0;    // of its last line, before the newline
    Context context = Context::block;
  };

  Result<std::vector<Argument>> read_arguments(const SpanNode& args) const {
    std::vector<Argument> found;
    std::size_t count = form_ == Form::mapping ? args.entries() : args.children.size();
    for (std::size_t i = 0; i < count; ++i) {
      const SpanNode& item = form_ == Form::mapping ? args.key(i) : *args.children[i];
      NL_TRY(check_in_place(text_, item, "an argument"));
      const SpanNode* name = form_ == Form::mapping ? &item : item.find("name");
      const SpanNode* value = form_ == Form::mapping ? &args.value_at(i) : item.find("value");
      bool good = name != nullptr && value != nullptr && name->kind == SpanKind::scalar &&
                  value->kind == SpanKind::scalar;
      if (!good) return fail(layout(item, "this argument has no name or no value"));
      NL_TRY(check_in_place(text_, *value, "an argument's value"));
      const SpanNode& last = form_ == Form::mapping ? *value : item;
      found.push_back({.name = normalised(name->value),
                       .value = value,
                       .begin = text_.line_begin(item.begin),
                       .end = content_line_end(text_, last),
                       .context = item.style == SpanStyle::flow ? Context::flow : Context::block});
    }
    return found;
  }

  Status edit_arguments(const SpanNode& server) {
    const SpanNode* args = server.find("extraArgs");
    if (args != nullptr && args->kind == SpanKind::scalar && !is_null(*args))
      return fail(layout(*args, "extraArgs is a single value, which kubeadm refuses"));
    if (args == nullptr || args->children.empty()) {
      if (!wanted_.empty()) add_section(server, "extraArgs", arguments_section(column_of(server.key(0))));
      return {};
    }
    NL_TRY(check_in_place(text_, *args, "extraArgs"));
    if ((args->kind == SpanKind::mapping) != (form_ == Form::mapping))
      return fail(layout(*args, form_ == Form::mapping
                                    ? "extraArgs must be a mapping: this file is v1beta3"
                                    : "extraArgs must be a list of name and value: this file is v1beta4"));
    if (args->style != SpanStyle::block)
      return fail(layout(*args, "extraArgs is written between brackets, and nightlatch edits whole lines"));
    NL_ASSIGN(std::vector<Argument> present, read_arguments(*args));
    std::set<std::string> leaving(intent_.remove_flags.begin(), intent_.remove_flags.end());
    Arguments missing;
    for (const auto& [name, value] : wanted_) {
      auto times = static_cast<std::size_t>(std::count_if(
          present.begin(), present.end(), [&](const Argument& one) { return one.name == name; }));
      if (times == 1) {
        change(*std::find_if(present.begin(), present.end(),
                             [&](const Argument& one) { return one.name == name; }),
               value);
      } else {
        if (times > 1) leaving.insert(name);
        missing.emplace_back(name, value);
      }
      if (times == 1) leaving.erase(name);
    }
    return cut_and_add(*args, present, leaving, missing);
  }

  void change(const Argument& argument, const std::string& value) {
    if (argument.value->value == value) return;
    splice(argument.value->begin, argument.value->end,
           render_scalar(value, argument.value->style, argument.context),
           fmt::format("change {} to {}", argument.name, value));
  }

  // New arguments take the position of the first one that is removed; where none is, they follow the last.
  Status cut_and_add(const SpanNode& args, const std::vector<Argument>& present,
                     const std::set<std::string>& leaving, const Arguments& missing) {
    std::vector<std::string> lines;
    std::vector<std::string> reasons;
    std::size_t column = column_of(*args.children[0]);
    if (form_ == Form::list) column = text_.slice(present[0].begin, args.children[0]->begin).find('-');
    for (const auto& [name, value] : missing) {
      lines.push_back(argument_lines(name, value, column));
      reasons.push_back(fmt::format("add {}: {}", name, value));
    }
    bool all_leave = std::all_of(present.begin(), present.end(),
                                 [&](const Argument& one) { return leaving.contains(one.name); });
    if (all_leave && missing.empty()) return fail(layout(args, "the edit would leave extraArgs empty"));
    for (const Argument& one : present) {
      if (!leaving.contains(one.name)) continue;
      reasons.insert(reasons.begin(), "remove " + one.name);
      if (lines.empty()) {
        splice(one.begin - 1, one.end, {}, reasons.front());  // with the newline before it
        reasons.erase(reasons.begin());
        continue;
      }
      splice(one.begin, one.end, join(lines, "\n"), join(reasons, ", "));
      lines.clear();
      reasons.clear();
    }
    if (!lines.empty())
      splice(present.back().end, present.back().end, "\n" + join(lines, "\n"), join(reasons, ", "));
    return {};
  }

  // --- extraVolumes --------------------------------------------------------------------------------------

  Status add_volume(const SpanNode& server) {
    const SpanNode* volumes = server.find("extraVolumes");
    if (volumes != nullptr && volumes->kind == SpanKind::scalar && !is_null(*volumes))
      return fail(layout(*volumes, "extraVolumes is a single value, which kubeadm refuses"));
    if (volumes == nullptr || volumes->children.empty()) {
      add_section(server, "extraVolumes", volumes_section(column_of(server.key(0))));
      return {};
    }
    NL_TRY(check_in_place(text_, *volumes, "extraVolumes"));
    if (volumes->kind != SpanKind::sequence || volumes->style != SpanStyle::block) {
      return fail(layout(*volumes, "extraVolumes is not a list in block style"));
    }
    for (const Value& item : api_server_field(value_, "extraVolumes")->items) {
      if (text_at(item, "name") != intent_.mount->volume_name) continue;
      return fail(layout(
          *volumes, fmt::format("the volume {} exists and mounts another path", intent_.mount->volume_name)));
    }
    const SpanNode& first = *volumes->children.front();
    std::size_t dash = text_.slice(text_.line_begin(first.begin), first.begin).find('-');
    std::size_t at = content_line_end(text_, *volumes->children.back());
    splice(at, at, "\n" + volume_lines(dash), added_volume());
    return {};
  }

  const SourceText& text_;
  const SpanNode& root_;
  const Value& value_;
  const Intent& intent_;
  Form form_ = Form::list;
  bool adds_volume_ = false;
  Arguments wanted_;
  std::vector<Splice> splices_;
};

Result<Edit> edit_document(std::string_view bytes, std::string_view file, const Intent& intent) {
  NL_ASSIGN(Document document, Document::read(bytes, file));
  NL_ASSIGN(std::vector<Splice> splices, Editor(document, intent).edit());
  return seal(
      document, std::move(splices),
      {.as_intended = [&](const Document& after) { return prove_kubeadm_config(document, after, intent); },
       .again = [&](const Document& after) { return Editor(after, intent).edit(); }});
}

}  // namespace

// What is proven of the document holds for the file: no splice lies outside of the document.
Result<Edit> edit_kubeadm_config(std::string_view bytes, std::string_view file, const Intent& intent) {
  NL_ASSIGN(ClusterDocument part, find_cluster_document(bytes, file));
  auto edit = edit_document(bytes.substr(part.begin, part.end - part.begin), file, intent);
  if (!edit) return fail(in_the_file(std::move(edit).error(), part));
  for (Splice& splice : edit->splices) {
    splice.begin += part.begin;
    splice.end += part.begin;
  }
  edit->after = fmt::format("{}{}{}", bytes.substr(0, part.begin), edit->after, bytes.substr(part.end));
  edit->sha256_before = sha256_hex(bytes);
  edit->sha256_after = sha256_hex(edit->after);
  return edit;
}

Result<Arguments> kubeadm_arguments(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(ClusterDocument part, find_cluster_document(bytes, file));
  auto document = Document::read(bytes.substr(part.begin, part.end - part.begin), file);
  if (!document) return fail(in_the_file(std::move(document).error(), part));
  return arguments_of(document->value);
}

}  // namespace nightlatch::manifest
