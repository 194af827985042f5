// A real sshd on 127.0.0.1 with keys of its own, and a TCP server that echoes.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <signal.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "node/transport.hpp"
#include "util/fd.hpp"

namespace nightlatch::node::test {

// A listening socket on a port of the kernel's choice.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_.get(), 8) != 0 ||
        ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Fd accept() const { return Fd(::accept(fd_.get(), nullptr, nullptr)); }
  void shut() { ::shutdown(fd_.get(), SHUT_RDWR); }

 private:
  Fd fd_;
  std::uint16_t port_ = 0;
};

// Serves one connection: echoes, or closes at once.
class Server {
 public:
  enum class Manner { echo, close_at_once };
  explicit Server(Manner manner)
      : thread_([this, manner] {
          Fd peer = listener_.accept();
          std::array<char, 4096> buffer{};
          while (manner == Manner::echo) {
            ssize_t got = ::recv(peer.get(), buffer.data(), buffer.size(), 0);
            if (got <= 0 ||
                ::send(peer.get(), buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got)
              break;
          }
        }) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    listener_.shut();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

 private:
  Listener listener_;
  std::thread thread_;
};

class SshdBench {
 public:
  // `prelude`: lines of sh that run before the sshd, in a mount namespace that is its own; @/ is the
  // directory.
  explicit SshdBench(const std::string& more_config = {}, const std::string& prelude = {}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightlatch-sshd-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    keygen("host");
    keygen("user");
    keygen("stranger");
    run(fmt::format("cp {0}/user.pub {0}/authorized", directory_));
    file("ssh_config", "");
    {
      port_ = Listener().port();
    }
    know(host_key());
    file("sshd_config", fmt::format("Port {1}\nListenAddress 127.0.0.1\nHostKey {0}/host\nAuthorizedKeysFile "
                                    "{0}/authorized\nPidFile none\n"
                                    "UsePAM no\nStrictModes no\nMaxSessions 1\nMaxStartups "
                                    "1000\nPermitRootLogin yes\nLogLevel DEBUG1\n{2}\n",
                                    directory_, port_, more_config));
    if (!prelude.empty()) {
      file("prelude",
           prelude + fmt::format("\nexec /usr/sbin/sshd -D -f {0}/sshd_config -E {0}/log\n", directory_));
      shell(fmt::format("sed -i 's,@/,{0}/,g' {0}/prelude", directory_));
    }
    start();
  }
  ~SshdBench() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  SshdBench(const SshdBench&) = delete;
  SshdBench& operator=(const SshdBench&) = delete;

  // Why this machine cannot run it; empty when it can.
  static std::string unable() {
    if (::getuid() != 0) return "sshd needs root here";
    if (::access("/usr/sbin/sshd", X_OK) != 0) return "there is no /usr/sbin/sshd";
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }
  [[nodiscard]] Endpoint endpoint() const {
    return {"cp1", "127.0.0.1", port_, "root", path("ssh_config"), path("user"), path("known_hosts")};
  }
  void file(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  [[nodiscard]] std::string key(const std::string& name) const {
    std::ifstream in(path(name + ".pub"));
    std::string type;
    std::string bytes;
    in >> type >> bytes;
    return type + " " + bytes;
  }
  // How often the sshd's log has this text so far.
  [[nodiscard]] std::size_t logged(const std::string& text) const {
    std::ifstream in(path("log"));
    std::string whole(std::istreambuf_iterator<char>(in), {});
    std::size_t count = 0;
    for (std::size_t at = whole.find(text); at != std::string::npos; at = whole.find(text, at + 1)) ++count;
    return count;
  }
  [[nodiscard]] std::string host_key() const { return key("host"); }
  // Makes `key` the known one, in the third line.
  void know(const std::string& key) const {
    file("known_hosts", fmt::format("# a comment\nother.example {}\n{}", key, known_line(key)));
  }
  [[nodiscard]] std::string known_line(const std::string& key) const {
    return fmt::format("[127.0.0.1]:{} {}\n", port_, key);
  }
  // As ssh-keygen says it.
  [[nodiscard]] std::string fingerprint(const std::string& name) const {
    run(fmt::format("ssh-keygen -lf {0}/{1}.pub | cut -d' ' -f2 >{0}/fingerprint", directory_, name));
    std::ifstream in(path("fingerprint"));
    std::string text;
    in >> text;
    return text;
  }
  void keygen(const std::string& name, const std::string& passphrase = "",
              const std::string& type = "ed25519") const {
    run(fmt::format("ssh-keygen -q -t {} -N '{}' -f {}/{}", type, passphrase, directory_, name));
  }
  // Lets a key log in, besides "user".
  void allow(const std::string& name) const {
    run(fmt::format("cat {0}/{1}.pub >>{0}/authorized", directory_, name));
  }
  void shell(const std::string& line) const { run(line); }

 private:
  static void run(const std::string& line) {
    if (std::system(line.c_str()) != 0) std::abort();
  }
  void start() {
    std::filesystem::create_directories("/run/sshd");
    std::string config = path("sshd_config");
    std::string log = path("log");
    std::string prelude = path("prelude");
    bool alone = ::access(prelude.c_str(), R_OK) == 0;
    pid_ = ::fork();
    if (pid_ == 0 && alone) {
      ::execlp("unshare", "unshare", "--mount", "--propagation", "private", "/bin/sh", prelude.c_str(),
               nullptr);
      ::_exit(127);
    }
    if (pid_ == 0) {
      ::execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(), nullptr);
      ::_exit(127);
    }
    for (int attempt = 0; attempt < 200 && !answers(); ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  [[nodiscard]] bool answers() const {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  std::string directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace nightlatch::node::test
