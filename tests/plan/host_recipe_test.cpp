// What a host needs, as a text for cloud-init, Ansible and a shell: each is read by a reader of its kind, the
// shell's is run, and one that is stale is found.
#include "plan/host_recipe.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "plan/errors.hpp"
#include "util/hash.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string config_bytes =
    "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n"
    "  enabled: true\n  # {{ not Jinja }} \"quoted\" \\back @PATH@ \xc3\xa9\n\n  conditions:\n\t- path: "
    "/livez\n  end: '  ' ";

HostRecipe recipe_of(const std::string& bytes = config_bytes) {
  HostRecipe recipe{.cluster_uid = "0f3c", .file = facts::FileFacts{}, .made = "2026-11-28", .by = "0.1.0"};
  recipe.file->path = "/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml";
  recipe.file->bytes = bytes;
  recipe.file->sha256 = sha256_hex(bytes);
  recipe.file->owner = "0:0";
  recipe.file->mode = "640";
  return recipe;
}

std::vector<std::string> differences(const std::string& text, const HostRecipe& today) {
  auto head = read_recipe_head(text, "cp.yaml");
  if (!head) return {head.error().message};
  auto found = recipe_differences(*head, text, today);
  return found ? *found : std::vector<std::string>{found.error().message};
}

const std::vector<RecipeForm> all_forms{RecipeForm::cloud_init, RecipeForm::ansible, RecipeForm::shell};

TEST(HostRecipe, SaysFromWhatItWasMadeAndWhenItIsStale) {
  for (RecipeForm form : all_forms) {
    std::string text = *recipe_text(recipe_of(), form);
    EXPECT_THAT(text, HasSubstr("nightlatch 0.1.0 printed it on 2026-11-28"));
    EXPECT_THAT(text, HasSubstr(fmt::format("nightlatch node prepare --print {}\n", name(form))));
    EXPECT_THAT(text, HasSubstr("#   sha256 " + sha256_hex(config_bytes)));
    EXPECT_THAT(text, HasSubstr("nightlatch node prepare --check FILE"));
    auto head = read_recipe_head(text, "x");
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->form, form);
    EXPECT_EQ(head->recipe.file->sha256, sha256_hex(config_bytes));
    EXPECT_EQ(recipe_form_named(name(form)), form);
  }
  EXPECT_EQ(recipe_form_named("puppet"), std::nullopt);
}

TEST(HostRecipe, CloudInitIsACloudConfig) {
  std::string text = *recipe_text(recipe_of(), RecipeForm::cloud_init);
  EXPECT_THAT(text, StartsWith("#cloud-config\n"));
  YAML::Node config = YAML::Load(text);
  YAML::Node file = config["write_files"][0];
  EXPECT_EQ(file["path"].as<std::string>(), recipe_of().file->path);
  EXPECT_EQ(file["permissions"].as<std::string>(), "0640");
  EXPECT_EQ(base64_decode(file["content"].as<std::string>()), config_bytes);
  std::vector<std::string> made;
  for (const YAML::Node& command : config["bootcmd"]) made.push_back(command[2].as<std::string>());
  EXPECT_THAT(
      made,
      ElementsAre(
          "[ -d /etc/kubernetes ] || install -d -m 0755 -o 0 -g 0 /etc/kubernetes",
          "[ -d /etc/kubernetes/nightlatch ] || install -d -m 0700 -o 0 -g 0 /etc/kubernetes/nightlatch",
          "[ -d /etc/kubernetes/nightlatch/config ] || install -d -m 0750 -o 0 -g 0 "
          "/etc/kubernetes/nightlatch/config"));
  EXPECT_THAT(config["runcmd"][0][2].as<std::string>(),
              StartsWith("chown 0:0 /etc/kubernetes/nightlatch/config/authn-"));
}

