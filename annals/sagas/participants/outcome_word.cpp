// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/outcome_word.hpp>

#include <annals/eventstore/payload_check.hpp>

namespace annals::sagas {

auto error_in(std::string_view answer) -> std::string
{
    if (!eventstore::fault_of_payload(answer)) {
        const auto read = eventstore::json::parse(answer);
        if (const auto found = read.find("error"); found != read.end() && found->is_string())
            return limited_error(found->get<std::string>());
    }
    return limited_error(std::string(answer));
}

auto word_of(const outcome& how) -> std::string_view
{
    if (!how.error) return "done";
    if (!how.retryable) return "failed";
    return how.outcome_unknown ? "in_doubt" : "try_again";
}

auto outcome_of(std::string_view word, std::string_view answer) -> std::optional<outcome>
{
    if (word == "done") return done_with(answer);
    if (word == "failed") return failed(error_in(answer));
    if (word == "try_again") return try_again(error_in(answer));
    if (word == "in_doubt") return in_doubt(error_in(answer));
    return std::nullopt;
}

auto fault_of_result(std::string_view text) -> std::optional<std::string>
{
    if (text.size() > result_bytes_max)
        return "has " + std::to_string(text.size()) + " bytes; the most are " + std::to_string(result_bytes_max);
    if (auto fault = eventstore::fault_of_payload("{\"result\":" + std::string(text) + "}")) return fault;
    if (!eventstore::json::accept(text)) return "is not one JSON value";
    return std::nullopt;
}

auto done_with(std::string_view result) -> outcome
{
    if (result.empty()) return done();
    if (const auto fault = fault_of_result(result))
        return in_doubt("the service says that it is done, but its result " + *fault);
    return done(eventstore::json::parse(result));
}

}  // namespace annals::sagas
