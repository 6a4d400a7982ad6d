-- SPDX-License-Identifier: Apache-2.0
-- Which topic a category is published to: cursors count offsets there and nowhere else.
set local role annals_owner;

create table annals.publication_topics (
    category   text collate "C" primary key references annals.categories,
    topic      text not null,
    claimed_at timestamptz not null default clock_timestamp()
);

grant select, insert, update, delete on annals.publication_topics to annals_writer;
grant select on annals.publication_topics to annals_projector;

-- Whoever publishes may write down what was done to topics by hand.
grant insert (verb, subject, arguments, asked_by, reason) on annals.orders to annals_writer;
