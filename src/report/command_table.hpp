// Every command of nightlatch. tests/cli/command_table_test.cpp fails when cli/ has a command that is not
// here.
#pragma once

#include <array>
#include <string_view>

namespace nightlatch::report {

// Whether a command is about a cluster, and so takes the options that say which one is meant.
enum class About { cluster, no_cluster };

struct CommandRow {
  std::string_view name;  // without "nightlatch"
  About about;
};

inline constexpr std::array command_table{
    CommandRow{"detect", About::cluster},
    CommandRow{"audit", About::no_cluster},
    CommandRow{"verify", About::cluster},
    CommandRow{"status", About::cluster},
    CommandRow{"rbac", About::cluster},
    CommandRow{"rbac list", About::cluster},
    CommandRow{"rbac grant-metrics", About::no_cluster},
    CommandRow{"rbac grant-operator", About::no_cluster},
    CommandRow{"explain", About::cluster},
    CommandRow{"monitor", About::no_cluster},
    CommandRow{"monitor rules", About::no_cluster},
    CommandRow{"monitor scrape", About::no_cluster},
    CommandRow{"monitor dashboard", About::no_cluster},
    CommandRow{"monitor netdata", About::no_cluster},
    CommandRow{"monitor falco", About::no_cluster},
    CommandRow{"monitor sigma", About::no_cluster},
    CommandRow{"monitor queries", About::no_cluster},
    CommandRow{"playbook", About::no_cluster},
    CommandRow{"playbook list", About::no_cluster},
    CommandRow{"playbook show", About::no_cluster},
    CommandRow{"playbook check", About::no_cluster},
    CommandRow{"rewrite", About::no_cluster},
    CommandRow{"plan", About::cluster},
    CommandRow{"plan show", About::no_cluster},
    CommandRow{"plan approve", About::no_cluster},
    CommandRow{"runbook", About::no_cluster},
    CommandRow{"apply", About::cluster},
    CommandRow{"resume", About::cluster},
    CommandRow{"confirm", About::cluster},
    CommandRow{"node", About::cluster},
    CommandRow{"node prepare", About::cluster},
    CommandRow{"node wrapper", About::no_cluster},
    CommandRow{"rollback", About::cluster},
    CommandRow{"history", About::no_cluster},
    CommandRow{"history compare", About::no_cluster},
    CommandRow{"history verify", About::no_cluster},
    CommandRow{"history export", About::no_cluster},
    CommandRow{"options", About::no_cluster},
    CommandRow{"completion", About::no_cluster},
    CommandRow{"version", About::no_cluster},
};

}  // namespace nightlatch::report
