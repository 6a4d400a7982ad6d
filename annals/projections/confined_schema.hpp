// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <string>

/// Where an author's SQL runs: as functions in a schema of its own, as a role that can do nothing else.
namespace annals::projections {

/// Quotes a text with dollars and a tag that does not occur in it: the same in every session.
auto dollar_quoted(const std::string& text) -> std::string;

struct confined_schema {
    std::string name;
    std::string role;                        ///< owns everything in it
    bool is_trial = false;                   ///< its transaction cannot be committed
};

/// A schema whose owner can only read what is in the schema `read`; no other trial has it at the same time. Needs no
/// right but those of an analyst.
auto open_trial(pqxx::transaction_base&) -> confined_schema;

/// A function without parameters. The author's text cannot leave the role or end the transaction, and no setting of a
/// session changes what it computes.
struct confined_function {
    std::string name;
    std::string body;                        ///< begins with `declare` or `begin`
    std::string result = "void";
    bool is_called_once = false;             ///< then it may have settings that are dear to set
};

/// Makes it, or gives an existing one another body. The first line of the body is the first line of the server's
/// statement, so that its line numbers can be translated.
void declare(pqxx::transaction_base&, const confined_schema&, const confined_function&);
/// Gives a function to the role, and to workers; done already for a trial's.
void hand_over(pqxx::transaction_base&, const confined_schema&, const std::string& function);

/// Calls a function, named with its schema; returns its text, if it has one. The session is as before: when the
/// function could leave something behind that would run as the caller, the server refuses it.
auto call(pqxx::transaction_base&, const std::string& function) -> std::string;

/// Whether a call that failed has left a prepared statement, which no rollback removes: it may be in the place of one
/// of the session's.
auto has_left_statements(pqxx::transaction_base&) -> bool;

}  // namespace annals::projections
