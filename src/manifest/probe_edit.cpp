#include "manifest/probe_edit.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "manifest/layout.hpp"
#include "manifest/sequence_edit.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::string_view old_key = "httpGet";
constexpr std::string_view new_key = "tcpSocket";

bool stays(std::string_view key) {
  return key == "host" || key == "port";
}

class ProbeEditor {
 public:
  ProbeEditor(const SourceText& text, const SpanNode& probe, std::string_view name)
      : text_(text), key_(*probe.find_key(old_key)), action_(*probe.find(old_key)), name_(name) {}

  Result<std::vector<Splice>> edit() {
    NL_TRY(check_in_place(text_, action_, name_));
    bool has_port = action_.kind == SpanKind::mapping && action_.find("port") != nullptr;
    if (!has_port) return fail(refusal(action_, "has no port"));
    std::string key(text_.slice(key_.begin, key_.end));  // with its quotes
    if (std::size_t at = key.find(old_key); at != std::string::npos) key.replace(at, old_key.size(), new_key);
    splices_.push_back({key_.begin, key_.end, key, reason()});
    if (action_.style == SpanStyle::flow) {
      NL_TRY(keep_of_flow());
    } else {
      for (std::size_t i = 0; i < action_.entries(); ++i) {
        if (!stays(action_.key(i).value)) NL_TRY(erase_lines(i));
      }
    }
    return std::move(splices_);
  }

 private:
  std::string reason() const { return fmt::format("turn {} into a TCP probe", name_); }

  Error refusal(const SpanNode& at, std::string_view problem) const {
    return text_.error(manifest_errors::layout, at.begin,
                       fmt::format("{}: {} {}", text_.file(), name_, problem));
  }

  Status erase_lines(std::size_t entry) {
    const SpanNode& key = action_.key(entry);
    std::size_t begin = text_.line_begin(key.begin);
    bool alone = text_.slice(begin, key.begin).find_first_not_of(' ') == std::string_view::npos;
    if (!alone) return fail(refusal(key, "has two fields on one line"));
    // The end of line before the entry goes, not its own: another edit may insert a list behind the last
    // line.
    std::size_t end = content_line_end(text_, action_.value_at(entry));
    if (begin > 0 && text_.bytes()[begin - 1] == '\n') --begin;
    if (begin > 0 && text_.bytes()[begin - 1] == '\r') --begin;
    splices_.push_back({begin, end, "", reason()});
    return {};
  }

  // {path: /livez, port: 6443} becomes {port: 6443}. The entries that stay keep their spelling.
  Status keep_of_flow() {
    std::string_view inside = text_.slice(action_.begin, action_.end);
    if (inside.find('#') != std::string_view::npos)
      return fail(refusal(action_, "has a comment between brackets"));
    std::string kept;
    for (std::size_t i = 0; i < action_.entries(); ++i) {
      if (!stays(action_.key(i).value)) continue;
      if (!kept.empty()) kept += flow_gap(text_, action_);
      kept += text_.slice(action_.key(i).begin, action_.value_at(i).end);
    }
    std::string_view opening = text_.slice(action_.begin, action_.key(0).begin);
    std::string closing(text_.slice(action_.value_at(action_.entries() - 1).end, action_.end));
    std::erase(closing, ',');
    splices_.push_back({action_.begin, action_.end, fmt::format("{}{}{}", opening, kept, closing), reason()});
    return {};
  }

  const SourceText& text_;
  const SpanNode& key_;
  const SpanNode& action_;
  std::string_view name_;
  std::vector<Splice> splices_;
};

// Where the handler of a probe stands in its mapping.
struct Handler {
  const SpanNode* key = nullptr;
  const SpanNode* action = nullptr;
  std::size_t end = 0;  // of its bytes

