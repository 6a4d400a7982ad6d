// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::cli {

/// What a program says to the shell and to probes when it ends.
enum class exit_code {
    done = 0,
    failed = 1,
    usage = 2,    ///< the command line, the configuration or the input is wrong; nothing was done
    found = 3     ///< the command worked, and found something that needs a person
};

}  // namespace annals::cli
