// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/at_least.hpp>
#include <cli/order_book.hpp>
#include <cli/session.hpp>
#include <cli/verbs/verbs.hpp>

namespace annals::cli {
namespace {

auto time_or_nothing(const std::optional<eventstore::timestamp>& time) -> cell
{
    return time ? cell{eventstore::to_string(*time)} : cell{};
}

auto text_or_nothing(const std::string& text) -> cell { return text.empty() ? cell{} : cell{text}; }

void show(const session& session, const std::vector<order>& orders)
{
    table lines(
        {"order", "state", "verb", "subject", "asked_by", "asked_at", "taken_by", "finished_at", "reason", "message"});
    for (const auto& one : orders)
        lines.add({one.number, one.state, one.verb, one.subject, one.asked_by, eventstore::to_string(one.asked_at),
                   text_or_nothing(one.taken_by), time_or_nothing(one.finished_at), text_or_nothing(one.reason),
                   text_or_nothing(one.is_open() ? one.progress : one.message)});
    if (orders.empty()) session.terminal().note("there are no orders");
    else session.terminal().print(lines);
}

[[noreturn]] void refuse_unknown(const session& session, std::int64_t number)
{
    throw failure("there is no order " + std::to_string(number),
                  "`" + session.program() + " orders list --all` shows them");
}

void add_list(CLI::App& orders, session& session)
{
    auto* verb = orders.add_subcommand("list", "orders that are not finished");
    auto all = std::make_shared<bool>(false);
    auto limit = std::make_shared<int>(100);
    verb->add_flag("--all", *all, "finished ones too: the record of what was asked");
    verb->add_option("--limit", *limit, "at most this many, the newest first")->type_name("N")->check(at_least(1));
    session.runs(*verb, [&session, all, limit] {
        order_book book(session.configuration().dsn());
        show(session, book.list(!*all, *limit));
        return exit_code::done;
    });
}

void add_show(CLI::App& orders, session& session)
{
    auto* verb = orders.add_subcommand("show", "one order");
    auto number = std::make_shared<std::int64_t>(0);
    verb->add_option("ORDER", *number, "its number")->required()->check(at_least(1));
    session.runs(*verb, [&session, number] {
        order_book book(session.configuration().dsn());
        const auto found = book.find(*number);
        if (!found) refuse_unknown(session, *number);
        show(session, {*found});
        return exit_code::done;
    });
}

void add_cancel(CLI::App& orders, session& session)
{
    auto* verb = orders.add_subcommand("cancel", "cancel an order that is not finished");
    auto number = std::make_shared<std::int64_t>(0);
    verb->add_option("ORDER", *number, "its number")->required()->check(at_least(1));
    session.runs(*verb, [&session, number] {
        order_book book(session.configuration().dsn());
        if (!book.find(*number)) refuse_unknown(session, *number);
        if (!book.cancel(*number)) throw failure("order " + std::to_string(*number) + " is finished already");
        session.terminal().note("order " + std::to_string(*number) + " is cancelled");
        return exit_code::done;
    });
}

}  // namespace

void add_orders(CLI::App& app, session& session)
{
    auto* orders = app.add_subcommand("orders", "operators' requests, by whom and why")->group(group::processes);
    orders->require_subcommand(1);
    add_list(*orders, session);
    add_show(*orders, session);
    add_cancel(*orders, session);
}

}  // namespace annals::cli
