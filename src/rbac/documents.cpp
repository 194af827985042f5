#include "rbac/documents.hpp"

#include <utility>

#include <fmt/format.h>

#include "rbac/errors.hpp"
#include "rbac/yaml_documents.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

using access::ConfigValue;
using Kind = ConfigValue::Kind;

class JsonDocuments {
 public:
  JsonDocuments(std::string_view bytes, const std::string& file, const TakeObject& take)
      : bytes_(bytes), file_(file), take_(take), place_([this](std::size_t at) { return place(at); }) {}

  Status read() {
    while (skip_space()) NL_TRY(document());
    return {};
  }

 private:
  SourcePlace place(std::size_t at) const { return place_at(bytes_, at, file_); }

  // Whether something follows.
  bool skip_space() {
    while (at_ < bytes_.size() && std::string_view(" \t\r\n").find(bytes_[at_]) != std::string_view::npos)
      ++at_;
    return at_ < bytes_.size();
  }
  bool takes(char c) {
    if (!skip_space() || bytes_[at_] != c) return false;
    ++at_;
    return true;
  }
  tl::unexpected<Error> wrong(std::string words, std::size_t at) const {
    return fail(Error{.code = rbac_errors::not_readable,
                      .message = fmt::format("this is not JSON: {}", words),
                      .place = place(at)});
  }
  tl::unexpected<Error> expected(std::string_view what) const {
    bool ended = at_ >= bytes_.size();
    return wrong(fmt::format("{} is expected{}", what, ended ? ", but the text ends here" : ""), at_);
  }

  Result<ConfigValue> value() {
    auto read = access::read_json_value(bytes_, at_);
    if (!read) return wrong(read.error().words, read.error().at);
    return *std::move(read);
  }

  Status take(ConfigValue value, const std::string& kind_of_the_list) {
    return take_({std::move(value), kind_of_the_list}, place_);
  }

  Status document() {
    if (takes('[')) return items({});
    if (!takes('{')) return expected("an object, { …,");
    ConfigValue made;
    made.kind = Kind::object;
    made.at = at_ - 1;
    bool is_list = false;
    std::string kind;
    while (!takes('}')) {
      if (!made.members.empty() && !takes(',')) return expected("a comma or }");
      skip_space();
      std::size_t begin = at_;
      NL_ASSIGN(ConfigValue key, value());
      if (key.kind != Kind::string) return wrong("the name of a field is expected", begin);
      if (!takes(':')) return expected("a colon");
      made.members.push_back({key.text, begin, {}});
      if (key.text == "items" && takes('[')) {
        is_list = true;
        NL_TRY(items(kind));
        continue;
      }
      NL_ASSIGN(made.members.back().value, value());
      if (key.text == "kind") kind = made.members.back().value.text;
    }
    return is_list ? Status{} : take(std::move(made), {});
  }

  // Behind its [.
  Status items(const std::string& kind) {
    bool first = true;
    while (!takes(']')) {
      if (!std::exchange(first, false) && !takes(',')) return expected("a comma or ]");
      NL_ASSIGN(ConfigValue item, value());
      NL_TRY(take(std::move(item), kind));
    }
    return {};
  }

  std::string_view bytes_;
  const std::string& file_;
  const TakeObject& take_;
  Place place_;
  std::size_t at_ = 0;
};

}  // namespace

Status read_documents(std::string_view bytes, const std::string& file, const TakeObject& take) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return fail(Error{
        .code = rbac_errors::not_readable,
        .message = fmt::format("{} is empty: the command that should write it has perhaps failed", file)});
  if (bytes[first] == '{' || bytes[first] == '[') return JsonDocuments(bytes, file, take).read();
  return read_yaml_documents(bytes, file, take);
}

}  // namespace nightlatch::rbac
