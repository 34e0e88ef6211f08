-- Where Django has done all of this already, the migration is only recorded:
-- creates table posts_post

CREATE TABLE "posts_post" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "title" varchar(50) NOT NULL,
    "content" text NOT NULL,
    "created_at" datetime NOT NULL,
    "updated_at" datetime NOT NULL
);

-- Lists of posts are ordered and counted by these, so that a list of 100,000 takes about as long as one of 100.
-- Each ends with the primary key anyway, which has no index of its own: it is the table.
CREATE INDEX "presspass_posts_post_created_at" ON "posts_post" ("created_at");
CREATE INDEX "presspass_posts_post_title" ON "posts_post" ("title");
CREATE INDEX "presspass_posts_post_updated_at" ON "posts_post" ("updated_at");
CREATE INDEX "presspass_posts_post_id" ON "posts_post" ("id");

-- Django does not apply these again on this database.
INSERT INTO django_migrations (app, name, applied) VALUES ('posts', '0001_initial', CURRENT_TIMESTAMP);
