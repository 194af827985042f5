#include "report/markup.hpp"

#include "report/visible.hpp"

namespace nightlatch::report {

std::string escaped_markup(std::string_view text) {
  std::string out;
  for (char c : visible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace nightlatch::report
