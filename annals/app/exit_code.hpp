// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::app {

/// A program's exit code, for the shell and for probes.
enum class exit_code {
    done = 0,
    failed = 1,
    usage = 2,    ///< the command line, the configuration or the input is wrong; nothing was done
    found = 3     ///< the command worked, and found something that needs a person
};

}  // namespace annals::app
