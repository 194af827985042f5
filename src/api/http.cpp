#include "api/http.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "api/errors.hpp"
#include "api/server_address.hpp"
#include "api/tunnel_relay.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::api {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// How long the tunnel waits for bytes in one round before curl may look at its own timers.
constexpr Milliseconds round{5};

Milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - start);
}

struct Body {
  std::string* bytes;
  std::size_t limit;
  bool full = false;
};

// curl ends the transfer when less is taken than it offers: the rest is never read.
std::size_t keep_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& body = *static_cast<Body*>(context);
  std::size_t room = body.limit - body.bytes->size();
  body.bytes->append(data, std::min(room, size));
  body.full = size > room;
  return body.full ? room : size;
}

curl_blob blob(const std::string& bytes) {
  // curl does not copy the bytes: the question outlives the transfer, and keys stay in one place in memory.
  return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY};
}

std::string request_path(std::string_view path) {
  constexpr std::string_view never = " \"#<>\\^`{|}";
  std::string out;
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || never.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

// curl's handle of one request, and everything that must live as long as it.
class Transfer {
 public:
  explicit Transfer(const Question& question)
      : question_(question), body_{&answer_.body, question.body_limit} {}

  Status prepare();
  void go_through(const TunnelRelay& relay);
  void limit_time(Milliseconds left);
  Result<Answer> finish(CURLcode code, Clock::time_point start);
  [[nodiscard]] CURL* handle() const { return easy_.get(); }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (CURLcode code = curl_easy_setopt(easy_.get(), option, value); code != CURLE_OK) failed_ = code;
  }
  void set_request();
  void set_trust();
  void set_credentials(const Credentials& credentials);
  void add_header(const std::string& line);
  [[nodiscard]] std::string certificate() const;
  [[nodiscard]] tl::unexpected<Error> failure(CURLcode code) const;

  const Question& question_;
  Answer answer_;
  Body body_;
  CURLcode failed_ = CURLE_OK;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  Headers headers_{nullptr, curl_slist_free_all};
  Headers connect_to_{nullptr, curl_slist_free_all};
  Easy easy_{curl_easy_init(), curl_easy_cleanup};
};

void Transfer::add_header(const std::string& line) {
  headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
}

void Transfer::set_request() {
  const std::string& name = question_.tls_name.empty() ? question_.host : question_.tls_name;
  std::string url = ServerAddress{name, question_.port}.url() + request_path(question_.path);
  std::string target = "::" + ServerAddress{question_.host, question_.port}.text();
  connect_to_.reset(curl_slist_append(nullptr, target.c_str()));

  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_CONNECT_TO, connect_to_.get());
  set(CURLOPT_PATH_AS_IS, 1L);  // "/livez/" and "//livez" are not the path "/livez"
  set(CURLOPT_PROTOCOLS_STR, "https");
  set(CURLOPT_PROXY, "");  // also none of the environment: the server that is named is the one that is asked
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_USERAGENT, question_.user_agent.c_str());
  set(CURLOPT_ERRORBUFFER, reason_.data());
  set(CURLOPT_WRITEFUNCTION, keep_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body_));
  if (question_.compressible) set(CURLOPT_ACCEPT_ENCODING, "gzip");  // body_limit counts unpacked bytes
  add_header("Accept: application/json, */*");
  if (question_.method == "POST" || !question_.body.empty()) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(question_.body.size()));
    set(CURLOPT_POSTFIELDS, question_.body.c_str());
    add_header("Content-Type: " + question_.content_type);
    add_header("Expect:");
    if (question_.method != "POST") set(CURLOPT_CUSTOMREQUEST, question_.method.c_str());
  } else if (question_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (question_.method != "GET") {
    set(CURLOPT_CUSTOMREQUEST, question_.method.c_str());
  }
}

