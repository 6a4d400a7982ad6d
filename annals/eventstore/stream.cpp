// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/stream.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

namespace annals::eventstore {

auto to_string(const stream_id& stream) -> std::string { return stream.category + "-" + stream.key; }

auto parse_stream(std::string_view text) -> stream_id
{
    const auto dash = text.find('-');
    if (dash == std::string_view::npos)
        throw invalid_request("\"" + std::string(text)
                              + "\" is not a stream: write category-key, for example sample-S-1");
    auto stream = stream_id{std::string(text.substr(0, dash)), std::string(text.substr(dash + 1))};
    check_name(stream);
    return stream;
}

auto to_string(const log_id& log) -> std::string { return log.category + "/" + std::to_string(log.partition); }

}  // namespace annals::eventstore
