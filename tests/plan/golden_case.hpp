// The golden manifests: tests/golden/rewrite.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "places.hpp"
#include "plan/rewrite.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace fs = std::filesystem;

inline const fs::path goldens = golden_directory() / "rewrite";

inline std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A folder: input.yaml, input.json, or input.txt for what is neither; options (profile=, path=, directory=,
// probes=, one a line); config.yaml, the file that --authentication-config names; oidc-ca.pem, the one that
// --oidc-ca-file names; beside them what is expected, expected-config.yaml where authenticators are in it.
struct Case {
  fs::path folder;
  fs::path input;
  std::string bytes;
  spec::Playbook playbook;
  std::optional<std::string> config;
  std::optional<std::string> oidc_ca;
};

inline Case load(const std::string& name) {
  Case golden;
  golden.folder = goldens / name;
  for (const char* file : {"input.json", "input.txt", "input.yaml"}) {
    golden.input = golden.folder / file;
    if (fs::exists(golden.input)) break;
  }
  golden.bytes = slurp(golden.input);
  std::vector<std::string> profiles;
  for (const std::string& line : split(slurp(golden.folder / "options"), '\n')) {
    std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string key = line.substr(0, equals);
    std::string value = line.substr(equals + 1);
    if (key == "profile") profiles.push_back(value);
    if (key == "path") golden.playbook.paths.push_back({value, "team", "reason", "2030-01-01"});
    if (key == "probes") golden.playbook.probes = spec::RefusedProbes::tcp_socket;
    if (key == "directory") golden.playbook.config_directory = value;
  }
  if (!profiles.empty()) golden.playbook.profiles = profiles;
  if (fs::exists(golden.folder / "config.yaml")) golden.config = slurp(golden.folder / "config.yaml");
  if (fs::exists(golden.folder / "oidc-ca.pem")) golden.oidc_ca = slurp(golden.folder / "oidc-ca.pem");
  return golden;
}

inline RewriteOutcome run(const Case& golden, std::string_view bytes) {
  return rewrite(
      {bytes, golden.input.filename(), golden.playbook, std::nullopt, golden.config, golden.oidc_ca});
}

inline std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(goldens)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace nightlatch::plan
