"""Posts by DRF's permission classes: the counterpart of permissions.rs. `REQUESTS` is [[path, caller, method, id], …]."""
import json
import os

from django.contrib.auth.models import User
from rest_framework import permissions
from rest_framework.test import APIRequestFactory, force_authenticate
from urls import PostDetail, PostList


class StaffOrAdds(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.user.is_staff or request.user.has_perm("posts.add_post")


CLASSES = {
    "open": [permissions.AllowAny],
    "readable": [permissions.IsAuthenticatedOrReadOnly],
    "members": [permissions.IsAuthenticated],
    "staff": [StaffOrAdds],
    "editors": [permissions.IsAuthenticated, permissions.DjangoModelPermissions],
    "settings": [permissions.IsAdminUser],
}
answers = []
for path, caller, method, key in json.loads(os.environ["REQUESTS"]):
    address = "/api/%s/" % path + ("%s/" % key if key else "")
    data = None if method in ("GET", "OPTIONS") else {}
    request = APIRequestFactory().generic(method, address, json.dumps(data) if data == {} else "", "application/json")
    if caller:
        force_authenticate(request, User.objects.get(username=caller))
    view = type("Posts", (PostDetail if key else PostList,), {"permission_classes": CLASSES[path]}).as_view()
    response = view(request, pk=key) if key else view(request)
    text = response.render().content.decode()
    body = json.loads(text) if text else None
    if method == "OPTIONS" and response.status_code == 200:
        body = sorted(body.get("actions", {}))
    answers.append([response.status_code, None if method == "GET" and response.status_code == 200 else body])
print(json.dumps(answers))