TEST(HostRecipe, AnsibleIsAPlayOfBuiltInModules) {
  std::string text = *recipe_text(recipe_of(), RecipeForm::ansible);
  YAML::Node play = YAML::Load(text)[0];
  EXPECT_EQ(play["hosts"].as<std::string>(), "all");
  std::string content;
  for (const YAML::Node& task : play["tasks"]) {
    bool has_module = false;
    for (const auto& pair : task) {
      auto key = pair.first.as<std::string>();
      has_module = has_module || key.starts_with("ansible.builtin.");
      if (key == "ansible.builtin.copy") {
        content = pair.second["content"].as<std::string>();
        EXPECT_EQ(pair.second["content"].Tag(), "!unsafe") << "braces in it are no variables";
        EXPECT_EQ(pair.second["mode"].as<std::string>(), "0640");
      }
    }
    EXPECT_TRUE(has_module) << task["name"].as<std::string>();
  }
  EXPECT_EQ(content, config_bytes);
}

// The shell's text, run on a directory of the test's own.
class ShellRecipe : public testing::TestWithParam<const char*> {
 protected:
  ShellRecipe() {
    recipe.file->path = (directory / "config/authn.yaml").string();
    recipe.file->owner = fmt::format("{}:{}", ::getuid(), ::getgid());
    std::ofstream(directory / "id") << "#!/bin/sh\necho 0\n";
    std::filesystem::permissions(directory / "id", std::filesystem::perms::owner_all);
  }
  int run() const {
    std::ofstream(directory / "script") << *recipe_text(recipe, RecipeForm::shell);
    std::string line =
        fmt::format("cd {0} && PATH={0}:$PATH {1} script 2>said", directory.path().string(), GetParam());
    return WEXITSTATUS(std::system(line.c_str()));
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ifstream in(directory / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] unsigned mode_of(const std::string& path) const {
    struct stat seen{};
    return ::stat((directory / path).c_str(), &seen) == 0 ? seen.st_mode & 07777U : 0;
  }

  TemporaryDirectory directory;
  HostRecipe recipe = recipe_of();
};

INSTANTIATE_TEST_SUITE_P(Shells, ShellRecipe, testing::Values("/bin/dash", "/bin/busybox sh"),
                         [](const auto& one) { return one.index == 0 ? "dash" : "busybox"; });

TEST_P(ShellRecipe, PlacesTheFileAndTwiceIsOnce) {
  EXPECT_EQ(run(), 0) << read("said");
  EXPECT_EQ(read("config/authn.yaml"), config_bytes);
  EXPECT_EQ(mode_of("config/authn.yaml"), 0640U);
  EXPECT_EQ(mode_of("config"), 0750U);
  EXPECT_EQ(run(), 0) << read("said");
}

TEST_P(ShellRecipe, NeverOverwritesAnotherFile) {
  std::filesystem::create_directories(directory / "config");
  std::ofstream(directory / "config/authn.yaml") << "other\n";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(read("said"),
              HasSubstr("config/authn.yaml is there with another content: look at it, and move it away"));
  EXPECT_EQ(read("config/authn.yaml"), "other\n");
}

TEST_P(ShellRecipe, WhatArrivedOtherwiseIsNotPlaced) {
  recipe.file->bytes += "cut";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(read("said"), HasSubstr("is not as it was printed"));
  EXPECT_EQ(read("config/authn.yaml"), "");
}

TEST(HostRecipe, AsItWouldBePrintedTodayIsNotStale) {
  HostRecipe later = recipe_of();
  later.made = "2027-01-31";
  later.by = "0.2.0";
  for (RecipeForm form : all_forms)
    EXPECT_THAT(differences(*recipe_text(recipe_of(), form), later), IsEmpty());
}

TEST(HostRecipe, EachDifferenceIsNamed) {
  for (RecipeForm form : all_forms) {
    std::string text = *recipe_text(recipe_of(), form);
    HostRecipe now = recipe_of("other\n");
    EXPECT_THAT(
        differences(text, now),
        ElementsAre(fmt::format("The SHA-256 of the configuration is {} in the file, and {} on the nodes",
                                sha256_hex(config_bytes), sha256_hex("other\n"))));
    now = recipe_of();
    now.file->path = "/etc/kubernetes/other.yaml";
    now.file->mode = "600";
    now.file->owner = "0:7";
    EXPECT_THAT(
        differences(text, now),
        ElementsAre(HasSubstr("The path of the configuration is"),
                    HasSubstr("The owner of the configuration is 0:0"),
                    HasSubstr("The mode of the configuration is 640 in the file, and 600 on the nodes")));
    now = recipe_of();
    now.cluster_uid = "77";
    EXPECT_THAT(differences(text, now), ElementsAre(StartsWith("It is of another cluster")));
    now.cluster_uid = "0f3c";
    now.file.reset();
    EXPECT_THAT(differences(text, now),
                ElementsAre(StartsWith("The manifests of the nodes name no configuration file")));
    EXPECT_THAT(differences(*recipe_text(now, form), recipe_of()),
                ElementsAre(HasSubstr("and the file places nothing")));
  }
}

TEST(HostRecipe, AnEditIsNamedByItsLine) {
  std::string text = *recipe_text(recipe_of(), RecipeForm::shell);
  EXPECT_THAT(differences("# mine\n" + text, recipe_of()), ElementsAre("Line 1 is not as it was printed"));
  EXPECT_THAT(
      differences(text + "reboot\n", recipe_of()),
      ElementsAre(fmt::format("Line {} is not as it was printed", 1 + std::ranges::count(text, '\n'))));
  std::string other_words = text;
  other_words.replace(other_words.find("set -eu"), 7, "set -e ");
  HostRecipe later = recipe_of();
  later.by = "0.2.0";
  EXPECT_THAT(differences(other_words, later),
              ElementsAre("nightlatch 0.1.0 printed it, and nightlatch 0.2.0 prints it otherwise"));
}

TEST(HostRecipe, WhereNoManifestNamesAFileItDoesNothing) {
  HostRecipe nothing = recipe_of();
  nothing.file.reset();
  EXPECT_THAT(*recipe_text(nothing, RecipeForm::cloud_init), StartsWith("#cloud-config\n# What"));
  EXPECT_EQ(YAML::Load(*recipe_text(nothing, RecipeForm::cloud_init))["runcmd"][0].as<std::string>(), "true");
  EXPECT_EQ(YAML::Load(*recipe_text(nothing, RecipeForm::ansible))[0]["tasks"].size(), 0U);
  for (RecipeForm form : all_forms) EXPECT_THAT(differences(*recipe_text(nothing, form), nothing), IsEmpty());
}

TEST(HostRecipe, APathThatAShellCouldReadOtherwiseIsRefused) {
  for (const char* path : {"/etc/a b.yaml", "/etc/$(id)", "relative", "/etc/../x", "/etc/x'y", "/etc/x\ny"}) {
    HostRecipe odd = recipe_of();
    odd.file->path = path;
    auto text = recipe_text(odd, RecipeForm::shell);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code.number, plan_errors::recipe_path.number);
  }
}

TEST(HostRecipe, AFileOfSomebodyElseIsUnknown) {
  for (const char* text : {"", "#!/bin/sh\n", "# nightlatch-host 2 form=shell file=none\n",
                           "# nightlatch-host 1 form=puppet file=none\n", "# nightlatch-host 1 form=shell\n",
                           "# nightlatch-host 1 form=shell and more\n"}) {
    auto head = read_recipe_head(text, "cp.yaml");
    ASSERT_FALSE(head) << text;
    EXPECT_EQ(head.error().code.number, plan_errors::recipe_unknown.number);
    EXPECT_THAT(head.error().message, StartsWith("cp.yaml: "));
  }
}

}  // namespace
}  // namespace nightlatch::plan
