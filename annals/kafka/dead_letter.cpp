// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/dead_letter.hpp>

#include <annals/kafka/topic.hpp>

namespace annals::kafka {

auto to_record(const dead_letter& letter, const settings& of, const origin& from) -> record
{
    auto made = to_record(letter.event, from);
    const auto add = [&](const char* name, std::string value) {
        made.headers.push_back({std::string("__connect.errors.") + name, std::move(value)});
    };
    add("topic", topic_of(of, letter.event.stream.category));
    add("partition", std::to_string(letter.event.partition));
    add("connector.name", letter.consumer);
    add("stage", "TASK_PUT");
    add("exception.message", letter.error);
    return made;
}

}  // namespace annals::kafka
