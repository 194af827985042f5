// An HTTPS server on 127.0.0.1 in this process. It keeps what it was asked, and can ask for a client
// certificate.
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <functional>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>

#include <openssl/ssl.h>

#include "api/test_ca.hpp"
#include "util/fd.hpp"

namespace nightlatch::test {

struct Heard {
  std::string method;
  std::string target;
  std::string head;  // request line and headers
  std::string body;
  std::string client;  // common name of the client certificate; empty: none
};

struct Reply {
  int status = 200;
  std::string body;
  bool silent = false;   // accept the request and never answer
  std::string header{};  // one more line
  bool cut = false;      // accept the request and end the connection
};

class TlsServer {
 public:
  using Handler = std::function<Reply(const Heard&)>;

  TlsServer(const Identity& identity, const std::string& client_ca, Handler handler)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), handler_(std::move(handler)) {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    use(identity);
    if (!client_ca.empty()) accept_clients_of(client_ca);
    listen_here();
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    std::uint64_t one = 1;
    static_cast<void>(::write(stop_.get(), &one, sizeof one));
    thread_.join();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::vector<Heard> heard() const {
    std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

  void use(const Identity& identity) {
    Bio certificate(BIO_new_mem_buf(identity.certificate.data(), -1), BIO_free);
    Bio key(BIO_new_mem_buf(identity.key.data(), -1), BIO_free);
    Certificate x509(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr), X509_free);
    Key pkey(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    SSL_CTX_use_certificate(context_.get(), x509.get());
    SSL_CTX_use_PrivateKey(context_.get(), pkey.get());
  }

  void accept_clients_of(const std::string& ca) {
    Bio bio(BIO_new_mem_buf(ca.data(), static_cast<int>(ca.size())), BIO_free);
    Certificate x509(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), x509.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);  // optional, as kube-apiserver does
  }

  void listen_here() {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), generic, &size) != 0) {
      throw std::runtime_error("no listener");
    }
    port_ = ntohs(address.sin_port);
  }

  // False when the server is to stop.
  bool readable(int fd) const {
    pollfd both[2]{{fd, POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(both, 2, -1);
    return (both[1].revents & POLLIN) == 0;
  }

  void serve() {
    while (readable(listener_.get())) {
      Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection.valid()) answer(connection.get());
    }
  }

  void answer(int fd) {
    timeval limit{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    Ssl ssl(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(ssl.get(), fd);
    if (SSL_accept(ssl.get()) != 1) return;
    Heard heard;
    if (!read_request(ssl.get(), heard)) return;
    heard.client = client_of(ssl.get());
    Reply reply = handler_(heard);
    {
      std::lock_guard lock(mutex_);
      heard_.push_back(heard);
    }
    if (reply.cut) return;
    if (reply.silent) {
      while (readable(fd)) {
        char byte = 0;
        if (SSL_read(ssl.get(), &byte, 1) <= 0) return;
      }
      return;
    }
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                       " Reason\r\nContent-Length: " + std::to_string(reply.body.size()) +
                       "\r\nConnection: close\r\n" + (reply.header.empty() ? "" : reply.header + "\r\n") +
                       "\r\n" + reply.body;
    for (std::size_t sent = 0; sent < text.size();) {
      int part = SSL_write(ssl.get(), text.data() + sent,
                           static_cast<int>(std::min<std::size_t>(text.size() - sent, 16384)));
      if (part <= 0) return;
      sent += static_cast<std::size_t>(part);
    }
    SSL_shutdown(ssl.get());
  }

  static bool read_request(SSL* ssl, Heard& heard) {
    std::string bytes;
    std::size_t end = std::string::npos;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(ssl, bytes)) return false;
    }
    heard.head = bytes.substr(0, end + 2);
    heard.body = bytes.substr(end + 4);
    heard.method = heard.head.substr(0, heard.head.find(' '));
    std::size_t target = heard.method.size() + 1;
    heard.target = heard.head.substr(target, heard.head.find(' ', target) - target);
    std::size_t length = heard.head.find("Content-Length: ");
    std::size_t wanted = length == std::string::npos ? 0 : std::stoul(heard.head.substr(length + 16));
    while (heard.body.size() < wanted) {
      if (!read_more(ssl, heard.body)) return false;
    }
    return true;
  }

  static bool read_more(SSL* ssl, std::string& into) {
    char buffer[4096];
    int got = SSL_read(ssl, buffer, sizeof buffer);
    if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  static std::string client_of(SSL* ssl) {
    Certificate peer(SSL_get1_peer_certificate(ssl), X509_free);
    if (!peer) return {};
    char name[128] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
    return name;
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  Handler handler_;
  Fd listener_;
  Fd stop_{::eventfd(0, EFD_CLOEXEC)};
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Heard> heard_;
  std::thread thread_;
};

}  // namespace nightlatch::test
