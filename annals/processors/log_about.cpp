// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/log_about.hpp>

#include <algorithm>
#include <iterator>

namespace annals::processors {

using telemetry::field;

void log_about(const processor_id& id, telemetry::level at, std::string_view message, std::vector<field> more)
{
    std::vector<field> fields{{"projection", id.name}, {"version", id.version}};
    std::ranges::move(more, std::back_inserter(fields));
    telemetry::log(at, message, fields);
}

auto fields_of(const std::string& problem, const std::string& code) -> std::vector<field>
{
    std::vector<field> fields;
    if (!code.empty()) fields.emplace_back("error", code);
    fields.emplace_back("problem", problem);
    return fields;
}

}  // namespace annals::processors
