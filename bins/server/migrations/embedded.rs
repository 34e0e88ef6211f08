// Written by `makemigrations`.
&[
    presspass::Migration::new(
        "2026-11-27-000001_posts_0001_initial",
        include_str!("sqlite/2026-11-27-000001_posts_0001_initial/up.sql"),
        include_str!("postgresql/2026-11-27-000001_posts_0001_initial/up.sql"),
    ),
]
