// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/lives.hpp>

#include <annals/service/service.hpp>
#include <examples/laboratory/sample.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace laboratory {
namespace {

using namespace annals;
using namespace std::chrono_literals;
using enum sample_status;

constexpr std::array types{"blood", "blood", "blood", "DNA", "DNA", "tissue", "saliva"};
constexpr std::array technicians{"ada", "grace", "edsger", "barbara"};

/// What happens to one sample at random times of a day, as commands.
class one_life {
public:
    one_life(service& at, std::string key, unsigned seed)
        : service_(at), key_(std::move(key)), random_(seed), now_(eventstore::now() - 24h + minutes_up_to(600))
    {}

    template <class Command>
    auto then(const Command& command) -> std::int64_t
    {
        eventstore::metadata origin;
        origin.user_id = technicians[random_() % technicians.size()];
        origin.source_service = "laboratory-demo";
        origin.occurred_at = now_;
        now_ += minutes_up_to(90);
        const auto answer = service_.handle<sample>(key_, command, origin);
        return answer ? static_cast<std::int64_t>(answer->events.size()) : -1;
    }

    auto by_chance(unsigned percent) -> bool { return random_() % 100 < percent; }
    auto one_of(unsigned count) -> std::size_t { return random_() % count; }

private:
    auto minutes_up_to(unsigned most) -> std::chrono::minutes { return std::chrono::minutes{1 + random_() % most}; }

    service& service_;
    std::string key_;
    std::minstd_rand random_;
    eventstore::timestamp now_;
};

}  // namespace

lives::lives(service& at, std::string run, int samples) : service_(at), run_(std::move(run)), samples_(samples) {}

auto lives::key(int n) const -> std::string
{
    const auto number = std::to_string(n + 1);
    return "SAM-" + run_ + "-" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
}

void lives::live(int people)
{
    std::mutex mutex;
    std::exception_ptr problem;
    std::vector<std::jthread> threads;
    for (int person = 0; person < people; ++person)
        threads.emplace_back([&] {
            try {
                for (int n = next_++; n < samples_; n = next_++) live_one(n);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                problem = std::current_exception();
                next_ = samples_;
            }
        });
    threads.clear();
    if (problem) std::rethrow_exception(problem);
}

void lives::live_one(int n)
{
    one_life life(service_, key(n), static_cast<unsigned>(n) + 1);
    const auto count = [&](std::int64_t events) { events < 0 ? ++refused_ : events_ += events; };
    const auto priority = life.by_chance(5) ? urgency::urgent : urgency::normal;
    count(life.then(create_sample{.sample_id = key(n),
                                  .barcode = key(n),
                                  .sample_type = types[life.one_of(types.size())],
                                  .patient_id = "P-" + std::to_string(life.one_of(2000)),
                                  .priority = priority}));
    if (life.by_chance(4)) {
        count(life.then(start_processing{prep, "ada"}));     // too early: refused
    } else if (life.by_chance(5)) {
        count(life.then(reject_sample{"the tube leaks"}));
    } else if (life.by_chance(95)) {
        count(life.then(validate_sample{.by = "ada", .volume_ml = 1 + static_cast<double>(life.one_of(8))}));
        if (life.by_chance(60)) count(life.then(store_sample{"freezer " + std::to_string(life.one_of(12)), "-80 C"}));
        for (const auto stage : {prep, sequencing, analysis}) {
            if (!life.by_chance(85)) break;
            count(life.then(start_processing{stage, technicians[life.one_of(technicians.size())], 3'600'000}));
            if (stage == analysis && life.by_chance(90)) count(life.then(complete_sample{"grace"}));
        }
    }
    ++done_;
}

}  // namespace laboratory