  static std::optional<Handler> of(const SourceText& text, const SpanNode& probe) {
    for (std::string_view kind : {old_key, new_key}) {
      const SpanNode* key = probe.find_key(kind);
      if (key == nullptr) continue;
      const SpanNode& action = *probe.find(kind);
      bool is_block = action.kind == SpanKind::mapping && action.style != SpanStyle::flow;
      return Handler{key, &action, is_block ? content_line_end(text, action) : action.end};
    }
    return std::nullopt;
  }
};

}  // namespace

std::optional<std::string> probe_handler(const Document& document, const Anatomy& anatomy,
                                         std::string_view probe) {
  const SpanNode* found = resolve(anatomy.container->find(probe));
  if (found == nullptr) return std::nullopt;
  auto handler = Handler::of(document.text, *found);
  if (!handler) return std::nullopt;
  return std::string(document.text.slice(handler->key->begin, handler->end));
}

Result<std::vector<Splice>> return_probes(const Document& document, const Anatomy& anatomy,
                                          const std::vector<ProbeReturn>& probes) {
  std::vector<Splice> splices;
  for (const ProbeReturn& wanted : probes) {
    auto present = probe_handler(document, anatomy, wanted.probe);
    if (present == wanted.to) continue;
    if (present != wanted.from) {
      return fail(manifest_errors::not_reversible,
                  fmt::format("{}: {} is not as that run wrote it", document.text.file(), wanted.probe));
    }
    const SpanNode& probe = *anatomy.container->find(wanted.probe);
    NL_TRY(check_in_place(document.text, probe, wanted.probe));
    Handler handler = *Handler::of(document.text, probe);
    NL_TRY(check_in_place(document.text, *handler.action, wanted.probe));
    splices.push_back({handler.key->begin, handler.end, wanted.to,
                       fmt::format("turn {} back into what it was", wanted.probe)});
  }
  return splices;
}

Result<std::vector<Splice>> edit_probes(const Document& document, const Anatomy& anatomy,
                                        const std::vector<std::string>& probes) {
  std::vector<Splice> splices;
  for (const std::string& name : probes) {
    const SpanNode* probe = anatomy.container->find(name);
    if (probe == nullptr) continue;
    NL_TRY(check_in_place(document.text, *probe, name));
    if (probe->find(old_key) == nullptr) continue;
    NL_ASSIGN(std::vector<Splice> more, ProbeEditor(document.text, *probe, name).edit());
    std::move(more.begin(), more.end(), std::back_inserter(splices));
  }
  return splices;
}

void turn_to_tcp(Value& container, const std::vector<std::string>& probes) {
  for (const std::string& name : probes) {
    Value* probe = container.find(name);
    if (probe == nullptr) continue;
    for (std::size_t i = 0; i + 1 < probe->items.size(); i += 2) {
      if (probe->items[i].text != old_key) continue;
      probe->items[i].text = new_key;
      std::vector<Value> kept;
      std::vector<Value>& fields = probe->items[i + 1].items;
      for (std::size_t k = 0; k + 1 < fields.size(); k += 2) {
        if (!stays(fields[k].text)) continue;
        kept.push_back(std::move(fields[k]));
        kept.push_back(std::move(fields[k + 1]));
      }
      fields = std::move(kept);
    }
  }
}

Status turn_back(Value& container, const std::vector<ProbeReturn>& probes) {
  for (const ProbeReturn& wanted : probes) {
    NL_ASSIGN(Document handler, Document::read(wanted.to, wanted.probe));
    Value* probe = container.find(wanted.probe);
    if (probe == nullptr || handler.value.items.size() != 2) continue;  // compared afterwards, and refused
    for (std::size_t i = 0; i + 1 < probe->items.size(); i += 2) {
      if (probe->items[i].text != old_key && probe->items[i].text != new_key) continue;
      probe->items[i] = handler.value.items[0];
      probe->items[i + 1] = handler.value.items[1];
    }
  }
  return {};
}

}  // namespace nightlatch::manifest
