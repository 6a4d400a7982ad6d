// SPDX-License-Identifier: Apache-2.0
#include <cli/order_book.hpp>

namespace annals::cli {
namespace {

using eventstore::timestamp;
using eventstore::postgres::parameters;
using eventstore::postgres::result;

constexpr auto insert_order = R"sql(
    with placed as (
        insert into annals.orders (verb, subject, asked_by, reason) values ($1, $2, $3, $4) returning id
    )
    select id, pg_notify('annals_orders', '') from placed
)sql";

constexpr auto select_orders = R"sql(
    select o.id, o.verb, o.subject, o.asked_by, o.reason, o.state, o.progress, o.message, o.asked_at, o.finished_at,
           coalesce(w.program || ' ' || w.host || ':' || w.pid, '')
    from (select * from annals.orders o
          where ($1::bigint is null or o.id = $1) and (not $2 or o.state in ('waiting', 'taken'))
          order by o.id desc limit $3) o
    left join annals.workers w on w.id = o.taken_by
    order by o.id desc
)sql";

constexpr auto cancel_order = R"sql(
    update annals.orders set state = 'cancelled', finished_at = clock_timestamp()
    where id = $1 and state in ('waiting', 'taken') returning id
)sql";

/// A process that has taken an order and has not been seen for ten seconds is lost; its order is begun again.
constexpr auto take_order = R"sql(
    update annals.orders set state = 'taken', taken_by = $1, taken_at = clock_timestamp()
    where id = (
        select o.id from annals.orders o
        where o.verb = any($2) and ($3::bigint is null or o.id = $3)
          and (o.state = 'waiting'
               or (o.state = 'taken' and o.taken_at < clock_timestamp() - interval '10 s'
                   and not exists (select from annals.workers w
                                   where w.id = o.taken_by and w.seen_at > clock_timestamp() - interval '10 s')))
        order by o.id limit 1 for update of o skip locked
    )
    returning id
)sql";

constexpr auto report_progress = "update annals.orders set progress = $2 where id = $1 and state = 'taken'";

constexpr auto finish_order = R"sql(
    update annals.orders set state = $2, message = $3, finished_at = clock_timestamp()
    where id = $1 and state = 'taken'
)sql";

auto to_orders(const result& rows) -> std::vector<order>
{
    std::vector<order> all;
    for (int i = 0; i < rows.size(); ++i) {
        const auto text = [&](int column) { return rows.get<std::string>(i, column); };
        all.push_back({.number = rows.get<std::int64_t>(i, 0),
                       .verb = text(1),
                       .subject = text(2),
                       .asked_by = text(3),
                       .reason = text(4),
                       .state = text(5),
                       .progress = text(6),
                       .message = text(7),
                       .asked_at = rows.get<timestamp>(i, 8),
                       .finished_at = rows.find<timestamp>(i, 9),
                       .taken_by = text(10)});
    }
    return all;
}

auto select_with(std::optional<std::int64_t> number, bool only_open, int orders_max) -> parameters
{
    return parameters::of(number, only_open, std::int64_t{orders_max});
}

}  // namespace

auto order_book::place(const order& wanted) -> std::int64_t
{
    const auto values = parameters::of(wanted.verb, wanted.subject, wanted.asked_by, wanted.reason);
    return log_.query(insert_order, values).get<std::int64_t>(0, 0);
}

auto order_book::find(std::int64_t number) -> std::optional<order>
{
    auto found = to_orders(log_.query(select_orders, select_with(number, false, 1)));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

auto order_book::list(bool only_open, int orders_max) -> std::vector<order>
{
    return to_orders(log_.query(select_orders, select_with({}, only_open, orders_max)));
}

auto order_book::cancel(std::int64_t number) -> bool
{
    return !log_.query(cancel_order, parameters::of(number)).empty();
}

auto order_book::take(const eventstore::uuid& process, const std::vector<std::string>& verbs,
                      std::optional<std::int64_t> only) -> std::optional<order>
{
    auto names = eventstore::postgres::array::of<std::string_view>();
    for (const auto& verb : verbs) names.add(std::string_view(verb));
    const auto taken = log_.query(take_order, parameters::of(process, std::move(names), only));
    return taken.empty() ? std::nullopt : find(taken.get<std::int64_t>(0, 0));
}

void order_book::report(std::int64_t number, const std::string& progress)
{
    log_.query(report_progress, parameters::of(number, progress));
}

void order_book::finish(std::int64_t number, bool done, const std::string& message)
{
    log_.query(finish_order, parameters::of(number, std::string_view(done ? "done" : "failed"), message));
}

void order_book::listen() { log_.execute("listen annals_orders"); }

}  // namespace annals::cli
