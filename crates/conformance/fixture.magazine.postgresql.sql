SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(80) NOT NULL
);
CREATE SEQUENCE public.auth_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_id_seq OWNED BY public.auth_group.id;
CREATE TABLE public.auth_group_permissions (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_group_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_permissions_id_seq OWNED BY public.auth_group_permissions.id;
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
CREATE SEQUENCE public.auth_permission_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_permission_id_seq OWNED BY public.auth_permission.id;
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(30) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_groups_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_groups_id_seq OWNED BY public.auth_user_groups.id;
CREATE SEQUENCE public.auth_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_id_seq OWNED BY public.auth_user.id;
CREATE TABLE public.auth_user_user_permissions (
    id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_user_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_user_permissions_id_seq OWNED BY public.auth_user_user_permissions.id;
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
CREATE SEQUENCE public.django_admin_log_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_admin_log_id_seq OWNED BY public.django_admin_log.id;
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
CREATE SEQUENCE public.django_content_type_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_content_type_id_seq OWNED BY public.django_content_type.id;
CREATE TABLE public.django_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.django_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_migrations_id_seq OWNED BY public.django_migrations.id;
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.magazine_article (
    id integer NOT NULL,
    title character varying(80) NOT NULL,
    slug character varying(80) NOT NULL,
    text text NOT NULL,
    status character varying(10) NOT NULL,
    featured boolean NOT NULL,
    publish_date date,
    embargo timestamp with time zone,
    reading_minutes smallint NOT NULL,
    "position" integer,
    price numeric(6,2) NOT NULL,
    rating double precision,
    source character varying(200) NOT NULL,
    contact character varying(254) NOT NULL,
    reference uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    author_id integer NOT NULL,
    section_id integer,
    CONSTRAINT magazine_article_reading_minutes_check CHECK ((reading_minutes >= 0))
);
CREATE SEQUENCE public.magazine_article_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.magazine_article_id_seq OWNED BY public.magazine_article.id;
CREATE TABLE public.magazine_article_tags (
    id integer NOT NULL,
    article_id integer NOT NULL,
    tag_id integer NOT NULL
);
CREATE SEQUENCE public.magazine_article_tags_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.magazine_article_tags_id_seq OWNED BY public.magazine_article_tags.id;
CREATE TABLE public.magazine_comment (
    id integer NOT NULL,
    text text NOT NULL,
    approved boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    article_id integer NOT NULL,
    author_id integer NOT NULL
);
CREATE SEQUENCE public.magazine_comment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.magazine_comment_id_seq OWNED BY public.magazine_comment.id;
CREATE TABLE public.magazine_tag (
    id integer NOT NULL,
    name character varying(30) NOT NULL
);
CREATE SEQUENCE public.magazine_tag_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.magazine_tag_id_seq OWNED BY public.magazine_tag.id;
CREATE TABLE public.posts_post (
    id integer NOT NULL,
    title character varying(50) NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.posts_post_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.posts_post_id_seq OWNED BY public.posts_post.id;
CREATE TABLE public.sections (
    id integer NOT NULL,
    name character varying(40) NOT NULL,
    slug character varying(40) NOT NULL,
    parent_id integer
);
CREATE SEQUENCE public.sections_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sections_id_seq OWNED BY public.sections.id;
ALTER TABLE ONLY public.auth_group ALTER COLUMN id SET DEFAULT nextval('public.auth_group_id_seq'::regclass);
ALTER TABLE ONLY public.auth_group_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_group_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.auth_permission ALTER COLUMN id SET DEFAULT nextval('public.auth_permission_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user ALTER COLUMN id SET DEFAULT nextval('public.auth_user_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_groups ALTER COLUMN id SET DEFAULT nextval('public.auth_user_groups_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_user_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_user_user_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.django_admin_log ALTER COLUMN id SET DEFAULT nextval('public.django_admin_log_id_seq'::regclass);
ALTER TABLE ONLY public.django_content_type ALTER COLUMN id SET DEFAULT nextval('public.django_content_type_id_seq'::regclass);
ALTER TABLE ONLY public.django_migrations ALTER COLUMN id SET DEFAULT nextval('public.django_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.magazine_article ALTER COLUMN id SET DEFAULT nextval('public.magazine_article_id_seq'::regclass);
ALTER TABLE ONLY public.magazine_article_tags ALTER COLUMN id SET DEFAULT nextval('public.magazine_article_tags_id_seq'::regclass);
ALTER TABLE ONLY public.magazine_comment ALTER COLUMN id SET DEFAULT nextval('public.magazine_comment_id_seq'::regclass);
ALTER TABLE ONLY public.magazine_tag ALTER COLUMN id SET DEFAULT nextval('public.magazine_tag_id_seq'::regclass);
ALTER TABLE ONLY public.posts_post ALTER COLUMN id SET DEFAULT nextval('public.posts_post_id_seq'::regclass);
ALTER TABLE ONLY public.sections ALTER COLUMN id SET DEFAULT nextval('public.sections_id_seq'::regclass);
INSERT INTO public.auth_group VALUES (1, 'editors');
INSERT INTO public.auth_group_permissions VALUES (1, 1, 25);
INSERT INTO public.auth_group_permissions VALUES (2, 1, 26);
INSERT INTO public.auth_group_permissions VALUES (3, 1, 27);
INSERT INTO public.auth_group_permissions VALUES (4, 1, 28);
INSERT INTO public.auth_group_permissions VALUES (5, 1, 32);
INSERT INTO public.auth_group_permissions VALUES (6, 1, 33);
INSERT INTO public.auth_group_permissions VALUES (7, 1, 34);
INSERT INTO public.auth_group_permissions VALUES (8, 1, 35);
INSERT INTO public.auth_group_permissions VALUES (9, 1, 36);
INSERT INTO public.auth_group_permissions VALUES (10, 1, 37);
INSERT INTO public.auth_group_permissions VALUES (11, 1, 38);
INSERT INTO public.auth_group_permissions VALUES (12, 1, 39);
INSERT INTO public.auth_group_permissions VALUES (13, 1, 40);
INSERT INTO public.auth_group_permissions VALUES (14, 1, 41);
INSERT INTO public.auth_group_permissions VALUES (15, 1, 42);
INSERT INTO public.auth_group_permissions VALUES (16, 1, 43);
INSERT INTO public.auth_group_permissions VALUES (17, 1, 44);
INSERT INTO public.auth_group_permissions VALUES (18, 1, 29);
INSERT INTO public.auth_group_permissions VALUES (19, 1, 30);
INSERT INTO public.auth_group_permissions VALUES (20, 1, 31);
INSERT INTO public.auth_permission VALUES (1, 'Can add log entry', 1, 'add_logentry');
INSERT INTO public.auth_permission VALUES (2, 'Can change log entry', 1, 'change_logentry');
INSERT INTO public.auth_permission VALUES (3, 'Can delete log entry', 1, 'delete_logentry');
INSERT INTO public.auth_permission VALUES (4, 'Can view log entry', 1, 'view_logentry');
INSERT INTO public.auth_permission VALUES (5, 'Can add permission', 2, 'add_permission');
INSERT INTO public.auth_permission VALUES (6, 'Can change permission', 2, 'change_permission');
INSERT INTO public.auth_permission VALUES (7, 'Can delete permission', 2, 'delete_permission');
INSERT INTO public.auth_permission VALUES (8, 'Can view permission', 2, 'view_permission');
INSERT INTO public.auth_permission VALUES (9, 'Can add group', 3, 'add_group');
INSERT INTO public.auth_permission VALUES (10, 'Can change group', 3, 'change_group');
INSERT INTO public.auth_permission VALUES (11, 'Can delete group', 3, 'delete_group');
INSERT INTO public.auth_permission VALUES (12, 'Can view group', 3, 'view_group');
INSERT INTO public.auth_permission VALUES (13, 'Can add user', 4, 'add_user');
INSERT INTO public.auth_permission VALUES (14, 'Can change user', 4, 'change_user');
INSERT INTO public.auth_permission VALUES (15, 'Can delete user', 4, 'delete_user');
INSERT INTO public.auth_permission VALUES (16, 'Can view user', 4, 'view_user');
INSERT INTO public.auth_permission VALUES (17, 'Can add content type', 5, 'add_contenttype');
INSERT INTO public.auth_permission VALUES (18, 'Can change content type', 5, 'change_contenttype');
INSERT INTO public.auth_permission VALUES (19, 'Can delete content type', 5, 'delete_contenttype');
INSERT INTO public.auth_permission VALUES (20, 'Can view content type', 5, 'view_contenttype');
INSERT INTO public.auth_permission VALUES (21, 'Can add session', 6, 'add_session');
INSERT INTO public.auth_permission VALUES (22, 'Can change session', 6, 'change_session');
INSERT INTO public.auth_permission VALUES (23, 'Can delete session', 6, 'delete_session');
INSERT INTO public.auth_permission VALUES (24, 'Can view session', 6, 'view_session');
INSERT INTO public.auth_permission VALUES (25, 'Can add post', 7, 'add_post');
INSERT INTO public.auth_permission VALUES (26, 'Can change post', 7, 'change_post');
INSERT INTO public.auth_permission VALUES (27, 'Can delete post', 7, 'delete_post');
INSERT INTO public.auth_permission VALUES (28, 'Can view post', 7, 'view_post');
INSERT INTO public.auth_permission VALUES (29, 'Can add article', 8, 'add_article');
INSERT INTO public.auth_permission VALUES (30, 'Can change article', 8, 'change_article');
INSERT INTO public.auth_permission VALUES (31, 'Can delete article', 8, 'delete_article');
INSERT INTO public.auth_permission VALUES (32, 'Can view article', 8, 'view_article');
INSERT INTO public.auth_permission VALUES (33, 'Can add comment', 9, 'add_comment');
INSERT INTO public.auth_permission VALUES (34, 'Can change comment', 9, 'change_comment');
INSERT INTO public.auth_permission VALUES (35, 'Can delete comment', 9, 'delete_comment');
INSERT INTO public.auth_permission VALUES (36, 'Can view comment', 9, 'view_comment');
INSERT INTO public.auth_permission VALUES (37, 'Can add section', 10, 'add_section');
INSERT INTO public.auth_permission VALUES (38, 'Can change section', 10, 'change_section');
INSERT INTO public.auth_permission VALUES (39, 'Can delete section', 10, 'delete_section');
INSERT INTO public.auth_permission VALUES (40, 'Can view section', 10, 'view_section');
INSERT INTO public.auth_permission VALUES (41, 'Can add tag', 11, 'add_tag');
INSERT INTO public.auth_permission VALUES (42, 'Can change tag', 11, 'change_tag');
INSERT INTO public.auth_permission VALUES (43, 'Can delete tag', 11, 'delete_tag');
INSERT INTO public.auth_permission VALUES (44, 'Can view tag', 11, 'view_tag');
INSERT INTO public.auth_user VALUES (2, 'pbkdf2_sha256$120000$gsx7S8Yl715l$poCpgB26VUiC0rRMEjOupRD1dcj7dtqpdR7aCfRq+N8=', NULL, false, 'user', '', '', 'user@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (3, 'pbkdf2_sha256$120000$rc5DEThwBgPw$PI9lZKdQyYf0WTd3l0GP24ua2Q9WWsm8vF/M4gWJ1S0=', NULL, false, 'inactive', '', '', 'inactive@example.com', false, false, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (4, 'pbkdf2_sha256$120000$TB0KSOMQwRx1$lSu1TufcRz/Cylc9C1wd/skeFZefS7VCa1TQkTkhn2U=', NULL, false, 'editor', '', '', 'editor@example.com', true, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (5, 'pbkdf2_sha256$120000$TzSgvYIIucNT$Kk2Vc3EsTNk9O0UR8jD0XKeh+lUNHvXOPcmHz/N5VBU=', NULL, false, 'writer', '', '', 'writer@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (6, 'bcrypt_sha256$$2b$12$/SeDjTv87kzSB7aKMkQWLeaHWShzD79817otiwwlF6vqLKFeO3NYu', NULL, false, 'bcrypt', '', '', 'bcrypt@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (7, '!GxN2jxsiSuIWBVhhIvdkIhprj0MUqnpkYQaEEM8o', NULL, false, 'unusable', '', '', 'unusable@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (8, 'pbkdf2_sha256$120000$TNEIYohZRM1O$r4j7MXSRmfE/S0KtwUmHBk8yOHNZ81tooNoZLDGz1XA=', NULL, false, 'Ünïcode', '', '', 'ünïcode@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (1, 'pbkdf2_sha256$120000$lx2FDqfTdYNl$hoRl+58cvZfRlUJHiSu4b0AOuMuq2MjrfeIxxAC6Tog=', NULL, true, 'admin', '', '', '', true, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user_groups VALUES (1, 4, 1);
INSERT INTO public.auth_user_user_permissions VALUES (1, 5, 25);
INSERT INTO public.auth_user_user_permissions VALUES (2, 5, 33);
INSERT INTO public.auth_user_user_permissions VALUES (3, 5, 29);
INSERT INTO public.django_content_type VALUES (1, 'admin', 'logentry');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (4, 'auth', 'user');
INSERT INTO public.django_content_type VALUES (5, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (6, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (7, 'posts', 'post');
INSERT INTO public.django_content_type VALUES (8, 'magazine', 'article');
INSERT INTO public.django_content_type VALUES (9, 'magazine', 'comment');
INSERT INTO public.django_content_type VALUES (10, 'magazine', 'section');
INSERT INTO public.django_content_type VALUES (11, 'magazine', 'tag');
INSERT INTO public.django_migrations VALUES (1, 'contenttypes', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (2, 'auth', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (3, 'admin', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (4, 'admin', '0002_logentry_remove_auto_add', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (5, 'admin', '0003_logentry_add_action_flag_choices', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (6, 'contenttypes', '0002_remove_content_type_name', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (7, 'auth', '0002_alter_permission_name_max_length', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (8, 'auth', '0003_alter_user_email_max_length', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (9, 'auth', '0004_alter_user_username_opts', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (10, 'auth', '0005_alter_user_last_login_null', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (11, 'auth', '0006_require_contenttypes_0002', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (12, 'auth', '0007_alter_validators_add_error_messages', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (13, 'auth', '0008_alter_user_username_max_length', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (14, 'auth', '0009_alter_user_last_name_max_length', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (15, 'magazine', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (16, 'posts', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (17, 'sessions', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.magazine_article VALUES (1, 'Article 1', 'article-1', 'Body of article 1.
', 'published', false, '2026-01-02', NULL, 1, NULL, 3.07, NULL, 'https://example.com/1?a=1&b=2', '', '00123456-7890-abcd-ef12-34567890abcd', '2026-02-01 01:00:00.001234+00', '2026-02-01 01:01:00.001234+00', 4, 1);
INSERT INTO public.magazine_article VALUES (2, 'Article 2', 'article-2', 'Body of article 2.
Body of article 2.
', 'draft', false, '2026-01-03', NULL, 2, -10, 6.14, NULL, '', '', '002468ac-f121-579b-de24-68acf121579a', '2026-02-01 02:00:00.002468+00', '2026-02-01 02:02:00.002468+00', 5, 2);
INSERT INTO public.magazine_article VALUES (3, 'Article 3', 'article-3', '', 'archived', false, NULL, NULL, 3, NULL, 9.21, 0.42857142857142855, 'https://example.com/3?a=1&b=2', 'desk3@example.com', '00369d03-69b2-0369-cd36-9d0369b20367', '2026-02-01 03:00:00.003702+00', '2026-02-01 03:00:00.003702+00', 1, 3);
INSERT INTO public.magazine_article VALUES (4, 'Article 4', 'article-4', 'Body of article 4.
', 'published', false, '2026-01-05', NULL, 4, -8, 12.28, NULL, '', '', '0048d159-e242-af37-bc48-d159e242af34', '2026-02-01 04:00:00.004936+00', '2026-02-01 04:01:00.004936+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (5, 'Article 5', 'article-5', 'Body of article 5.
Body of article 5.
', 'published', false, '2026-01-06', NULL, 5, NULL, 15.35, NULL, 'https://example.com/5?a=1&b=2', '', '005b05b0-5ad3-5b05-ab5b-05b05ad35b01', '2026-02-01 05:00:00+00', '2026-02-01 05:02:00+00', 4, NULL);
INSERT INTO public.magazine_article VALUES (6, 'Article 6', 'article-6', '', 'draft', true, '2026-01-07', NULL, 6, -6, 18.42, 0.8571428571428571, '', 'desk6@example.com', '006d3a06-d364-06d3-9a6d-3a06d36406ce', '2026-02-01 06:00:00.007404+00', '2026-02-01 06:00:00.007404+00', 5, 2);
INSERT INTO public.magazine_article VALUES (7, 'Ünïcödé ✓ %_ \ ''quoted''', 'article-7', 'Body of article 7.
', 'archived', false, NULL, '2026-02-01 07:00:00+00', 7, NULL, 1.49, NULL, 'https://example.com/7?a=1&b=2', '', '007f6e5d-4bf4-b2a1-897f-6e5d4bf4b29b', '2026-02-01 07:00:00.008638+00', '2026-02-01 07:01:00.008638+00', 1, 3);
INSERT INTO public.magazine_article VALUES (8, 'Article 8', 'article-8', 'Body of article 8.
Body of article 8.
', 'published', false, '2026-01-09', NULL, 8, -4, 4.56, NULL, '', '', '0091a2b3-c485-5e6f-7891-a2b3c4855e68', '2026-02-01 08:00:00.009872+00', '2026-02-01 08:02:00.009872+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (9, 'Article 9', 'article-9', '', 'published', false, '2026-01-10', NULL, 0, NULL, 7.63, 1.2857142857142858, 'https://example.com/9?a=1&b=2', 'desk9@example.com', '00a3d70a-3d16-0a3d-67a3-d70a3d160a35', '2026-02-01 09:00:00.011106+00', '2026-02-01 09:00:00.011106+00', 4, 1);
INSERT INTO public.magazine_article VALUES (10, 'Article 10', 'article-10', 'Body of article 10.
', 'draft', false, '2026-01-11', NULL, 1, -2, 10.70, NULL, '', '', '00b60b60-b5a6-b60b-56b6-0b60b5a6b602', '2026-02-01 10:00:00+00', '2026-02-01 10:01:00+00', 5, NULL);
INSERT INTO public.magazine_article VALUES (11, 'Article 11', 'article-11', 'Body of article 11.
Body of article 11.
', 'archived', false, NULL, NULL, 2, NULL, 13.77, NULL, 'https://example.com/11?a=1&b=2', '', '00c83fb7-2e37-61d9-45c8-3fb72e3761cf', '2026-02-01 11:00:00.013574+00', '2026-02-01 11:02:00.013574+00', 1, 3);
INSERT INTO public.magazine_article VALUES (12, 'Article 12', 'article-12', '', 'published', true, '2026-01-13', NULL, 3, 0, 16.84, 1.7142857142857142, '', 'desk12@example.com', '00da740d-a6c8-0da7-34da-740da6c80d9c', '2026-02-01 12:00:00.014808+00', '2026-02-01 12:00:00.014808+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (13, 'Article 13', 'article-13', 'Body of article 13.
', 'published', false, '2026-01-14', NULL, 4, NULL, 19.91, NULL, 'https://example.com/13?a=1&b=2', '', '00eca864-1f58-b975-23ec-a8641f58b969', '2026-02-01 13:00:00.016042+00', '2026-02-01 13:01:00.016042+00', 4, 1);
INSERT INTO public.magazine_article VALUES (14, 'Article 14', 'article-14', 'Body of article 14.
Body of article 14.
', 'draft', false, '2026-01-15', '2026-02-01 14:00:00+00', 5, 2, 2.98, NULL, '', '', '00fedcba-97e9-6543-12fe-dcba97e96536', '2026-02-01 14:00:00.017276+00', '2026-02-01 14:02:00.017276+00', 5, 2);
INSERT INTO public.magazine_article VALUES (15, 'Article 15', 'article-15', '', 'archived', false, NULL, NULL, 6, NULL, 5.05, 2.142857142857143, 'https://example.com/15?a=1&b=2', 'desk15@example.com', '01111111-107a-1111-0211-1111107a1103', '2026-02-01 15:00:00+00', '2026-02-01 15:00:00+00', 1, NULL);
INSERT INTO public.magazine_article VALUES (16, 'Article 16', 'article-16', 'Body of article 16.
', 'published', false, '2026-01-17', NULL, 7, 4, 8.12, NULL, '', '', '01234567-890a-bcde-f123-4567890abcd0', '2026-02-01 16:00:00.019744+00', '2026-02-01 16:01:00.019744+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (17, 'Article 17', 'article-17', 'Body of article 17.
Body of article 17.
', 'published', false, '2026-01-18', NULL, 8, NULL, 11.19, NULL, 'https://example.com/17?a=1&b=2', '', '013579be-019b-68ac-e035-79be019b689d', '2026-02-01 17:00:00.020978+00', '2026-02-01 17:02:00.020978+00', 4, 1);
INSERT INTO public.magazine_article VALUES (18, 'Article 18', 'article-18', '', 'draft', true, '2026-01-19', NULL, 0, 6, 14.26, 2.5714285714285716, '', 'desk18@example.com', '0147ae14-7a2c-147a-cf47-ae147a2c146a', '2026-02-01 18:00:00.022212+00', '2026-02-01 18:00:00.022212+00', 5, 2);
INSERT INTO public.magazine_article VALUES (19, 'Article 19', 'article-19', 'Body of article 19.
', 'archived', false, NULL, NULL, 1, NULL, 17.33, NULL, 'https://example.com/19?a=1&b=2', '', '0159e26a-f2bc-c048-be59-e26af2bcc037', '2026-02-01 19:00:00.023446+00', '2026-02-01 19:01:00.023446+00', 1, 3);
INSERT INTO public.magazine_article VALUES (20, 'Article 20', 'article-20', 'Body of article 20.
Body of article 20.
', 'published', false, '2026-01-21', NULL, 2, 8, 0.40, NULL, '', '', '016c16c1-6b4d-6c16-ad6c-16c16b4d6c04', '2026-02-01 20:00:00+00', '2026-02-01 20:02:00+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (21, 'Article 21', 'article-21', '', 'published', false, '2026-01-22', '2026-02-01 21:00:00+00', 3, NULL, 3.47, 3, 'https://example.com/21?a=1&b=2', 'desk21@example.com', '017e4b17-e3de-17e4-9c7e-4b17e3de17d1', '2026-02-01 21:00:00.025914+00', '2026-02-01 21:00:00.025914+00', 4, 1);
INSERT INTO public.magazine_article VALUES (22, 'Article 22', 'article-22', 'Body of article 22.
', 'draft', false, '2026-01-23', NULL, 4, 10, 6.54, NULL, '', '', '01907f6e-5c6e-c3b2-8b90-7f6e5c6ec39e', '2026-02-01 22:00:00.027148+00', '2026-02-01 22:01:00.027148+00', 5, 2);
INSERT INTO public.magazine_article VALUES (23, 'Article 23', 'article-23', 'Body of article 23.
Body of article 23.
', 'archived', false, NULL, NULL, 5, NULL, 9.61, NULL, 'https://example.com/23?a=1&b=2', '', '01a2b3c4-d4ff-6f80-7aa2-b3c4d4ff6f6b', '2026-02-01 23:00:00.028382+00', '2026-02-01 23:02:00.028382+00', 1, 3);
INSERT INTO public.magazine_article VALUES (24, 'Article 24', 'article-24', '', 'published', true, '2026-01-25', NULL, 6, 12, 12.68, 3.4285714285714284, '', 'desk24@example.com', '01b4e81b-4d90-1b4e-69b4-e81b4d901b38', '2026-02-02 00:00:00.029616+00', '2026-02-02 00:00:00.029616+00', 2, NULL);
INSERT INTO public.magazine_article VALUES (25, 'Article 25', 'article-25', 'Body of article 25.
', 'published', false, '2026-01-26', NULL, 7, NULL, 15.75, NULL, 'https://example.com/25?a=1&b=2', '', '01c71c71-c620-c71c-58c7-1c71c620c705', '2026-02-02 01:00:00+00', '2026-02-02 01:01:00+00', 4, NULL);
INSERT INTO public.magazine_article_tags VALUES (1, 1, 2);
INSERT INTO public.magazine_article_tags VALUES (2, 2, 3);
INSERT INTO public.magazine_article_tags VALUES (3, 3, 1);
INSERT INTO public.magazine_article_tags VALUES (4, 3, 4);
INSERT INTO public.magazine_article_tags VALUES (5, 4, 1);
INSERT INTO public.magazine_article_tags VALUES (6, 4, 2);
INSERT INTO public.magazine_article_tags VALUES (7, 5, 2);
INSERT INTO public.magazine_article_tags VALUES (8, 5, 3);
INSERT INTO public.magazine_article_tags VALUES (9, 6, 1);
INSERT INTO public.magazine_article_tags VALUES (10, 6, 3);
INSERT INTO public.magazine_article_tags VALUES (11, 7, 2);
INSERT INTO public.magazine_article_tags VALUES (12, 7, 4);
INSERT INTO public.magazine_article_tags VALUES (13, 8, 1);
INSERT INTO public.magazine_article_tags VALUES (14, 8, 3);
INSERT INTO public.magazine_article_tags VALUES (15, 9, 1);
INSERT INTO public.magazine_article_tags VALUES (16, 9, 2);
INSERT INTO public.magazine_article_tags VALUES (17, 10, 2);
INSERT INTO public.magazine_article_tags VALUES (18, 10, 3);
INSERT INTO public.magazine_article_tags VALUES (19, 11, 3);
INSERT INTO public.magazine_article_tags VALUES (20, 11, 4);
INSERT INTO public.magazine_article_tags VALUES (21, 12, 1);
INSERT INTO public.magazine_article_tags VALUES (22, 13, 2);
INSERT INTO public.magazine_article_tags VALUES (23, 14, 3);
INSERT INTO public.magazine_article_tags VALUES (24, 15, 1);
INSERT INTO public.magazine_article_tags VALUES (25, 15, 4);
INSERT INTO public.magazine_article_tags VALUES (26, 16, 1);
INSERT INTO public.magazine_article_tags VALUES (27, 16, 2);
INSERT INTO public.magazine_article_tags VALUES (28, 17, 2);
INSERT INTO public.magazine_article_tags VALUES (29, 17, 3);
INSERT INTO public.magazine_article_tags VALUES (30, 18, 1);
INSERT INTO public.magazine_article_tags VALUES (31, 18, 3);
INSERT INTO public.magazine_article_tags VALUES (32, 19, 2);
INSERT INTO public.magazine_article_tags VALUES (33, 19, 4);
INSERT INTO public.magazine_article_tags VALUES (34, 20, 1);
INSERT INTO public.magazine_article_tags VALUES (35, 20, 3);
INSERT INTO public.magazine_article_tags VALUES (36, 21, 1);
INSERT INTO public.magazine_article_tags VALUES (37, 21, 2);
INSERT INTO public.magazine_article_tags VALUES (38, 22, 2);
INSERT INTO public.magazine_article_tags VALUES (39, 22, 3);
INSERT INTO public.magazine_article_tags VALUES (40, 23, 3);
INSERT INTO public.magazine_article_tags VALUES (41, 23, 4);
INSERT INTO public.magazine_article_tags VALUES (42, 24, 1);
INSERT INTO public.magazine_article_tags VALUES (43, 25, 2);
INSERT INTO public.magazine_comment VALUES (1, 'Comment 1', false, '2026-02-02 01:00:00+00', 2, 4);
INSERT INTO public.magazine_comment VALUES (2, 'Comment 2', true, '2026-02-02 02:00:00+00', 3, 5);
INSERT INTO public.magazine_comment VALUES (3, 'Comment 3', false, '2026-02-02 03:00:00+00', 4, 2);
INSERT INTO public.magazine_comment VALUES (4, 'Comment 4', true, '2026-02-02 04:00:00+00', 5, 4);
INSERT INTO public.magazine_comment VALUES (5, 'Comment 5', false, '2026-02-02 05:00:00+00', 6, 5);
INSERT INTO public.magazine_comment VALUES (6, 'Comment 6', true, '2026-02-02 06:00:00+00', 1, 2);
INSERT INTO public.magazine_comment VALUES (7, 'Comment 7', false, '2026-02-02 07:00:00+00', 2, 4);
INSERT INTO public.magazine_comment VALUES (8, 'Comment 8', true, '2026-02-02 08:00:00+00', 3, 5);
INSERT INTO public.magazine_comment VALUES (9, 'Comment 9', false, '2026-02-02 09:00:00+00', 4, 2);
INSERT INTO public.magazine_comment VALUES (10, 'Comment 10', true, '2026-02-02 10:00:00+00', 5, 4);
INSERT INTO public.magazine_comment VALUES (11, 'Comment 11', false, '2026-02-02 11:00:00+00', 6, 5);
INSERT INTO public.magazine_comment VALUES (12, 'Comment 12', true, '2026-02-02 12:00:00+00', 1, 2);
INSERT INTO public.magazine_comment VALUES (13, 'Comment 13', false, '2026-02-02 13:00:00+00', 2, 4);
INSERT INTO public.magazine_comment VALUES (14, 'Comment 14', true, '2026-02-02 14:00:00+00', 3, 5);
INSERT INTO public.magazine_comment VALUES (15, 'Comment 15', false, '2026-02-02 15:00:00+00', 4, 2);
INSERT INTO public.magazine_comment VALUES (16, 'Comment 16', true, '2026-02-02 16:00:00+00', 5, 4);
INSERT INTO public.magazine_comment VALUES (17, 'Comment 17', false, '2026-02-02 17:00:00+00', 6, 5);
INSERT INTO public.magazine_comment VALUES (18, 'Comment 18', true, '2026-02-02 18:00:00+00', 1, 2);
INSERT INTO public.magazine_comment VALUES (19, 'Comment 19', false, '2026-02-02 19:00:00+00', 2, 4);
INSERT INTO public.magazine_comment VALUES (20, 'Comment 20', true, '2026-02-02 20:00:00+00', 3, 5);
INSERT INTO public.magazine_tag VALUES (1, 'rust');
INSERT INTO public.magazine_tag VALUES (2, 'django');
INSERT INTO public.magazine_tag VALUES (3, 'web');
INSERT INTO public.magazine_tag VALUES (4, '2026');
INSERT INTO public.posts_post VALUES (1, 'Post 1', 'Content of post 1. Content of post 1. ', '2026-01-01 01:00:00.001234+00', '2026-01-01 01:01:00.001234+00');
INSERT INTO public.posts_post VALUES (2, 'Post 2', 'Content of post 2. Content of post 2. Content of post 2. ', '2026-01-01 02:00:00.002468+00', '2026-01-01 02:02:00.002468+00');
INSERT INTO public.posts_post VALUES (3, 'Post 3', 'Content of post 3. Content of post 3. Content of post 3. Content of post 3. ', '2026-01-01 03:00:00.003702+00', '2026-01-01 03:00:00.003702+00');
INSERT INTO public.posts_post VALUES (4, 'Post 4', 'Content of post 4. Content of post 4. Content of post 4. Content of post 4. Content of post 4. ', '2026-01-01 04:00:00.004936+00', '2026-01-01 04:01:00.004936+00');
INSERT INTO public.posts_post VALUES (5, 'Post 5', 'Content of post 5. Content of post 5. Content of post 5. Content of post 5. Content of post 5. Content of post 5. ', '2026-01-01 05:00:00+00', '2026-01-01 05:02:00+00');
INSERT INTO public.posts_post VALUES (6, 'Post 6', 'Content of post 6. Content of post 6. Content of post 6. Content of post 6. Content of post 6. Content of post 6. Content of post 6. ', '2026-01-01 06:00:00.007404+00', '2026-01-01 06:00:00.007404+00');
INSERT INTO public.posts_post VALUES (7, 'Post 7', 'Content of post 7. ', '2026-01-01 07:00:00.008638+00', '2026-01-01 07:01:00.008638+00');
INSERT INTO public.posts_post VALUES (8, 'Post 8', 'Content of post 8. Content of post 8. ', '2026-01-01 08:00:00.009872+00', '2026-01-01 08:02:00.009872+00');
INSERT INTO public.posts_post VALUES (9, 'Post 9', 'Content of post 9. Content of post 9. Content of post 9. ', '2026-01-01 09:00:00.011106+00', '2026-01-01 09:00:00.011106+00');
INSERT INTO public.posts_post VALUES (10, 'Post 10', 'Content of post 10. Content of post 10. Content of post 10. Content of post 10. ', '2026-01-01 10:00:00+00', '2026-01-01 10:01:00+00');
INSERT INTO public.posts_post VALUES (11, 'Post 11', 'Content of post 11. Content of post 11. Content of post 11. Content of post 11. Content of post 11. ', '2026-01-01 11:00:00.013574+00', '2026-01-01 11:02:00.013574+00');
INSERT INTO public.posts_post VALUES (12, 'Post 12', 'Content of post 12. Content of post 12. Content of post 12. Content of post 12. Content of post 12. Content of post 12. ', '2026-01-01 12:00:00.014808+00', '2026-01-01 12:00:00.014808+00');
INSERT INTO public.posts_post VALUES (13, 'Post 13', 'Content of post 13. Content of post 13. Content of post 13. Content of post 13. Content of post 13. Content of post 13. Content of post 13. ', '2026-01-01 13:00:00.016042+00', '2026-01-01 13:01:00.016042+00');
INSERT INTO public.posts_post VALUES (14, 'Post 14', 'Content of post 14. ', '2026-01-01 14:00:00.017276+00', '2026-01-01 14:02:00.017276+00');
INSERT INTO public.posts_post VALUES (15, 'Post 15', 'Content of post 15. Content of post 15. ', '2026-01-01 15:00:00+00', '2026-01-01 15:00:00+00');
INSERT INTO public.posts_post VALUES (16, 'Post 16', 'Content of post 16. Content of post 16. Content of post 16. ', '2026-01-01 16:00:00.019744+00', '2026-01-01 16:01:00.019744+00');
INSERT INTO public.posts_post VALUES (17, 'Post 17', 'Content of post 17. Content of post 17. Content of post 17. Content of post 17. ', '2026-01-01 17:00:00.020978+00', '2026-01-01 17:02:00.020978+00');
INSERT INTO public.posts_post VALUES (18, 'Post 18', 'Content of post 18. Content of post 18. Content of post 18. Content of post 18. Content of post 18. ', '2026-01-01 18:00:00.022212+00', '2026-01-01 18:00:00.022212+00');
INSERT INTO public.posts_post VALUES (19, 'Post 19', 'Content of post 19. Content of post 19. Content of post 19. Content of post 19. Content of post 19. Content of post 19. ', '2026-01-01 19:00:00.023446+00', '2026-01-01 19:01:00.023446+00');
INSERT INTO public.posts_post VALUES (20, 'Post 20', 'Content of post 20. Content of post 20. Content of post 20. Content of post 20. Content of post 20. Content of post 20. Content of post 20. ', '2026-01-01 20:00:00+00', '2026-01-01 20:02:00+00');
INSERT INTO public.posts_post VALUES (21, 'Post 21', 'Content of post 21. ', '2026-01-01 21:00:00.025914+00', '2026-01-01 21:00:00.025914+00');
INSERT INTO public.posts_post VALUES (22, 'Post 22', 'Content of post 22. Content of post 22. ', '2026-01-01 22:00:00.027148+00', '2026-01-01 22:01:00.027148+00');
INSERT INTO public.posts_post VALUES (23, 'Post 23', 'Content of post 23. Content of post 23. Content of post 23. ', '2026-01-01 23:00:00.028382+00', '2026-01-01 23:02:00.028382+00');
INSERT INTO public.posts_post VALUES (24, 'Post 24', 'Content of post 24. Content of post 24. Content of post 24. Content of post 24. ', '2026-01-02 00:00:00.029616+00', '2026-01-02 00:00:00.029616+00');
INSERT INTO public.posts_post VALUES (25, 'Post 25', 'Content of post 25. Content of post 25. Content of post 25. Content of post 25. Content of post 25. ', '2026-01-02 01:00:00+00', '2026-01-02 01:01:00+00');
INSERT INTO public.posts_post VALUES (26, 'Post 26', 'Content of post 26. Content of post 26. Content of post 26. Content of post 26. Content of post 26. Content of post 26. ', '2026-01-02 02:00:00.032084+00', '2026-01-02 02:02:00.032084+00');
INSERT INTO public.posts_post VALUES (27, 'Post 27', 'Content of post 27. Content of post 27. Content of post 27. Content of post 27. Content of post 27. Content of post 27. Content of post 27. ', '2026-01-02 03:00:00.033318+00', '2026-01-02 03:00:00.033318+00');
INSERT INTO public.posts_post VALUES (28, 'Post 28', 'Content of post 28. ', '2026-01-02 04:00:00.034552+00', '2026-01-02 04:01:00.034552+00');
INSERT INTO public.posts_post VALUES (29, 'Post 29', 'Content of post 29. Content of post 29. ', '2026-01-02 05:00:00.035786+00', '2026-01-02 05:02:00.035786+00');
INSERT INTO public.posts_post VALUES (30, 'Post 30', 'Content of post 30. Content of post 30. Content of post 30. ', '2026-01-02 06:00:00+00', '2026-01-02 06:00:00+00');
INSERT INTO public.posts_post VALUES (31, 'Ünïcödé ✓ <b>&amp;</b>', 'Quotes " and \ and 
 newline 🎉 end', '2026-01-02 07:00:00.038254+00', '2026-01-02 07:01:00.038254+00');
INSERT INTO public.sections VALUES (1, 'News', 'news', NULL);
INSERT INTO public.sections VALUES (2, 'Local', 'local', 1);
INSERT INTO public.sections VALUES (3, 'Bücher & Kultur', 'kultur', NULL);
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 20, true);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 44, true);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_user_id_seq', 8, true);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 3, true);
SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 11, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 17, true);
SELECT pg_catalog.setval('public.magazine_article_id_seq', 25, true);
SELECT pg_catalog.setval('public.magazine_article_tags_id_seq', 43, true);
SELECT pg_catalog.setval('public.magazine_comment_id_seq', 20, true);
SELECT pg_catalog.setval('public.magazine_tag_id_seq', 4, true);
SELECT pg_catalog.setval('public.posts_post_id_seq', 31, true);
SELECT pg_catalog.setval('public.sections_id_seq', 3, true);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_reference_key UNIQUE (reference);
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_section_id_title_b99c6583_uniq UNIQUE (section_id, title);
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.magazine_article_tags
    ADD CONSTRAINT magazine_article_tags_article_id_tag_id_88b1d20a_uniq UNIQUE (article_id, tag_id);
ALTER TABLE ONLY public.magazine_article_tags
    ADD CONSTRAINT magazine_article_tags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.magazine_comment
    ADD CONSTRAINT magazine_comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.magazine_tag
    ADD CONSTRAINT magazine_tag_name_key UNIQUE (name);
ALTER TABLE ONLY public.magazine_tag
    ADD CONSTRAINT magazine_tag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.posts_post
    ADD CONSTRAINT posts_post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sections
    ADD CONSTRAINT sections_name_key UNIQUE (name);
ALTER TABLE ONLY public.sections
    ADD CONSTRAINT sections_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sections
    ADD CONSTRAINT sections_slug_key UNIQUE (slug);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX magazine_article_author_id_40a2d2a1 ON public.magazine_article USING btree (author_id);
CREATE INDEX magazine_article_section_id_6590198c ON public.magazine_article USING btree (section_id);
CREATE INDEX magazine_article_slug_59869ae2_like ON public.magazine_article USING btree (slug varchar_pattern_ops);
CREATE INDEX magazine_article_tags_article_id_b7ba2e9a ON public.magazine_article_tags USING btree (article_id);
CREATE INDEX magazine_article_tags_tag_id_cac4a822 ON public.magazine_article_tags USING btree (tag_id);
CREATE INDEX magazine_comment_article_id_ac5baacb ON public.magazine_comment USING btree (article_id);
CREATE INDEX magazine_comment_author_id_6145007f ON public.magazine_comment USING btree (author_id);
CREATE INDEX magazine_tag_name_85909564_like ON public.magazine_tag USING btree (name varchar_pattern_ops);
CREATE INDEX sections_name_334cb73f_like ON public.sections USING btree (name varchar_pattern_ops);
CREATE INDEX sections_parent_id_b5ee2640 ON public.sections USING btree (parent_id);
CREATE INDEX sections_slug_04a4a571_like ON public.sections USING btree (slug varchar_pattern_ops);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_author_id_40a2d2a1_fk_auth_user_id FOREIGN KEY (author_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_article
    ADD CONSTRAINT magazine_article_section_id_6590198c_fk_sections_id FOREIGN KEY (section_id) REFERENCES public.sections(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_article_tags
    ADD CONSTRAINT magazine_article_tag_article_id_b7ba2e9a_fk_magazine_ FOREIGN KEY (article_id) REFERENCES public.magazine_article(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_article_tags
    ADD CONSTRAINT magazine_article_tags_tag_id_cac4a822_fk_magazine_tag_id FOREIGN KEY (tag_id) REFERENCES public.magazine_tag(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_comment
    ADD CONSTRAINT magazine_comment_article_id_ac5baacb_fk_magazine_article_id FOREIGN KEY (article_id) REFERENCES public.magazine_article(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.magazine_comment
    ADD CONSTRAINT magazine_comment_author_id_6145007f_fk_auth_user_id FOREIGN KEY (author_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sections
    ADD CONSTRAINT sections_parent_id_b5ee2640_fk_sections_id FOREIGN KEY (parent_id) REFERENCES public.sections(id) DEFERRABLE INITIALLY DEFERRED;
