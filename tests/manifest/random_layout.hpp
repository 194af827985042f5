// Manifests in layouts nobody wrote a golden for: any style, any order, any split of the command line; and
// edits.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "manifest/edit.hpp"

namespace nightlatch::manifest {

class Layout {
 public:
  explicit Layout(std::uint64_t seed) : random_(seed) {}

  std::string manifest() {
    json_ = chance(20);
    eol_ = chance(25) ? "\r\n" : "\n";
    step_ = std::array{2U, 4U, 3U}[pick(3)];
    dash_ = pick(2) * step_;
    if (json_) return json_pod();
    std::string text = yaml_pod();
    if (chance(20)) text = "\xEF\xBB\xBF" + text;
    if (chance(25)) {
      while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    }
    return text;
  }

  Intent intent() {
    Intent intent;
    if (chance(70)) intent.remove_flags = {"anonymous-auth"};
    if (chance(70))
      intent.set_flags = {
          {"authentication-config", "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml"}};
    if (chance(15))
      intent.set_flags.emplace_back("audit-log-path", chance(50) ? "-" : "/var/log/a b: #c.log");
    if (chance(30)) intent.feature_gates = {"AnonymousAuthConfigurableEndpoints=true"};
    if (chance(70)) intent.mount = DirectoryMount{"nightlatch-authn", "/etc/kubernetes/nightlatch/config"};
    if (chance(50)) intent.tcp_probes = {"livenessProbe", "readinessProbe"};
    return intent;
  }

 private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool chance(std::size_t percent) { return pick(100) < percent; }

  std::vector<std::string> words() {
    std::vector<std::string> flags{"--advertise-address=10.0.0.1", "--authorization-mode=Node,RBAC",
                                   "--secure-port=6443", "--tls-cert-file=/etc/kubernetes/pki/apiserver.crt",
                                   "--v=2"};
    if (chance(60))
      flags.insert(flags.begin() + 1,
                   std::array<std::string, 4>{"--anonymous-auth=true", "--anonymous-auth=False",
                                              "--anonymous_auth=0", "--anonymous-auth"}[pick(4)]);
    if (chance(20)) flags.emplace_back("--anonymous-auth=false");
    if (chance(30))
      flags.emplace_back(chance(50) ? "--feature-gates=A=true"
                                    : "--feature-gates=AnonymousAuthConfigurableEndpoints=false,B=true");
    if (chance(30)) std::shuffle(flags.begin(), flags.end(), random_);
    while (flags.size() > 1 && chance(20)) flags.pop_back();
    if (chance(20)) {
      flags.emplace_back("--etcd-servers");
      flags.emplace_back("https://127.0.0.1:2379");
    }
    return flags;
  }

  std::string quoted(const std::string& word) {
    switch (json_ ? 1 : pick(4)) {
      case 1:
        return "\"" + word + "\"";
      case 2:
        return "'" + word + "'";
      default:
        return word;
    }
  }

  std::string comment() { return chance(15) ? "  # caf\xC3\xA9: it's - a \"comment\"" : ""; }
  std::string line(std::size_t indent, const std::string& text) {
    return std::string(indent, ' ') + text + comment() + eol_;
  }

  std::string list(std::size_t indent, const std::string& key, const std::vector<std::string>& items) {
    if (chance(20)) return flow_list(indent, key, items);
    std::string text = std::string(indent, ' ') + key + ":" + comment() + eol_;
    std::string gap(1 + pick(2), ' ');
    for (const std::string& item : items) {
      if (chance(10)) text += line(pick(2) * indent, "# --anonymous-auth=true");
      if (chance(5)) text += eol_;
      text += line(indent + dash_, "-" + gap + quoted(item));
    }
    return text;
  }

  std::string flow_list(std::size_t indent, const std::string& key, const std::vector<std::string>& items) {
    bool lines = chance(50);
    std::string text = std::string(indent, ' ') + key + ": [";
    for (const std::string& item : items) {
      bool last = &item == &items.back();
      if (lines) text += eol_ + std::string(indent + step_, ' ');
      text += "\"" + item + "\"" + (last && !(lines && chance(30)) ? "" : ",");
      text += lines ? comment() : last ? "" : " ";
    }
    return text + (lines ? eol_ + std::string(indent + step_, ' ') : "") + "]" + comment() + eol_;
  }

  // The container's keys stand in column `indent`.
  std::string container(std::size_t indent) {
    std::vector<std::string> flags = words();
    std::vector<std::string> program{chance(50) ? "kube-apiserver" : "/usr/local/bin/kube-apiserver"};
    std::string command;
    switch (pick(4)) {
      case 0:
        command = list(indent, "command", program) + list(indent, "args", flags);
        break;
      case 1:
        command = list(indent, "args", flags) + list(indent, "command", program);
        break;
      case 2:
        program.insert(program.begin(), {"--log-file=/var/log/kube-apiserver.log", "--also-stdout"});
        program.insert(program.end(), flags.begin(), flags.end());
        command = list(indent, "args", program) + list(indent, "command", {"/go-runner"});
        break;
      default:
        program.insert(program.end(), flags.begin(), flags.end());
        command = list(indent, "command", program);
    }
    std::string text = line(indent, "name: " + quoted("kube-apiserver"));
    text += command + line(indent, "image: registry.k8s.io/kube-apiserver:v1.34.4");
    if (chance(40)) text += probe(indent);
    if (mounts_) text += mounts(indent);
    if (chance(30)) text += line(indent, "workingDir: /");
    return text;
  }

