// Screens as strings, and their golden files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "places.hpp"
#include "report/out.hpp"

namespace nightlatch::report {

inline Terminal plain(std::size_t columns = 80) {
  return Terminal{false, false, false, columns};
}
inline Terminal coloured(std::size_t columns = 80) {
  return Terminal{true, true, false, columns};
}
// A terminal that shows UTF-8, without colour.
inline Terminal utf8(std::size_t columns = 80) {
  return Terminal{true, false, true, columns};
}

template <class Write>
std::string screen(const Terminal& terminal, Write write) {
  std::string text;
  Out out(text, terminal);
  write(out);
  return text;
}

inline std::string without_colour(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      i = text.find('m', i);
    } else {
      out += text[i];
    }
  }
  return out;
}

inline std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

// Compares with tests/golden/report/NAME; NIGHTLATCH_UPDATE_GOLDENS=1 writes it instead.
inline void expect_golden(const std::string& name, const std::string& text) {
  std::filesystem::path file = golden_directory() / "report" / name;
  if (const char* update = std::getenv("NIGHTLATCH_UPDATE_GOLDENS"); update != nullptr && *update == '1') {
    std::ofstream(file) << text;
    return;
  }
  std::ifstream in(file);
  std::stringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(text, golden.str()) << file;
}

// Wider than `columns` only where nothing could be broken: its longest word does not fit below its
// indentation.
inline bool fits(const std::string& line, std::size_t columns) {
  if (line.size() <= columns) return true;
  std::size_t longest = 0;
  std::istringstream words(line);
  for (std::string word; words >> word;) longest = std::max(longest, word.size());
  std::size_t sign = line.starts_with('+') || line.starts_with('-') ? 1 : 0;
  return std::min(line.find_first_not_of(' ', sign), line.size()) + 2 + longest > columns;
}

// The plain screen is the golden; the coloured one says the same; nothing is wider than 80 columns that could
// be broken.
template <class Write>
void expect_screen(const std::string& name, Write write) {
  std::string text = screen(plain(), write);
  expect_golden(name, text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(fits(line, 80)) << line;
  std::string in_colour = screen(coloured(), write);
  EXPECT_EQ(without_colour(in_colour), text);
}

}  // namespace nightlatch::report
