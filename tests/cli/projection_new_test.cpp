// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace annals::tests {
namespace {

/// A folder of its own, in which the program runs, and a database.
struct empty_folder {
    temporary_database database;
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("annals_new_" + std::to_string(::getpid()));

    empty_folder() { std::filesystem::create_directory(folder); }
    ~empty_folder() { std::filesystem::remove_all(folder); }

    auto run(const std::vector<std::string>& words) const -> outcome
    {
        std::vector<std::string> command{"/bin/sh", "-c", "cd '" + folder.string() + "' && exec \"$0\" \"$@\"",
                                         ANNALS_PROGRAM};
        command.insert(command.end(), words.begin(), words.end());
        command.insert(command.end(), {"--dsn", database.dsn()});
        return child(command).wait();
    }
    void append(const std::string& stream, const std::string& type, const std::string& data) const
    {
        REQUIRE(run({"append", stream, type, data}).exit_code == 0);
    }
    auto written(const std::string& name) const -> std::string { return text_of((folder / name).string()); }
};

}  // namespace

TEST_CASE_FIXTURE(empty_folder, "a new file has the types and members of stored events, and is accepted as it is")
{
    append("sample-S-1", "sample.created", R"({"barcode": "B-7", "volume_ml": 3, "taken_at": "2026-01-31T08:15:00Z"})");
    append("sample-S-1", "sample.validated", R"({"by": "ada", "ok": true, "volume_ml": 2.5})");
    append("sample-S-2", "sample.created", R"({"barcode": "B-8", "volume_ml": 7, "taken_at": "2026-01-31T08:16:00Z"})");
    const auto answer = run({"projections", "new", "intake"});
    CHECK(answer.exit_code == 0);
    CHECK(answer.out.empty());
    CHECK(answer.err
          == "intake.sql is written, from 3 events of sample; try it: annals projections check intake.sql\n");
    const auto text = written("intake.sql");
    CHECK(text.starts_with("-- projection: intake\n-- version: 1\n-- categories: sample\n"));
    for (const auto* part : {"-- apply: sample.created\n", "-- apply: sample.validated\n", "barcode   text",
                             "volume_ml numeric", "taken_at  timestamptz", "ok        boolean"})
        CHECK_MESSAGE(text.contains(part), text);
    const auto checked = run({"projections", "check", "intake.sql"});
    CHECK(checked.exit_code == 0);
    CHECK(checked.out.starts_with("intake.sql: 3 events one by one and together: the same rows\n"));
    CHECK(checked.out.contains("\n  the slowest statement is at line "));
    // Of statements that take as long as each other any may be the slowest.
    CHECK_MESSAGE((checked.out.contains(" ms\n    Insert on ") || checked.out.contains(" ms\n    Update on ")),
                  checked.out);
    CHECK(checked.out.find("\nintake, 2 rows:\n") != std::string::npos);
    CHECK(checked.err.empty());
    CHECK(run({"projections", "apply", "intake.sql"}).exit_code == 0);
}

TEST_CASE_FIXTURE(empty_folder, "a file that is there is never written over")
{
    std::ofstream(folder / "intake.sql") << "precious";
    append("sample-S-1", "sample.created", "{}");
    const auto answer = run({"projections", "new", "intake"});
    CHECK(answer.exit_code == 1);
    CHECK(answer.err.starts_with("annals: intake.sql is there already: nothing was written\n"));
    CHECK(written("intake.sql") == "precious");
    CHECK(run({"projections", "new", "intake", "other.sql"}).exit_code == 0);
    CHECK(written("other.sql").starts_with("-- projection: intake\n"));
    const auto shown = run({"projections", "new", "intake", "-"});
    CHECK(shown.out == written("other.sql"));
    CHECK(shown.err.empty());
}

TEST_CASE_FIXTURE(empty_folder, "a category without events gives a file that is accepted, too")
{
    const auto none = run({"projections", "new", "intake"});
    CHECK(none.exit_code == 1);
    CHECK(none.err.contains("there is no category yet"));
    append("sample-S-1", "sample.created", "{}");
    append("visit-1", "visit.opened", "{}");
    const auto which = run({"projections", "new", "intake"});
    CHECK(which.exit_code == 1);
    CHECK(which.err.contains("--category with one of sample, visit"));
    const auto unknown = run({"projections", "new", "intake", "--category", "smaple"});
    CHECK(unknown.exit_code == 0);
    CHECK(unknown.err.starts_with("warning: there is no category \"smaple\" yet; did you mean sample?\n"));
    CHECK(run({"projections", "check", "intake.sql"}).exit_code == 0);
    for (const std::string wrong : {"Intake", "1st", "a-b"})
        CHECK(run({"projections", "new", wrong, "--category", "sample"}).exit_code == 2);
    CHECK(run({"projections", "new", "far", "/nowhere/far.sql", "--category", "sample"}).err
          == "annals: /nowhere/far.sql cannot be written: No such file or directory\n");
}

}  // namespace annals::tests
