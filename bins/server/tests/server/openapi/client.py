"""A client that knows the server by its OpenAPI document alone. Usage: python client.py ADDRESS USERNAME PASSWORD"""

import importlib
import pkgutil
import sys

import presspass_client
from presspass_client import AuthenticatedClient, Client
from presspass_client.api.accounts import obtain_token, retrieve_account
from presspass_client.api.posts import create_post, delete_post, list_posts, retrieve_post, update_post
from presspass_client.models import Credentials, CredentialsErrors, PatchedPostRequest, Post, PostErrors, PostRequest

# All that was generated can be imported.
for module in pkgutil.walk_packages(presspass_client.__path__, "presspass_client."):
    importlib.import_module(module.name)

address, username, password = sys.argv[1:]
anonymous = Client(base_url=address)
refused = obtain_token.sync(client=anonymous, body=Credentials(username=username, password="wrong"))
assert isinstance(refused, CredentialsErrors), refused
token = obtain_token.sync(client=anonymous, body=Credentials(username=username, password=password)).token

client = AuthenticatedClient(base_url=address, token=token, prefix="JWT")
assert retrieve_account.sync(client=client).username == username
wrong = create_post.sync(client=client, body=PostRequest(title="", content="World"))
assert isinstance(wrong, PostErrors), wrong
post = create_post.sync(client=client, body=PostRequest(title="Hello", content="World"))
assert isinstance(post, Post) and post.title == "Hello", post
assert [one.id for one in list_posts.sync(client=client)] == [post.id]
page = list_posts.sync(client=client, limit=1, search="world")
assert page.count == 1 and page.results[0].created_at == post.created_at, page
update_post.sync(post.id, client=client, body=PatchedPostRequest(title="Changed"))
assert retrieve_post.sync(post.id, client=client).title == "Changed"
assert delete_post.sync_detailed(post.id, client=client).status_code == 204
print("done")
