// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/whole_system.hpp>

#include <tests/support/waiting.hpp>

#include <pqxx/pqxx>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace annals::fault_runs {

using namespace std::chrono_literals;
using tests::child;

namespace {

constexpr std::size_t commands_max = 6;
constexpr auto starts_within = 20s;          ///< a process that finds no server at its start has ended by then
constexpr auto sources = "tests/fault/runner/";

/// The end of what a process wrote.
auto last_words(child& process) -> std::string
{
    const auto all = process.output();
    return process.name() + ", which wrote: …" + (all.size() > 600 ? all.substr(all.size() - 600) : all);
}

void write_second_version(const std::string& to)
{
    std::ostringstream text;
    text << std::ifstream(std::string(sources) + "fault_totals.sql").rdbuf();
    auto file = text.str();
    const std::string is = "-- version: 1", becomes = "-- version: 2";
    file.replace(file.find(is), is.size(), becomes);
    std::ofstream(to) << file;
}

}  // namespace

whole_system::whole_system(servers& with, std::string folder, std::uint64_t seed, const planted_bug* planted)
    : servers_(with),
      folder_(std::move(folder)),
      seed_(seed),
      environment_{{"ANNALS_DSN", with.proxied_dsn()},
                   {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", with.brokers()},
                   {"ANNALS_TOPIC", ""},
                   {"ANNALS_READ_DSN", ""},
                   {"ANNALS_CONFIG", ""}}
{
    if (planted != nullptr && !planted->producer.empty()) {
        preloaded_ = FAULT_PLANTED_PRODUCER;
        producer_ = planted->producer;
    }
    create();
    if (planted != nullptr) plant(*planted);
}

whole_system::~whole_system() = default;

void whole_system::create()
{
    write_second_version(second_version());
    const std::string files = sources;
    for (const auto& words :
         {std::vector<std::string>{"migrate"},
          {"projections", "apply", files + "fault_totals.sql", files + "fault_journal.sql", files + "fault_picky.sql"}})
        if (const auto done = run(words); done.exit_code != 0)
            throw std::runtime_error("annals " + words[0] + " failed: " + done.out + done.err);
    {
        pqxx::connection connection(servers_.dsn());
        pqxx::nontransaction(connection).exec("select annals.ensure_category('faults', 4)");
    }
    for (const auto* verb : {"publish", "work", "publish", "work"})
        start(std::string_view(verb) == "work" ? role::worker : role::publisher, {ANNALS_PROGRAM, verb});
    for (int i = 0; i < 2; ++i) start(role::program, {FAULT_PROGRAM, "work"});
    if (!tests::waited_until(60s, [this] { return registered().size() == 5; }))
        throw std::runtime_error("the read models were not registered");
}

void whole_system::plant(const planted_bug& bug)
{
    servers_.to_postgres.rewrite(bug.rewritten);
    if (!bug.rewritten.empty()) servers_.to_postgres.reset_all();    // what is prepared already is not rewritten
    pqxx::connection connection(servers_.dsn());
    pqxx::nontransaction tx(connection);
    for (const auto& statement : bug.sql) tx.exec(statement);
}

void whole_system::start(role does, std::vector<std::string> command)
{
    auto environment = environment_;
    if (does == role::publisher && !preloaded_.empty()) {
        environment["LD_PRELOAD"] = preloaded_;
        environment["ANNALS_PLANTED"] = producer_;
    }
    members_.push_back(std::make_unique<member>(does, std::move(command), environment));
}

void whole_system::begin_to_append(int generation)
{
    for (int n = 0; n < 2; ++n) {
        const auto name = folder_ + "/" + std::to_string(generation) + "-" + std::to_string(n) + ".notes";
        start(role::appender,
              {FAULT_APPENDER, servers_.proxied_dsn(), std::to_string(seed_), std::to_string(generation), name});
    }
}

void whole_system::end_appending(checked& to)
{
    for (const auto& one : members_)
        if (one->does() == role::appender) one->process().signal(SIGTERM);
    for (const auto& one : members_) {
        if (one->does() != role::appender) continue;
        try {
            if (const auto code = one->process().wait(60s).exit_code; code != 0)
                to.broken("exit code " + std::to_string(code) + " of " + last_words(one->process()));
        } catch (const std::exception& problem) {
            to.broken(std::string("an appender does not end: ") + problem.what());
        }
    }
    std::erase_if(members_, [](const auto& one) { return one->does() == role::appender; });
}

auto whole_system::find(role does, std::uint32_t choice) -> member*
{
    std::vector<member*> found;
    for (const auto& one : members_)
        if (one->does() == does && !one->is_stopped() && one->is_running()) found.push_back(one.get());
    return found.empty() ? nullptr : found[choice % found.size()];
}

void whole_system::look_after(checked& to)
{
    for (const auto& one : members_) {
        if (one->is_running()) continue;
        const auto code = one->process().wait().exit_code;
        if (code != 1 || one->age() > starts_within)
            to.broken("it has ended by itself with " + std::to_string(code) + ": " + last_words(one->process()));
        one->kill_and_start_again();
    }
    note_builder(to);
}

void whole_system::let_all_go_on()
{
    for (const auto& one : members_)
        if (one->is_stopped()) one->go_on();
}

void whole_system::without_publishers(const std::function<void()>& look)
{
    std::vector<member*> stopped;
    for (const auto& one : members_)
        if (one->does() == role::publisher && !one->is_stopped()) stopped.push_back(one.get());
    for (auto* const one : stopped) one->stop();
    try {
        look();
    } catch (...) {
        for (auto* const one : stopped) one->go_on();
        throw;
    }
    for (auto* const one : stopped) one->go_on();
}

auto whole_system::ask(std::vector<std::string> words) -> bool
{
    std::erase_if(commands_, [](const auto& one) { return !one->is_running(); });
    if (commands_.size() >= commands_max) return false;
    words.insert(words.begin(), ANNALS_PROGRAM);
    words.insert(words.end(), {"--dsn", servers_.dsn()});
    commands_.push_back(std::make_unique<child>(std::move(words), environment_));
    return true;
}

void whole_system::await_commands(checked& to)
{
    for (const auto& one : commands_) try {
            if (const auto code = one->wait(90s).exit_code; code > 3)
                to.broken("a command has ended with " + std::to_string(code) + ": " + last_words(*one));
        } catch (const std::exception& problem) {
            to.broken(std::string("a command does not end: ") + problem.what());
        }
    commands_.clear();
}

auto whole_system::run(const std::vector<std::string>& words) -> tests::outcome
{
    auto command = words;
    command.insert(command.begin(), ANNALS_PROGRAM);
    command.insert(command.end(), {"--dsn", servers_.dsn()});
    return child(command, environment_).wait(180s);
}

auto whole_system::rebuild(const std::vector<std::string>& words) -> bool
{
    if (builder_) return false;
    auto command = words;
    command.insert(command.begin(), ANNALS_PROGRAM);
    building_ = words;
    builder_ = std::make_unique<member>(role::builder, std::move(command), environment_);
    return true;
}

auto whole_system::kill_builder() -> bool
{
    if (!builder_ || !builder_->is_running()) return false;
    builder_->process().signal(SIGKILL);
    was_killed_ = true;
    return true;
}

/// Whether it has ended, and how.
void whole_system::note_builder(checked& to)
{
    if (!builder_ || builder_->is_running()) return;
    const auto code = builder_->process().wait().exit_code;
    if (code == 3) to.broken("a rebuild has found other rows: " + last_words(builder_->process()));
    else if (code > 3 && !was_killed_) to.broken("a rebuild has crashed: " + last_words(builder_->process()));
    if (code != 0) unfinished_.push_back(building_);
    builder_.reset();
    was_killed_ = false;
}

void whole_system::finish_rebuilds(checked& to)
{
    if (builder_) {
        try {
            builder_->process().wait(120s);
        } catch (const std::exception& problem) {
            to.broken(std::string("a rebuild does not end: ") + problem.what());
            builder_.reset();
        }
        note_builder(to);
    }
    for (const auto& words : unfinished_) {
        std::string said;
        const bool is_done = tests::waited_until(90s, [&] {
            const auto done = run(words);
            said = done.out + done.err;
            return done.exit_code == 0 || said.contains("is live already") || said.contains("projections rollback");
        });
        if (!is_done) to.broken("annals projections " + words[1] + " " + words[2] + " does not succeed: " + said);
    }
    unfinished_.clear();
}

auto whole_system::registered() -> std::set<std::string>
{
    std::set<std::string> names;
    pqxx::connection connection(servers_.dsn());
    pqxx::nontransaction tx(connection);
    for (const auto& [name] : tx.query<std::string>("select name from annals.projections where live"))
        names.insert(name);
    return names;
}

void whole_system::keep_logs()
{
    int number = 0;
    for (const auto& one : members_)
        std::ofstream(folder_ + "/" + to_string(one->does()) + "-" + std::to_string(++number) + ".log")
            << one->process().output();
}

}  // namespace annals::fault_runs
