// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/queries/database.hpp>
#include <annals/queries/errors.hpp>

#include <concepts>
#include <string_view>

namespace annals::queries {

/// A question is a struct: its fields are what is asked, and one function answers it.
template <class Question>
concept question = requires(const Question& asked, pqxx::transaction_base& read) { asked.answer(read); };

/// A question that names the projection it reads, so that one can wait for that.
template <class Question>
concept says_what_it_reads = requires {
    { Question::reads } -> std::convertible_to<std::string_view>;
};

/// The answer as of now. Throws `eventstore::unavailable`, or what the question throws.
template <class Question>
[[nodiscard]] auto ask(database& from, const Question& asked)
{
    static_assert(question<Question>, "annals: a question needs `auto answer(pqxx::transaction_base&) const`");
    return from.read([&](pqxx::transaction_base& read) { return asked.answer(read); });
}

/// The answer after everything up to the token has been applied. Throws as `database::wait_for` does.
template <class Question>
[[nodiscard]] auto ask(database& from, const Question& asked, const eventstore::after_token& after)
{
    static_assert(says_what_it_reads<Question>, "annals: a question that is asked `after` a token must say what it "
                                                "reads: static constexpr auto reads = \"its projection\";");
    if constexpr (says_what_it_reads<Question>) from.wait_for(Question::reads, after);
    return ask(from, asked);
}

}  // namespace annals::queries
