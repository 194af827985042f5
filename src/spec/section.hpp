// A document that agrees with its form, read key by key; what is not written has the form's default.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "spec/document.hpp"
#include "spec/field.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

// Whether every key is known, every required one there, every value of its type and range, nothing reserved
// asked for. The first deviation in the order of the file is the error.
[[nodiscard]] Status check(const Document& document, const Form& form);

// One object of a checked document. `path` is below this object: "spec.gates.soak", or "name" in a list's
// item. The document and the form outlive it.
class Section {
 public:
  Section(const Document& document, const Form& form) : Section(document, form, document.root, "") {}

  [[nodiscard]] bool has(std::string_view path) const { return find(path) != nullptr; }
  [[nodiscard]] std::string text(std::string_view path) const;
  [[nodiscard]] int integer(std::string_view path) const;
  [[nodiscard]] bool boolean(std::string_view path) const;
  [[nodiscard]] std::chrono::seconds duration(std::string_view path) const;
  // A list of scalars, or the one that stands in its place.
  [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
  [[nodiscard]] std::vector<Section> sections(std::string_view path) const;

  // Of the value; of this object when it is not written.
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
