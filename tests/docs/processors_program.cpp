// SPDX-License-Identifier: Apache-2.0
// The program of docs/guide/processors.md. tests/docs/pages_test.cpp checks that it is the same;
// tests/docs/processors_program_test.cpp runs it.
// clang-format off
#include <annals/annals.hpp>

#include <iostream>

using namespace annals;

struct customer_joined { std::string name, email; };
struct voucher_given   { std::string reason; };
ANNALS_EVENT(customer_joined, "customer.joined",        name, email)
ANNALS_EVENT(voucher_given,   "customer.voucher_given", reason)

struct join         { std::string name, email; };
struct give_voucher { std::string reason; };
ANNALS_FIELDS(give_voucher, reason)

struct customer {
    static constexpr auto category = "customer";
    using event    = std::variant<customer_joined, voucher_given>;
    using decision = commands::decision<event>;

    auto decide(const join& command) const -> decision
    {
        if (is_known) return commands::refuse("this customer is known already");
        return customer_joined{command.name, command.email};
    }
    auto decide(const give_voucher& command) const -> decision { return voucher_given{command.reason}; }
    void evolve(const customer_joined&) { is_known = true; }
    void evolve(const voucher_given&) {}

    bool is_known = false;
};

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "customer"};
    using event = std::variant<customer_joined>;

    void apply(const customer_joined& fact)
    {
        if (fact.name.empty()) throw std::runtime_error("who is it?");
        std::cout << "Welcome, " << fact.name << "!" << std::endl;
    }
};

struct mail_list {
    static constexpr processors::header header{
        .processor = "mail_list", .categories = "customer", .facts_per_transaction = 200};
    using event = std::variant<customer_joined>;

    void apply(const customer_joined& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx)
    {
        tx.exec("insert into shop.mail_list values ($1, $2)", {at.stream.key, fact.email}).no_rows();
    }
};

struct first_voucher {
    static constexpr processors::header header{
        .processor = "first_voucher", .categories = "customer", .begins_with = processors::beginning::next_event};
    using event = std::variant<customer_joined>;

    void apply(const customer_joined&, const eventstore::recorded_event& at)
    {
        const auto answer = shop.handle<customer>(at.stream.key, give_voucher{"first ride"},
                                                  {.causation_id = eventstore::to_string(at.id)},
                                                  {.idempotency_key = "voucher for " + eventstore::to_string(at.id)});
        if (!answer) std::cerr << "no voucher for " << at.stream.key << ": " << answer.error().reason << std::endl;
    }

    annals::service& shop;
};

enum class list { all, none };
ANNALS_ENUM(list, all, none)

struct join_words {
    std::string customer, name;
    std::optional<std::string> email;
    int times = 1;
    list mails = list::all;
    bool quietly = false;
};

auto join_customers(cli::session& session, const join_words& given) -> cli::exit_code
{
    const auto email = given.mails == list::all ? given.email.value_or("") : "";
    for (int i = 1; i <= given.times; ++i) {
        const auto key = given.times == 1 ? given.customer : given.customer + "-" + std::to_string(i);
        const auto answer = session.service().handle<customer>(key, join{given.name, email});
        if (!answer) throw cli::failure(answer.error().reason);
        if (!given.quietly) std::cout << key << " is a customer" << std::endl;
    }
    return cli::exit_code::done;
}

int main(int argc, char** argv)
{
    return cli::program{"shop", "A bike rental on annals."}
        .version("1.4.0")
        .aggregate<customer>()
        .processors<greeter, mail_list, first_voucher>()
        .verb<join_words>("join", "takes in customers",
                          {cli::argument("CUSTOMER", &join_words::customer, "the customer's key"),
                           cli::argument("NAME", &join_words::name, "how the customer is called"),
                           cli::argument("EMAIL", &join_words::email, "where mails go"),
                           cli::option("--times", &join_words::times, "how many of this name"),
                           cli::option("--mails", &join_words::mails, "which mails they get"),
                           cli::option("--quietly", &join_words::quietly, "say nothing")},
                          join_customers)
        .run(argc, argv);
}
// clang-format on
