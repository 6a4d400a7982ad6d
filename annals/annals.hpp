// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

/// What most services use.

#include <annals/cli/program.hpp>
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/context.hpp>
#include <annals/commands/decision.hpp>
#include <annals/commands/given.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/commands/load.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/eventstore/reading.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/facts/append.hpp>
#include <annals/facts/event_type.hpp>
#include <annals/facts/facts.hpp>
#include <annals/facts/fields.hpp>
#include <annals/facts/own_text.hpp>
#include <annals/facts/upcasting.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/processors/typed_processor.hpp>
#include <annals/projections/given.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <annals/queries/ask.hpp>
#include <annals/queries/find.hpp>
#include <annals/queries/find_all.hpp>
#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/orchestrator/local_participant.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>
#include <annals/service/service.hpp>

/// What a program says often, without its folder.
namespace annals {
using eventstore::any_version, eventstore::exactly, eventstore::no_stream;
using facts::append;
}  // namespace annals
