// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>

#include <doctest/doctest.h>

#include <iterator>
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

TEST_CASE("help shows every verb once, by group, within 100 columns")
{
    const auto help = run({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.err.empty());
    for (const auto* verb : {"run", "migrate", "append", "read", "tail", "import", "aggregate", "categories", "work",
                             "processes", "jobs", "config"})
        CHECK_MESSAGE(help.out.find(std::string(" ") + verb + " ") != std::string::npos, verb);
    check_width(help.out);
}

TEST_CASE("the help of every command is within 100 columns")
{
    for (const std::string line : {"run",
                                   "doctor",
                                   "migrate",
                                   "append",
                                   "read",
                                   "tail",
                                   "import",
                                   "aggregate show",
                                   "categories",
                                   "events list",
                                   "events check",
                                   "projections apply",
                                   "projections list",
                                   "projections check",
                                   "projections show",
                                   "projections remove",
                                   "projections pause",
                                   "projections resume",
                                   "verify",
                                   "publish",
                                   "publish status",
                                   "publish repair",
                                   "work",
                                   "processes",
                                   "jobs list",
                                   "jobs show",
                                   "jobs cancel",
                                   "config"}) {
        std::istringstream words(line + " --help");
        const auto help = run({std::istream_iterator<std::string>(words), {}});
        CHECK_MESSAGE(help.out.starts_with("annals " + line + ": "), help.out);
        check_width(help.out);
    }
}

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
    CHECK(answer.out.find("\"partitions\", \"value\": \"3\", \"from\": \"ANNALS_PARTITIONS\"") != std::string::npos);
    CHECK(answer.out.find("host=here") != std::string::npos);
    CHECK(answer.out.find("geheim") == std::string::npos);
}

}  // namespace
}  // namespace annals::tests
