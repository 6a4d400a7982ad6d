// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>
#include <annals/eventstore/postgres/log_directory.hpp>
#include <annals/libpq/parameters.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// How appends and verdicts are passed to and from `annals.append_many` (0003_append.sql).
namespace annals::eventstore::postgres {

/// A request and the logs it goes to.
struct routed_append {
    append_request request;
    std::vector<stream_log> logs;            ///< of each stream of the request
};

/// Another session has locked this log; nothing was done.
struct log_locked {
    std::int32_t log = 0;
};

/// The idempotency key was used before: look up its first result.
struct used_key {
    bool is_same_use = true;                 ///< otherwise it was used for something else
};

using verdict = std::variant<append_result, log_locked, used_key>;

/// Whether the call waits for locks that others hold. If not, there are `log_locked` verdicts.
enum class patience { waits, does_not_wait };

using appends = std::span<const routed_append* const>;

/// The parameters of `annals.append_many`, in order. No two of the appends may share an idempotency key or an event
/// id: the second would have to see what the first one wrote.
auto encode_call(appends, patience) -> libpq::parameters;

/// The columns that `annals.append_many` returns.
struct call_columns {
    std::vector<std::int32_t> verdict;
    std::vector<std::int64_t> version_before;
    std::vector<std::int64_t> first_position;
    std::vector<std::int64_t> last_position;
    std::vector<bool> check_failed;
    std::vector<uuid> reused;
    std::vector<std::int32_t> culprit;
    std::vector<std::string> differs;
};

/// The number of a version; -1 for any, -2 for a stream that exists.
auto expected_number(const expected_version&) -> std::int64_t;

/// One verdict per append, in the order of the call.
auto decode_call(appends, const call_columns&) -> std::vector<verdict>;

}  // namespace annals::eventstore::postgres
