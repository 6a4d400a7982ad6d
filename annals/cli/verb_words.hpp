// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/cli/own_verb.hpp>
#include <annals/cli/word_value.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

/// The words of a verb of a program's own. Each sets a member of a plain struct, whose defaults hold for those that are
/// left out:
///
///     struct day { std::string station; int threads = 1; bool quick = false; };
///     … .verb<day>("day", "plays a day of the shop",
///                  {cli::argument("STATION", &day::station, "where it is played"),
///                   cli::option("--threads", &day::threads, "how many play it at once"),
///                   cli::option("--quick", &day::quick, "without a pause")},
///                  [](cli::session& session, const day& given) { … return cli::exit_code::done; })
///
/// A member is a text, a number, an enum (ANNALS_ENUM) or what facts store as a text (times, UUIDs, ANNALS_TEXT); a
/// `std::optional` of them may be left out, a `std::vector` may be given several times. An option of a `bool` is a
/// flag. What does not fit is wrong usage, before the verb runs.
namespace annals::cli {

template <class Words>
struct word {
    own_word shown;
    std::function<void(Words&, const std::vector<std::string>& given)> set;
};

namespace detail {

template <class Words, class T>
auto word_of(own_word shown, T Words::* member) -> word<Words>
{
    using value = word_value<T>;
    if constexpr (value::is_valid) {
        shown.type = value::type;
        shown.is_list = value::is_list;
        shown.fault = [](const std::string& text) { return value::fault(text); };
        return {std::move(shown), [member](Words& words, const std::vector<std::string>& given) {
                    for (const auto& text : given) value::set(words.*member, text);
                }};
    } else {
        return {std::move(shown), {}};
    }
}

}  // namespace detail

/// A word by its place, such as `STATION`; it must be given unless its member is an optional or a vector.
template <class Words, class T>
auto argument(std::string name, T Words::* member, std::string says) -> word<Words>
{
    static_assert(!std::same_as<T, bool>, "annals: an argument of the type bool would be a word: make it an option");
    return detail::word_of(
        own_word{.name = std::move(name), .says = std::move(says), .is_required = !word_value<T>::may_be_left_out},
        member);
}

/// A word by its name, such as `--threads 4`; it may be left out.
template <class Words, class T>
auto option(std::string name, T Words::* member, std::string says) -> word<Words>
{
    if (const auto usual = word_value<T>::shown(Words{}.*member); !usual.empty()) says += ", otherwise " + usual;
    return detail::word_of(
        own_word{.name = std::move(name), .says = std::move(says), .is_option = true, .is_flag = std::same_as<T, bool>},
        member);
}

}  // namespace annals::cli
