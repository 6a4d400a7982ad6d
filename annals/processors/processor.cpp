// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/processor.hpp>

#include <annals/processors/failure.hpp>

namespace annals::processors {

auto to_string(const processor_id& processor) -> std::string
{
    return processor.name + " version " + std::to_string(processor.version);
}

auto verbs_for(const processor_id& processor) -> std::string
{
    return processor.registration == 0 ? "processors" : "projections";
}

auto same_version(const processor_id& one, const processor_id& other) -> bool
{
    return one.name == other.name && one.version == other.version;
}

auto processor::explain(const std::exception& problem) const -> std::string { return one_line(problem); }

}  // namespace annals::processors
