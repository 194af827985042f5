// What both readers of an event make of a line, and that they agree.
#include "scan/event_reader.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "scan/audit_line.hpp"
#include "scan/second_reader.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::scan {
namespace {

struct Read {
  LineKind kind;
  Event event;
};

// Keeps what the views of its events point to.
class EventReaders : public testing::Test {
 protected:
  // Expects the second reader to agree.
  Read read(const std::string& line) {
    lines_.emplace_back(line);
    Read first{};
    first.kind = reader_.read(lines_.back().text(), first.event);
    Read second{};
    second.kind = second_.read(lines_.back().text(), second.event);
    EXPECT_EQ(first.kind, second.kind) << line;
    if (first.kind == LineKind::event && second.kind == LineKind::event)
      expect_same(first.event, second.event);
    return first;
  }

  static void expect_same(const Event& a, const Event& b) {
    EXPECT_EQ(a.audit_id, b.audit_id);
    EXPECT_EQ(a.stage, b.stage);
    EXPECT_EQ(a.uri, b.uri);
    EXPECT_EQ(a.verb, b.verb);
    EXPECT_EQ(a.username, b.username);
    EXPECT_EQ(a.impersonated_username, b.impersonated_username);
    EXPECT_EQ(a.last_ip, b.last_ip);
    EXPECT_EQ(a.user_agent, b.user_agent);
    EXPECT_EQ(a.message, b.message);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.received_us, b.received_us);
    EXPECT_EQ(a.stage_us, b.stage_us);
    EXPECT_EQ(a.code, b.code);
    EXPECT_EQ(a.decision, b.decision);
    EXPECT_EQ(caller_of(a), caller_of(b));
  }

  EventReader reader_;
  SecondReader second_;
  std::deque<Padded> lines_;
};

TEST_F(EventReaders, ReadTheFieldsOfAnAnonymousRequest) {
  Event event = read(text_of({.uri = R"(/api/v1/pods?limit=1\u0026watch=true)", .verb = "watch"})).event;
  EXPECT_EQ(event.audit_id, "id-1");
  EXPECT_EQ(event.stage, Stage::response_complete);
  EXPECT_EQ(event.uri, "/api/v1/pods?limit=1&watch=true");
  EXPECT_EQ(event.verb, "watch");
  EXPECT_EQ(event.last_ip, "10.0.0.5");
  EXPECT_EQ(event.code, 200);
  EXPECT_EQ(event.decision, Decision::allow);
  EXPECT_EQ(event.reason, "because");
  EXPECT_EQ(event.received_us, 1'795'255'200'000'001);
  EXPECT_EQ(caller_of(event), Caller::anonymous);
}

TEST_F(EventReaders, TakeTheLastAddressBecauseTheClientChoosesTheOthers) {
  Event event = read(text_of({.ips = R"(["127.0.0.1","10.0.0.5","203.0.113.9"])"})).event;
  EXPECT_EQ(event.last_ip, "203.0.113.9");
  EXPECT_TRUE(event.forwarded);
  EXPECT_EQ(read(text_of({.ips = "[]"})).event.last_ip, "");
}

TEST_F(EventReaders, TellWhoseRequestItIs) {
  EXPECT_EQ(caller_of(read(text_of(rejected_line())).event), Caller::rejected);
  EXPECT_EQ(caller_of(read(text_of(somebody())).event), Caller::other);
  // A 401 that a backend behind the aggregator sends to somebody with a name is no rejected request.
  Line named = somebody();
  named.code = 401;
  EXPECT_EQ(caller_of(read(text_of(named)).event), Caller::other);
  EXPECT_EQ(
      caller_of(read(text_of({.user = R"({"username":"x","groups":["a","system:unauthenticated"]})"})).event),
      Caller::anonymous);
  Line posing = somebody();
  posing.more = R"("impersonatedUser":{"username":"system:anonymous","groups":["system:unauthenticated"]},)";
  EXPECT_EQ(caller_of(read(text_of(posing)).event), Caller::posing_as_anonymous);
}

TEST_F(EventReaders, BelieveNoNameThatStandsElsewhere) {
  Line line = somebody();
  line.more =
      R"("requestObject":{"user":{"username":"system:anonymous"},"spec":{"groups":["system:unauthenticated"]}},)";
  line.agent = R"(x\",\"user\":{\"username\":\"system:anonymous\"})";
  EXPECT_EQ(caller_of(read(text_of(line)).event), Caller::other);
}

TEST_F(EventReaders, ReadKeysInAnyOrderAndWithBlanks) {
  Read odd = read(
      R"(  { "annotations" : {"x":"y", "authorization.k8s.io/decision" : "forbid"} , "responseStatus": { "code" : 403, )"
      R"("message":"forbidden: \"a\"", "metadata":{} }, "stage": "Panic", "authenticationMetadata":{"a":[1,{"b":null}]}, )"
      R"("user": {"groups":["system:unauthenticated"], "username":"system:anonymous"}, "auditID":"z", "kind":"Event", )"
      R"("requestReceivedTimestamp":"2026-11-21T11:00:00.000001+01:00", "apiVersion":"audit.k8s.io/v1beta1" } )");
  EXPECT_EQ(odd.kind, LineKind::event);
  EXPECT_EQ(odd.event.code, 403);
  EXPECT_EQ(odd.event.decision, Decision::forbid);
  EXPECT_EQ(odd.event.stage, Stage::panic);
  EXPECT_EQ(odd.event.message, "forbidden: \"a\"");
  EXPECT_EQ(odd.event.received_us, 1'795'255'200'000'001);
}

