DELETE FROM django_migrations WHERE app = 'magazine' AND name = '0001_initial';

DROP TABLE "magazine_comment", "magazine_article_tags", "magazine_article", "magazine_tag", "sections";
