// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>
#include <annals/projections/header.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>

#include <pqxx/pqxx>

#include <string>
#include <variant>

/// Read models in C++ that catch up.
namespace annals::benchmarks {

struct created {
    std::string sample_type, patient_id;
    double volume_ml = 0;
};
struct received {
    std::string lab_id;
};
struct tested {
    std::string lab_id;
};
struct reported {
    std::string lab_id;
};
ANNALS_EVENT(created, "sample.created", sample_type, patient_id, volume_ml)
ANNALS_EVENT(received, "sample.received", lab_id)
ANNALS_EVENT(tested, "sample.tested", lab_id)
ANNALS_EVENT(reported, "sample.reported", lab_id)

struct card {
    static constexpr projections::header header{.projection = "card", .version = 1, .categories = "sample"};
    using event = std::variant<created, received, tested, reported>;

    std::string patient, sample_type, lab, state;
    double volume_ml = 0;

    void evolve(const created& fact)
    {
        patient = fact.patient_id;
        sample_type = fact.sample_type;
        volume_ml = fact.volume_ml;
        state = "created";
    }
    void evolve(const received& fact)
    {
        lab = fact.lab_id;
        state = "received";
    }
    void evolve(const tested&) { state = "tested"; }
    void evolve(const reported&) { state = "reported"; }
};
ANNALS_FIELDS(card, patient, sample_type, lab, state, volume_ml)

/// One statement a fact.
struct station {
    static constexpr projections::header header{
        .projection = "station", .version = 1, .categories = "sample", .order = projections::row_order::by_key};
    static constexpr auto ddl = "create table station (key text primary key, patient text not null, state text)";
    using event = std::variant<created, received, tested, reported>;

    void project(const created& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into station (key, patient, state) values ($1, $2, 'created')",
                pqxx::params{at.stream.key, fact.patient_id});
    }
    void project(const received&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        move(tx, at, "received");
    }
    void project(const tested&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        move(tx, at, "tested");
    }
    void project(const reported&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        move(tx, at, "reported");
    }

private:
    static void move(pqxx::transaction_base& tx, const eventstore::recorded_event& at, const char* state)
    {
        tx.exec("update station set state = $2 where key = $1", pqxx::params{at.stream.key, state});
    }
};

}  // namespace annals::benchmarks
