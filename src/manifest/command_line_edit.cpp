#include "manifest/command_line_edit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "manifest/sequence_edit.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {

std::vector<GateSetting> gate_settings(std::string_view value) {
  std::vector<GateSetting> settings;
  for (const std::string& entry : split(value, ',')) {
    std::string_view rest = trim(entry);
    if (rest.empty()) continue;
    GateSetting setting;
    if (std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
      setting.component = rest.substr(0, colon + 1);
      rest.remove_prefix(colon + 1);
    }
    std::size_t equals = rest.find('=');
    setting.name = rest.substr(0, equals);
    setting.value = equals == std::string_view::npos ? std::string() : std::string(rest.substr(equals + 1));
    settings.push_back(std::move(setting));
  }
  return settings;
}

namespace {

std::string join_settings(const std::vector<GateSetting>& settings) {
  std::vector<std::string> parts;
  for (const GateSetting& setting : settings) {
    parts.push_back(fmt::format("{}{}={}", setting.component, setting.name, setting.value));
  }
  return join(parts, ",");
}

class CommandLineEditor {
 public:
  CommandLineEditor(const Document& document, const Anatomy& anatomy, const Intent& intent)
      : text_(document.text), anatomy_(anatomy), intent_(intent) {}

  Result<std::vector<Splice>> edit() {
    for (const std::string& name : intent_.remove_flags) remove(name);
    for (const auto& [name, value] : intent_.set_flags) set(name, value);
    if (!intent_.feature_gates.empty()) merge_gates();
    NL_TRY(insert_added());
    NL_TRY(splice_replaced());
    NL_TRY(splice_erased());
    return std::move(splices_);
  }

 private:
  using Flags = std::vector<const ParsedFlag*>;

  Flags occurrences(const std::string& name) const {
    Flags found;
    for (const ParsedFlag& flag : anatomy_.argv.flags) {
      if (flag.name == name) found.push_back(&flag);
    }
    return found;
  }

  void erase(const ParsedFlag& flag, const std::string& reason) {
    for (std::size_t i = 0; i < flag.words; ++i) erased_[flag.word + i] = reason;
  }

  void remove(const std::string& name) {
    for (const ParsedFlag* flag : occurrences(name)) erase(*flag, "remove --" + name);
  }

  // pflag uses the last occurrence: it stays and takes the value, the earlier ones go.
  void set(const std::string& name, const std::string& value) {
    Flags found = occurrences(name);
    if (found.empty()) {
      added_[name] = value;
      return;
    }
    for (const ParsedFlag* flag : found) {
      if (flag != found.back()) erase(*flag, "remove an earlier --" + name);
    }
    if (found.back()->value != value) replace(*found.back(), value);
  }

  void replace(const ParsedFlag& flag, const std::string& value) {
    std::size_t word = flag.word + flag.words - 1;
    const std::string& old = anatomy_.words[flag.word];
    replaced_[word] = {flag.words == 2 ? value : old.substr(0, old.find('=')) + "=" + value,
                       "change --" + flag.name};
  }

  // kube-apiserver adds repeated --feature-gates up. Where one gate has a component prefix ("kube:"), every
  // gate must have one (k8s.io/component-base/compatibility).
  void merge_gates() {
    Flags found = occurrences("feature-gates");
    std::vector<std::vector<GateSetting>> settings;
    for (const ParsedFlag* flag : found) settings.push_back(gate_settings(flag->value.value_or("")));
    std::vector<GateSetting> missing;
    for (const std::string& wanted : intent_.feature_gates) {
      GateSetting gate = gate_settings(wanted).front();
      GateSetting* present = nullptr;
      for (auto& list : settings) {
        for (GateSetting& setting : list) {
          if (setting.name == gate.name) present = &setting;
          if (!setting.component.empty()) gate.component = "kube:";
        }
      }
      if (present == nullptr) {
        missing.push_back(gate);
      } else if (present->value != gate.value) {
        present->value = gate.value;
      }
    }
    if (found.empty()) {
      if (!missing.empty()) added_["feature-gates"] = join_settings(missing);
      return;
    }
    settings.back().insert(settings.back().end(), missing.begin(), missing.end());
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (settings[i] != gate_settings(found[i]->value.value_or("")))
        replace(*found[i], join_settings(settings[i]));
    }
  }

