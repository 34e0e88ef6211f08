"""Groups and content types with what refers to them, by DRF: the counterpart of resources.rs."""
import json

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from rest_framework import generics, permissions, serializers
from rest_framework.test import APIRequestFactory


class Person(serializers.ModelSerializer):
    name = serializers.ReadOnlyField(source="username")

    class Meta:
        model, fields = User, ["id", "name"]


class Named(serializers.ModelSerializer):
    of = serializers.ReadOnlyField(source="content_type.model")

    class Meta:
        model, fields = Permission, ["codename", "of"]


class GroupSerializer(serializers.ModelSerializer):
    user_set = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    people = Person(source="user_set", many=True, read_only=True)

    class Meta:
        model, fields = Group, ["id", "name", "user_set", "people"]


class TypeSerializer(serializers.ModelSerializer):
    permission_set = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    named = Named(source="permission_set", many=True, read_only=True)

    class Meta:
        model, fields = ContentType, ["id", "model", "permission_set", "named"]


def answer(method, address, model, serializer):
    attributes = {
        "queryset": model.objects.order_by("id"),
        "serializer_class": serializer,
        "permission_classes": [permissions.AllowAny],
        "pagination_class": None,
    }
    view = type(model._meta.verbose_name.title().replace(" ", "") + "List", (generics.ListAPIView,), attributes)
    response = view.as_view()(APIRequestFactory().generic(method, address))
    return json.loads(response.render().content)


print(json.dumps([
    answer("GET", "/api/groups/", Group, GroupSerializer),
    answer("GET", "/api/types/", ContentType, TypeSerializer),
]))
