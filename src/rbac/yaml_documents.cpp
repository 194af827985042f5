#include "rbac/yaml_documents.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <yaml.h>

#include "access/yaml_scalar.hpp"
#include "rbac/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

using access::ConfigMember;
using access::ConfigValue;
using Kind = ConfigValue::Kind;

// Every key is compared with those before it, so a hostile text must not have too many.
constexpr std::size_t most_fields = 5'000;

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// libyaml counts code points. Only an error asks for the byte, so no table of them is kept.
std::size_t byte_of(std::string_view bytes, std::size_t code_point) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bool begins = (static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80U;
    if (begins && code_point-- == 0) return i;
  }
  return bytes.size();
}

class YamlDocuments {
 public:
  YamlDocuments(std::string_view bytes, const std::string& file, const TakeObject& take)
      : bytes_(bytes),
        file_(file),
        take_(take),
        place_([this](std::size_t at) { return place(at); }),
        ready_(yaml_parser_initialize(&parser_) == 1) {
    if (!ready_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                 bytes.size());
  }
  ~YamlDocuments() {
    if (has_event_) yaml_event_delete(&event_);
    if (ready_) yaml_parser_delete(&parser_);
  }
  YamlDocuments(const YamlDocuments&) = delete;
  YamlDocuments& operator=(const YamlDocuments&) = delete;

  Status read() {
    while (true) {
      NL_TRY(next());
      if (event_.type == YAML_STREAM_END_EVENT) return {};
      if (event_.type != YAML_DOCUMENT_START_EVENT) continue;
      NL_TRY(next());
      NL_TRY(document());
    }
  }

 private:
  SourcePlace place(std::size_t at) const { return place_at(bytes_, byte_of(bytes_, at), file_); }
  std::size_t here() const { return event_.start_mark.index; }

  tl::unexpected<Error> wrong(std::string message, std::size_t at) const {
    return fail(Error{.code = rbac_errors::not_readable, .message = std::move(message), .place = place(at)});
  }

  Status next() {
    if (has_event_) yaml_event_delete(&event_);
    has_event_ = ready_ && yaml_parser_parse(&parser_, &event_) == 1;
    if (has_event_) return {};
    std::string message = fmt::format("this is not YAML: {}",
                                      parser_.problem == nullptr ? "it cannot be parsed" : parser_.problem);
    if (parser_.error != YAML_READER_ERROR) return wrong(std::move(message), parser_.problem_mark.index);
    return fail(Error{.code = rbac_errors::not_readable,
                      .message = std::move(message),
                      .place = place_at(bytes_, parser_.problem_offset, file_)});
  }

  Status document() {
    if (event_.type == YAML_SEQUENCE_START_EVENT) return items({});
    if (event_.type == YAML_MAPPING_START_EVENT) return top_object();
    NL_ASSIGN(ConfigValue only, value(0));
    if (only.kind == Kind::null) return {};
    Error error{.code = rbac_errors::not_readable,
                .message = "an object is expected, as kubectl prints it with -o json or -o yaml",
                .place = place(only.at)};
    error.place->width = std::max<std::size_t>(1, std::min(only.text.size(), error.place->text.size()));
    return fail(std::move(error));
  }

  Status top_object() {
    ConfigValue made;
    made.kind = Kind::object;
    made.at = here();
    bool is_list = false;
    std::string kind;
    while (true) {
      NL_TRY(next());
      if (event_.type == YAML_MAPPING_END_EVENT) break;
      NL_TRY(add_key(made));
      NL_TRY(next());
      ConfigMember& member = made.members.back();
      if (member.key == "items" && event_.type == YAML_SEQUENCE_START_EVENT) {
        is_list = true;
        NL_TRY(items(kind));
        continue;
      }
      NL_ASSIGN(member.value, value(1));
      if (member.key == "kind") kind = member.value.text;
    }
    return is_list ? Status{} : take_({std::move(made), {}}, place_);
  }

  // Of the sequence that the present event begins.
  Status items(const std::string& kind) {
    while (true) {
      NL_TRY(next());
      if (event_.type == YAML_SEQUENCE_END_EVENT) return {};
      NL_ASSIGN(ConfigValue item, value(1));
      NL_TRY(take_({std::move(item), kind}, place_));
    }
  }

  // The value that the present event begins.
  Result<ConfigValue> value(int depth) {
    if (depth > deepest_object)
      return wrong(fmt::format("more than {} levels of nesting", deepest_object), here());
    switch (event_.type) {
      case YAML_SCALAR_EVENT:
        return scalar();
      case YAML_SEQUENCE_START_EVENT:
        return list(depth);
      case YAML_MAPPING_START_EVENT:
        return object(depth);
      default:
        return wrong("an alias (*name) is not read here", here());
    }
  }

  Status refuse_properties(const yaml_char_t* anchor, const yaml_char_t* tag) const {
    if (anchor != nullptr) return wrong("an anchor (&name) is not read here", here());
    if (tag != nullptr) return wrong("a tag (!type) is not read here", here());
    return {};
  }

  Result<ConfigValue> scalar() {
    const auto& data = event_.data.scalar;
    NL_TRY(refuse_properties(data.anchor, data.tag));
    std::string_view text(reinterpret_cast<const char*>(data.value), data.length);
    auto read = access::resolve_scalar({}, text, data.plain_implicit != 0);
    if (!read) return wrong(read.error(), here());
    read->at = here();
    return *std::move(read);
  }

  Result<ConfigValue> list(int depth) {
    NL_TRY(refuse_properties(event_.data.sequence_start.anchor, event_.data.sequence_start.tag));
    ConfigValue made;
    made.kind = Kind::list;
    made.at = here();
    while (true) {
      NL_TRY(next());
      if (event_.type == YAML_SEQUENCE_END_EVENT) return made;
      NL_ASSIGN(ConfigValue item, value(depth + 1));
      made.items.push_back(std::move(item));
    }
  }

  Result<ConfigValue> object(int depth) {
    NL_TRY(refuse_properties(event_.data.mapping_start.anchor, event_.data.mapping_start.tag));
    ConfigValue made;
    made.kind = Kind::object;
    made.at = here();
    while (true) {
      NL_TRY(next());
      if (event_.type == YAML_MAPPING_END_EVENT) return made;
      NL_TRY(add_key(made));
      NL_TRY(next());
      NL_ASSIGN(made.members.back().value, value(depth + 1));
    }
  }

  Status add_key(ConfigValue& object) {
    if (event_.type != YAML_SCALAR_EVENT) return wrong("a key must be a string", here());
    NL_TRY(refuse_properties(event_.data.scalar.anchor, event_.data.scalar.tag));
    if (object.members.size() == most_fields)
      return wrong(fmt::format("more than {} fields in one object", most_fields), here());
    std::string key(text_of(event_.data.scalar.value));
    bool twice = std::any_of(object.members.begin(), object.members.end(),
                             [&](const ConfigMember& member) { return member.key == key; });
    if (twice) return wrong(fmt::format("the key \"{}\" is written twice", key), here());
    object.members.push_back({std::move(key), here(), {}});
    return {};
  }

  std::string_view bytes_;
  const std::string& file_;
  const TakeObject& take_;
  Place place_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool ready_;
  bool has_event_ = false;
};

}  // namespace

Status read_yaml_documents(std::string_view bytes, const std::string& file, const TakeObject& take) {
  return YamlDocuments(bytes, file, take).read();
}

}  // namespace nightlatch::rbac
