#include "plan/probe_path.hpp"

namespace nightlatch::plan {

std::string request_path(std::string_view written) {
  std::string_view path = written.substr(0, written.find_first_of("?#"));
  auto hex = [](char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    return digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
  };
  std::string decoded;
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::size_t high = path[i] == '%' && i + 2 < path.size() ? hex(path[i + 1]) : std::string_view::npos;
    std::size_t low = high != std::string_view::npos ? hex(path[i + 2]) : std::string_view::npos;
    if (low == std::string_view::npos) {
      decoded += path[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

}  // namespace nightlatch::plan
