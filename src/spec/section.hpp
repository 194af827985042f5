// A checked document, read key by key; a key that is not written has the form's default.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "spec/document.hpp"
#include "spec/field.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

// Checks a document against its form. The error is the first one in the order of the file, with its line and
// column: wrong_kind, unknown_key, missing_key, wrong_type, bad_value, unknown_profile, reserved_key.
[[nodiscard]] Status check(const Document& document, const Form& form);

// One object of a checked document. Paths are relative to this object: "spec.gates.soak", or "name" in an
// item of a list. The document and the form must outlive it.
class Section {
 public:
  Section(const Document& document, const Form& form) : Section(document, form, document.root, "") {}

  [[nodiscard]] bool has(std::string_view path) const { return find(path) != nullptr; }
  [[nodiscard]] std::string text(std::string_view path) const;
  [[nodiscard]] int integer(std::string_view path) const;
  [[nodiscard]] bool boolean(std::string_view path) const;
  [[nodiscard]] std::chrono::seconds duration(std::string_view path) const;
  // The scalars of a list; one value, where a single scalar is written in place of the list.
  [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
  [[nodiscard]] std::vector<Section> sections(std::string_view path) const;

  // The position of the value; that of this object when the value is not written.
  [[nodiscard]] SourcePlace place(std::string_view path) const;

 private:
  Section(const Document& document, const Form& form, const Value& value, std::string prefix)
      : document_(&document), form_(&form), value_(&value), prefix_(std::move(prefix)) {}

  [[nodiscard]] const Value* find(std::string_view path) const;
  [[nodiscard]] std::string_view fallback(std::string_view path) const;

  const Document* document_;
  const Form* form_;
  const Value* value_;
  std::string prefix_;
};

}  // namespace nightlatch::spec