TEST_F(EventReaders, GoOnReadingWhereALineStopsBeingAsExpected) {
  std::string usual = text_of({});
  for (std::string_view key : {"\"level\"", "\"stage\"", "\"user\"", "\"sourceIPs\"", "\"responseStatus\"",
                               "\"stageTimestamp\"", "\"annotations\""}) {
    std::string line = usual;
    line.insert(line.find(key), R"("new":{"a":["}"]},)");
    Read odd = read(line);
    EXPECT_EQ(odd.kind, LineKind::event) << key;
    EXPECT_EQ(odd.event.code, 200) << key;
    EXPECT_EQ(odd.event.decision, Decision::allow) << key;
    EXPECT_EQ(caller_of(odd.event), Caller::anonymous) << key;
  }
}

TEST_F(EventReaders, CallWhatIsNoEventOther) {
  EXPECT_EQ(read(R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}})").kind, LineKind::other);
  EXPECT_EQ(read(R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]})").kind, LineKind::other);
  EXPECT_EQ(read(R"({"kind":"Event","apiVersion":"v1","reason":"Started"})").kind, LineKind::other);
  // Some shippers drop kind and apiVersion.
  EXPECT_EQ(read(R"({"auditID":"a","stage":"ResponseComplete","user":{}})").kind, LineKind::event);
}

TEST_F(EventReaders, CallATornLineMalformed) {
  std::string whole = text_of({});
  for (std::size_t size = 1; size < whole.size(); size += 7)
    EXPECT_EQ(read(whole.substr(0, size)).kind, LineKind::malformed) << whole.substr(0, size);
  EXPECT_EQ(read("not JSON").kind, LineKind::malformed);
}

TEST_F(EventReaders, ReadALineOfAMebibyte) {
  Line line;
  line.agent = std::string(300'000, 'a') + R"(\u0041)" + std::string(300'000, 'b');
  line.more = fmt::format(R"("requestObject":{{"data":"{}"}},)", std::string(300'000, '{'));
  Event event = read(text_of(line)).event;
  EXPECT_EQ(event.user_agent.size(), 600'001U);
  EXPECT_EQ(event.user_agent[300'000], 'A');
  EXPECT_EQ(event.code, 200);
}

TEST_F(EventReaders, ReadBytesThatAreNoUtf8) {
  Padded line(text_of({.uri = "/\xff\xfe"}));
  Event event;
  EXPECT_EQ(reader_.read(line.text(), event), LineKind::event);
  EXPECT_EQ(event.uri, "/\xff\xfe");
  EXPECT_EQ(second_.read(line.text(), event), LineKind::malformed);
}

TEST_F(EventReaders, UnescapeWhatGoEscapes) {
  Event event = read(text_of({.uri = R"(/\u003c\ud83d\ude00\/\n\t\u00e9)"})).event;
  EXPECT_EQ(event.uri, "/<\xF0\x9F\x98\x80/\n\t\xC3\xA9");
  std::string out;
  append_unescaped(R"(\ud83d \uZZ \q)", out);
  EXPECT_EQ(out, "\xEF\xBF\xBD \xEF\xBF\xBDZZ \xEF\xBF\xBD");
}

TEST_F(EventReaders, AgreeOnEveryLineOfARunningApiServer) {
  std::string log =
      read_file(source_directory() / "tests/data/audit/kube-apiserver-1.34.4-metadata.log").value();
  std::size_t anonymous = 0;
  std::size_t rejected = 0;
  for (const std::string& line : split(log, '\n')) {
    if (line.empty()) continue;
    Event event = read(line).event;
    anonymous += caller_of(event) == Caller::anonymous ? 1U : 0U;
    rejected += caller_of(event) == Caller::rejected ? 1U : 0U;
  }
  EXPECT_EQ(anonymous, 24U);  // 12 requests, each with RequestReceived and ResponseComplete
  EXPECT_EQ(rejected, 11U);
}

TEST(Timestamps, AreReadWithTheirZoneAndFraction) {
  LastSecond second;
  for (std::string_view text : {"2026-11-21T23:15:50.585008Z", "2026-11-22T00:15:50.585008+01:00",
                                "2026-11-21T17:45:50.5850089-05:30", "2026-11-21 23:15:50.585008Z"}) {
    EXPECT_EQ(parse_rfc3339(text), 1'795'302'950'585'008) << text;
    EXPECT_EQ(parse_usual_time(text, second), 1'795'302'950'585'008) << text;
  }
  // What the last time was makes no difference.
  for (std::string_view text :
       {"2026-11-21T23:15:50.999999Z", "2026-11-21T23:15:51.000000Z", "2026-11-21T23:15:50.000001Z",
        "2026-11-22T23:15:50.000001Z", "2025-11-22T23:15:50.123456Z"}) {
    EXPECT_EQ(parse_usual_time(text, second), parse_rfc3339(text)) << text;
  }
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z") - parse_rfc3339("2024-02-28T00:00:00Z"), 86'400'000'000);
  for (std::string_view text :
       {"", "2026-11-21", "2026-13-21T23:15:50Z", "2026-11-21T24:15:50Z", "2026-11-21T23:15:50",
        "2026-11-21T23:15:50.585008X", "2026-11-2aT23:15:50.585008Z", "2026-11-21T23:15:61.585008Z"}) {
    EXPECT_EQ(parse_rfc3339(text), 0) << text;
    EXPECT_EQ(parse_usual_time(text, second), 0) << text;
  }
}

}  // namespace
}  // namespace nightlatch::scan
