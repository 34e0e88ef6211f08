DELETE FROM django_migrations WHERE app = 'magazine' AND name = '0001_initial';

DROP TABLE "magazine_comment";
DROP TABLE "magazine_article_tags";
DROP TABLE "magazine_article";
DROP TABLE "magazine_tag";
DROP TABLE "sections";
