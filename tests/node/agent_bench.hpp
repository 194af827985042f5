// A node as agent.sh sees one, in a temporary directory: the request goes through the real encoder to a real
// shell.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "node/protocol.hpp"
#include "node/reply_codec.hpp"
#include "node/request_codec.hpp"
#include "util/hash.hpp"

namespace nightlatch::node::test {

namespace fs = std::filesystem;

inline void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_program(const fs::path& path, std::string_view text) {
  write(path, text);
  fs::permissions(path, fs::perms::owner_all);
}

// Which shell, and whether the commands are busybox's, too.
struct Shell {
  std::string name;
  std::vector<std::string> argv;
  bool busybox_commands = false;

  friend void PrintTo(const Shell& shell, std::ostream* out) { *out << shell.name; }
};

inline const std::vector<Shell>& shells() {
  static const std::vector<Shell> all{{"dash", {"/usr/bin/dash"}},
                                      {"busybox", {"/usr/bin/busybox", "sh"}},
                                      {"alpine", {"/usr/bin/busybox", "sh"}, true}};
  return all;
}

const std::string before_bytes = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n# before\n";
const std::string after_bytes = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n# after\n";
const std::string manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const std::string run_id = "20261122T0114-7f3a";

class Bench {
 public:
  explicit Bench(Shell shell) : shell_(std::move(shell)) {
    std::string pattern = (fs::path(base()) / "nightlatch-agent-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    shims_ = root_ / "shims";
    fs::create_directories(shims_);
    if (shell_.busybox_commands) link_busybox();
    write(manifest(), before_bytes);
    fs::permissions(manifest(), fs::perms::owner_read | fs::perms::owner_write);
    write(root_ / "etc/kubernetes/pki/ca.crt", "ca\n");
    write(root_ / "etc/kubernetes/pki/apiserver.key", "key\n");
    uptime(1000);
    boot("boot-1");
    for (const char* tool : {"crictl", "ctr"}) shim(tool, "exit 1\n");
    shim("logger", "echo \"$*\" >>$NL_ROOT/syslog\n");
    write_program(shims_ / "boot-sh", fmt::format("#!/bin/sh\nexec {} \"$@\"\n", words()));
    with_systemd();
    // Time passes only where the script sleeps.
    shim("sleep",
         "read -r up _ <$NL_ROOT/proc/uptime\necho \"$((${up%%.*} + 1)).00 0\" >$NL_ROOT/proc/uptime\n");
  }
  ~Bench() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] fs::path root() const { return root_; }
  [[nodiscard]] fs::path manifest() const { return root_ / manifest_path.substr(1); }
  [[nodiscard]] fs::path home() const { return root_ / "etc/kubernetes/nightlatch"; }
  [[nodiscard]] fs::path run_directory() const { return home() / "runs" / run_id; }

  void uptime(int seconds) const { write(root_ / "proc/uptime", fmt::format("{}.42 99.00\n", seconds)); }
  void boot(std::string_view id) const {
    write(root_ / "proc/sys/kernel/random/boot_id", fmt::format("{}\n", id));
  }
  void shim(const std::string& name, std::string_view body) const {
    fs::remove(shims_ / name);
    write_program(shims_ / name, fmt::format("#!/bin/sh\n{}", body));
  }
  void unshim(const std::string& name) const { fs::remove(shims_ / name); }

