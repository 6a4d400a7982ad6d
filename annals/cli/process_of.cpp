// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/process_of.hpp>

namespace annals::cli {

auto process_of(session& session) -> operations::process
{
    return {session, [&session](const std::string& part, const failure& why) {
                session.terminal().complain(session.program() + " " + part, why);
            }};
}

}  // namespace annals::cli
