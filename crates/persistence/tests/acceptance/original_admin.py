# Run by the original's `shell -c`, which sets STEP. The original's admin at work, beside ours; prints JSON on one line.
import json

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from posts.models import Post

client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.get(username="root"))
status = {}


def get(path):
    status["GET " + path] = client.get(path).status_code


def post(path, **fields):
    status["POST " + path] = client.post(path, fields).status_code


if STEP == "write":
    post("/admin/posts/post/add/", title="By the original", content="x")
    mine = Post.objects.get(title="By the original")
    post("/admin/posts/post/%d/change/" % mine.pk, title="By the original 2", content="y")
    post("/admin/posts/post/%d/change/" % mine.pk, title="By the original 2", content="y")
else:
    ours = Post.objects.get(title="By us 2")
    user = User.objects.get(username="by-us")
    group = Group.objects.get(name="by us")
    for path in ("/admin/", "/admin/posts/post/", "/admin/auth/user/", "/admin/auth/group/"):
        get(path)
    for kind, pk in (("posts/post", ours.pk), ("auth/user", user.pk), ("auth/group", group.pk)):
        get("/admin/%s/%d/history/" % (kind, pk))
        get("/admin/%s/%d/change/" % (kind, pk))
        get("/admin/%s/%d/delete/" % (kind, pk))
    # It edits and deletes our rows, our entries and what hangs on them included.
    post("/admin/posts/post/%d/change/" % ours.pk, title="By both", content="z")
    entries = [
        [e.action_flag, e.content_type.model, e.object_id, e.object_repr, e.change_message, e.get_change_message(),
         e.user.username, e.action_time.isoformat()]
        for e in LogEntry.objects.order_by("pk")
    ]
    post("/admin/auth/user/%d/delete/" % user.pk, post="yes")
    post("/admin/auth/group/%d/delete/" % group.pk, post="yes")
    LogEntry.objects.filter(object_repr="By us 2").delete()
    status["users"] = User.objects.filter(username="by-us").count()
    status["groups"] = Group.objects.filter(name="by us").count()

print(json.dumps({"status": status, "entries": entries if STEP != "write" else []}))
