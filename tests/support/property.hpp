// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <random>
#include <sstream>
#include <string>
#include <utility>

namespace annals::tests {

/// Fails the test when the property is false for some generated values; rapidcheck shows the smallest.
template <class Property>
void check_property(const std::string& says, Property&& property)
{
    CHECK_MESSAGE(rc::check(says, std::forward<Property>(property)), says);
}

/// How long to look for a counterexample: ANNALS_PROPERTY_SECONDS when it is set.
inline auto property_time(std::chrono::seconds otherwise) -> std::chrono::seconds
{
    const auto* const wanted = std::getenv("ANNALS_PROPERTY_SECONDS");
    return wanted ? std::chrono::seconds{std::atoi(wanted)} : otherwise;
}

/// The same in rounds until the time is over; each has a seed, which is shown when it fails. ANNALS_PROPERTY_SEED=n
/// runs the round of that seed only. For properties that run threads: a seed repeats what they do, not which is
/// first.
/// The smallest counterexample is searched for ten more seconds.
template <class Property>
void check_property_for(std::chrono::seconds time, const std::string& says, Property property)
{
    using clock = std::chrono::steady_clock;
    const auto* const fixed = std::getenv("ANNALS_PROPERTY_SEED");
    auto end = clock::now() + time;
    int cases = 0;
    int rounds = 0;
    bool has_failed = false;
    std::string why;  // of the last failure, which is the smallest: the search may be out of time
    const auto note = [&](std::string text) {
        why = std::move(text);
        if (!std::exchange(has_failed, true)) end = clock::now() + std::chrono::seconds{10};
    };
    const auto in_time = [&] {
        if (clock::now() > end) return;
        ++cases;
        try {
            property();
        } catch (const rc::detail::CaseResult& failed) {
            note(failed.description);
            throw;
        } catch (const std::exception& failed) {
            note(failed.what());
            throw;
        }
    };
    while (clock::now() < end && !has_failed && (rounds == 0 || !fixed)) {
        ++rounds;
        rc::detail::TestParams params;
        params.seed = fixed ? std::strtoull(fixed, nullptr, 10) : std::random_device{}();
        params.maxSuccess = 25;
        const auto result = rc::detail::checkTestable(in_time, rc::detail::TestMetadata{says, says}, params);
        std::ostringstream text;
        rc::detail::printResultMessage(result, text);
        CHECK_MESSAGE(result.template is<rc::detail::SuccessResult>(), says, "; ANNALS_PROPERTY_SEED=", params.seed,
                      " repeats it\n", text.str(), "\nThe smallest fails with: ", why);
    }
    MESSAGE(says, ": ", cases, " cases in ", rounds, " rounds");
}

}  // namespace annals::tests
