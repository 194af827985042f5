#include "api/write_object.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"
#include "util/hash.hpp"
#include "util/result.hpp"
#include "util/text.hpp"

namespace nightlatch::api {

namespace {

using facts::ObjectChange;
using facts::ObjectWritten;
using facts::WriteResult;
using Json = nlohmann::json;

// Between the look and the write another write may come; more often than this it is no accident.
constexpr int looks = 3;

ObjectWritten refused(std::string why) {
  return {.result = WriteResult::refused, .why = std::move(why)};
}

// No answer, or one that a balancer gave for an API server: asking again may help.
ObjectWritten failed(const Error& error) {
  bool may_pass = error.code.number == api_errors::unreachable.number ||
                  error.code.number == api_errors::answer_unexpected.number ||
                  error.code.number == api_errors::write_conflict.number;
  return {.result = may_pass ? WriteResult::lost : WriteResult::refused,
          .why = message_and_details(error, ": ")};
}

struct Field {
  std::string text;
  std::string resource_version;  // of the object that it was read from
};

class Writer {
 public:
  Writer(const Kubeconfig& kubeconfig, const ObjectChange& change, const std::string& user_agent)
      : kubeconfig_(kubeconfig),
        change_(change),
        user_agent_(user_agent),
        path_(*facts::path_of(change.object)),
        field_(change.field) {}

  // nullopt: the object or the field is not there.
  Result<std::optional<Field>> read() const {
    ClusterRequest request{.path = path_};
    NL_ASSIGN(Answer answer, send(kubeconfig_, user_agent_, request));
    if (answer.status == 404) return std::nullopt;
    if (answer.status != 200) return fail(refusal(kubeconfig_, request, answer));
    Json object = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    std::optional<std::string> version = text(object, Json::json_pointer("/metadata/resourceVersion"));
    if (!version || version->empty()) {
      return fail(api_errors::answer_unexpected, fmt::format("{}: no {}", path_, change_.object.kind));
    }
    std::optional<std::string> there = text(object, field_);
    if (!there) return std::nullopt;
    return Field{.text = *std::move(there), .resource_version = *std::move(version)};
  }

  // A merge patch names what it changes; with a resourceVersion the server refuses it where another write
  // came.
  Status write(const std::string& after, const std::string& resource_version) const {
    Json patch = after;
    for (Json::json_pointer at = field_; !at.empty(); at.pop_back()) {
      Json outer = Json::object();
      outer[at.back()] = std::move(patch);
      patch = std::move(outer);
    }
    patch["metadata"]["resourceVersion"] = resource_version;
    ClusterRequest request{.method = "PATCH",
                           .path = path_,
                           .body = patch.dump(-1, ' ', false, Json::error_handler_t::replace),
                           .content_type = "application/merge-patch+json"};
    NL_ASSIGN(Answer answer, send(kubeconfig_, user_agent_, request));
    if (answer.status == 409)
      return fail(api_errors::write_conflict, fmt::format("{}: {}", path_, api_errors::write_conflict.title));
    if (answer.status != 200) return fail(refusal(kubeconfig_, request, answer));
    return {};
  }

 private:
  static std::optional<std::string> text(const Json& object, const Json::json_pointer& at) {
    if (!object.contains(at) || !object.at(at).is_string()) return std::nullopt;
    for (Json::json_pointer parent = at; !parent.empty();) {
      parent.pop_back();
      if (!object.at(parent).is_object()) return std::nullopt;  // a merge patch cannot name an item of a list
    }
    return object.at(at).get<std::string>();
  }

  const Kubeconfig& kubeconfig_;
  const ObjectChange& change_;
  const std::string& user_agent_;
  std::string path_;
  Json::json_pointer field_;
};

// One look, and the write where it finds what the plan was made from.
Result<ObjectWritten> look_and_write(const Writer& writer, const ObjectChange& change) {
  NL_ASSIGN(std::optional<Field> there, writer.read());
  std::optional<std::string> today = there ? std::optional(sha256_hex(there->text)) : std::nullopt;
  if (today == change.sha256_after) return ObjectWritten{.result = WriteResult::written, .why = {}};
  std::optional<std::string> after = there ? facts::applied(change, there->text) : std::nullopt;
  if (!after) {
    return refused(fmt::format("it is {} now, the plan was made from {}",
                               there ? facts::describe_text(today) : "gone",
                               facts::describe_text(change.sha256_before)));
  }
  NL_TRY(writer.write(*after, there->resource_version));
  return ObjectWritten{.result = WriteResult::written, .why = {}};
}

}  // namespace

ObjectWritten write_object(const Kubeconfig& kubeconfig, const ObjectChange& change,
                           const std::string& user_agent) try {
  if (!facts::is_writable(change))
    return refused("nightlatch changes one field of an object that is there, and of few kinds: not this");
  Writer writer(kubeconfig, change, user_agent);
  for (int look = 1;; ++look) {
    Result<ObjectWritten> written = look_and_write(writer, change);
    if (written) return *std::move(written);
    bool look_again = written.error().code.number == api_errors::write_conflict.number && look < looks;
    if (!look_again) return failed(written.error());
  }
} catch (const Json::exception&) {
  return refused(fmt::format("{} is no place in an object", change.field));
}

}  // namespace nightlatch::api
