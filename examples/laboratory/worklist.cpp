// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/worklist.hpp>

#include <annals/eventstore/timestamp.hpp>

#include <string_view>

namespace laboratory {
namespace {

using annals::eventstore::recorded_event;

void now_waits_for(std::string_view what, const recorded_event& at, pqxx::transaction_base& tx)
{
    tx.exec("update worklist set waits_for = $2, since = $3 where sample = $1",
            {at.stream.key, what, annals::eventstore::to_string(at.time())});
}

void no_longer_waits(const recorded_event& at, pqxx::transaction_base& tx)
{
    tx.exec("delete from worklist where sample = $1", pqxx::params{at.stream.key});
}

}  // namespace

void worklist::project(const sample_created& fact, const recorded_event& at, pqxx::transaction_base& tx) const
{
    tx.exec("insert into worklist values ($1, $2, $3, 'validation', $4)",
            {at.stream.key, fact.sample_type, annals::facts::enum_name(fact.priority),
             annals::eventstore::to_string(at.time())});
}

void worklist::project(const sample_validated&, const recorded_event& at, pqxx::transaction_base& tx) const
{
    now_waits_for("preparation", at, tx);
}

void worklist::project(const sample_processing_started& fact, const recorded_event& at,
                       pqxx::transaction_base& tx) const
{
    using enum sample_status;
    now_waits_for(fact.stage == prep ? "sequencing" : fact.stage == sequencing ? "analysis" : "completion", at, tx);
}

void worklist::project(const sample_completed&, const recorded_event& at, pqxx::transaction_base& tx) const
{
    no_longer_waits(at, tx);
}

void worklist::project(const sample_rejected&, const recorded_event& at, pqxx::transaction_base& tx) const
{
    no_longer_waits(at, tx);
}

auto waiting_samples::answer(pqxx::transaction_base& read) const -> std::vector<std::string>
{
    std::vector<std::string> samples;
    for (const auto& [sample] :
         read.query<std::string>("select sample from worklist where sample_type = $1"
                                 " order by array_position('{urgent,high,normal,low}', priority), since, sample",
                                 pqxx::params{sample_type}))
        samples.push_back(sample);
    return samples;
}

}  // namespace laboratory
