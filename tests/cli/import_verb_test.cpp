// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/payload_corpus.hpp>
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

auto import(const std::string& file, const std::string& dsn, std::vector<std::string> further = {},
            const std::string& input = {}) -> outcome
{
    std::vector<std::string> words{ANNALS_PROGRAM, "import", file,     "--category", "hospital", "--key", "patient",
                                   "--type",       "what",   "--time", "at",         "--dsn",    dsn};
    words.insert(words.end(), further.begin(), further.end());
    return child(std::move(words), {}, input).wait();
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

TEST_CASE("a bad row ends it with 1, its line and what to do; leaving it out when asked ends it with 3")
{
    const temporary_database database;
    const csv_file file(bad);
    const auto stopped = import(file.path(), database.dsn());
    CHECK(stopped.exit_code == 1);
    CHECK_MESSAGE(stopped.err.starts_with("annals: " + file.path() + ":3: column \"at\": \"never\" is not a time"),
                  stopped.err);
    CHECK(contains(stopped.err, "the rows before it are stored (1 now, 0 were there)"));
    CHECK(contains(stopped.err, "--skip-bad"));
    CHECK_MESSAGE(stopped.out.empty(), stopped.out);
    CHECK(contains(stored_in(database), "hospital-1"));
    CHECK_FALSE(contains(stored_in(database), "hospital-2"));

    const auto skipped = import(file.path(), database.dsn(), {"--skip-bad"});
    CHECK(skipped.exit_code == 3);
    CHECK_MESSAGE(skipped.err.starts_with("warning: " + file.path() + ":3: skipped: "), skipped.err);
    CHECK(contains(skipped.err, "1 bad row was left out, so this ends with 3"));
    CHECK(contains(stored_in(database), "hospital-2"));
}

TEST_CASE("a missing file, column or format ends it with 2, and nothing is stored")
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

TEST_CASE("standard input is imported as what it looks like, or as what it is told to be")
{
    const temporary_database database;
    const auto looked_at = import("-", database.dsn(), {}, good);
    CHECK_MESSAGE(looked_at.exit_code == 0, looked_at.err);
    const auto told = import("-", database.dsn(), {"--format", "csv"}, good);
    CHECK_MESSAGE(told.exit_code == 0, told.err);
    CHECK(contains(told.err, "everything was there already"));
    const auto lines = import("-", database.dsn(), {}, R"({"patient":"2","what":"came","at":"2026-01-02"})");
    CHECK_MESSAGE(lines.exit_code == 0, lines.err);
    CHECK(contains(stored_in(database), "hospital-2"));
    const auto none = import("-", database.dsn(), {}, "");
    CHECK(none.exit_code == 2);
    CHECK(none.err == "annals: standard input: the file is empty\n");
}

TEST_CASE("of lines of JSON those are stored that every other door takes, and all that is stored can be read")
{
    std::string good_lines, bad_lines;
    int accepted = 0, refused = 0;
    for (const auto& [what, payload, is_accepted] : payload_corpus()) {
        if (!payload.starts_with("{\"") || contains(payload, "\n")) continue;
        const auto number = std::to_string(is_accepted ? ++accepted : ++refused);
        (is_accepted ? good_lines : bad_lines) +=
            R"({"patient":"1","what":"came )" + number + R"(","at":"2026-01-01",)" + payload.substr(1) + "\n";
    }
    REQUIRE((accepted > 50 && refused > 20));
    const temporary_database database;
    const auto stored = import("-", database.dsn(), {"--format", "jsonl", "--json"}, good_lines);
    CHECK_MESSAGE(stored.exit_code == 0, stored.err);
    CHECK_MESSAGE(contains(stored.out, "\"stored\": " + std::to_string(accepted) + ","), stored.out);
    const auto left_out = import("-", database.dsn(), {"--format", "jsonl", "--skip-bad"}, bad_lines);
    CHECK(left_out.exit_code == 3);
    CHECK_MESSAGE(contains(left_out.err, std::to_string(refused) + " bad rows were left out"), left_out.err);
    const auto read = child({ANNALS_PROGRAM, "read", "hospital-1", "--dsn", database.dsn()}).wait();
    CHECK(read.exit_code == 0);
    for (int number = 1; number <= accepted; ++number) CHECK(contains(read.out, "came " + std::to_string(number)));
}

TEST_CASE("the next export is stored, the same one again is not, and both are reported")
{
    const temporary_database database;
    const csv_file file(good);
    import(file.path(), database.dsn());
    const auto next = import("-", database.dsn(), {"--json"}, "patient,what,at\n1,came,2026-02-01T08:00:00Z\n");
    CHECK(next.exit_code == 0);
    CHECK_MESSAGE(contains(next.out, R"("stored": 1, "already_there": 0)"), next.out);
    const auto again = import("-", database.dsn(), {"--json"}, "patient,what,at\n1,came,2026-02-01T08:00:00Z\n");
    CHECK_MESSAGE(contains(again.out, R"("stored": 0, "already_there": 1)"), again.out);
    const auto changed = import("-", database.dsn(), {}, "patient,what,at,by\n1,came,2026-02-01T08:00:00Z,ada\n");
    CHECK(changed.exit_code == 0);
    CHECK_MESSAGE(contains(changed.err, "1 of the stored rows has the key, type and time of a row that was there"),
                  changed.err);
}

TEST_CASE("a row with the id of another one ends it with 1")
{
    const temporary_database database;
    const std::string header = "patient,what,at,nr\n";
    CHECK(import("-", database.dsn(), {"--id", "nr"}, header + "1,came,2026-01-01,17\n").exit_code == 0);
    const auto other = import("-", database.dsn(), {"--id", "nr"}, header + "1,left,2026-01-01,17\n");
    CHECK(other.exit_code == 1);
    CHECK_MESSAGE(
        other.err.starts_with("annals: standard input:2: the id \"17\" of hospital-1 is already that of a row with"),
        other.err);
}

TEST_CASE("times are read in the given formats, and an invalid format is wrong usage")
{
    const temporary_database database;
    const std::string text = "patient,what,at\n1,came,01.02.2026 08:00\n2,came,1769932800\n";
    const auto untold = import("-", database.dsn(), {}, text);
    CHECK(untold.exit_code == 1);
    CHECK_MESSAGE(contains(untold.err, "say how it is written: --time-format '%d.%m.%Y %H:%M'"), untold.err);
    const auto told = import("-", database.dsn(), {"--time-format", "%d.%m.%Y %H:%M", "--time-format", "epoch"}, text);
    CHECK_MESSAGE(told.exit_code == 0, told.err);
    CHECK(contains(stored_in(database), "2026-02-01T08:00:00"));
    const auto wrong = import("-", database.dsn(), {"--time-format", "dd.MM.yyyy"}, text);
    CHECK(wrong.exit_code == 2);
    CHECK_MESSAGE(wrong.err.starts_with("annals: --time-format \"dd.MM.yyyy\": write it with %"), wrong.err);
}

TEST_CASE("the advice to leave out bad rows is not given for an unreadable file")
{
    const temporary_database database;
    const auto page = import("-", database.dsn(), {}, "<!DOCTYPE html>\n<html><body>404</body></html>");
    CHECK(page.exit_code == 2);
    CHECK(page.err.starts_with("annals: standard input: the file is an HTML page, not a log\n"));
    const auto broken = import("-", database.dsn(), {}, "<log><trace>\n<event></trace></log>");
    CHECK(broken.exit_code == 1);
    CHECK_MESSAGE(contains(broken.err, "standard input:2: the file is not well-formed XML: mismatched tag at column"),
                  broken.err);
    for (const auto& refused : {page, broken}) {
        CHECK_FALSE(contains(refused.err, "--skip-bad"));
        CHECK_MESSAGE(refused.out.empty(), refused.out);
    }
}

TEST_CASE("a file with only a header is not an error, and has no rows")
{
    const temporary_database database;
    const auto done = import("-", database.dsn(), {}, "patient,what,at\n");
    CHECK(done.exit_code == 0);
    CHECK(done.err == "there are no rows in standard input; nothing was added\n");
}

}  // namespace annals::tests
