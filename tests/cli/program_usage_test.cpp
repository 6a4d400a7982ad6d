// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <tests/support/child.hpp>

#include <CLI/App.hpp>
#include <doctest/doctest.h>

#include <map>
#include <sstream>

namespace annals::tests {
namespace {

auto run(std::vector<std::string> words) -> outcome
{
    words.insert(words.begin(), ANNALS_PROGRAM);
    return child(std::move(words)).wait();
}

void check_width(const std::string& page)
{
    std::istringstream text(page);
    for (std::string line; std::getline(text, line);) CHECK_MESSAGE(line.size() <= 100, line);
}

/// The verbs as the program itself adds them.
class verbs_of_program {
public:
    verbs_of_program() { cli::add_verbs(app_, session_); }
    auto all() const -> const CLI::App& { return app_; }

private:
    cli::session session_{"annals", {}, {}};
    CLI::App app_;
};

auto below(const CLI::App& verb) -> std::vector<const CLI::App*>
{
    return verb.get_subcommands([](const CLI::App*) { return true; });
}

/// What the first help screen says of each verb, by its name.
auto verbs_shown(const std::string& screen) -> std::multimap<std::string, std::string>
{
    constexpr std::size_t group_columns = 16;
    const auto begin = screen.find("\n\n") + 2;
    std::istringstream rows(screen.substr(begin, screen.find("\n\n", begin) - begin));
    std::multimap<std::string, std::string> verbs;
    auto last = verbs.end();
    for (std::string row; std::getline(rows, row);) {
        const auto verb = row.substr(group_columns);
        const auto name = verb.substr(0, verb.find(' '));
        const auto text = verb.substr(verb.find_first_not_of(' ', name.size()));
        if (!name.empty()) last = verbs.emplace(name, text);
        else last->second += " " + text;                     // the row before goes on
    }
    return verbs;
}

TEST_CASE("help shows every verb once, by group, within 100 columns")
{
    const auto help = run({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.err.empty());
    check_width(help.out);
    const auto shown = verbs_shown(help.out);
    const verbs_of_program program;
    CHECK(shown.size() == below(program.all()).size());
    for (const auto* verb : below(program.all())) {
        REQUIRE_MESSAGE(shown.count(verb->get_name()) == 1, verb->get_name());
        auto says = verb->get_description();
        for (const auto* one : below(*verb)) says += (one == below(*verb).front() ? ": " : " ") + one->get_name();
        CHECK(shown.find(verb->get_name())->second == says);
    }
}

void check_pages(const CLI::App& verb, const std::vector<std::string>& words)
{
    for (const auto* one : below(verb)) {
        auto line = words;
        line.push_back(one->get_name());
        std::string name = "annals";
        for (const auto& word : line) name += " " + word;
        auto asked = line;
        asked.emplace_back("--help");
        const auto help = run(asked);
        CHECK_MESSAGE(help.out.starts_with(name + ": "), help.out);
        check_width(help.out);
        check_pages(*one, line);
    }
}

TEST_CASE("the help of every command is within 100 columns") { check_pages(verbs_of_program().all(), {}); }

TEST_CASE("a verb's help shows its arguments and options")
{
    CHECK(run({"tail", "--help"}).out.find("Usage: annals tail [OPTIONS] [WHAT ...]\n") != std::string::npos);
    const auto help = run({"append", "--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.out.find("Usage: annals append [OPTIONS] STREAM TYPE [JSON]") != std::string::npos);
    CHECK(help.out.find("--expected VERSION") != std::string::npos);
}

TEST_CASE("wrong usage exits 2 with one message and a hint, and prints no data")
{
    struct wrong {
        std::vector<std::string> words;
        std::string message;
    };
    const std::vector<wrong> lines{
        {{}, "annals: a command is missing\n  see: annals --help\n"},
        {{"appned"}, "annals: there is no command \"appned\"\n  did you mean append?\n"},
        {{"jobs", "lst"}, "annals: jobs: there is no command \"lst\"\n  did you mean list?\n"},
        {{"config", "--jsno"}, "annals: config: there is no option \"--jsno\"\n  did you mean --json?\n"},
        {{"aggregate", "show", "s-1", "--at-version", "2", "--at-time", "2026-01-31T08:15:00Z"},
         "annals: aggregate show: --at-version excludes --at-time\n  see: annals aggregate show --help\n"},
        {{"aggregate", "show", "s-1"},
         "annals: this program knows no aggregates: their states are made by the code of a program\n"
         "  ask the program that handles s, which has the same command\n"},
        {{"append", "sample-1"}, "annals: append: TYPE is required\n  see: annals append --help\n"},
        {{"append", "sample", "x"}, "annals: \"sample\" is not a stream: write category-key, for example sample-S-1\n"},
        {{"append", "s-1", "x", "{\"a\""}, "annals: x for s-1: the payload is not valid JSON\n"},
        {{"append", "s-1", "x", "--expected", "some"},
         "annals: --expected is any, none, exists or a version, not \"some\"\n"},
        {{"append", "s-1", "x", "--partitions", "1025"}, "annals: a category has 1 to 1024 partitions, not 1025\n"},
        {{"config", "--config", "/nowhere.toml"},
         "annals: the configuration file /nowhere.toml cannot be read\n  see --config and ANNALS_CONFIG\n"},
    };
    for (const auto& [words, message] : lines) {
        const auto answer = run(words);
        CHECK(answer.exit_code == 2);
        CHECK(answer.err == message);
        CHECK(answer.out.empty());
    }
}

TEST_CASE("a payload above the limit is refused before any server is asked")
{
    const auto answer = child({ANNALS_PROGRAM, "append", "s-1", "x", "-", "--dsn", "host=127.0.0.1 port=1"}, {},
                              "{\"a\": \"" + std::string(1 << 20, 'x') + "\"}")
                            .wait();
    CHECK(answer.exit_code == 2);
    CHECK(answer.err.find("the limit is 1048576") != std::string::npos);
}

TEST_CASE("an invalid or too small number is refused in plain words")
{
    for (const std::string number : {"0", "-3", "two", "1.5", "99999999999999999999"})
        for (const auto& [words, option] : std::vector<std::pair<std::vector<std::string>, std::string>>{
                 {{"read", "sample-S-1", "--from-version", number}, "--from-version"},
                 {{"append", "sample-S-1", "x", "--partitions", number}, "--partitions"},
                 {{"import", "f.csv", "--category", "x", "--partitions", number}, "--partitions"},
                 {{"jobs", "show", number}, "JOB"}}) {
            const auto answer = run(words);
            CHECK(answer.exit_code == 2);
            CHECK_MESSAGE(answer.err.find(option + ": a whole number from 1 on, not \"" + number + "\"")
                              != std::string::npos,
                          answer.err);
        }
}

TEST_CASE("a server that cannot be reached gives one message and exit code 1")
{
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"categories"}, {"migrate"}, {"processes"}, {"run"}}) {
        auto line = words;
        line.insert(line.end(), {"--dsn", "host=127.0.0.1 port=1"});
        const auto answer = run(line);
        CHECK(answer.exit_code == 1);
        CHECK(answer.err.find("127.0.0.1:1 cannot be used") != std::string::npos);
        CHECK(answer.out.empty());
    }
}

TEST_CASE("configuration is shown with its origin, and without passwords")
{
    const auto answer = child({ANNALS_PROGRAM, "config", "--json", "--dsn", "postgresql://ada:geheim@here/annals"},
                              {{"ANNALS_PARTITIONS", "3"}})
                            .wait();
    CHECK(answer.exit_code == 0);
    CHECK(answer.out.find("\"partitions\", \"value\": 3, \"from\": \"ANNALS_PARTITIONS\"") != std::string::npos);
    CHECK(answer.out.find("host=here") != std::string::npos);
    CHECK(answer.out.find("geheim") == std::string::npos);
}

}  // namespace
}  // namespace annals::tests
