// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/child.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>

namespace annals::tests {
namespace {

/// The commands below a heading of docs/operating/backup.md.
auto documented(const std::string& heading) -> std::string
{
    return code_below("docs/operating/backup.md", heading, "sh");
}

/// A store of two events that was projected, published and backed up, and got a third event after that; and a folder
/// in which the page's commands run.
struct backed_up_store {
    private_server home{"postgres"};
    kafka::settings broker = broker_settings();
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("annals-backup-" + std::to_string(::getpid()));
    std::string projection = std::filesystem::absolute("examples/laboratory/sample_counts.sql").string();

    backed_up_store()
    {
        std::filesystem::create_directory(folder);
        succeeds(home,
                 "dropdb annals\ncreatedb annals\nannals migrate\nannals projections apply '" + projection + "'\n");
        append(home);
        append(home);
        goes_on(home, "run", is_counted(2) + " and " + is_published(2));
        succeeds(home, documented("Taking it"));
        append(home);
    }
    ~backed_up_store()
    {
        delete_topic(broker, topic_of(broker, "sample"));
        std::filesystem::remove_all(folder);
    }

    auto run(const private_server& at, const std::string& commands) const -> outcome
    {
        const auto program = std::filesystem::path(ANNALS_PROGRAM).parent_path().string();
        const auto begin = "cd '" + folder.string() + "'\nPATH='" + program + "':\"$PATH\"\n";
        child shell({"/bin/bash", "-euo", "pipefail", "-c", begin + commands},
                    {{"PGHOST", at.at("PGHOST")},
                     {"PGPORT", at.at("PGPORT")},
                     {"PGUSER", at.at("PGUSER")},
                     {"PGDATABASE", "annals"},
                     {"ANNALS_TOPIC", broker.topic_template}});
        return shell.wait(std::chrono::minutes{3});
    }
    auto succeeds(const private_server& at, const std::string& commands) const -> std::string
    {
        const auto ended = run(at, commands);
        CHECK_MESSAGE(ended.exit_code == 0, commands << "\n" << ended.out << ended.err);
        return ended.out + ended.err;
    }
    void append(const private_server& at) const
    {
        succeeds(at, R"(annals append sample-S-1 sample.created '{"sample_type": "blood"}' --set partitions=1)");
    }
    /// Works or publishes until it has come this far.
    void goes_on(const private_server& at, const std::string& verb, const std::string& condition) const
    {
        succeeds(at, "annals " + verb
                         + " 2>log & trap 'kill $!; wait $! || cat log' EXIT\n"
                           "for i in $(seq 600); do\n"
                           "  [[ $(psql -Atc \"select "
                         + condition
                         + "\") == t ]] && exit 0\n"
                           "  sleep 0.1\n"
                           "done\n"
                           "cat log; exit 1");
    }
    static auto is_counted(int events) -> std::string
    {
        return "coalesce((select sum(total_count) from read.sample_counts), 0) = " + std::to_string(events);
    }
    static auto is_published(int events) -> std::string
    {
        return "coalesce((select max(position) from annals.publication_cursors), 0) = " + std::to_string(events);
    }
    auto records() const -> std::size_t { return read_partition(broker, topic_of(broker, "sample"), 0).size(); }
};

}  // namespace

TEST_CASE_FIXTURE(backed_up_store, "a backup is restored on another server, and takes the store's place when asked to")
{
    const private_server other("postgres", "other");
    succeeds(other, "dropdb annals");
    succeeds(other, documented("Restoring it on another server"));
    append(other);
    goes_on(other, "run", is_counted(3));
    CHECK(records() == 2);
    const auto asked = run(other, documented("Publishing after a restore"));
    CHECK(asked.exit_code == 3);
    CHECK_MESSAGE(asked.out.contains("its topic was filled up to position 2 by the store "), asked.out << asked.err);
    succeeds(other, "annals publish repair --yes");
    goes_on(other, "publish", is_published(3));
    CHECK(records() == 3);
}

TEST_CASE_FIXTURE(backed_up_store, "a backup is restored next to the store, which publishes while the copy does not")
{
    succeeds(home, documented("Restoring it beside the store that is in use"));
    const auto asked = run(home, "annals publish repair --dsn dbname=annals_copy");
    CHECK(asked.exit_code == 3);
    CHECK_MESSAGE(asked.out.contains("its topic was filled up to position 2 by the store "), asked.out << asked.err);
    succeeds(home, "annals projections apply '" + projection + "' --dsn dbname=annals_copy");
    goes_on(home, "run", is_counted(3) + " and " + is_published(3));
    succeeds(home, "dropdb annals_copy\nannals projections remove sample_counts");
}

TEST_CASE_FIXTURE(backed_up_store, "a backup is restored without its roles, and nothing runs as a superuser")
{
    const private_server other("postgres", "other");
    succeeds(other, "dropdb annals");
    auto commands = documented("Restoring it without the roles");
    const std::string last = "annals migrate\nannals projections list\n";
    REQUIRE(commands.ends_with(last));
    commands.resize(commands.size() - last.size());
    succeeds(other, commands);
    const auto examined = run(other, "annals doctor");
    CHECK_MESSAGE(examined.exit_code == 3, examined.out);
    CHECK_MESSAGE(examined.out.contains("belong to annals, a superuser"), examined.out);
    const auto right = succeeds(other, last);
    CHECK_MESSAGE(right.contains(" is repaired"), right);
    const auto now = run(other, "annals doctor").out;
    CHECK_MESSAGE(!now.contains("belong to annals"), now);
    append(other);
    goes_on(other, "work --from-log", is_counted(3));
    succeeds(other, "annals projections remove sample_counts");
}

}  // namespace annals::tests
