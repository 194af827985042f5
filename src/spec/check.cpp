#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "calendar/zone.hpp"
#include "spec/errors.hpp"
#include "spec/section.hpp"
#include "spec/words.hpp"
#include "util/text.hpp"

namespace nightlatch::spec {

namespace {

using Kind = Value::Kind;

std::string found(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return "nothing";
    case Kind::list:
      return "a list";
    case Kind::object:
      return "an object";
    case Kind::scalar:
      break;
  }
  return fmt::format("\"{}\"", value.text);
}

bool is_choice(const Field& field, std::string_view text) {
  return std::ranges::find(field.choices, text) != field.choices.end();
}

bool within(const Field& field, long number) {
  return field.min <= number && number <= field.max;
}

// Whether `value` is written as its type requires: a quoted number is a string, and `yes` is not a boolean.
bool is_written_as(const Field& field, const Value& value) {
  switch (field.type) {
    case Type::integer:
      return !value.quoted && read_integer(value.text).has_value();
    case Type::boolean:
      return !value.quoted && (value.text == "true" || value.text == "false");
    default:
      return true;
  }
}

bool is_in_range(const Field& field, std::string_view text) {
  switch (field.type) {
    case Type::object:
    case Type::boolean:
      return true;
    case Type::text:
      return !text.empty();
    case Type::choice:
      return is_choice(field, text);
    case Type::integer:
      return within(field, *read_integer(text));
    case Type::duration: {
      auto duration = read_duration(text);
      return duration && within(field, duration->count());
    }
    case Type::date:
      return is_date(text);
    case Type::time_of_day:
      return is_time_of_day(text);
    case Type::local_time:
      return calendar::read_local_time(text).has_value();
    case Type::name:
      return is_name(text);
    case Type::host:
      return is_host(text);
    case Type::url_path:
      return is_url_path(text);
    case Type::absolute_path:
      return is_absolute_path(text);
    case Type::https_url:
      return is_https_url(text);
  }
  return false;
}

// Whether the value of a reserved field is its default, which this version does anyway.
bool is_fallback(const Field& field, const Value& value) {
  if (value.kind == Kind::null) return true;
  if (value.kind != Kind::scalar) return value.items.empty();
  if (field.type == Type::duration && value.text != field.alone) {
    return read_duration(value.text) == read_duration(field.fallback);
  }
  return value.text == field.fallback;
}

class Checker {
 public:
  Checker(const Document& document, const Form& form) : document_(document), form_(form) {}

  Status run() const {
    if (document_.root.kind != Kind::object) {
      return error(spec_errors::wrong_type, document_.root,
                   fmt::format("the document must be an object, not {}", found(document_.root)));
    }
    NL_TRY(check_kind());
    return check_object(document_.root, "");
  }

 private:
  tl::unexpected<Error> error(const ErrorCode& code, const Value& value, std::string message,
                              std::vector<std::string> details = {}, std::string hint = {}) const {
    return fail(Error{.code = code,
                      .message = std::move(message),
                      .details = std::move(details),
                      .hint = std::move(hint),
                      .place = document_.place(value)});
  }

  static std::string did_you_mean_one_of(std::string_view word, const std::vector<std::string>& known) {
    auto close = did_you_mean(word, known);
    return close ? fmt::format("did you mean \"{}\"?", *close) : std::string{};
  }

  // Checked first and with a message of its own, because the wrong file is the likeliest mistake.
  Status check_kind() const {
    for (std::string_view key : {"apiVersion", "kind"}) {
      const Value* value = document_.root.find(key);
      std::string_view expected = form_.find(key)->choices.front();
      if (value == nullptr) {
        return error(spec_errors::wrong_kind, document_.root, fmt::format("\"{}\" is missing", key),
                     {fmt::format("expected  {}: {}", key, expected)});
      }
      if (value->text != expected) {
        return error(spec_errors::wrong_kind, *value, fmt::format("{} is {}", key, found(*value)),
                     {fmt::format("expected  {}: {}", key, expected)});
      }
    }
    return {};
  }

  // `prefix` is "" or ends with ".".
  Status check_object(const Value& object, const std::string& prefix) const {
    for (std::size_t i = 0; i < object.items.size(); ++i) {
      const Field* field = form_.find(prefix + object.keys[i].text);
      if (field == nullptr) return unknown_key(object.keys[i], prefix);
      NL_TRY(check_field(*field, object.keys[i], object.items[i]));
    }
    for (const Field* field : form_.below(parent_of(prefix))) {
      if (field->need == Need::required && object.find(field->key()) == nullptr) {
        return error(spec_errors::missing_key, object, fmt::format("\"{}\" is missing", field->path),
                     {fmt::format("expected  {}: {}", field->key(), describe_type(*field))});
      }
    }
    return {};
  }