  std::string probe(std::size_t indent) {
    std::string name = chance(50) ? "livenessProbe" : "readinessProbe";
    if (chance(30)) {
      return line(indent, name + ": {httpGet: {" + (chance(50) ? "host: 10.0.0.1, " : "") +
                              "path: /livez, port: 6443, scheme: HTTPS}, periodSeconds: 5}");
    }
    std::vector<std::string> fields{"path: " + quoted("/livez"), "port: 6443", "scheme: HTTPS"};
    if (chance(50)) fields.emplace_back("host: 10.0.0.1");
    std::shuffle(fields.begin(), fields.end(), random_);
    std::string text = line(indent, name + ":") + line(indent + step_, "httpGet:");
    for (const std::string& field : fields) {
      if (chance(15)) text += line(indent + step_, "# what is asked");
      text += line(indent + 2 * step_, field);
    }
    return text + (chance(50) ? line(indent + step_, "periodSeconds: 5") : "");
  }

  std::string mounts(std::size_t indent) {
    if (chance(20)) return line(indent, "volumeMounts: [{name: pki, mountPath: /etc/kubernetes/pki}]");
    std::string text = std::string(indent, ' ') + "volumeMounts:" + eol_;
    for (const char* name : {"ca-certs", "pki"}) {
      text += line(indent + dash_, "- mountPath: " + quoted(std::string("/") + name));
      text += line(indent + dash_ + 2, "name: " + quoted(name));
    }
    return text;
  }

  std::string volumes(std::size_t indent) {
    if (!mounts_ && chance(30)) return line(indent, "volumes: []");
    std::string text = std::string(indent, ' ') + "volumes:" + eol_;
    for (const char* name : {"ca-certs", "pki"}) {
      text += std::string(indent + dash_, ' ') + "- hostPath:" + eol_;
      text += line(indent + dash_ + 2 + step_, "path: " + quoted(std::string("/") + name));
      text += line(indent + dash_ + 2, "name: " + quoted(name));
    }
    return text;
  }

  std::string yaml_pod() {
    std::string text = chance(30) ? line(0, "# kube-apiserver") : "";
    text += line(0, "apiVersion: v1") + line(0, "kind: Pod") + std::string("metadata:") + eol_ +
            line(step_, "name: kube-apiserver");
    text += "spec:" + eol_;
    bool volumes_first = chance(30);
    mounts_ = chance(60);
    bool with_volumes = mounts_ || chance(50);  // a mount names one of the pod's volumes
    if (with_volumes && volumes_first) text += volumes(step_);
    text += std::string(step_, ' ') + "containers:" + eol_;
    std::string body = container(step_ + dash_ + 2);
    body[step_ + dash_] = '-';
    text += body;
    if (with_volumes && !volumes_first) text += volumes(step_);
    if (chance(50)) text += line(step_, "hostNetwork: true");
    return text;
  }

  std::string json_pod() {
    bool lines = chance(60);
    auto gap = [&](std::size_t level) {
      return lines ? eol_ + std::string(level * step_, ' ') : std::string();
    };
    std::string colon = lines || chance(50) ? ": " : ":";
    std::string text = "{" + gap(1) + "\"apiVersion\"" + colon + "\"v1\"," + gap(1) + "\"kind\"" + colon +
                       "\"Pod\"," + gap(1) + "\"metadata\"" + colon + "{\"name\"" + colon +
                       "\"kube-apiserver\"}," + gap(1) + "\"spec\"" + colon + "{" + gap(2) +
                       "\"containers\"" + colon + "[{" + gap(3) + "\"name\"" + colon + "\"a\"," + gap(3) +
                       "\"command\"" + colon + "[" + gap(4) + "\"kube-apiserver\"";
    for (const std::string& word : words()) text += "," + gap(4) + "\"" + word + "\"";
    text += gap(3) + "]," + gap(3) + "\"image\"" + colon + "\"x:v1.34.4\"";
    mounts_ = chance(60);
    if (mounts_)
      text += "," + gap(3) + "\"volumeMounts\"" + colon + "[{\"name\"" + colon + "\"pki\",\"mountPath\"" +
              colon + "\"/pki\"}]";
    text += gap(2) + "}]";
    if (mounts_ || chance(30))
      text += "," + gap(2) + "\"volumes\"" + colon + "[{\"name\"" + colon + "\"pki\",\"hostPath\"" + colon +
              "{\"path\"" + colon + "\"/pki\"}}]";
    return text + gap(1) + "}" + gap(0) + "}" + (chance(70) ? eol_ : "");
  }

  std::mt19937_64 random_;
  bool json_ = false;
  bool mounts_ = false;
  std::string eol_ = "\n";
  std::size_t step_ = 2;
  std::size_t dash_ = 0;
};

}  // namespace nightlatch::manifest