void Transfer::set_trust() {
  bool verify = !question_.ca.empty();
  set(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
  set(CURLOPT_CERTINFO, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // Only the cluster's CA is trusted: without this curl would also trust its built-in public roots.
  set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(CURLOPT_CAINFO, static_cast<char*>(nullptr));
  if (verify) {
    curl_blob ca = blob(question_.ca);
    set(CURLOPT_CAINFO_BLOB, &ca);
  }
}

void Transfer::set_credentials(const Credentials& credentials) {
  if (!credentials.client_certificate.empty()) {
    curl_blob certificate = blob(credentials.client_certificate);
    curl_blob key = blob(credentials.client_key);
    set(CURLOPT_SSLCERTTYPE, "PEM");
    set(CURLOPT_SSLKEYTYPE, "PEM");
    set(CURLOPT_SSLCERT_BLOB, &certificate);
    set(CURLOPT_SSLKEY_BLOB, &key);
  }
  if (!credentials.token.empty()) add_header("Authorization: Bearer " + credentials.token);
}

Status Transfer::prepare() {
  if (question_.credentials != nullptr && question_.ca.empty()) {
    return fail(api_errors::credentials_unverified,
                fmt::format("{}:{}: there is no CA with which the server could be verified", question_.host,
                            question_.port));
  }
  set_request();
  set_trust();
  if (question_.credentials != nullptr) set_credentials(*question_.credentials);
  set(CURLOPT_HTTPHEADER, headers_.get());
  if (failed_ != CURLE_OK) return failure(failed_);
  return {};
}

void Transfer::go_through(const TunnelRelay& relay) {
  // The host name is resolved on the node: with an abstract socket curl resolves none.
  set(CURLOPT_CONNECT_TO, static_cast<curl_slist*>(nullptr));
  set(CURLOPT_ABSTRACT_UNIX_SOCKET, relay.name().c_str());
}

void Transfer::limit_time(Milliseconds left) {
  long ms = std::max<long>(1, static_cast<long>(left.count()));
  set(CURLOPT_TIMEOUT_MS, ms);
  set(CURLOPT_CONNECTTIMEOUT_MS, ms);
}

std::string Transfer::certificate() const {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(easy_.get(), CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr) return {};
  if (chain->num_of_certs < 1) return {};
  constexpr std::string_view label = "Cert:";
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  for (curl_slist* field = chain->certinfo[0]; field != nullptr; field = field->next) {
    std::string_view text = field->data;
    std::size_t from = text.find(begin);
    std::size_t to = text.find(end);
    if (!text.starts_with(label) || from == std::string_view::npos || to == std::string_view::npos) continue;
    from += begin.size();
    if (auto der = base64_decode(text.substr(from, to - from))) return sha256_hex(*der);
  }
  return {};
}

tl::unexpected<Error> Transfer::failure(CURLcode code) const {
  std::string where = ServerAddress{question_.host, question_.port}.text();
  std::string reason = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fail(api_errors::unreachable,
                  fmt::format("{}: no answer within {}", where, human_duration(question_.timeout)), {reason});
    case CURLE_COULDNT_CONNECT:
      return fail(api_errors::unreachable,
                  fmt::format("{}: the connection was refused, or no route leads there", where), {reason});
    case CURLE_COULDNT_RESOLVE_HOST:
      return fail(api_errors::unreachable, fmt::format("{}: the host name has no address", where), {reason});
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail(
          api_errors::untrusted,
          fmt::format("{}: the serving certificate was not issued by the CA, or not for this name", where),
          {reason});
    case CURLE_SSL_CACERT_BADFILE:
      return fail(api_errors::untrusted, fmt::format("{}: the CA is not a PEM certificate", where));
    case CURLE_SSL_CERTPROBLEM:
      return fail(api_errors::credentials_unusable,
                  fmt::format("{}: the client certificate and key cannot be used", where), {reason});
    default:
      return fail(api_errors::unreachable, fmt::format("{}: {}", where, reason));
  }
}

Result<Answer> Transfer::finish(CURLcode code, Clock::time_point start) {
  if (failed_ != CURLE_OK) return failure(failed_);
  bool cut_by_us = code == CURLE_WRITE_ERROR && body_.full;
  if (code != CURLE_OK && !cut_by_us) return failure(code);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  answer_.status = static_cast<int>(status);
  answer_.truncated = cut_by_us;
  answer_.certificate_sha256 = certificate();
  answer_.took = since(start);
  return std::move(answer_);
}

CURLcode outcome(CURLM* multi) {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return CURLE_RECV_ERROR;
}

// Runs curl and the tunnel alternately on this thread; curl's total timeout ends the loop at the latest.
CURLcode run_alternately(CURL* easy, TunnelRelay& relay) {
  Multi multi(curl_multi_init(), curl_multi_cleanup);
  curl_multi_add_handle(multi.get(), easy);
  CURLcode code = CURLE_RECV_ERROR;
  for (int running = 1; curl_multi_perform(multi.get(), &running) == CURLM_OK;) {
    if (running == 0) {
      code = outcome(multi.get());
      break;
    }
    relay.turn(round);
    if (!relay.far_side_open())
      curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(round.count()), nullptr);
  }
  curl_multi_remove_handle(multi.get(), easy);
  return code;
}

void initialise_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

Result<Answer> run_through(const Question& question, Tunnel& tunnel, Clock::time_point start) {
  Transfer transfer(question);
  NL_TRY(transfer.prepare());
  NL_ASSIGN(TunnelRelay relay, TunnelRelay::open(tunnel));
  transfer.go_through(relay);
  transfer.limit_time(question.timeout - since(start));
  CURLcode code = run_alternately(transfer.handle(), relay);
  return transfer.finish(code, start);
}

}  // namespace

std::string url(const Question& question) {
  return ServerAddress{question.host, question.port}.url() + request_path(question.path);
}

Result<Answer> ask_through(const Question& question, Tunnel& tunnel) {
  initialise_curl();
  return run_through(question, tunnel, Clock::now());
}

Result<Answer> ask(const Question& question, const Dialer& dial) {
  initialise_curl();
  auto start = Clock::now();
  if (dial) {
    NL_ASSIGN(auto tunnel, dial(question.host, question.port));
    return run_through(question, *tunnel, start);
  }
  Transfer transfer(question);
  NL_TRY(transfer.prepare());
  transfer.limit_time(question.timeout);
  CURLcode code = curl_easy_perform(transfer.handle());
  return transfer.finish(code, start);
}

}  // namespace nightlatch::api
