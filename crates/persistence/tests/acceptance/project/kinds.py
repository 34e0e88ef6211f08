from django.conf import settings
from django.db import connection, models

class Kind(models.Model):
    text = models.CharField(max_length=10, unique=True)
    lines = models.TextField(unique=True)
    slug = models.SlugField(max_length=20)
    small = models.SmallIntegerField(unique=True)
    big = models.BigIntegerField(null=True)
    positive = models.PositiveIntegerField(unique=True)
    positive_small = models.PositiveSmallIntegerField(null=True)
    ratio = models.FloatField()
    price = models.DecimalField(max_digits=6, decimal_places=2, unique=True)
    day = models.DateField()
    at = models.TimeField()
    seen = models.DateTimeField(null=True)
    lasts = models.DurationField()
    reference = models.UUIDField(null=True, unique=True)
    extra = models.JSONField()
    more = models.JSONField(null=True)
    flag = models.BooleanField()
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    friends = models.ManyToManyField("self")

    class Meta:
        app_label = "kinds"
        unique_together = [("small", "big"), ("owner", "day")]

class avery_long_name_of_a_model_that_has_to_be_cut_somewhere(models.Model):
    id = models.BigAutoField(primary_key=True)
    kind = models.ForeignKey(Kind, models.CASCADE)
    parent = models.ForeignKey("self", models.CASCADE, null=True)

    class Meta:
        app_label = "kinds"

with connection.schema_editor() as editor:
    editor.create_model(Kind)
    editor.create_model(avery_long_name_of_a_model_that_has_to_be_cut_somewhere)
