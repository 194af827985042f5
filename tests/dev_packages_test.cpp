// dev.d/packages.sh: which of several names of a package is taken, on machines that this test makes up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;
using cli::Finished;
using cli::Sandbox;

// A machine with a list of what its apt knows and one of what is installed.
class DevPackages : public ::testing::Test {
 protected:
  DevPackages() {
    asked("apt-cache", R"(! grep -qx "$name" known || echo "Package: $name")");
    asked("dpkg-query", R"(! grep -qx "$name" installed || printf 'ii ')");
    (void)machine_.write("packages.txt", "# a comment\nbuild  g++ a1.81|a\nunit  curl\nbuild  g++ cmake\n");
    machine("", "");
  }
  void machine(const std::string& known, const std::string& installed) const {
    (void)machine_.write("known", known);
    (void)machine_.write("installed", installed);
  }
  [[nodiscard]] std::string said_by(const std::string& command) const {
    std::string script = (source_directory() / "dev.d/packages.sh").string();
    Finished finished = machine_.shell("set -eu; PATH=$PWD:$PATH; . '" + script +
                                       "'; packages_list=packages.txt; " + command);
    EXPECT_EQ(finished.err, "");
    return finished.out;
  }

 private:
  // A program that answers for the package that is its last argument.
  void asked(const std::string& name, const std::string& line) const {
    fs::path file = machine_.write(name, "#!/bin/sh\nfor name; do :; done\n" + line + "\n");
    fs::permissions(file, fs::perms::owner_all);
  }

  Sandbox machine_;
};

TEST_F(DevPackages, AGroupIsAllItsLinesAndEachWordOnce) {
  EXPECT_EQ(said_by("packages_of build"), "a1.81|a\ncmake\ng++\n");
  EXPECT_EQ(said_by("packages_of unit build"), "a1.81|a\ncmake\ncurl\ng++\n");
}

TEST_F(DevPackages, TheFirstNameThatAptKnowsIsTaken) {
  machine("a1.81\na\n", "");
  EXPECT_EQ(said_by("missing_packages build"), "a1.81 cmake g++ ");
  machine("a\n", "g++\n");
  EXPECT_EQ(said_by("missing_packages build"), "a cmake ");
}

// Debian 12 knows both, and its libboost-dev is too old.
TEST_F(DevPackages, ALaterNameThatIsInstalledDoesNotStandInForAnEarlierOne) {
  machine("a1.81\na\n", "g++\ncmake\na\n");
  EXPECT_EQ(said_by("missing_packages build"), "a1.81 ");
  machine("a1.81\na\n", "g++\ncmake\na1.81\n");
  EXPECT_EQ(said_by("missing_packages build"), "");
}

TEST_F(DevPackages, WhereAptKnowsNothingYetWhatIsInstalledCounts) {
  machine("", "g++\ncmake\na\n");
  EXPECT_EQ(said_by("missing_packages build"), "");
  machine("", "g++\ncmake\n");
  EXPECT_EQ(said_by("missing_packages build"), "a1.81 ");
}

}  // namespace
}  // namespace nightlatch
