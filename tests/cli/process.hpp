// Runs the real binary, without a terminal.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "places.hpp"

namespace nightlatch::cli {

struct Finished {
  int exit = -1;
  std::string out;
  std::string err;
};

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

// A directory of its own for each test, which is also the state directory and the home.
class Sandbox {
 public:
  Sandbox() {
    std::string name = (std::filesystem::temp_directory_path() / "nightlatch-cli-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~Sandbox() { std::filesystem::remove_all(directory_); }
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
    return (directory_ / name).string();
  }

  // `line` is for a shell whose PATH begins with the binary's directory and whose working directory is this
  // one.
  [[nodiscard]] Finished shell(const std::string& line) const {
    std::filesystem::path binary = program();
    std::string whole = "cd '" + directory_.string() + "' && export HOME=. XDG_STATE_HOME='" +
                        directory_.string() + "/state' PATH='" + binary.parent_path().string() +
                        "':$PATH NO_COLOR= KUBECONFIG=/nonexistent && ( " + line +
                        " ) </dev/null >out.txt 2>err.txt";
    Finished finished;
    int status = std::system(whole.c_str());
    finished.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    finished.out = slurp(directory_ / "out.txt");
    finished.err = slurp(directory_ / "err.txt");
    return finished;
  }
  [[nodiscard]] Finished run(const std::string& arguments) const { return shell("nightlatch " + arguments); }

 private:
  std::filesystem::path directory_;
};

inline std::string golden_manifest(const std::string& name) {
  return slurp(golden_directory() / "rewrite" / name / "input.yaml");
}

}  // namespace nightlatch::cli
