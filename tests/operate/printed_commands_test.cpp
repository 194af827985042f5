// Every command that the screen of a run, of status or of history prints is typed in the state that printed
// it, and does what the words beside it say.
#include <functional>

#include "operate/typed_bench.hpp"

namespace nightlatch::operate {
namespace {

using node::Verb;

// A night up to the screen that is looked at, and what becomes well afterwards, where the words say "when".
struct Night {
  std::string name;
  std::function<Typed()> screen;
  std::string aim;  // where the run on the screen leads
  std::string start;
  std::function<void()> mend = [] {};
};

// What came of a command, and where the nodes are then.
struct End {
  Typed typed;
  std::string exposures;
};

class PrintedCommands : public TypedBench {
 protected:
  std::string done(const std::string& command) {
    Typed typed = type(command);
    EXPECT_EQ(typed.exit, Exit::done) << command << ": " << typed.text;
    return typed.run;
  }
  Typed cut(const std::string& command, const std::string& node, const std::string& step) {
    driver.kill_at = {node, step, rollout::Phase::done};
    Typed typed = type(command);
    driver.kill_at.reset();
    return typed;
  }
  Typed interrupted(const std::string& command, const std::string& node, const std::string& step) {
    driver.interrupt_at = {node, step, rollout::Phase::done};
    Typed typed = type(command);
    driver.interrupt_at.reset();
    return typed;
  }
  // Its API server is not healthy with the new manifest; `stays_broken`: nor with the old one after that.
  void break_server_once_new(const std::string& name, bool stays_broken) {
    node(name).script.seen = [this, name, stays_broken, was_new = false](facts::Seen& seen) mutable {
      bool is_new = exposure(name) == access::ExposureState::restricted;
      was_new = was_new || is_new;
      if ((stays_broken ? was_new : is_new) && seen.question.path == "/readyz") seen.status = 500;
    };
  }
  void refuse(const std::string& name, Verb verb) {
    node(name).script.instead = [this, name,
                                 verb](const node::Request& request) -> std::optional<node::Reply> {
      if (request.verb != verb) return std::nullopt;
      return node(name).script.refuse("cannot write the state");
    };
  }
  void mend() {
    for (auto& one : cluster.nodes) {
      one->script.seen = {};
      one->script.instead = {};
      one->unreachable.reset();
    }
    person.answer = [](const std::string&) { return rollout::Choice::yes; };
  }

  // What the words promise of the command; false: nobody knows these words.
  bool keeps_promise(const Night& night, const report::NextStep& step, const End& end) {
    struct Promise {
      std::string_view words;  // how they begin
      std::optional<std::string> leads_to;
      Exit exit = Exit::done;
    };
    const std::array promises{
        Promise{"asks every API server", {}},
        Promise{"the way back", night.start},
        Promise{"the change itself", all_new},
        Promise{"rehearses again", {}},
        Promise{"goes on with the same plan", night.aim},
        Promise{"goes on where it stopped", night.aim},
        Promise{"again, from what is there now", step.command.find("plan") == std::string::npos
                                                     ? std::optional<std::string>(night.aim)
                                                     : std::nullopt},
        Promise{"puts the changed nodes back too", night.start},
        Promise{"makes the change again on the nodes that went back", night.start},
        Promise{"asks the gates again, and puts back what this run changed", night.start},
        Promise{"when that is mended: asks the gates again, and goes on", night.aim},
        Promise{"puts that node back, then goes on", night.aim},
        Promise{"puts everything back", night.start},
        Promise{"puts back what this run", night.start},
        Promise{"keeps the change, when its gates hold", {}},
        Promise{"reads the nodes", {}},
        Promise{"lists the runs", {}},
        Promise{"what each API server answers", {}},
        Promise{"how exposed the API servers are", {}},
        Promise{"what the nodes say of it", {}},
        Promise{"whether every node is where it should be", {}},
        Promise{"leaves cp3 as it is, if it stays silent", {}, Exit::mixed},
        Promise{"when cp3 is back: puts it back, too", all_old},
        Promise{"plans from what is there now, when that may stay", {}},
    };
    for (const Promise& promise : promises) {
      if (!step.purpose.starts_with(promise.words)) continue;
      EXPECT_EQ(end.typed.exit, promise.exit) << end.typed.text;
      if (promise.leads_to) {
        EXPECT_EQ(end.exposures, *promise.leads_to);
      }
      return true;
    }
    return false;
  }

