// One word a line: every word is part of one flag, or of a problem, or behind the terminator.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "manifest/argv.hpp"
#include "util/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::manifest;
  auto words = nightlatch::split(std::string_view(reinterpret_cast<const char*>(data), size), '\n');
  Program program = find_program(words);
  if (program.kind == Program::Kind::api_server &&
      (program.binary >= words.size() || program.first_flag > words.size())) {
    std::abort();
  }
  ParsedArgv argv = parse_argv(words, 0);
  std::size_t next = 0;
  for (const ParsedFlag& flag : argv.flags) {
    if (flag.word < next || flag.words < 1 || flag.words > 2) std::abort();
    next = flag.word + flag.words;
    if (next > words.size()) std::abort();
  }
  for (const ArgvProblem& problem : argv.problems) {
    if (problem.word >= words.size()) std::abort();
  }
  for (const std::string& word : words) (void)expands_variable(word);
  return 0;
}
