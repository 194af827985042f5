// Any bytes as a bundle give its files or an error that names it, and whatever files came out can be judged
// and rendered. A bundle that was read is written again from its own files and read as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "operate/bundle.hpp"
#include "operate/evidence.hpp"
#include "util/tar.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto files = read_tar(bytes, "run.tar")) {
    auto again = write_tar(*files, 0);
    if (again && read_tar(*again, "run.tar").value() != *files) std::abort();
    operate::RunFiles run{"run", "run.tar", *std::move(files)};
    (void)operate::verify(run);
    (void)operate::evidence_of(operate::run_of(run));
  } else if (!files.error().message.starts_with("run.tar: ")) {
    std::abort();
  }
  auto bundle = operate::read_bundle(bytes, "run.tar");
  if (!bundle && !bundle.error().message.starts_with("run.tar")) std::abort();
  return 0;
}