  // The same night again has the same ids of runs.
  Typed fall(const Night& night) {
    start_anew();
    mend();
    person.night = evening;
    return night.screen();
  }

  // Played once for all screens of a night.
  End end_of(const Night& night, const std::string& command, bool is_mended_first) {
    std::string key = night.name.substr(0, night.name.find(',')) + command;
    auto found = ends_.find(key);
    if (found != ends_.end()) return found->second;
    static_cast<void>(fall(night));
    bool skips = command.find("--skip") != std::string::npos;
    if (is_mended_first && !skips) night.mend();
    Typed typed = type(command);
    return ends_.emplace(key, End{std::move(typed), exposures()}).first->second;
  }

  void play(const Night& night, bool is_mended_first) {
    SCOPED_TRACE(night.name);
    Typed shown = fall(night);
    ASSERT_FALSE(shown.steps.empty());
    for (const report::NextStep& step : shown.steps) {
      if (step.command.starts_with("on ")) continue;  // the shell of a node: docs/by-hand.md and its scenario
      SCOPED_TRACE(step.command + "   " + step.purpose);
      EXPECT_TRUE(keeps_promise(night, step, end_of(night, step.command, is_mended_first)))
          << "nobody knows what these words promise";
    }
  }
  // The screen of the run itself, of status after it, and of history.
  void play_all(Night night) {
    auto run = night.screen;
    play(night, true);
    night.screen = [this, run] {
      static_cast<void>(run());
      return type("nightlatch status");
    };
    night.name += ", status";
    play(night, true);
    night.screen = [this, run] {
      static_cast<void>(run());
      std::vector<report::PastRun> runs = past_runs("prod-eu1");
      return type("nightlatch history " + runs.front().run);
    };
    night.name += ", history";
    play(night, true);
  }

