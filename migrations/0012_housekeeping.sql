-- SPDX-License-Identifier: Apache-2.0
-- Every process deletes old idempotency keys, a worker as well as a publisher.
set local role annals_owner;

grant execute on function annals.purge_idempotency_keys to annals_projector;
