// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/flow.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <array>
#include <chrono>
#include <csignal>
#include <set>
#include <thread>

using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr int kills = 40;

/// A snapshot as it is stored.
struct taken {
    std::string key;
    std::int64_t version;
    int form;
    std::string last_event;
    std::int64_t digest;

    auto operator<=>(const taken&) const = default;
};

/// A chain's state after each of its links, in both forms: computed here from the rows, without annals.
struct folded {
    std::vector<std::string> ids;
    std::array<std::vector<std::int64_t>, 3> digests;    // by form; [version]
};

class witness {
public:
    explicit witness(const temporary_database& database) : session_(database.dsn()) {}

    /// Remembers all current snapshots: each of them must be right, even if it is soon replaced.
    void look_at_snapshots()
    {
        pqxx::nontransaction tx(session_);
        for (const auto& [key, version, form, last_event, digest] :
             tx.query<std::string, std::int64_t, int, std::string, std::int64_t>(
                 "select key, version, split_part(state_schema, '.', 2)::int, last_event, (state->>'digest')::bigint"
                 " from annals.snapshots"))
            seen_.insert({key, version, form, last_event, digest});
    }
    void delete_snapshots() { pqxx::nontransaction(session_).exec("delete from annals.snapshots"); }

    /// The first link that was decided on a wrong state, or nothing.
    auto wrong_link() -> std::string
    {
        constexpr std::array<std::int64_t, 3> factors{0, 1'000'003, 48'271};
        pqxx::nontransaction tx(session_);
        for (const auto& [key, version, id, value, form, seen] :
             tx.query<std::string, std::int64_t, std::string, std::int64_t, std::size_t, std::int64_t>(
                 "select key, version, id, (data->>'value')::bigint, (data->>'form')::int, (data->>'seen')::bigint"
                 " from annals.events order by key, version")) {
            auto& chain = chains_[key];
            for (auto& digests : chain.digests)
                if (digests.empty()) digests.push_back(0);
            if (seen != chain.digests.at(form).back())
                return key + " version " + std::to_string(version) + " was decided on " + std::to_string(seen)
                       + ", and the chain was " + std::to_string(chain.digests.at(form).back());
            for (const std::size_t each : {1, 2}) {
                auto& digests = chain.digests.at(each);
                digests.push_back((digests.back() * factors.at(each) + value) % 2'147'483'647);
            }
            chain.ids.push_back(id);
            ++links_;
        }
        return {};
    }

    /// The first snapshot that differs from the chain, or nothing.
    auto wrong_snapshot() const -> std::string
    {
        for (const auto& snapshot : seen_) {
            const auto& chain = chains_.at(snapshot.key);
            const auto version = static_cast<std::size_t>(snapshot.version);
            const bool is_right =
                version <= chain.ids.size() && snapshot.last_event == chain.ids[version - 1]
                && snapshot.digest == chain.digests.at(static_cast<std::size_t>(snapshot.form))[version];
            if (!is_right)
                return "the snapshot of " + snapshot.key + " at version " + std::to_string(version) + " in form "
                       + std::to_string(snapshot.form) + " is " + std::to_string(snapshot.digest);
        }
        return {};
    }

    auto snapshots_seen() const -> std::size_t { return seen_.size(); }
    auto links() const -> std::int64_t { return links_; }

private:
    pqxx::connection session_;
    std::set<taken> seen_;
    std::map<std::string, folded> chains_;
    std::int64_t links_ = 0;
};

auto start(const char* program, const temporary_database& database, std::uint64_t seed)
{
    return std::make_unique<child>(std::vector<std::string>{program, database.dsn(), std::to_string(seed)});
}

}  // namespace

/// Covers: several processes with caches and snapshots on the same streams, two builds that make different states of
/// the same events, processes that die anywhere, snapshots that are deleted. Not covered: a log that is restored.
TEST_CASE("killed processes that remember aggregates decide only on what the log has")
{
    const auto number = seed() % 1'000'000'000;
    std::mt19937_64 random(number);
    const temporary_database database;
    witness witness(database);
    std::vector<std::unique_ptr<child>> processes;
    for (const auto* program : {CHAIN_PROGRAM_1, CHAIN_PROGRAM_1, CHAIN_PROGRAM_2, CHAIN_PROGRAM_2})
        processes.push_back(start(program, database, number + processes.size()));

    for (int killed = 0; killed < kills; ++killed) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 400));
        auto& victim = *processes[random() % processes.size()];
        REQUIRE_MESSAGE(victim.is_running(), victim.output());
        victim.restart();
        witness.look_at_snapshots();
        if (killed % 10 == 9) witness.delete_snapshots();
    }
    std::this_thread::sleep_for(2s);                     // they work on undisturbed
    witness.look_at_snapshots();
    for (const auto& process : processes) {
        process->signal(SIGTERM);
        CHECK_MESSAGE(process->wait().exit_code == 0, process->output());
    }
    witness.look_at_snapshots();

    REQUIRE(witness.wrong_link() == "");
    CHECK(witness.wrong_snapshot() == "");
    MESSAGE(witness.links() << " links, " << witness.snapshots_seen() << " snapshots looked at, " << kills << " kills");
    CHECK(witness.snapshots_seen() > kills);
}