  static std::string_view parent_of(std::string_view prefix) {
    return prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
  }

  tl::unexpected<Error> unknown_key(const Value& key, const std::string& prefix) const {
    std::vector<std::string> known;
    for (const Field* field : form_.below(parent_of(prefix))) known.emplace_back(field->key());
    return error(spec_errors::unknown_key, key, fmt::format("unknown key \"{}\"", prefix + key.text),
                 {fmt::format("known: {}", join(known, ", "))}, did_you_mean_one_of(key.text, known));
  }

  Status check_field(const Field& field, const Value& key, const Value& value) const {
    if (field.stage == Stage::reserved) return check_reserved(field, key, value);
    if (value.kind == Kind::scalar && !field.alone.empty() && value.text == field.alone) return {};
    bool as_list =
        field.shape == Shape::list || (field.shape == Shape::one_or_list && value.kind == Kind::list);
    return as_list ? check_list(field, key, value) : check_one(field, key, value);
  }

  Status check_reserved(const Field& field, const Value& key, const Value& value) const {
    if (is_fallback(field, value)) return {};
    std::vector<std::string> details;
    if (!field.fallback.empty())
      details.push_back(fmt::format("this version works as with {}: {}", field.key(), field.fallback));
    return error(spec_errors::reserved_key, key,
                 fmt::format("\"{}\" is reserved for a later version", field.path), std::move(details));
  }

  Status check_list(const Field& field, const Value& key, const Value& value) const {
    bool empty = value.kind == Kind::null || (value.kind == Kind::list && value.items.empty());
    if (value.kind != Kind::list && !empty) return wrong_type(field, value);
    auto least = static_cast<std::size_t>(field.type == Type::integer ? 1 : field.min);
    if (value.items.size() < least || (empty && field.shape == Shape::one_or_list)) {
      return error(spec_errors::bad_value, key, fmt::format("\"{}\" is empty", field.path),
                   {fmt::format("expected  {}", describe_type(field))});
    }
    for (const Value& item : value.items) NL_TRY(check_one(field, key, item));
    return {};
  }

  Status check_one(const Field& field, const Value& key, const Value& value) const {
    if (field.type == Type::object) {
      bool in_list = field.shape == Shape::list;
      if (value.kind == Kind::null && !in_list) return check_object(value, fmt::format("{}.", field.path));
      if (value.kind != Kind::object) return wrong_type(field, value);
      return check_object(value, fmt::format("{}{}.", field.path, in_list ? "[]" : ""));
    }
    if (value.kind == Kind::null) return wrong_type(field, key, value);
    if (value.kind != Kind::scalar || !is_written_as(field, value)) return wrong_type(field, value);
    if (field.key() == "profile" && !is_choice(field, value.text)) return unknown_profile(field, value);
    if (is_in_range(field, value.text)) return {};
    std::vector<std::string> known(field.choices.begin(), field.choices.end());
    return error(spec_errors::bad_value, value, fmt::format("\"{}\" cannot be {}", field.path, found(value)),
                 {fmt::format("expected  {}", describe_type(field))}, did_you_mean_one_of(value.text, known));
  }

  tl::unexpected<Error> wrong_type(const Field& field, const Value& value) const {
    return wrong_type(field, value, value);
  }

  // `at` is where the message points: the key, when the value is empty and has no position of its own.
  tl::unexpected<Error> wrong_type(const Field& field, const Value& at, const Value& value) const {
    return error(spec_errors::wrong_type, at, fmt::format("\"{}\" cannot be {}", field.path, found(value)),
                 {fmt::format("expected  {}", describe_type(field))});
  }

  tl::unexpected<Error> unknown_profile(const Field& field, const Value& value) const {
    std::vector<std::string> known(field.choices.begin(), field.choices.end());
    return error(spec_errors::unknown_profile, value, fmt::format("unknown profile {}", found(value)),
                 {fmt::format("known: {}", join(known, ", "))}, did_you_mean_one_of(value.text, known));
  }

  const Document& document_;
  const Form& form_;
};

}  // namespace

Status check(const Document& document, const Form& form) {
  return Checker(document, form).run();
}

}  // namespace nightlatch::spec
