-- What became of fields, beside the log of the admin: the original's entries only name them. Values are JSON of ours;
-- passwords are never among them.

CREATE TABLE presspass_difference (
    log_entry_id bigint NOT NULL,
    position integer NOT NULL,
    field text NOT NULL,
    old_value text NOT NULL,
    new_value text NOT NULL,
    PRIMARY KEY (log_entry_id, position)
);

-- The original must be able to delete its entries. Where it has no admin there is no such table, and nothing is kept.
DO $$
BEGIN
    IF to_regclass('django_admin_log') IS NOT NULL THEN
        ALTER TABLE presspass_difference ADD FOREIGN KEY (log_entry_id) REFERENCES django_admin_log (id)
            ON DELETE CASCADE;
    END IF;
END
$$;
