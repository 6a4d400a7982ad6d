// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/deeds.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/sagas/participants/outcome_word.hpp>

#include <string>

namespace annals::sagas {
namespace {

/// done, undone: the result when it was done. refusal: why it failed for good at the attempt refused.
constexpr auto table = R"(
    create table if not exists saga_deeds (
        saga_type       text not null,
        saga_id         text not null,
        step            text not null,
        idempotency_key text not null,
        done            text,
        undone          text,
        refusal         text,
        refused         int not null default 0,
        changed_at      timestamptz not null default clock_timestamp(),
        primary key (saga_type, saga_id, step)
    ))";
constexpr auto one_creates_it = "select pg_catalog.pg_advisory_xact_lock(7020614912733)";
constexpr auto is_there = "select pg_catalog.to_regclass('saga_deeds') is not null";

/// Holds the row until the end of the transaction, also when it is new.
constexpr auto take_row = R"(
    insert into saga_deeds as d (saga_type, saga_id, step, idempotency_key) values ($1, $2, $3, $4)
    on conflict (saga_type, saga_id, step) do update set changed_at = clock_timestamp()
    returning done, undone, refusal, refused)";
constexpr auto note_done = "update saga_deeds set done = $4 where saga_type = $1 and saga_id = $2 and step = $3";
constexpr auto note_undone = "update saga_deeds set undone = $4 where saga_type = $1 and saga_id = $2 and step = $3";
constexpr auto note_refusal = R"(
    update saga_deeds set refusal = $4, refused = greatest(refused, $5)
    where saga_type = $1 and saga_id = $2 and step = $3)";

struct remembered {
    std::optional<std::string> done, undone, refusal;
    int refused = 0;
};

auto recall(pqxx::transaction_base& tx, const request& asked) -> remembered
{
    const auto row =
        tx.exec(take_row, pqxx::params{asked.saga_type, asked.saga_id, asked.step, asked.idempotency_key}).one_row();
    return {row[0].as<std::optional<std::string>>(), row[1].as<std::optional<std::string>>(),
            row[2].as<std::optional<std::string>>(), row[3].as<int>()};
}

/// Nothing: it is not known yet.
auto remembered_answer(const remembered& row, const request& asked) -> std::optional<outcome>
{
    if (asked.direction == direction::backward) {
        if (row.undone) return done_with(*row.undone);
        if (!row.done) return done();
        return std::nullopt;
    }
    if (row.done) return done_with(*row.done);
    if (row.undone) return failed("it was undone before it was asked for");
    if (row.refusal && asked.attempt <= row.refused) return failed(*row.refusal);
    return std::nullopt;
}

auto result_text(const outcome& how) -> std::string
{
    return how.result.is_null() ? "" : eventstore::to_text(how.result, "the result of a step");
}

void note(pqxx::transaction_base& tx, const request& asked, const std::string& result)
{
    tx.exec(asked.direction == direction::forward ? note_done : note_undone,
            pqxx::params{asked.saga_type, asked.saga_id, asked.step, result});
}

/// In a transaction of its own, because the one of the deed was rolled back.
void remember_refusal(pqxx::connection& link, const request& asked, const outcome& how)
{
    pqxx::work tx(link);
    if (asked.direction == direction::backward) return;  // an undoing is tried again until it succeeds
    recall(tx, asked);
    tx.exec(note_refusal, pqxx::params{asked.saga_type, asked.saga_id, asked.step, *how.error, asked.attempt});
    tx.commit();
}

/// The deed itself. What it throws leaves the attempt in doubt, unless the session is lost.
auto carried_out(pqxx::transaction_base& tx, const request& asked, const deed& what) -> outcome
{
    try {
        auto how = what(asked, tx);
        if (how.error) return how;
        if (const auto text = result_text(how); !text.empty())
            if (const auto fault = fault_of_result(text)) return failed("the result of " + asked.action + " " + *fault);
        return how;
    } catch (const pqxx::broken_connection&) {
        throw;
    } catch (const std::exception& problem) {
        return in_doubt(problem.what());
    }
}

}  // namespace

void create_deeds(pqxx::connection& link)
{
    pqxx::work tx(link);
    tx.exec(one_creates_it);
    if (!tx.query_value<bool>(is_there)) tx.exec(table);
    tx.commit();
}

auto answer_once(pqxx::connection& link, const request& asked, const deed& what) -> std::optional<outcome>
{
    std::optional<outcome> how;
    {
        pqxx::work tx(link);
        const auto row = recall(tx, asked);
        how = remembered_answer(row, asked);
        const bool is_undone_first = how && asked.direction == direction::backward && !row.undone;
        if (how && !is_undone_first) return how;
        if (eventstore::now() >= asked.deadline) return std::nullopt;
        if (!how) how = carried_out(tx, asked, what);
        if (!how->error) {
            note(tx, asked, result_text(*how));
            tx.commit();
        }
    }
    if (how->error && !how->retryable) remember_refusal(link, asked, *how);
    return how;
}

}  // namespace annals::sagas
