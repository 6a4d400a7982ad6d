// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/exit_code.hpp>

#include <functional>
#include <string>
#include <vector>

namespace annals::cli {

class session;

/// An argument or an option of a verb, as the command line shows and checks it.
struct own_word {
    std::string name;                        ///< BIKE, --threads
    std::string says;
    std::string type = {};                   ///< of an option's value, for the help
    bool is_option = false;
    bool is_flag = false;                    ///< an option without a value
    bool is_required = false;
    bool is_list = false;                    ///< it may be given several times
    std::function<std::string(const std::string& text)> fault = {};  ///< what was expected instead; empty: it is fine
};

/// What was given for each word: its texts, none if it was left out.
using given_words = std::vector<std::vector<std::string>>;

/// A verb that only this program has.
struct own_verb {
    std::string name;
    std::string says;
    std::vector<own_word> words = {};
    std::function<app::exit_code(session&, const given_words&)> run;
};

}  // namespace annals::cli
