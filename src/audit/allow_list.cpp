#include "audit/allow_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "audit/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::audit {

namespace {

bool is_day(const std::string& text) {
  constexpr std::string_view shape = "0000-00-00";
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char wanted) { return wanted == '0' ? c >= '0' && c <= '9' : c == wanted; });
}

bool covers(const std::string& allowed, std::string_view path) {
  if (allowed.ends_with("/*"))
    return path.starts_with(std::string_view(allowed).substr(0, allowed.size() - 1));
  return path == allowed;
}

class Reading {
 public:
  Reading(std::string_view yaml, std::string_view file, const std::string& today)
      : yaml_(yaml), file_(file), today_(today) {}

  Result<AllowList> run() {
    YAML::Node root = YAML::Load(std::string(yaml_));
    if (!root.IsSequence()) return wrong(root, "a list of entries is expected");
    AllowList list;
    for (const auto& node : root) {
      NL_ASSIGN(AllowEntry entry, entry_of(node));
      list.entries.push_back(std::move(entry));
    }
    return list;
  }

  [[nodiscard]] tl::unexpected<Error> wrong(const YAML::Mark& mark, std::string message) const {
    Error error = fail(audit_errors::bad_allow_list, std::move(message)).value();
    if (!mark.is_null())
      error.place = place_at(yaml_, static_cast<std::size_t>(mark.pos), std::string(file_));
    return fail(std::move(error));
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(const YAML::Node& node, std::string message) const {
    return wrong(node.Mark(), std::move(message));
  }

  Result<AllowEntry> entry_of(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "a mapping is expected");
    AllowEntry entry;
    const std::array fields{std::pair{"path", &entry.path}, std::pair{"from", &entry.from},
                            std::pair{"owner", &entry.owner}, std::pair{"reason", &entry.reason},
                            std::pair{"expires", &entry.expires}};
    for (const auto& item : node) {
      auto field = std::find_if(fields.begin(), fields.end(),
                                [&](const auto& one) { return item.first.Scalar() == one.first; });
      if (field == fields.end())
        return wrong(item.first, fmt::format("the key \"{}\" is not known", item.first.Scalar()));
      if (!item.second.IsScalar()) return wrong(item.second, "a text is expected");
      *field->second = item.second.Scalar();
    }
    for (const auto& [name, value] : fields) {
      if (value->empty()) return wrong(node, fmt::format("an entry needs the key \"{}\"", name));
    }
    if (!is_day(entry.expires))
      return wrong(node, fmt::format("\"{}\" is no day such as 2026-12-31", entry.expires));
    NL_ASSIGN(entry.network, parse_network(entry.from));
    entry.expired = entry.expires < today_;
    return entry;
  }

  std::string_view yaml_;
  std::string_view file_;
  const std::string& today_;
};

}  // namespace

std::optional<std::size_t> AllowList::find(std::string_view path, std::string_view ip) const {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].expired && covers(entries[i].path, path) && is_within(entries[i].network, ip)) return i;
  }
  return std::nullopt;
}

Result<AllowList> parse_allow_list(std::string_view yaml, std::string_view file, const std::string& today) {
  Reading reading(yaml, file, today);
  try {
    return reading.run();
  } catch (const YAML::Exception& exception) {
    return reading.wrong(exception.mark, exception.msg);
  }
}

}  // namespace nightlatch::audit
