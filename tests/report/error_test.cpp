#include "report/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/schema_check.hpp"
#include "report/screen.hpp"

namespace nightlatch::report {
namespace {

using testing::IsEmpty;

constexpr ErrorCode profile_code{1102, Exit::usage, "a playbook names an unknown profile", ""};
constexpr ErrorCode key_code{
    1203, Exit::usage, "a node's host key differs from the one in known_hosts",
    "if cp2 was reinstalled, check the new key with its owner, then ssh-keygen -R 10.0.0.12"};

Error unknown_profile() {
  Error error{profile_code, "unknown profile \"health\"", {}, "did you mean \"health-only\"?", {}, {}};
  error.details = {"known: closed, health-only, kubeadm-join, metrics, oidc-discovery, rbac-only"};
  error.place = SourcePlace{"playbooks/eu.yaml", 7, 12, "  profile: health", 6};
  return error;
}

std::string told(const Error& error, const Terminal& terminal = plain()) {
  return screen(terminal, [&](Out& out) { write_errors(out, std::span(&error, 1), error.code.exit); });
}

TEST(ErrorScreen, APlaceGetsItsLineACaretAndTheHint) {
  EXPECT_EQ(told(unknown_profile()),
            "error NL1102  playbooks/eu.yaml:7:12: unknown profile \"health\"\n"
            "     7 |   profile: health\n"
            "       |            ^~~~~~ did you mean \"health-only\"?\n"
            "  known: closed, health-only, kubeadm-join, metrics, oidc-discovery, rbac-only\n"
            "exit 2\n");
}

TEST(ErrorScreen, EvidenceThenTheNextStepWrapped) {
  Error error{key_code, "cp2: the host key of 10.0.0.12 is not the known one", {}, {}, {}, {}};
  error.details = {"known     ED25519 SHA256:Jm0  ~/.ssh/known_hosts:14", "offered   ED25519 SHA256:t9Q"};
  EXPECT_EQ(told(error),
            "error NL1203  cp2: the host key of 10.0.0.12 is not the known one\n"
            "  known     ED25519 SHA256:Jm0  ~/.ssh/known_hosts:14\n"
            "  offered   ED25519 SHA256:t9Q\n"
            "  if cp2 was reinstalled, check the new key with its owner, then ssh-keygen -R\n"
            "  10.0.0.12\n"
            "exit 2\n");
}

TEST(ErrorScreen, ColourOnlyAdds) {
  std::string text = told(unknown_profile(), coloured());
  EXPECT_THAT(text, testing::HasSubstr("\033[31merror NL1102\033[0m"));
  EXPECT_EQ(without_colour(text), told(unknown_profile()));
}

TEST(ErrorScreen, ALongLineIsCutAroundItsCaret) {
  Error error = unknown_profile();
  error.place->text = std::string(150, 'x') + "health" + std::string(50, 'y');
  error.place->column = 151;
  std::string text = told(error);
  EXPECT_LE(widest_line(text.substr(0, text.find("did"))), 80U);
  std::size_t line = text.find(" | ") + 3;
  std::size_t caret = text.find(" | ", line) + 3;
  EXPECT_EQ(text.substr(line + text.find('^') - caret, 6), "health");
}

TEST(ErrorScreen, ATokenInTheLineIsNotShown) {
  Error error = unknown_profile();
  error.place->text = "  value: {x: 1, y: Bearer s3cret}";
  EXPECT_THAT(told(error), testing::HasSubstr("     7 |   value: {x: 1, y: Bearer ******}\n"));
}

TEST(ErrorScreen, ATabBeforeTheCaretIsOneBlank) {
  Error error = unknown_profile();
  error.place->text = "\tprofile: health";
  error.place->column = 11;
  EXPECT_THAT(told(error), testing::HasSubstr("     7 |  profile: health\n"
                                              "       |           ^~~~~~"));
}

TEST(ErrorJson, HoldsCodePlaceAndNextStep) {
  Error error = unknown_profile();
  std::string document = errors_json(std::span(&error, 1), Exit::usage);
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["exit"], 2);
  EXPECT_EQ(json["errors"][0]["code"], "NL1102");
  EXPECT_EQ(json["errors"][0]["line"], 7);
  EXPECT_EQ(json["errors"][0]["column"], 12);
}

TEST(ErrorJson, BytesThatAreNoTextAreReplaced) {
  Error error{key_code, "cp1 said \xff\xfe", {}, {}, {}, {}};
  EXPECT_THAT(schema_faults(errors_json(std::span(&error, 1), Exit::usage)), IsEmpty());
}

}  // namespace
}  // namespace nightlatch::report
