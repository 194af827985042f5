#include "spec/words.hpp"

#include <gtest/gtest.h>

namespace nightlatch::spec {
namespace {

using std::chrono::seconds;

TEST(Words, DurationsHaveUnitsInOrder) {
  EXPECT_EQ(read_duration("0s"), seconds{0});
  EXPECT_EQ(read_duration("90s"), seconds{90});
  EXPECT_EQ(read_duration("5m"), seconds{300});
  EXPECT_EQ(read_duration("1h30m"), seconds{5400});
  EXPECT_EQ(read_duration("1h2m3s"), seconds{3723});
  for (const char* text : {"", "5", "s", "5 m", "5min", "500ms", "1m1h", "5m5m", "-5s", "+5s", "1.5h", "05s",
                           "5M", "99999999999999999999s"}) {
    EXPECT_EQ(read_duration(text), std::nullopt) << text;
  }
}

TEST(Words, IntegersAreDigitsAlone) {
  EXPECT_EQ(read_integer("0"), 0);
  EXPECT_EQ(read_integer("6443"), 6443);
  for (const char* text : {"", "-1", "+1", "1.0", "0x10", "010", " 1", "1 ", "99999999999999999999"}) {
    EXPECT_EQ(read_integer(text), std::nullopt) << text;
  }
}

TEST(Words, DatesAreDaysOfTheCalendar) {
  for (const char* text : {"2026-12-31", "2028-02-29"}) EXPECT_TRUE(is_date(text)) << text;
  for (const char* text : {"", "2026-02-29", "2026-13-01", "2026-00-01", "2026-1-01", "31-12-2026",
                           "2026/12/31", "2026-12-31T00:00"}) {
    EXPECT_FALSE(is_date(text)) << text;
  }
}

TEST(Words, TimesOfDayEndBeforeMidnight) {
  for (const char* text : {"00:00", "09:05", "23:59"}) EXPECT_TRUE(is_time_of_day(text)) << text;
  for (const char* text : {"", "24:00", "9:05", "12:60", "1200", "12:0x"})
    EXPECT_FALSE(is_time_of_day(text)) << text;
}

TEST(Words, NamesAreSafeAsFileNames) {
  for (const char* text : {"cp1", "prod-eu1", "node_1.example", "_svc", "1"})
    EXPECT_TRUE(is_name(text)) << text;
  for (const char* text : {"", ".", "..", "-v", ".hidden", "a/b", "a b", "a\nb", "caf\xC3\xA9"})
    EXPECT_FALSE(is_name(text)) << text;
}

TEST(Words, HostsAreNamesAndAddressesOfBothFamilies) {
  for (const char* text : {"10.0.0.11", "cp1.example", "fd00::11", "::1", "2001:db8:0:0:0:0:0:1",
                           "fe80::1%eth0", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(is_host(text)) << text;
  }
  // The first would be an option of ssh.
  for (const char* text : {"-oProxyCommand=sh", "", "a..b", "[fd00::11]", "10.0.0.11:22", "user@cp1", "cp1 ",
                           "fd00:::1", "1:2:3", "fe80::1%", "a.-b"}) {
    EXPECT_FALSE(is_host(text)) << text;
  }
}

TEST(Words, UrlPathsAreExact) {
  for (const char* text : {"/", "/version", "/.well-known/openid-configuration",
                           "/api/v1/namespaces/kube-public/configmaps/cluster-info"}) {
    EXPECT_TRUE(is_url_path(text)) << text;
  }
  for (const char* text : {"", "version", "/healthz?verbose", "/api/*", "/a b", "/a#b", "/%61"})
    EXPECT_FALSE(is_url_path(text)) << text;
}

TEST(Words, AbsolutePathsHaveNoDetours) {
  for (const char* text : {"/etc/kubernetes/nightlatch/config", "/srv"})
    EXPECT_TRUE(is_absolute_path(text)) << text;
  for (const char* text :
       {"", "/", "etc", "/etc/", "//etc", "/etc/../root", "/etc/./x", "/a b", "/a;b", "/a$b", "~/x"}) {
    EXPECT_FALSE(is_absolute_path(text)) << text;
  }
}

TEST(Words, EndpointsAreHttpsWithoutPath) {
  for (const char* text : {"https://k8s.example:6443", "https://10.0.0.1", "https://10.0.0.1:6443/",
                           "https://[fd00::1]:6443", "https://[::1]"}) {
    EXPECT_TRUE(is_https_url(text)) << text;
  }
  for (const char* text : {"http://k8s.example:6443", "k8s.example:6443", "https://", "https://k8s.example:0",
                           "https://k8s.example:65536", "https://a/b", "https://user:pw@a", "https://fd00::1",
                           "https://[fd00::1]x", "https://[]:1"}) {
    EXPECT_FALSE(is_https_url(text)) << text;
  }
}

}  // namespace
}  // namespace nightlatch::spec
