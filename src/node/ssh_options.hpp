// Every option of an ssh_config, and what nightlatch makes of it. docs/ssh-config.md is made from this table.
#pragma once

#include <span>
#include <string_view>

namespace nightlatch::node {

// `ssh -G` reads the files, so that Host, Match and Include mean what they mean for ssh. What is left to do
// is decided here, for each option that it prints.
enum class Treatment {
  followed,  // it decides where a connection goes, who is believed or who logs in, and nightlatch does as it
             // says
  refused,   // it decides that, and nightlatch cannot: with any but its harmless values it is an error
  stricter,  // it would let a host key pass that is in no known_hosts: nightlatch never lets one pass
  harmless,  // it decides none of these
};

struct SshOption {
  std::string_view name;  // as in ssh_config(5)
  Treatment treatment;
  std::string_view means;  // for people, a whole sentence
  std::string_view harmless =
      {};  // of what is refused or stricter: the values that ask for nothing, by blanks
};

[[nodiscard]] std::span<const SshOption> ssh_options();
// By its name in any case, as `ssh -G` prints it; null: this version does not know it.
[[nodiscard]] const SshOption* find_ssh_option(std::string_view name);

}  // namespace nightlatch::node
