DELETE FROM django_migrations WHERE app = 'posts' AND name = '0001_initial';

DROP TABLE "posts_post";
