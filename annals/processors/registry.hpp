// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/processors/header.hpp>

#include <pqxx/pqxx>

#include <optional>
#include <string>

/// Which processors a database knows besides projections: those of programs' own code.
namespace annals::processors::registry {

/// Makes a processor known, and sets where it begins, unless the database knows it already; returns whether it is new.
/// Throws `invalid_request` when its header breaks a rule or a projection has its name.
auto add(pqxx::connection& model, eventstore::store&, const header&) -> bool;

/// Forgets a processor, or one version of it, with its checkpoints: a program that has it would begin again. Throws
/// `invalid_request` when there is none, when it is a projection, or while a process works on it.
void remove(pqxx::connection& model, const std::string& name, std::optional<int> version);

/// Deletes what the database keeps of a processor or a projection as a processor, of one version or of all: its
/// checkpoints, its state and what is parked for it. Checks nothing, and waits for batches that are under way.
void forget(pqxx::transaction_base&, const std::string& name, std::optional<int> version = {});

/// Gives one version, with all that is kept of it, another name.
void rename(pqxx::transaction_base&, const processor_id&, const std::string& name);

}  // namespace annals::processors::registry
