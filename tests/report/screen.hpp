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
  return Terminal{true, true, true, columns};
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

// The plain screen is the golden; the coloured one says the same; nothing is wider than 80 columns.
template <class Write>
void expect_screen(const std::string& name, Write write) {
  std::string text = screen(plain(), write);
  expect_golden(name, text);
  EXPECT_LE(widest_line(text), 80U) << text;
  std::string in_colour = screen(coloured(), write);
  EXPECT_EQ(without_colour(in_colour), text);
}

}  // namespace nightlatch::report
