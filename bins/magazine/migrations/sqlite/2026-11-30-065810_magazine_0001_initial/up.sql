-- Where Django has done all of this already, the migration is only recorded:
-- creates table sections
-- creates table magazine_tag
-- creates table magazine_article
-- creates table magazine_article_tags
-- creates table magazine_comment

CREATE TABLE "sections" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar(40) NOT NULL UNIQUE,
    "slug" varchar(40) NOT NULL UNIQUE,
    "parent_id" integer NULL REFERENCES "sections" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "magazine_tag" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar(30) NOT NULL UNIQUE
);
CREATE TABLE "magazine_article" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "author_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED,
    "section_id" integer NULL REFERENCES "sections" ("id") DEFERRABLE INITIALLY DEFERRED,
    "title" varchar(80) NOT NULL,
    "slug" varchar(80) NOT NULL UNIQUE,
    "text" text NOT NULL,
    "status" varchar(10) NOT NULL,
    "featured" bool NOT NULL,
    "publish_date" date NULL,
    "embargo" datetime NULL,
    "reading_minutes" smallint unsigned NOT NULL CHECK ("reading_minutes" >= 0),
    "position" integer NULL,
    "price" decimal NOT NULL,
    "rating" real NULL,
    "source" varchar(200) NOT NULL,
    "contact" varchar(254) NOT NULL,
    "reference" char(32) NOT NULL UNIQUE,
    "created_at" datetime NOT NULL,
    "updated_at" datetime NOT NULL
);
CREATE TABLE "magazine_article_tags" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "article_id" integer NOT NULL REFERENCES "magazine_article" ("id") DEFERRABLE INITIALLY DEFERRED,
    "tag_id" integer NOT NULL REFERENCES "magazine_tag" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "magazine_comment" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "article_id" integer NOT NULL REFERENCES "magazine_article" ("id") DEFERRABLE INITIALLY DEFERRED,
    "author_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED,
    "text" text NOT NULL,
    "approved" bool NOT NULL,
    "created_at" datetime NOT NULL
);
CREATE INDEX "sections_parent_id_b5ee2640" ON "sections" ("parent_id");
CREATE UNIQUE INDEX "magazine_article_section_id_title_b99c6583_uniq" ON "magazine_article" ("section_id", "title");
CREATE INDEX "magazine_article_author_id_40a2d2a1" ON "magazine_article" ("author_id");
CREATE INDEX "magazine_article_section_id_6590198c" ON "magazine_article" ("section_id");
CREATE UNIQUE INDEX "magazine_article_tags_article_id_tag_id_88b1d20a_uniq" ON "magazine_article_tags" ("article_id", "tag_id");
CREATE INDEX "magazine_article_tags_article_id_b7ba2e9a" ON "magazine_article_tags" ("article_id");
CREATE INDEX "magazine_article_tags_tag_id_cac4a822" ON "magazine_article_tags" ("tag_id");
CREATE INDEX "magazine_comment_article_id_ac5baacb" ON "magazine_comment" ("article_id");
CREATE INDEX "magazine_comment_author_id_6145007f" ON "magazine_comment" ("author_id");

-- Django does not apply these again on this database.
INSERT INTO django_migrations (app, name, applied) VALUES ('magazine', '0001_initial', CURRENT_TIMESTAMP);