  // A service manager that runs what the unit says before it starts, and calls it active while the unit is
  // there. It keeps what it has read of the unit: a unit that nothing wants is forgotten when it is stopped.
  void with_systemd() const {
    fs::create_directories(root_ / "run/systemd/system");
    fs::create_directories(unit().parent_path());
    shim(
        "systemctl",
        "echo \"$*\" >>$NL_ROOT/systemctl.log\n"
        "unit=$NL_ROOT/etc/systemd/system/nightlatch-guard.service read=$NL_ROOT/systemd.read\n"
        "wanted=$NL_ROOT/systemd.wanted\n"
        "case $1 in\n"
        "daemon-reload) /bin/rm -f $read $wanted; [ ! -e $unit ] || { /bin/cp $unit $read; : >$wanted; } ;;\n"
        "show|restart) [ -e $read ] || [ ! -e $unit ] || /bin/cp $unit $read ;;\n"
        "stop) [ -e $wanted ] || /bin/rm -f $read ;;\n"
        "esac\n"
        "case $1 in\n"
        "show) if [ -e $read ]; then echo LoadState=loaded; else echo LoadState=not-found; fi\n"
        "if [ ! -e $read ] || /usr/bin/cmp -s $unit $read; then echo NeedDaemonReload=no; else echo "
        "NeedDaemonReload=yes; fi ;;\n"
        "restart) boot-sh $(sed -n 's,^ExecStartPre=-/bin/sh ,,p' $read) >>$NL_ROOT/systemctl.log 2>&1 || : "
        ";;\n"
        "is-active) if [ -e $unit ]; then echo active; else echo inactive; exit 3; fi ;;\n"
        "esac\n");
  }
  // As somebody else on the node.
  void systemctl(const std::string& words) const {
    shell_command(fmt::format("NL_ROOT={} {}/systemctl {}", root_.string(), shims_.string(), words));
  }
  [[nodiscard]] fs::path unit() const { return root_ / "etc/systemd/system/nightlatch-guard.service"; }
  // The unit as systemd runs it: before the wait, and the wait itself; here until it ends.
  std::string run_guard(const std::string& verb = "") const { return run_guard_of(run_id, verb); }
  std::string run_guard_of(const std::string& run, const std::string& verb) const {
    return run_script(fmt::format("{} {}", (home() / "runs" / run / "guard").string(), verb));
  }

  // Everything of the node, to be put back before another try.
  void save() const { shell_command(fmt::format("rm -rf {0}.saved && cp -a {0} {0}.saved", root_.string())); }
  void put_back() const { shell_command(fmt::format("rm -rf {0} && cp -a {0}.saved {0}", root_.string())); }
  void forget_saved() const { fs::remove_all(root_.string() + ".saved"); }

  [[nodiscard]] Request request(Verb verb) const {
    Request request;
    request.verb = verb;
    request.run = run_id;
    request.manifest_path = manifest_path;
    request.before_sha256 = sha256_hex(before_bytes);
    request.after_sha256 = sha256_hex(after_bytes);
    request.manifest_before = before_bytes;
    request.manifest_after = after_bytes;
    request.plan = "{\"plan\": 1}\n";
    request.lease = std::chrono::seconds(120);
    request.ceiling = std::chrono::seconds(600);
    return request;
  }
  [[nodiscard]] Request mark(Step to) const {
    Request result = request(Verb::mark);
    result.to = to;
    return result;
  }

  Reply call(const Request& request) const {
    return parse_reply(run(script_words(request), put_root_into(script_input(request))));
  }
  Reply call(Verb verb) const { return call(request(verb)); }
  Reply expire(const std::string& run_name = run_id) const {
    return parse_reply(run(fmt::format("expire {} 1", run_name), with_root(facts_input())));
  }
  [[nodiscard]] FactsReply facts(const FactsRequest& wanted = {}) const {
    std::string text = facts_input(wanted);
    bool has_parameters = text.starts_with("nl_params");
    return parse_facts(run("facts", has_parameters ? put_root_into(text) : with_root(text)));
  }

  // The straight road up to `step`.
  void go_to(Step step) const {
    const std::vector<std::pair<Step, Request>> road{
        {Step::staged, request(Verb::stage)},     {Step::armed, request(Verb::arm)},
        {Step::swapped, request(Verb::swap)},     {Step::restarted, mark(Step::restarted)},
        {Step::gated, mark(Step::gated)},         {Step::soaked, mark(Step::soaked)},
        {Step::confirmed, request(Verb::confirm)}};
    for (const auto& [reached, next] : road) {
      Reply reply = call(next);
      ASSERT_EQ(reply.kind, ReplyKind::ok) << name(next.verb) << ": " << reply.why;
      ASSERT_EQ(reply.state.step, reached);
      if (reached == step) return;
    }
  }

