# Run by the original's `shell -c`. Prints as JSON, on one line, what it finds and whether it is content with the tables.
import io
import json

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from posts.models import Post


def said_by(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, no_color=True, **options)
    return out.getvalue()


def state(moment):
    return moment and moment.isoformat()


plan = said_by("showmigrations")
migrate = said_by("migrate")
said_by("makemigrations", check=True, dry_run=True)  # exits with 1 where a migration is missing
connection.check_constraints()

# What we wrote, written again by the original: both rows must be the same to the last byte.
post = Post.objects.filter(title="Ours ✓").first()
if post:
    copy = Post.objects.create(title="Ours ✓", content=post.content)
    Post.objects.filter(pk=copy.pk).update(created_at=post.created_at, updated_at=post.updated_at)
user = User.objects.filter(username="ours").first()
if user:
    User.objects.create(
        username="theirs", email=user.email, password=user.password, is_staff=user.is_staff, date_joined=user.date_joined
    )

print(json.dumps({
    "unapplied": plan.count("[ ]"),
    "applied": plan.count("[X]"),
    "nothing_to_migrate": "No migrations to apply." in migrate,
    "users": [
        [u.pk, u.username, u.email, u.password, u.is_staff, u.is_superuser, u.is_active, state(u.last_login),
         state(u.date_joined), sorted(u.get_all_permissions()) if not u.is_superuser else []]
        for u in User.objects.order_by("pk")
    ],
    "posts": [
        [p.pk, p.title, p.content, state(p.created_at), state(p.updated_at)] for p in Post.objects.order_by("pk")
    ],
}))
