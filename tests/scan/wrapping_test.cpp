// An event is found in whatever shippers and engines make of it, and read as if it were plain.
#include "scan/wrapping.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/audit_line.hpp"
#include "scan/legacy_line.hpp"
#include "scan/line_reader.hpp"

namespace nightlatch::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

struct Found {
  LineKind kind;
  std::vector<std::string> events;
};

Found found_in(const std::string& text) {
  Padded line(text);
  LineReader reader;
  Found found{};
  found.kind = reader.read_wrapped(line.text(), [&](const Event& event, std::string_view wrapping) {
    found.events.push_back(fmt::format("{}: {} {} {} {} {}", wrapping, event.audit_id, event.verb, event.uri,
                                       event.last_ip, event.code));
  });
  return found;
}

struct Shape {
  std::string name;
  std::string before;
  std::string after;
  bool in_string;
};

const std::vector<Shape> shapes{
    {"Fluent Bit or a container's log", R"({"date":1.5,"log":")", R"(\n","stream":"stdout"})", true},
    {"Vector, Filebeat or CloudWatch", R"({"file":"/var/log/a","host":"cp1","message":")",
     R"(","source_type":"file"})", true},
    {"Filebeat, decoded", R"({"@timestamp":"t","kubernetes":{"x":1,"audit":)", "}}", false},
    {"Filebeat, decoded", R"({"json":)", "}", false},
    {"Elasticsearch document", R"({"_index":"a","_source":{"message":")", R"("}})", true},
    {"Elasticsearch hits", R"({"took":1,"hits":{"total":1,"hits":[{"_source":{"message":")", R"("}}]}})",
     true},
    {"Elasticsearch hits, decoded", R"({"hits":{"hits":[{"_source":{"kubernetes":{"audit":)", "}}}]}}",
     false},
    {"logcli", R"({"labels":{"job":"audit"},"line":")", R"(","timestamp":"t"})", true},
    {"Loki", R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["17",")",
     R"("]]}]}})", true},
    {"Loki", R"({"streams":[{"stream":{},"values":[["17",")", R"("]]}]})", true},
    {"Loki", R"(["17",")", R"("])", true},
    {"CloudWatch (EKS)", R"({"events":[{"logStreamName":"k","timestamp":1,"message":")",
     R"(","eventId":"3"}]})", true},
    {"CloudWatch subscription (EKS)", R"({"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":")",
     R"("}]})", true},
    {"CloudWatch Logs Insights (EKS)", R"({"results":[[{"field":"@message","value":")",
     R"("}]],"status":"Complete"})", true},
    {"CloudWatch Logs Insights (EKS)",
     R"([{"field":"@timestamp","value":"2026"},{"field":"@message","value":")", R"("}])", true},
    {"AKS", R"({"category":"kube-audit","properties":{"log":")", R"(","pod":"p"}})", true},
    {"AKS", R"({"records":[{"properties":{"log":")", R"("}}]})", true},
    {"EventList or webhook batch",
     R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[)", "]}", false},
    {"JSON array", "[", "]", false},
    {"a text before JSON", "2026-11-21T10:00:00.000001Z stdout F ", "", false},
    {"a text before JSON", "Nov 21 10:00:00 cp1 kube-apiserver[17]: ", "", false},
};

TEST(Wrappings, OfEveryKindAreTakenOff) {
  std::string event = text_of({.uri = R"(/livez?a=\u0026)"});
  for (const Shape& shape : shapes) {
    Found found = found_in(shape.before + (shape.in_string ? escaped(event) : event) + shape.after);
    EXPECT_EQ(found.kind, LineKind::event) << shape.before;
    EXPECT_THAT(found.events, ElementsAre(shape.name + ": id-1 get /livez?a=& 10.0.0.5 200")) << shape.before;
  }
}

TEST(Wrappings, EveryRowOfTheTableIsMet) {
  std::set<std::string_view> names;
  for (const Wrapping& row : wrappings()) names.insert(row.name);
  for (const Shape& shape : shapes) names.erase(shape.name);
  EXPECT_THAT(names,
              ElementsAre("Elasticsearch document, decoded"));  // as the one of Filebeat, below _source
  std::string event = text_of({});
  EXPECT_EQ(found_in(R"({"_source":{"kubernetes":{"audit":)" + event + "}}}").events.size(), 1U);
}

TEST(Wrappings, MayLieWithinEachOther) {
  std::string inner = R"({"properties":{"log":")" + escaped(text_of({})) + R"("}})";
  EXPECT_EQ(found_in(R"({"message":")" + escaped(inner) + R"("})").events.size(), 1U);
  // … but not without an end.
  std::string deep = text_of({});
  for (int i = 0; i < 6; ++i) deep = R"({"json":)" + deep + "}";
  EXPECT_THAT(found_in(deep).events, IsEmpty());
}