  std::chrono::system_clock::time_point evening = person.night;
  std::map<std::string, End> ends_;
};

TEST_F(PrintedCommands, OfRunsThatWereDone) {
  auto apply = [this] { return type("nightlatch apply -p health-only"); };
  auto back = [=, this] { return apply(), type("nightlatch rollback"); };
  auto again = [=, this] { return type("nightlatch rollback " + back().run); };
  auto rest = [this] {
    static_cast<void>(cut("nightlatch apply -p health-only", "cp2", "swapped"));
    return type("nightlatch resume");
  };
  play_all({"a change", apply, all_new, all_old});
  play_all({"a rollback", back, all_old, all_new});
  play_all({"a rollback that was undone", again, all_new, all_old});
  play_all({"a run that was gone on with", rest, all_new, all_old});
  play({"a rehearsal", [this] { return type("nightlatch apply -p health-only --rehearse"); }, all_new,
        all_old},
       false);
  play({"nothing to undo", [this] { return type("nightlatch rollback"); }, all_old, all_old}, false);
  play({"nothing to do", [=] { return apply(), apply(); }, all_new, all_new}, false);
}

TEST_F(PrintedCommands, OfRunsThatWereInterrupted) {
  auto apply = [this] { return interrupted("nightlatch apply -p health-only", "cp1", "swapped"); };
  auto back = [this] {
    done("nightlatch apply -p health-only");
    return interrupted("nightlatch rollback", "cp3", "swapped");
  };
  auto again = [this] {
    done("nightlatch apply -p health-only");
    return interrupted("nightlatch rollback " + done("nightlatch rollback"), "cp1", "swapped");
  };
  auto finish = [this] {
    static_cast<void>(cut("nightlatch apply -p health-only", "cp2", "swapped"));
    return interrupted("nightlatch resume", "cp2", "preflight");
  };
  auto early = [this] { return interrupted("nightlatch apply -p health-only", "cp1", "staged"); };
  play_all({"a change", apply, all_new, all_old});
  play_all({"a rollback", back, all_old, all_new});
  play_all({"the undoing of a rollback", again, all_new, all_old});
  play({"the way back of one node", finish, all_new, all_old}, false);
  play({"before the first node", early, all_new, all_old}, false);
  play({"a rehearsal",
        [this] { return interrupted("nightlatch apply -p health-only --rehearse", "cp1", "staged"); },
        all_new, all_old},
       false);
}

TEST_F(PrintedCommands, OfRunsThatWereLost) {
  auto apply = [this] {
    static_cast<void>(cut("nightlatch apply -p health-only", "cp1", "gated"));
    return type("nightlatch status");
  };
  auto between = [this] {
    static_cast<void>(cut("nightlatch apply -p health-only", "cp1", "confirmed"));
    return type("nightlatch status");
  };
  auto back = [this] {
    done("nightlatch apply -p health-only");
    static_cast<void>(cut("nightlatch rollback", "cp3", "gated"));
    return type("nightlatch status");
  };
  auto confirmed = [this] {
    std::string run = cut("nightlatch apply -p health-only", "cp1", "gated").run;
    return type("nightlatch confirm " + run);
  };
  play({"a change in mid-change", apply, all_new, all_old}, false);
  play({"a change between nodes", between, all_new, all_old}, false);
  play({"a rollback in mid-change", back, all_old, all_new}, false);
  play({"a change that was confirmed", confirmed, all_new, all_old}, false);
}

TEST_F(PrintedCommands, OfRunsThatStopped) {
  auto put_back = [this] {
    break_server_once_new("cp1", false);
    return type("nightlatch apply -p health-only");
  };
  auto mixed = [this] {
    break_server_once_new("cp2", false);
    return type("nightlatch apply -p health-only");
  };
  auto not_back = [this] {
    done("nightlatch apply -p health-only");
    refuse("cp2", Verb::arm);
    return type("nightlatch rollback");
  };
  auto not_again = [this] {
    done("nightlatch apply -p health-only");
    std::string back = done("nightlatch rollback");
    refuse("cp2", Verb::arm);
    return type("nightlatch rollback " + back);
  };
  auto mended = [this] { mend(); };
  play_all({"the first node went back", put_back, all_new, all_old, mended});
  play_all({"the second node went back", mixed, all_new, all_old, mended});
  play_all({"a rollback", not_back, all_old, all_new, mended});
  play_all({"the undoing of a rollback", not_again, all_new, all_old, mended});
}

TEST_F(PrintedCommands, OfRunsThatNeedAPerson) {
  auto unhealthy = [this] {
    break_server_once_new("cp1", true);
    return type("nightlatch apply -p health-only");
  };
  auto refused = [this] {
    break_server_once_new("cp2", false);
    refuse("cp2", Verb::restore);
    return type("nightlatch apply -p health-only");
  };
  auto back = [this] {
    done("nightlatch apply -p health-only");
    node("cp3").script.seen = [this, was_old = false](facts::Seen& seen) mutable {
      was_old = was_old || exposure("cp3") == access::ExposureState::open;
      if (was_old && seen.question.path == "/readyz") seen.status = 500;
    };
    return type("nightlatch rollback");
  };
  auto half = [this] {
    static_cast<void>(cut("nightlatch apply -p health-only", "cp2", "swapped"));
    refuse("cp2", Verb::restore);
    return type("nightlatch resume");
  };
  auto mended = [this] { mend(); };
  play_all({"not as healthy as before", unhealthy, all_new, all_old, mended});
  play_all({"the restore was refused", refused, all_new, all_old, mended});
  play_all({"a rollback", back, all_old, all_new, mended});
  play({"the way back of one node", half, all_new, all_old, mended}, true);
}

TEST_F(PrintedCommands, OfRunsThatMetASilentNode) {
  auto skipped = [this] {
    done("nightlatch apply -p health-only");
    lose_host("cp3");
    return type("nightlatch rollback --skip cp3");
  };
  auto mended = [this] { mend(); };
  play({"a rollback that skipped it", skipped, all_old, all_new, mended}, true);
}

}  // namespace
}  // namespace nightlatch::operate
