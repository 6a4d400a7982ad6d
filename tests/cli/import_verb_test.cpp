// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace annals::tests {
namespace {

/// A file to import, removed at the end.
class csv_file {
public:
    explicit csv_file(const std::string& text) { std::ofstream(path_) << text; }
    ~csv_file() { std::filesystem::remove(path_); }
    csv_file(const csv_file&) = delete;
    auto operator=(const csv_file&) -> csv_file& = delete;

    auto path() const -> std::string { return path_; }

private:
    std::string path_ =
        std::filesystem::temp_directory_path() / ("annals_import_" + std::to_string(::getpid()) + ".csv");
};

auto import(const std::string& file, const std::string& dsn, std::vector<std::string> further = {}) -> outcome
{
    std::vector<std::string> words{ANNALS_PROGRAM, "import", file,     "--category", "hospital", "--key", "patient",
                                   "--type",       "what",   "--time", "at",         "--dsn",    dsn};
    words.insert(words.end(), further.begin(), further.end());
    return child(std::move(words)).wait();
}

auto stored_in(const temporary_database& database) -> std::string
{
    return child({ANNALS_PROGRAM, "read", "hospital", "--dsn", database.dsn()}).wait().out;
}

auto contains(const std::string& text, const std::string& part) -> bool { return text.find(part) != text.npos; }

const std::string good = "patient,what,at\n1,came,2026-01-01T08:00:00Z\n";
const std::string bad = good + "1,left,never\n2,came,2026-01-02T08:00:00Z\n";

}  // namespace

TEST_CASE("an import that stored every row ends with 0")
{
    const temporary_database database;
    const csv_file file(good);
    const auto done = import(file.path(), database.dsn());
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(contains(stored_in(database), "came"));
}

TEST_CASE("a bad row ends it with 1, its line and what to do, and is left out when asked, which ends it with 3")
{
    const temporary_database database;
    const csv_file file(bad);
    const auto stopped = import(file.path(), database.dsn());
    CHECK(stopped.exit_code == 1);
    CHECK_MESSAGE(stopped.err.starts_with("annals: " + file.path() + ":3: \"never\" is not a time"), stopped.err);
    CHECK(contains(stopped.err, "--skip-bad"));
    CHECK(contains(stored_in(database), "hospital-1"));
    CHECK_FALSE(contains(stored_in(database), "hospital-2"));

    const auto skipped = import(file.path(), database.dsn(), {"--skip-bad"});
    CHECK(skipped.exit_code == 3);
    CHECK_MESSAGE(skipped.err.starts_with("warning: " + file.path() + ":3: skipped: "), skipped.err);
    CHECK(contains(stored_in(database), "hospital-2"));
}

TEST_CASE("a file, column or format that is not there ends it with 2, and nothing is stored")
{
    const temporary_database database;
    const csv_file file("patient,event,at\n1,came,2026-01-01T08:00:00Z\n");
    const auto no_file = import("/nowhere/at/all.csv", database.dsn());
    CHECK(no_file.exit_code == 2);
    CHECK(no_file.err == "annals: /nowhere/at/all.csv cannot be opened: No such file or directory\n");
    const auto no_column = import(file.path(), database.dsn());
    CHECK(no_column.exit_code == 2);
    CHECK(no_column.err == "annals: there is no column \"what\" (--type); there are: patient, event, at\n");
    const auto no_format = import(file.path(), database.dsn(), {"--format", "pdf"});
    CHECK(no_format.exit_code == 2);
    CHECK(contains(no_format.err, "\"pdf\" is not a format: csv, xes or jsonl"));
    CHECK_FALSE(contains(child({ANNALS_PROGRAM, "categories", "--dsn", database.dsn()}).wait().out, "hospital"));
}

TEST_CASE("a server that cannot be reached ends it with 1, naming the server and what to do")
{
    const csv_file file(good);
    const auto unreachable = import(file.path(), "host=127.0.0.1 port=1 dbname=annals");
    CHECK(unreachable.exit_code == 1);
    CHECK_MESSAGE(unreachable.err.starts_with("annals: PostgreSQL at 127.0.0.1:1 cannot be used: "), unreachable.err);
    CHECK(contains(unreachable.err, "run the same command again"));
}

}  // namespace annals::tests
