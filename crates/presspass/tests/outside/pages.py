"""Lists of posts by DRF's pagination classes: the counterpart of pages.rs. `REQUESTS` is [[style, query], …]."""
import json
import os

from django.contrib.auth.models import User
from rest_framework import pagination
from rest_framework.test import APIRequestFactory, force_authenticate
from urls import PostList


class ByNumber(pagination.PageNumberPagination):
    page_size, page_size_query_param, max_page_size = 7, "size", 9


class ByLimit(pagination.LimitOffsetPagination):
    default_limit, max_limit = 5, 8


class ByCursor(pagination.CursorPagination):
    page_size = 6


class Unpaged(PostList):
    pagination_class = None


class Numbered(PostList):
    pagination_class = ByNumber


class Limited(PostList):
    pagination_class = ByLimit


class Followed(PostList):
    pagination_class = ByCursor
    ordering = "-title"  # With an OrderingFilter, the paginator asks the view.


VIEWS = {"none": Unpaged, "page_number": Numbered, "limit_offset": Limited, "cursor": Followed}
admin, answers = User.objects.get(username="admin"), []
for style, query in json.loads(os.environ["REQUESTS"]):
    request = APIRequestFactory().get("/api/%s/%s" % (style, query))
    force_authenticate(request, admin)
    response = VIEWS[style].as_view()(request)
    answers.append([response.status_code, json.loads(response.render().content)])
print(json.dumps(answers))
