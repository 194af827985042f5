#include "manifest/splice.hpp"

#include <algorithm>

namespace nightlatch::manifest {

std::string apply(std::string_view bytes, std::span<const Splice> splices) {
  std::string result;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    result += bytes.substr(at, splice.begin - at);
    result += splice.text;
    at = splice.end;
  }
  result += bytes.substr(at);
  return result;
}

bool fit(std::span<const Splice> splices, std::size_t size) {
  std::size_t at = 0;
  return std::all_of(splices.begin(), splices.end(), [&](const Splice& splice) {
    bool in_order = at <= splice.begin && splice.begin <= splice.end && splice.end <= size;
    at = splice.end;
    return in_order;
  });
}

std::vector<Splice> inverse(std::string_view before, std::span<const Splice> splices) {
  std::vector<Splice> back;
  std::size_t grown = 0;   // bytes that earlier splices inserted
  std::size_t shrunk = 0;  // bytes that earlier splices removed
  for (const Splice& splice : splices) {
    std::size_t begin = splice.begin + grown - shrunk;
    back.push_back({begin, begin + splice.text.size(),
                    std::string(before.substr(splice.begin, splice.end - splice.begin)),
                    "undo: " + splice.reason});
    grown += splice.text.size();
    shrunk += splice.end - splice.begin;
  }
  return back;
}

}  // namespace nightlatch::manifest
