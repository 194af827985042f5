#include "scan/legacy_line.hpp"

#include <charconv>
#include <optional>

#include "scan/timestamp.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::string_view mark = " AUDIT: ";
constexpr std::string_view no_user = "<none>";
constexpr std::string_view no_other_user = "<self>";

// Goes through `key="value"` and `key="a","b"`.
class Fields {
 public:
  Fields(std::string_view rest, TextMemory& memory) : rest_(rest), memory_(memory) {}

  // The next key; nullopt at the end.
  std::optional<std::string_view> key() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    std::size_t equals = rest_.find('=');
    if (rest_.empty()) return std::nullopt;
    if (equals == std::string_view::npos) return torn();
    std::string_view found = rest_.substr(0, equals);
    rest_.remove_prefix(equals + 1);
    return found;
  }

  // A quoted text (Go's %q), or a word such as <none>.
  std::string_view text() {
    if (!rest_.starts_with('"')) {
      std::string_view word = rest_.substr(0, rest_.find_first_of(" ,"));
      rest_.remove_prefix(word.size());
      return word;
    }
    std::size_t at = 1;
    bool escaped = false;
    while (at < rest_.size() && rest_[at] != '"') {
      bool backslash = rest_[at] == '\\';
      escaped = escaped || backslash;
      at += backslash ? 2 : 1;
    }
    if (at >= rest_.size()) {
      torn();
      return {};
    }
    std::string_view raw = rest_.substr(1, at - 1);
    rest_.remove_prefix(at + 1);
    return escaped ? memory_.unescaped(raw) : raw;
  }

  bool take_comma() {
    if (!rest_.starts_with(',')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool is_torn() const { return torn_; }

 private:
  std::optional<std::string_view> torn() {
    torn_ = true;
    rest_ = {};
    return std::nullopt;
  }

  std::string_view rest_;
  TextMemory& memory_;
  bool torn_ = false;
};

bool holds_unauthenticated(Fields& fields) {
  bool holds = false;
  do {
    holds = fields.text() == unauthenticated_group || holds;
  } while (fields.take_comma());
  return holds;
}

void read_field(std::string_view key, Fields& fields, Event& event) {
  if (key == "groups") {
    event.in_unauthenticated_group = holds_unauthenticated(fields);
    return;
  }
  if (key == "asgroups") {
    event.impersonates_unauthenticated_group = holds_unauthenticated(fields);
    return;
  }
  std::string_view text = fields.text();
  if (key == "id") event.audit_id = text;
  if (key == "stage") event.stage = stage_named(text);
  if (key == "ip") event.last_ip = text;
  if (key == "method") event.verb = text;
  if (key == "user") event.username = text == no_user ? std::string_view{} : text;
  if (key == "user-agent") event.user_agent = text;
  if (key == "uri") event.uri = text;
  if (key == "response") std::from_chars(text.data(), text.data() + text.size(), event.code);
  if (key == "as" && text != no_other_user) {
    event.impersonates = true;
    event.impersonated_username = text;
  }
}

}  // namespace

bool is_legacy(std::string_view line) {
  return line.find(mark) != std::string_view::npos && line.find("AUDIT: id=") != std::string_view::npos;
}

LineKind read_legacy(std::string_view line, TextMemory& memory, Event& event) {
  memory.clear();
  event = Event{};
  std::size_t at = line.find(mark);
  if (at == std::string_view::npos) return LineKind::malformed;
  std::string_view time = line.substr(0, at);
  event.received_us =
      parse_rfc3339(time.substr(time.rfind(' ') == std::string_view::npos ? 0 : time.rfind(' ') + 1));
  event.address_is_claimed = true;
  Fields fields(line.substr(at + mark.size()), memory);
  std::size_t read = 0;
  while (auto key = fields.key()) {
    read_field(*key, fields, event);
    ++read;
  }
  return fields.is_torn() || read == 0 || event.stage == Stage::unknown ? LineKind::malformed
                                                                        : LineKind::event;
}

}  // namespace nightlatch::scan
