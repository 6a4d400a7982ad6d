// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <deque>
#include <memory>

namespace annals::cli {
namespace {

/// CLI11 takes a name without dashes for an argument.
void check_name(const own_verb& verb, const own_word& word)
{
    if (word.name.starts_with('-') == word.is_option && !word.name.empty()) return;
    throw failure("the verb " + verb.name + " of this program cannot have the "
                      + (word.is_option ? "option \"" : "argument \"") + word.name + "\"",
                  "an option begins with --, an argument does not", exit_code::usage);
}

/// What a verb's words were parsed into, in their order.
struct parsed_words {
    std::deque<std::vector<std::string>> lists;
    std::deque<std::string> texts;
    std::vector<CLI::Option*> options;

    void add(CLI::App& verb, const own_word& word)
    {
        CLI::Option* added = nullptr;
        if (word.is_flag) added = verb.add_flag(word.name, word.says);
        else if (word.is_list) added = verb.add_option(word.name, lists.emplace_back(), word.says);
        else added = verb.add_option(word.name, texts.emplace_back(), word.says);
        if (!word.is_flag) added->type_name(word.type)->check(CLI::Validator(word.fault, ""));
        if (word.is_list && word.is_option) added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        options.push_back(added->required(word.is_required));
    }

    auto given() const -> given_words
    {
        given_words all;
        for (const auto* option : options)
            all.push_back(option->count() == 0 ? std::vector<std::string>() : option->results());
        return all;
    }
};

}  // namespace

void add_own(CLI::App& app, session& session)
{
    for (const auto& own : session.own_verbs()) {
        auto* verb = app.add_subcommand(own.name, own.says)->group(group::start_here);
        auto words = std::make_shared<parsed_words>();
        for (const auto& word : own.words) {
            check_name(own, word);
            words->add(*verb, word);
        }
        session.runs(*verb, [&session, words, run = own.run] { return run(session, words->given()); });
    }
}

}  // namespace annals::cli
