// One kubeconfig file as it is written: nothing resolved, nothing read, nothing run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/exec_plugin.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// A setting and where it stands; empty: not set. `place.text` stays empty, for the line may hold a secret.
struct Setting {
  std::string text;
  SourcePlace place;

  [[nodiscard]] bool set() const { return !text.empty(); }
};

struct ClusterEntry {
  std::string name;
  Setting server;
  Setting tls_server_name;
  Setting authority;  // a file
  Setting authority_data;
  Setting insecure;  // insecure-skip-tls-verify, when not false
  Setting proxy_url;
};

struct UserEntry {
  std::string name;
  Setting certificate;  // a file
  Setting certificate_data;
  Setting key;  // a file
  Setting key_data;
  Setting token;
  Setting token_file;
  Setting unsupported;  // the first key of a way to log in, or to act as another, that is not understood
  Setting exec_place;   // text "exec" when there is one
  ExecPlugin exec;
};

struct ContextEntry {
  std::string name;
  std::string cluster;
  std::string user;
  SourcePlace place;
};

struct KubeconfigFile {
  std::string current_context;
  std::vector<ClusterEntry> clusters;
  std::vector<UserEntry> users;
  std::vector<ContextEntry> contexts;
};

// Errors: no YAML, a wrong shape, a key or a name given twice. `file` is for messages.
[[nodiscard]] Result<KubeconfigFile> parse_kubeconfig(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::api
