#include "spec/section.hpp"

#include <fmt/format.h>

#include "spec/words.hpp"
#include "util/text.hpp"

namespace nightlatch::spec {

std::string Section::text(std::string_view path) const {
  const Value* value = find(path);
  return value != nullptr ? value->text : std::string(fallback(path));
}

int Section::integer(std::string_view path) const {
  return static_cast<int>(read_integer(text(path)).value_or(0));
}

bool Section::boolean(std::string_view path) const {
  return text(path) == "true";
}

std::chrono::seconds Section::duration(std::string_view path) const {
  return read_duration(text(path)).value_or(std::chrono::seconds{0});
}

std::vector<std::string> Section::texts(std::string_view path) const {
  const Value* value = find(path);
  if (value != nullptr && value->kind != Value::Kind::list) return {value->text};
  std::vector<std::string> all;
  if (value != nullptr) {
    for (const Value& item : value->items) all.push_back(item.text);
    return all;
  }
  std::string_view words = fallback(path);
  if (words.starts_with('[')) words = words.substr(1, words.size() - 2);
  if (words.empty()) return all;
  for (const std::string& word : split(words, ',')) all.emplace_back(trim(word));
  return all;
}

std::vector<Section> Section::sections(std::string_view path) const {
  std::vector<Section> all;
  const Value* value = find(path);
  if (value == nullptr) return all;
  for (const Value& item : value->items) {
    all.push_back(Section(*document_, *form_, item, fmt::format("{}{}[].", prefix_, path)));
  }
  return all;
}

SourcePlace Section::place(std::string_view path) const {
  const Value* value = find(path);
  return document_->place(value != nullptr ? *value : *value_);
}

const Value* Section::find(std::string_view path) const {
  std::vector<std::string> keys = split(path, '.');
  const Value* value = value_->find(keys.front());
  for (std::size_t i = 1; value != nullptr && i < keys.size(); ++i) value = value->find(keys[i]);
  return value;
}

std::string_view Section::fallback(std::string_view path) const {
  const Field* field = form_->find(prefix_ + std::string(path));
  return field == nullptr ? std::string_view{} : field->fallback;
}

}  // namespace nightlatch::spec
