// An error as one text, for comparing word for word: code, place, message, the line with carets, hint,
// details.
#pragma once

#include <string>

#include <fmt/format.h>

#include "util/result.hpp"

namespace nightlatch::spec {

inline std::string told(const Error& error) {
  std::string text = fmt::format("NL{} exit {} ", error.code.number, static_cast<int>(error.code.exit));
  if (error.place)
    text += fmt::format("{}:{}:{}: ", error.place->file, error.place->line, error.place->column);
  text += error.message + "\n";
  if (error.place) {
    text += fmt::format("{}\n{}{}", error.place->text, std::string(error.place->column - 1, ' '),
                        std::string(error.place->width, '^'));
    if (!error.hint.empty()) text += " " + error.hint;
    text += "\n";
  }
  for (const std::string& detail : error.details) text += detail + "\n";
  return text;
}

template <class T>
std::string told(const Result<T>& result) {
  return result ? "no error\n" : told(result.error());
}

}  // namespace nightlatch::spec
