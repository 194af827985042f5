#include "util/masked.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace nightlatch {

namespace {

// Where a JSON object in base64 begins, behind what is no letter of it; the word's size: nowhere.
std::size_t jwt_in(const std::string& word) {
  std::size_t at = word.find("eyJ");
  if (at == std::string::npos) return word.size();
  bool behind_a_letter = at > 0 && std::isalnum(static_cast<unsigned char>(word[at - 1])) != 0;
  return behind_a_letter ? word.size() : at;
}

}  // namespace

std::string masked(std::string_view line) {
  static constexpr std::string_view word_ends = " \t\"',}]";
  std::string shown(line);
  bool secret = false;
  for (std::size_t begin = 0; begin < line.size();) {
    begin = line.find_first_not_of(word_ends, begin);
    if (begin == std::string_view::npos) break;
    std::size_t end = std::min(line.find_first_of(word_ends, begin), line.size());
    std::string word(line.substr(begin, end - begin));
    std::size_t hidden = secret ? 0 : jwt_in(word);
    if (hidden < word.size())
      std::fill_n(shown.begin() + static_cast<std::ptrdiff_t>(begin + hidden), word.size() - hidden, '*');
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    secret = word == "bearer" || word == "basic";
    begin = end;
  }
  return shown;
}

}  // namespace nightlatch
