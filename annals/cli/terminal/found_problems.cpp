// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/found_problems.hpp>

#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/text_width.hpp>

#include <utility>

namespace annals::cli {
namespace {

constexpr std::size_t waiting_bytes_max = 1 << 20;

auto row(const eventstore::recorded_event& event, const std::string& problem) -> table
{
    table one({"stream", "version", "type", "schema_version", "problem"});
    one.add({to_string(event.stream), event.version.number, event.type, std::int64_t{event.schema_version}, problem});
    return one;
}

}  // namespace

void found_problems::add(const eventstore::recorded_event& event, const std::string& problem)
{
    ++count_;
    const auto found = ++by_type_[{event.type, event.schema_version}];
    if (shown_max_ != 0 && found > shown_max_) return;
    if (terminal_.is_json()) return terminal_.print(row(event, problem));
    waiting_ +=
        printable(to_string(event.stream) + " version " + std::to_string(event.version.number) + ": " + problem);
    waiting_ += '\n';
    if (waiting_.size() > waiting_bytes_max) terminal_.print(std::exchange(waiting_, {}));
}

void found_problems::finish()
{
    terminal_.print(std::exchange(waiting_, {}));
    for (const auto& [type, found] : by_type_)
        if (shown_max_ != 0 && found > shown_max_)
            terminal_.note(app::with_separators(found - shown_max_) + " more of " + type.first + " version "
                           + std::to_string(type.second) + "; --limit 0 shows all");
}

}  // namespace annals::cli
