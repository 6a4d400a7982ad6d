// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/sent_commands.hpp>

#include <utility>

namespace annals::sagas {
namespace {

auto all_sent() -> std::set<sent_command>&
{
    static std::set<sent_command> all;       // filled before main, and then only read
    return all;
}

}  // namespace

auto sent_commands() -> const std::set<sent_command>& { return all_sent(); }

auto detail::note_sent(sent_command one) -> bool
{
    all_sent().insert(std::move(one));
    return true;
}

}  // namespace annals::sagas