TEST(Wrappings, HoldAsManyEventsAsThereAre) {
  std::string list =
      R"({"kind":"EventList","items":[)" + text_of({.id = "a"}) + "," + text_of(rejected_line("b")) + "]}";
  EXPECT_THAT(found_in(list).events, ElementsAre("EventList or webhook batch: a get /livez 10.0.0.5 200",
                                                 "EventList or webhook batch: b get /livez 10.0.0.5 401"));
}

TEST(Wrappings, OtherLinesAreOther) {
  EXPECT_EQ(found_in(R"({"log":"I1121 10:00:00 started\n","stream":"stderr"})").kind, LineKind::other);
  EXPECT_EQ(found_in(R"({"level":"info","message":"hello {world}"})").kind, LineKind::other);
  EXPECT_EQ(found_in("I1121 10:00:00.000000 1 server.go:1] hello").kind, LineKind::other);
  EXPECT_EQ(found_in(R"({"log":"{\"kind\":\"Ev)").kind, LineKind::malformed);
}

TEST(LegacyText, IsReadWithItsQuotedFields) {
  Found found = found_in(
      R"(2026-11-21T10:00:00.000001Z AUDIT: id="a\"1" stage="ResponseComplete" ip="10.9.9.9" method="list" )"
      R"(user="system:anonymous" groups="x","system:unauthenticated" as="<self>" asgroups="<lookup>" )"
      R"(user-agent="curl/7 uri=\"/x\"" namespace="<none>" uri="/api/v1/secrets?limit=500" response="403")");
  EXPECT_EQ(found.kind, LineKind::event);
  EXPECT_THAT(found.events,
              ElementsAre("kube-apiserver's legacy text: a\"1 list /api/v1/secrets?limit=500 10.9.9.9 403"));
}

TEST(LegacyText, TellsWhoAsked) {
  auto caller = [](const std::string& user, const std::string& as, int code) {
    Padded line(fmt::format(
        R"(2026-11-21T10:00:00Z AUDIT: id="a" stage="ResponseStarted" ip="::1" method="get" user="{}" )"
        R"(groups="<none>" as="{}" asgroups="<lookup>" user-agent="" namespace="<none>" uri="/" response="{}")",
        user, as, code));
    TextMemory memory;
    Event event;
    EXPECT_EQ(read_legacy(line.text(), memory, event), LineKind::event);
    EXPECT_TRUE(event.address_is_claimed);
    EXPECT_EQ(event.received_us, 1'795'255'200'000'000);
    return caller_of(event);
  };
  EXPECT_EQ(caller("<none>", "<self>", 401), Caller::rejected);
  EXPECT_EQ(caller("admin", "<self>", 401), Caller::other);
  EXPECT_EQ(caller("admin", "system:anonymous", 200), Caller::posing_as_anonymous);
  EXPECT_EQ(caller("system:anonymous", "<self>", 200), Caller::anonymous);
}

TEST(LegacyText, ThatIsTornIsMalformed) {
  EXPECT_EQ(found_in(R"(2026-11-21T10:00:00Z AUDIT: id="a" stage="ResponseStarted" ip="10.)").kind,
            LineKind::malformed);
}

std::string gke(const std::string& status,
                const std::string& resource = "core/v1/namespaces/default/pods/x") {
  return R"({"insertId":"i","labels":{"authorization.k8s.io/decision":"allow"},"protoPayload":{)"
         R"("@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":)"
         R"("system:anonymous"},"authorizationInfo":[{"granted":true,"permission":"io.k8s.core.v1.pods.get"}],)"
         R"("methodName":"io.k8s.core.v1.pods.get","requestMetadata":{"callerIp":"203.0.113.9",)"
         R"("callerSuppliedUserAgent":"curl"},"resourceName":")" +
         resource + R"(","serviceName":"k8s.io")" + status + R"(},"timestamp":"2026-11-21T10:00:00Z"})";
}

TEST(GkeEntries, SpeakOtherWordsAndCodes) {
  EXPECT_THAT(found_in(gke("")).events,
              ElementsAre("GKE: i get /api/v1/namespaces/default/pods/x 203.0.113.9 200"));
  EXPECT_THAT(
      found_in(gke(R"(,"status":{"code":7,"message":"Forbidden"})", "apps/v1/namespaces/a/deployments"))
          .events,
      ElementsAre("GKE: i get /apis/apps/v1/namespaces/a/deployments 203.0.113.9 403"));
  EXPECT_THAT(found_in(gke(R"(,"status":{"code":16})", "healthz")).events,
              ElementsAre("GKE: i get /healthz 203.0.113.9 401"));
  EXPECT_THAT(found_in("[" + gke("") + "," + gke("") + "]").events.size(), 2U);
  EXPECT_EQ(found_in(R"({"protoPayload":{"serviceName":"compute.googleapis.com"}})").kind, LineKind::other);
}

}  // namespace
}  // namespace nightlatch::scan
