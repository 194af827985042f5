// The input stands for the pod's spec in a JSON manifest: more of the fuzzer's time goes into the editor.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "manifest/edit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::manifest;
  std::string bytes = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"kube-apiserver"},"spec":)";
  bytes.append(reinterpret_cast<const char*>(data), size);
  bytes += "}";
  Intent intent{{"anonymous-auth"},
                {{"authentication-config", "/a/b.yaml"}},
                {},
                DirectoryMount{"nightlatch-authn", "/a"}};
  auto edited = edit(bytes, "fuzz.json", intent);
  if (edited && nightlatch::manifest::apply(edited->after, inverse(bytes, edited->splices)) != bytes)
    std::abort();
  return 0;
}
