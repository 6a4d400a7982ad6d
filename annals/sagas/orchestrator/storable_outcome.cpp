// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/storable_outcome.hpp>

#include <annals/eventstore/payload_check.hpp>

namespace annals::sagas {

auto limited_error(std::string error) -> std::string
{
    if (!eventstore::is_utf8(error) || error.contains('\0')) return "";
    if (error.size() <= error_bytes_max) return error;
    auto end = error_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(error[end]) & 0xC0U) == 0x80U) --end;
    return error.substr(0, end) + "…";
}

auto storable(outcome how) -> outcome
{
    if (how.error) {
        *how.error = limited_error(*std::move(how.error));
        return how;
    }
    if (how.result.is_null()) return how;
    if (const auto fault = eventstore::fault_of_value(how.result))
        return in_doubt("it is done, but its result " + *fault);
    if (const auto size = how.result.dump().size(); size > result_bytes_max)
        return in_doubt("it is done, but its result has " + std::to_string(size) + " bytes; the most are "
                        + std::to_string(result_bytes_max));
    return how;
}

}  // namespace annals::sagas
