// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/eventstore/postgres/plans_sagas.hpp>

#include <string>
#include <vector>

/// What plans_test.cpp calls besides the statements in the sources.
namespace annals::tests::plans {

inline const std::string appends =
    "bool, int[], bool[], text[], text[], text[], int[], int[], text[], bigint[], int[], int[], "
    "int[], int[], uuid[], text[], smallint[], json[], json[], timestamptz[]";
inline const std::string one_append =
    "true, '{<log>}', '{f}', '{}', '{}', '{}', '{1}', '{1}', '{H}', '{-1}', '{1}', '{1}', '{0}', '{1}', "
    "array[gen_random_uuid()], '{a}', '{1}', array['{}'::json], array['{}'::json], array[null::timestamptz]";

/// Calls of functions in the schema annals and queries of its views, and the SQLSTATE that they end with.
struct call {
    std::string text;
    std::string state = "00000";
};

inline const std::string one = "'visit', 'H', array['a'], array['{}'::json]";
inline const std::string sent_twice =
    "'{<log>}', '{H}', '{-1}', '{1}', '{1}', true, array['<new>'::uuid], '{visit.seen}', '{1}', "
    "array['{}'::json], array['{}'::json], array[null::timestamptz]";

inline const std::vector<call> calls{
    {"select * from annals.append(" + one + ")"},
    {"select * from annals.append(" + one + ", 1)", "LG003"},
    {"select * from annals.append(" + one + ", -2, announce => true)"},
    {"select * from annals.append(" + one + ", ids => array['<new>'::uuid], resend => true)", "LG004"},
    {"select * from annals.append(" + one + ", ids => array[annals.new_id()], resend => true)"},
    {"select * from annals.append(" + one + ", 6, ids => array['<old>'::uuid])", "LG004"},
    {"select * from annals.append(" + one + ", 6, ids => array[annals.new_id()])", "LG003"},
    {"select * from annals.append(" + one + ", idempotency_key => 'a new key')"},
    {"select * from annals.append(" + one + ", idempotency_key => 'key 7')"},
    {"select * from annals.append('visit', 'H', array_fill('a'::text, '{100}'), array_fill('{}'::json, '{100}'))"},
    {"select * from annals.append_streams('{visit,visit}', '{H,K-7}', '{a,b}', array['{}','{}'], '{visit,visit}', "
     "'{K-8,nobody}', array[-2, 0])"},
    {"select * from annals.append_streams('{visit,visit}', '{H,K-7}', '{a,b}', array['{}','{}'], '{visit,visit}', "
     "'{K-8,nobody}', array[0, 0], ids => array['<new>','<old>']::uuid[])",
     "LG003"},
    {"select * from annals.append_many(" + one_append + ")"},
    {"select * from annals.find_sent(" + sent_twice + ")"},
    {"select * from annals.find_at_versions('{<log>}', '{H}', '{6}', '{1}', '{1}', array['<old>'::uuid], "
     "'{visit.seen}', "
     "array[1::smallint], array['{}'::json], array['{}'::json], array[null::timestamptz])"},
    {"select * from annals.find_resent(<log>, 'H', -1, true, array['<new>'::uuid], '{visit.seen}', '{1}', "
     "array['{}'::json], array['{}'::json], array[null::timestamptz])"},
    {"select * from annals.find_resent(<log>, 'H', 6, true, array['<old>'::uuid], '{visit.seen}', '{1}', "
     "array['{}'::json], array['{}'::json], array[null::timestamptz])"},
    {"select * from annals.find_resent(<log>, 'H', -1, true, array[annals.new_id()], '{visit.seen}', '{1}', "
     "array['{}'::json], array['{}'::json], array[null::timestamptz])"},
    {"select annals.ensure_category('visit', <count>)"},
    {"select annals.list_categories()"},
    {"select * from annals.list_streams('visit', streams_max => 10)"},
    {"select * from annals.list_streams('visit', 'K-7', 10)"},
    {"select * from annals.processor_activity()"},
    {"select annals.why_parked('seen', 1, 'visit', 0, 1)"},
    {"select * from annals.proposed_projections()"},
    {"select annals.propose_projection('seen', '-- projection: seen', '')"},
    {"select * from annals.lease_holders()"},
    {"select * from annals.due_commands('{seen/7}', '{visit-H}', 10)"},
    {"select annals.next_due('{seen/7}', '{}')"},
    {"select * from annals.outgoing_problems()"},
    {"select * from annals.read_stream('visit', 'H', 1000, events_max => 10)"},
    {"select * from annals.read_stream('visit', 'H', backwards => true, events_max => 10)"},
    {"select * from annals.read_stream('visit', 'K-7', events_max => 2)"},
    {"select * from annals.read_log('visit', <log> - 1, 1000, events_max => 10)"},
    {"select * from annals.read_log('visit', <log> - 1, backwards => true, events_max => 10)"},
    {"select * from annals.read_category('visit', events_max => 10)"},
    {"select * from annals.read_category('visit', events_max => 10, backwards => true)"},
    {"select * from annals.read_category('visit', '{<starts>}', events_max => <count>)"},
    {"select * from annals.read_category('visit', '{<ends>}')"},
    {"select * from annals.read_category('visit', upto => '{<starts>}', backwards => true)"},
    {"select * from annals.read_category('visit', events_max => 10, member => 0, members => 2)"},
    {"select annals.watermarks('{<logs>}', '{<starts>}')"},
    {"select annals.watermarks('{<logs>}', '{<ends>}')"},
    {"select annals.positions_before('visit', '2020-01-05')"},
    {"select annals.positions_before('visit', 'infinity')"},
    {"select annals.has_reached('seen', 'visit/0@1')"},
    {"select annals.wait_for('seen', 'visit/0@1')"},
    {"call annals.wait('seen', 'visit/0@1')", "25001"},
    {"select annals.outcome_so_far('seen', '{visit}', '{0}', '{1}')"},
    {"select * from annals.progress('{seen,seen}', '{null,1}', '{visit,visit}', '{0,0}')"},
    {"select annals.purge_idempotency_keys('100 days')"},
    {"select annals.register_saga('tour', 1, '{}', 1)"},
    {"select annals.log_of_saga('tour', 'T-7')"},
    {"select annals.start_saga('tour', 'T-0')"},
    {"select annals.start_saga_once('tour', 'T-7', '{}', '', null, annals.new_id())"},
    {"select annals.ask_saga('tour', 'T-7', 'pause', '{}', annals.new_id())"},
    {"select * from annals.saga_inputs_for('{<tour>}', 10, 10)"},
    {"select annals.sagas_due('{<tour>}', now(), 10)"},
    {"select annals.answer_parents('" + a_round + "')"},
    {"select annals.answer_parent('tour', 'T-7')"},
    {"select annals.store_sagas('{<tour>}', '{1}', '" + a_round + "', " + a_saga_append + ")"},
    {"select annals.remove_sagas('1 day', '', 10)"},
    {"select annals.forget_saga_requests()"},
    {"select * from annals.lag"},
    {"select sum(events_behind) from annals.lag where projection = 'seen'"},
    {"select * from annals.streams where category = 'visit' and key = 'K-7'"},
    {"select * from annals.recorded_events where category = 'visit' and partition = 0 and position = 7"},
};

/// Functions that a role of annals may execute and that read no table.
inline const std::vector<std::string> read_nothing{
    "apply_blocks",      "call_confined",      "check_given",        "new_id",        "open_trial",
    "owner_of_confined", "parse_token",        "partition_of",       "pause_of_wait", "recorded_not_before",
    "refusal_of_commit", "refuse_left_behind", "refuse_search_path", "trial_function"};

}  // namespace annals::tests::plans
