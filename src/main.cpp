#include "cli/cli.hpp"

int main(int argc, char** argv) {
  return static_cast<int>(nightlatch::cli::run(argc, argv));
}
