// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/catching_up/laboratory_log.hpp>

#include <pqxx/pqxx>

namespace annals::benchmarks {
namespace {

/// A sample's next event comes after some hundred events of others.
constexpr auto insert_courses = R"sql(
    with course as (
        select 'S-' || lpad(to_hex(sample * 2654435761 % 4294967296), 8, '0') as key, sample, version,
               row_number() over (order by sample + version * 50, version) as n
        from generate_series(1, $1::bigint / 4) sample, generate_series(1, 4) version)
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata)
    select row_number() over (partition by l.log order by n), version,
           timestamptz '2026-11-21 08:00Z' + n * interval '40 ms', gen_random_uuid(), l.log, 1, key,
           'sample.' || (array['created', 'received', 'tested', 'reported'])[version],
           json_build_object('sample_type', (array['blood', 'urine', 'saliva', 'tissue'])[1 + sample % 4],
                             'patient_id', 'P-' || sample % 1000, 'lab_id', 'L-' || sample % 7,
                             'volume_ml', (sample % 90)::numeric / 10, 'note', repeat('x', 180)),
           '{"user":"U-17"}'
    from course join annals.logs l on l.category = 'sample' and l.partition = annals.partition_of(key, 8)
    order by n
)sql";

}  // namespace

laboratory_log::laboratory_log(std::int64_t events)
{
    pqxx::connection server{dsn()};
    pqxx::nontransaction tx{server};
    tx.exec("select annals.ensure_category('sample', " + std::to_string(logs) + ")");
    tx.exec(insert_courses, pqxx::params{events}).no_rows();
    tx.exec("vacuum (analyze) annals.events");
    tx.exec("checkpoint");
}

}  // namespace annals::benchmarks
