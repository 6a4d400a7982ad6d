// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/saga_runner.hpp>

#include <annals/processors/failure.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/orchestrator/storable_outcome.hpp>

#include <random>

namespace annals::sagas {

using namespace std::chrono_literals;

namespace {

/// How often it looks for inputs of other processes and for what is due: often as long as there is something to do.
/// Otherwise it is told (`orchestrator.cpp`).
constexpr auto look_every_when_busy = 20ms;
constexpr auto look_every_when_idle = 2s;
constexpr auto is_busy_for = 3s;

auto chance() -> std::function<double()>
{
    return [random = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(random);
    };
}

}  // namespace

request_routes::request_routes(const participant_list& all, std::shared_ptr<child_sagas> children)
    : children_(std::move(children))
{
    for (const auto& one : all)
        if (!by_service_.try_emplace(one->service(), one).second)
            throw eventstore::invalid_request("two participants are called " + one->service());
}

auto request_routes::knows(const std::string& service, const std::string& action) const -> bool
{
    const auto found = by_service_.find(service);
    return found != by_service_.end() && found->second->knows(action);
}

void request_routes::ask(request asked)
{
    const auto answer = [asked, line = line_](outcome how) { line->answer(asked, std::move(how)); };
    if (!asked.child.empty()) return children_->ask(std::move(asked), answer);
    const auto found = by_service_.find(asked.service);
    if (found == by_service_.end()) return answer(try_again("this program has no participant " + asked.service));
    found->second->ask(std::move(asked), answer);
}

void answer_line::answer(const request& to, outcome how)
{
    how = storable(std::move(how));
    const std::scoped_lock lock(mutex_);
    if (!to_) return;
    to_->answer(to, {.step = {},
                     .direction = {},
                     .attempt = 0,
                     .result = std::move(how.result),
                     .error = std::move(how.error),
                     .retryable = how.retryable,
                     .outcome_unknown = how.outcome_unknown});
}

void answer_line::close()
{
    const std::scoped_lock lock(mutex_);
    to_ = nullptr;
}

saga_runner::saga_runner(std::string log_dsn, saga_versions versions, const participant_list& participants,
                         std::shared_ptr<child_sagas> children, engine_settings settings)
    : dsn_(std::move(log_dsn)),
      type_(versions.all.at(versions.for_new)->of().name),
      routes_(participants, std::move(children)),
      storage_(type_),
      engine_(std::move(versions), storage_, routes_, chance(), std::move(settings))
{
    routes_.answers_to(line_);
    engine_.on_answer([this] { wake(); });
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

saga_runner::~saga_runner()
{
    thread_ = {};
    line_->close();
}

void saga_runner::assign(std::vector<processors::numbered_log> logs, std::size_t of)
{
    const std::scoped_lock lock(mutex_);
    if (assigned_ == logs) return;
    assigned_ = std::move(logs);
    logs_ = of;
    is_told_ = true;
    changed_.notify_one();
}

void saga_runner::look_again()
{
    storage_.look_again();
    wake();
}

void saga_runner::wake()
{
    const std::scoped_lock lock(mutex_);
    is_told_ = true;
    changed_.notify_one();
}

void saga_runner::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        try {
            const bool did_something = work();
            problem_.over();
            back_off_.reset();
            if (did_something) continue;
            const bool is_idle = std::chrono::steady_clock::now() - worked_at_ > is_busy_for;
            storage_.look_every(is_idle ? look_every_when_idle : look_every_when_busy);
            wait(stop, is_idle ? look_every_when_idle : look_every_when_busy);
        } catch (const not_owner&) {
            {
                const std::scoped_lock lock(mutex_);
                assigned_.clear();
            }
            has_lost_ = true;
            storage_.disconnect();
        } catch (const std::exception& problem) {
            if (!processors::tell_lost_session(dsn_, "sagas", problem))
                problem_.met(processors::one_line(problem), processors::error_code(problem));
            storage_.disconnect();
            wait(stop, back_off_.next());
        }
    }
}

/// Returns whether there was something to do.
auto saga_runner::work() -> bool
{
    take_assignment();
    if (storage_.owned().empty()) return false;
    if (engine_.round(eventstore::now()) == 0) return false;
    worked_at_ = std::chrono::steady_clock::now();
    storage_.look_every(look_every_when_busy);
    return true;
}

void saga_runner::take_assignment()
{
    std::vector<processors::numbered_log> wanted;
    std::size_t logs = 0;
    {
        const std::scoped_lock lock(mutex_);
        wanted = assigned_;
        logs = logs_;
    }
    auto owned = storage_.owned();
    if (std::ranges::is_permutation(owned, wanted)) return;
    if (wanted.empty()) return storage_.disconnect();
    if (!storage_.is_connected()) storage_.connect(processors::open_model_connection(dsn_, "sagas"));
    engine_.start_over();
    storage_.own(wanted);
    engine_.set_share(static_cast<double>(wanted.size()) / static_cast<double>(logs));
}

void saga_runner::wait(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, time, [this] { return is_told_; });
    is_told_ = false;
}

}  // namespace annals::sagas
