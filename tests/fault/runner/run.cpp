// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/run.hpp>

#include <tests/fault/runner/breaker.hpp>
#include <tests/fault/runner/check_log.hpp>
#include <tests/fault/runner/healing.hpp>
#include <tests/fault/runner/read_models.hpp>
#include <tests/fault/runner/reader_watch.hpp>
#include <tests/fault/runner/topic.hpp>

#include <pqxx/pqxx>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <unistd.h>
#include <utility>

namespace annals::fault_runs {

using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;

constexpr auto look_every = 20ms;
constexpr auto topic_patience = 60s;

/// Without those of which nothing is published.
constexpr auto select_cursors = "select l.partition, c.position, c.topic_offset, c.event_id::text "
                                "from annals.publication_cursors c join annals.logs l using (log) "
                                "where c.event_id <> '00000000-0000-0000-0000-000000000000'";

/// In the checkout's own folder for what is not kept in it.
auto make_folder(std::uint64_t seed) -> std::string
{
    const auto* const dev = std::getenv("ANNALS_DEV");
    if (dev == nullptr) throw std::runtime_error("ANNALS_DEV is not set: run ./dev fault");
    const auto folder = std::filesystem::path(dev).parent_path() / ".dev" / "fault"
                        / (std::to_string(seed) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

class whole_run {
public:
    whole_run(const run_settings& settings, const small_disk& disk)
        : settings_(settings),
          folder_(make_folder(settings.seed)),
          servers_(disk),
          system_(servers_, folder_, settings.seed, settings.planted),
          breaker_(servers_, system_, disk, report_),
          readers_(servers_)
    {
        report_.seed = settings.seed;
    }

    auto until_over(std::string& how_to_look) -> report
    {
        try {
            while (passed() < settings_.lasts && report_.violations.empty()) do_episode();
        } catch (...) {
            how_to_look = keep();
            throw;
        }
        report_.took = std::chrono::duration_cast<std::chrono::seconds>(passed());
        if (!report_.violations.empty()) how_to_look = keep();
        else std::filesystem::remove_all(folder_);
        return report_;
    }

private:
    auto passed() const -> clock::duration { return clock::now() - began_; }

    void tell(bool is_news) { settings_.tell({passed(), settings_.lasts, report_, is_news}); }

    void take(const checked& one)
    {
        ++report_.checks[one.name()];
        for (const auto& what : one.found()) report_.violations.push_back({one.name(), what, report_.episodes});
    }

    void do_episode()
    {
        ++report_.episodes;
        tell(true);
        checked alive("processes: none ends by itself");
        system_.begin_to_append(report_.episodes);
        do_faults(alive);
        breaker_.undo_all();
        if (!breaker_.has_deleted_topic()) check_cursors_now();
        system_.look_after(alive);
        system_.end_appending(alive);
        take(alive);
        if (!report_.violations.empty()) return;
        take(await_rest(servers_, system_));
        if (report_.violations.empty()) check_all();
        else check_meanwhile();              // it may say why
    }

    void do_faults(checked& alive)
    {
        const auto planned = plan_episode(settings_.seed, report_.episodes,
                                          settings_.planted ? settings_.planted->preferred : preference{});
        const auto began = clock::now();
        auto next = planned.begin();
        bool is_looked_at = false;
        while (clock::now() < began + episode_length) {
            for (; next != planned.end() && began + next->at <= clock::now(); ++next) breaker_.begin(*next);
            breaker_.undo_what_is_over();
            system_.look_after(alive);
            if (!std::exchange(is_looked_at, is_looked_at || clock::now() > began + episode_length / 2) && is_looked_at)
                check_meanwhile();
            tell(false);
            std::this_thread::sleep_for(look_every);
        }
    }

    /// What holds at every time, while events flow.
    void check_meanwhile()
    {
        try {
            pqxx::connection connection(servers_.dsn());
            for (const auto& one : check_models(connection, system_.registered())) take(one);
        } catch (const pqxx::failure&) {
            // The server is out just now.
        }
    }

    /// Of publishers that are held where they are.
    void check_cursors_now()
    {
        system_.without_publishers([this] {
            try {
                pqxx::connection connection(servers_.dsn());
                pqxx::nontransaction tx(connection);
                std::vector<cursor_row> cursors;
                for (const auto& [partition, position, offset, id] :
                     tx.query<int, std::int64_t, std::int64_t, std::string>(select_cursors))
                    cursors.push_back({partition, position, offset, id});
                take(check_cursors(servers_.brokers(), cursors));
            } catch (const std::runtime_error&) {
                // A server that has only just come back.
            }
        });
    }

    void check_all()
    {
        pqxx::connection connection(servers_.dsn());
        whole_log log;
        {
            pqxx::work tx(connection);
            log = read_log(tx);
            count(tx, log);
        }
        take(check_numbers(log));
        take(check_appends(log, note_appends()));
        for (const auto& one : check_models(connection, system_.registered())) take(one);
        take(topic_after_a_while(log));
        take(compare_rebuilt(connection));
        take(readers_.take());
    }

    auto note_appends() -> std::vector<tried_append>
    {
        auto appends = read_notes(folder_);
        report_.refused = report_.in_doubt = 0;
        for (const auto& one : appends) {
            report_.refused += one.got == tried_append::answer::refused ? 1 : 0;
            report_.in_doubt += one.got == tried_append::answer::in_doubt ? 1 : 0;
        }
        return appends;
    }

    void count(pqxx::transaction_base& tx, const whole_log& log)
    {
        report_.appended = static_cast<std::int64_t>(log.rows.size());
        report_.published =
            tx.query_value<std::int64_t>("select coalesce(sum(position), 0)::bigint from annals.publication_cursors");
        report_.applied = tx.query_value<std::int64_t>("select sum(position)::bigint from annals.checkpoints");
    }

    /// The publishers need a while for a topic that was deleted.
    auto topic_after_a_while(const whole_log& log) -> checked
    {
        const auto until = clock::now() + topic_patience;
        checked found("topic: a copy of the log");
        do {
            try {
                found = check_topic(servers_.brokers(), log, true);
            } catch (const std::runtime_error& problem) {
                found = checked(found.name());
                found.broken(problem.what());
            }
            if (found.found().empty()) return found;
            std::this_thread::sleep_for(200ms);
        } while (clock::now() < until);
        return found;
    }

    /// One read model an episode, by turns with `annals verify` and rebuilt. The rows are the same before and after.
    auto compare_rebuilt(pqxx::connection& connection) -> checked
    {
        static constexpr std::array names{"fault_totals", "fault_card", "fault_journal", "fault_steps"};
        const auto turn = static_cast<std::size_t>(report_.episodes);
        const std::string name = names[turn / 2 % names.size()];
        checked to("live rows: equal to rebuilt ones, by digest");
        const auto before = digest_of(connection, name);
        const auto words = turn % 2 == 0 ? std::vector<std::string>{"verify", "--projection", name}
                                         : std::vector<std::string>{"projections", "rebuild", name};
        if (const auto done = system_.run(words); done.exit_code != 0)
            to.broken("annals " + words[0] + " " + words[1] + " " + name + " ended with "
                      + std::to_string(done.exit_code) + ": " + done.out + done.err);
        if (digest_of(connection, name) != before) to.broken(name + " has other rows after it was rebuilt");
        return to;
    }

    auto keep() -> std::string
    {
        if (!settings_.keeps_servers) {
            std::filesystem::remove_all(folder_);
            return {};
        }
        system_.keep_logs();
        return "What the processes said, and what appenders noted: " + folder_ + "\n" + servers_.keep();
    }

    const run_settings& settings_;
    report report_;
    const std::string folder_;
    servers servers_;
    whole_system system_;
    breaker breaker_;
    reader_watch readers_;
    const clock::time_point began_ = clock::now();
};

}  // namespace

auto run(const run_settings& settings, const small_disk& disk, std::string& how_to_look) -> report
{
    return whole_run(settings, disk).until_over(how_to_look);
}

}  // namespace annals::fault_runs
