// SPDX-License-Identifier: Apache-2.0
// says: laboratory::waiting_samples
// says: a question that is asked `after` a token must say what it reads

namespace laboratory {

struct waiting_samples {
    auto answer(pqxx::transaction_base&) const -> int { return 0; }
};

int run(queries::database& database, const eventstore::token& written)
{
    return queries::ask(database, waiting_samples{}, after(written));
}

}  // namespace laboratory
