// One kubeconfig file as it is written: no path is resolved, no file is read, no plugin is run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/exec_plugin.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// A setting and its position; empty: not set. `place.text` stays empty, because the line may contain a
// secret.
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
  Setting unsupported;  // the first key that asks for an unsupported login or for impersonation
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

// `file` is for messages. Error: kubeconfig_malformed, with its line: no YAML, a value of the wrong type, a
// repeated key or name. The message never contains a value.
[[nodiscard]] Result<KubeconfigFile> parse_kubeconfig(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::api