  std::string run(const std::string& words, const std::string& input) const {
    write(root_ / "stdin", input);
    return run_script("-s -- " + words);
  }
  // Another program of this shell's.
  std::string run_program(const std::string& file_and_words, const std::string& input) const {
    write(root_ / "stdin", input);
    return run_script(file_and_words);
  }
  // The shell, with a blank behind it.
  [[nodiscard]] std::string shell_words() const { return words(); }
  // Exit status of the last one.
  [[nodiscard]] int last_status() const { return WEXITSTATUS(last_status_); }
  [[nodiscard]] std::string last_stderr() const { return read(root_ / "stderr"); }

 private:
  [[nodiscard]] std::string words() const {
    std::string argv;
    for (const std::string& word : shell_.argv) argv += word + " ";
    return argv;
  }
  std::string run_script(const std::string& arguments) const {
    std::string path = shell_.busybox_commands ? shims_.string() : shims_.string() + ":" + ::getenv("PATH");
    std::string command = fmt::format(
        "cd / && touch {0}/stdin && NL_ROOT={0} PATH={1} /bin/sh -c 'echo $$ >{0}/shell.pid; exec {2} {3}' "
        "<{0}/stdin >{0}/stdout 2>{0}/stderr",
        root_.string(), path, words(), arguments);
    last_status_ = std::system(command.c_str());
    return read(root_ / "stdout");
  }
  static std::string base() {
    return fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string();
  }
  static void shell_command(const std::string& line) { ASSERT_EQ(std::system(line.c_str()), 0) << line; }
  [[nodiscard]] std::string with_root(const std::string& text) const {
    return fmt::format("nl_params() {{\ncat <<'NIGHTLATCH'\nroot={}\nNIGHTLATCH\n}}\n{}", root_.string(),
                       text);
  }
  // Among the parameters, which stand first.
  [[nodiscard]] std::string put_root_into(std::string text) const {
    std::string head = "cat <<'NIGHTLATCH'\n";
    return text.insert(text.find(head) + head.size(), fmt::format("root={}\n", root_.string()));
  }
  void link_busybox() const {
    for (const char* tool :
         {"base64", "cat",     "chmod", "chown", "cut",      "date",   "dd",        "df",     "grep", "head",
          "ln",     "ls",      "mkdir", "mv",    "rm",       "sed",    "sha256sum", "sort",   "stat", "sync",
          "tail",   "timeout", "tr",    "wc",    "readlink", "lsattr", "dirname",   "setsid", "od"}) {
      fs::create_symlink("/usr/bin/busybox", shims_ / tool);
    }
    fs::create_symlink("/usr/bin/flock", shims_ / "flock");
  }

  Shell shell_;
  fs::path root_;
  fs::path shims_;
  mutable int last_status_ = 0;
};

#define EXPECT_OK(reply_expression, expected_step)                                 \
  do {                                                                             \
    Reply answered = (reply_expression);                                           \
    EXPECT_EQ(answered.kind, ReplyKind::ok) << answered.why << node.last_stderr(); \
    EXPECT_EQ(name(answered.state.step), name(expected_step));                     \
  } while (false)

#define EXPECT_REFUSED(reply_expression, expected_step, words)              \
  do {                                                                      \
    Reply answered = (reply_expression);                                    \
    EXPECT_EQ(answered.kind, ReplyKind::refused) << node.last_stderr();     \
    EXPECT_EQ(name(answered.state.step), name(expected_step));              \
    EXPECT_NE(answered.why.find(words), std::string::npos) << answered.why; \
  } while (false)

// The same test under every shell.
class AgentTest : public ::testing::TestWithParam<Shell> {
 protected:
  Bench node{GetParam()};
};

inline std::string shell_name(const ::testing::TestParamInfo<Shell>& info) {
  return info.param.name;
}

}  // namespace nightlatch::node::test