  Flags kept() const {
    Flags flags;
    for (const ParsedFlag& flag : anatomy_.argv.flags) {
      if (!erased_.contains(flag.word)) flags.push_back(&flag);
    }
    return flags;
  }

  Status insert_added() {
    const Flags flags = kept();
    bool sorted =
        std::is_sorted(flags.begin(), flags.end(), [](auto* a, auto* b) { return a->name < b->name; });
    for (const auto& [name, value] : added_) {
      std::string word = fmt::format("--{}={}", name, value);
      if (flags.empty() && !erased_.empty()) {  // no flag stays: the new ones take the items of the old ones
        auto first = erased_.begin();
        replaced_[first->first] = {word, fmt::format("{}, add --{}", first->second, name)};
        erased_.erase(first);
        continue;
      }
      std::size_t anchor = anatomy_.program.first_flag - 1;
      Side side = Side::after;
      if (!flags.empty()) {
        auto next = flags.end();
        if (sorted)
          next = std::find_if(flags.begin(), flags.end(), [&](auto* flag) { return flag->name > name; });
        side = next == flags.begin() ? Side::before : Side::after;
        const ParsedFlag& neighbour = side == Side::before ? *flags.front() : **std::prev(next);
        anchor = side == Side::before ? neighbour.word : neighbour.word + neighbour.words - 1;
      }
      const Word& neighbour_item = anatomy_.positions[anchor];
      NL_ASSIGN(Splice splice, insert_item(text_, *neighbour_item.list, neighbour_item.index, side,
                                           NewNode{.scalar = word}, "add --" + name));
      splices_.push_back(std::move(splice));
    }
    return {};
  }

  Status splice_replaced() {
    for (const auto& [word, change] : replaced_) {
      const Word& item = anatomy_.positions[word];
      const SpanNode& node = item.node();
      if (node.style == SpanStyle::literal || node.style == SpanStyle::folded) {
        return fail(
            text_.error(manifest_errors::layout, node.begin,
                        fmt::format("{}: this flag is written as a block scalar (| or >)", text_.file())));
      }
      Context context = item.list->style == SpanStyle::flow ? Context::flow : Context::block;
      splices_.push_back(
          {node.begin, node.end, render_scalar(change.first, node.style, context), change.second});
    }
    return {};
  }

  Status splice_erased() {
    std::map<const SpanNode*, std::set<std::size_t>> lists;
    std::map<const SpanNode*, std::set<std::string>> reasons;
    for (const auto& [word, reason] : erased_) {
      const Word& item = anatomy_.positions[word];
      lists[item.list].insert(item.index);
      reasons[item.list].insert(reason);
    }
    for (const auto& [list, items] : lists) {
      std::vector<std::string> all(reasons[list].begin(), reasons[list].end());
      NL_ASSIGN(std::vector<Splice> cuts, erase_items(text_, *list, items, join(all, ", ")));
      std::move(cuts.begin(), cuts.end(), std::back_inserter(splices_));
    }
    return {};
  }

  const SourceText& text_;
  const Anatomy& anatomy_;
  const Intent& intent_;
  std::map<std::size_t, std::string> erased_;                            // word -> reason
  std::map<std::size_t, std::pair<std::string, std::string>> replaced_;  // word -> text, reason
  std::map<std::string, std::string> added_;  // flag -> value; sorted as they will stand
  std::vector<Splice> splices_;
};

}  // namespace

Result<std::vector<Splice>> edit_command_line(const Document& document, const Anatomy& anatomy,
                                              const Intent& intent) {
  return CommandLineEditor(document, anatomy, intent).edit();
}

}  // namespace nightlatch::manifest
