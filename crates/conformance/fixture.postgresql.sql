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
ALTER TABLE ONLY public.auth_group ALTER COLUMN id SET DEFAULT nextval('public.auth_group_id_seq'::regclass);
ALTER TABLE ONLY public.auth_group_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_group_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.auth_permission ALTER COLUMN id SET DEFAULT nextval('public.auth_permission_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user ALTER COLUMN id SET DEFAULT nextval('public.auth_user_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_groups ALTER COLUMN id SET DEFAULT nextval('public.auth_user_groups_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_user_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_user_user_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.django_admin_log ALTER COLUMN id SET DEFAULT nextval('public.django_admin_log_id_seq'::regclass);
ALTER TABLE ONLY public.django_content_type ALTER COLUMN id SET DEFAULT nextval('public.django_content_type_id_seq'::regclass);
ALTER TABLE ONLY public.django_migrations ALTER COLUMN id SET DEFAULT nextval('public.django_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.posts_post ALTER COLUMN id SET DEFAULT nextval('public.posts_post_id_seq'::regclass);
INSERT INTO public.auth_group VALUES (1, 'editors');
INSERT INTO public.auth_group_permissions VALUES (1, 1, 25);
INSERT INTO public.auth_group_permissions VALUES (2, 1, 26);
INSERT INTO public.auth_group_permissions VALUES (3, 1, 27);
INSERT INTO public.auth_group_permissions VALUES (4, 1, 28);
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
INSERT INTO public.auth_user VALUES (2, 'pbkdf2_sha256$120000$4xL4IZ6HPKIz$+yvuX56XaL4h5IWzavfaaCdnNYVu6lsngwEea2xlnW0=', NULL, false, 'user', '', '', 'user@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (3, 'pbkdf2_sha256$120000$RpwPT5Fak3yx$zf+fCfZPj348uTgcx/Tz+a4fV5mNfdWQ8ouVy/uah/c=', NULL, false, 'inactive', '', '', 'inactive@example.com', false, false, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (4, 'pbkdf2_sha256$120000$VnBpwuFuwdsy$9b25Thcp2qris+T+ScaL2xW+fqaZgXcxRQmUULFiUBc=', NULL, false, 'editor', '', '', 'editor@example.com', true, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (5, 'pbkdf2_sha256$120000$GC0rAEztHHyH$xnTRXBnDXLiHXeRAt4hyHS5/j7+VsQuXLcIW7yGanDQ=', NULL, false, 'writer', '', '', 'writer@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (6, 'bcrypt_sha256$$2b$12$bKVisL0DSO9pCQ4cfupFZOzsYpOLeh8S9TmSk4B/qZ/VD8ILYgcjS', NULL, false, 'bcrypt', '', '', 'bcrypt@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (7, '!D5jtfgmzc8qTn1xEQv40mJcOOXTo81FMIK6mIqDn', NULL, false, 'unusable', '', '', 'unusable@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (8, 'pbkdf2_sha256$120000$dMjFquhVj6jW$1PTgLbfmWFbmQ+FdlQFTJEv7SNt4t5HbSWleB/Q6h+k=', NULL, false, 'Ünïcode', '', '', 'ünïcode@example.com', false, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user VALUES (1, 'pbkdf2_sha256$120000$UMH3sc8rfwc8$6HQqUCEzDd9uinb12Z2s1FaPcE71zaz2EykEHy0gXgQ=', NULL, true, 'admin', '', '', '', true, true, '2026-01-01 00:00:00.000001+00');
INSERT INTO public.auth_user_groups VALUES (1, 4, 1);
INSERT INTO public.auth_user_user_permissions VALUES (1, 5, 25);
INSERT INTO public.django_content_type VALUES (1, 'admin', 'logentry');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (4, 'auth', 'user');
INSERT INTO public.django_content_type VALUES (5, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (6, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (7, 'posts', 'post');
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
INSERT INTO public.django_migrations VALUES (15, 'posts', '0001_initial', '2026-01-01 00:00:00.000001+00');
INSERT INTO public.django_migrations VALUES (16, 'sessions', '0001_initial', '2026-01-01 00:00:00.000001+00');
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
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 4, true);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 28, true);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_user_id_seq', 8, true);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, true);
SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 7, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 16, true);
SELECT pg_catalog.setval('public.posts_post_id_seq', 31, true);
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
ALTER TABLE ONLY public.posts_post
    ADD CONSTRAINT posts_post_pkey PRIMARY KEY (id);
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
