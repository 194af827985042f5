// What nightlatch makes of each option of an ssh_config. docs/ssh-config.md is made of the table:
// NIGHTLATCH_RECORD=1 writes it again, and fails so that it is looked at.
#include "node/ssh_options.hpp"

#include <cctype>
#include <cstdlib>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::node {
namespace {

// The options of ssh_config(5) of one version of OpenSSH, as `.It Cm` names them there.
std::set<std::string> options_of(const std::string& version) {
  auto text = read_file(source_directory() / "tests/data/ssh_config" / ("openssh-" + version + ".txt"));
  std::set<std::string> names;
  if (!text) return names;
  for (const std::string& line : split(*text, '\n')) {
    if (!line.empty()) names.insert(line);
  }
  return names;
}

TEST(SshOptions, EveryOptionOfTheManualHasARowOfThatName) {
  for (const char* version : {"9.2", "10.0"}) {
    std::set<std::string> names = options_of(version);
    EXPECT_GE(names.size(), 98U) << version;
    for (const std::string& name : names) {
      const SshOption* option = find_ssh_option(name);
      ASSERT_NE(option, nullptr) << version << ": " << name;
      EXPECT_EQ(option->name, name);
    }
  }
}

TEST(SshOptions, EveryRowIsAnOptionOfTheManualOrOfDebiansPatchForKerberos) {
  std::set<std::string> names = options_of("10.0");
  std::set<std::string_view> seen;
  for (const SshOption& option : ssh_options()) {
    EXPECT_TRUE(seen.insert(option.name).second) << option.name << " has two rows";
    EXPECT_TRUE(names.contains(std::string(option.name)) || option.name.starts_with("GSSAPI")) << option.name;
    EXPECT_TRUE(option.means.ends_with('.')) << option.name;
  }
}

TEST(SshOptions, NamesAreFoundInAnyCase) {
  EXPECT_EQ(find_ssh_option("canonicalizePermittedcnames")->name, "CanonicalizePermittedCNAMEs");
  EXPECT_EQ(find_ssh_option("no-such-option"), nullptr);
}

// --- docs/ssh-config.md -----------------------------------------------------------------------------------

std::string word_for(Treatment treatment) {
  switch (treatment) {
    case Treatment::followed:
      return "followed";
    case Treatment::refused:
      return "refused";
    case Treatment::stricter:
      return "never weaker";
    case Treatment::harmless:
      break;
  }
  return "no effect";
}

std::string version_note(const SshOption& option) {
  static const std::set<std::string> old = options_of("9.2");
  static const std::set<std::string> recent = options_of("10.0");
  if (old.contains(std::string(option.name))) return "";
  return recent.contains(std::string(option.name)) ? "after 9.2" : "Debian";
}

std::string page() {
  std::string out =
      "# What an ssh_config means for nightlatch\n\n"
      "nightlatch asks `ssh -G` what the ssh_config says of each node: the file of `ssh.config` in the "
      "inventory, "
      "or `~/.ssh/config`\nand `/etc/ssh/ssh_config`. So `Host`, `Match` and `Include` mean what they mean "
      "for "
      "`ssh`, and nightlatch needs `ssh` on the\nmachine where it runs. What the inventory states (user, "
      "port, "
      "`identityFile`, `knownHosts`) counts before the ssh_config.\n\n"
      "This table has every option of ssh_config(5) of OpenSSH 9.2 and 10.0. It is made from "
      "`src/node/ssh_options.cpp`.\n\n"
      "- **followed**: it decides where a connection goes, who is believed or who logs in, and nightlatch "
      "does "
      "as it says.\n"
      "- **refused**: it decides that, and nightlatch cannot do as it says. Set to anything but what the "
      "last "
      "column says, it is error\n  NL1221, which names it. So is an option that this version of nightlatch "
      "does "
      "not know, where somebody has set it.\n"
      "- **never weaker**: it would let `ssh` believe a host key that is in no known_hosts. nightlatch does "
      "not "
      "believe one, and the\n  error about the key names the option.\n"
      "- **no effect**: it decides none of these.\n\n"
      "| option | | what that means | asks for nothing | in |\n|---|---|---|---|---|\n";
  for (const SshOption& option : ssh_options()) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", option.name, word_for(option.treatment), option.means,
                       option.harmless, version_note(option));
  }
  out +=
      "\nA certificate beside an identity file (`id_ed25519-cert.pub`), which `ssh` sends without being "
      "told, is "
      "not sent: add the key\nto the SSH agent, which has both.\n\n"
      "`tests/node/ssh_follow_test.cpp` shows each option that is followed on a real sshd, but "
      "CanonicalizePermittedCNAMEs, which needs\na DNS server: what it says is found in the `hostname` of "
      "`ssh -G` like any canonical name.\n";
  return out;
}

TEST(SshOptions, TheCommittedPageIsTheOneOfTheTable) {
  std::string path = source_directory() / "docs/ssh-config.md";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    ASSERT_TRUE(write_file_durably(path, page(), 0644));
    FAIL() << path << " was recorded; read the difference, then run again without NIGHTLATCH_RECORD";
  }
  auto committed = read_file(path);
  ASSERT_TRUE(committed) << path;
  EXPECT_EQ(*committed, page());
}

}  // namespace
}  // namespace nightlatch::node
