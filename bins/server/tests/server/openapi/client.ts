// A client that knows the server by its OpenAPI document alone. Usage: node client.js ADDRESS USERNAME PASSWORD
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Post = components["schemas"]["Post"];

const [address, username, password] = process.argv.slice(2);
if (address === undefined || username === undefined || password === undefined) {
  throw new Error("three arguments are needed");
}
const client = createClient<paths>({ baseUrl: address });

function expect(what: string, holds: boolean): asserts holds {
  if (!holds) {
    throw new Error(`this does not hold: ${what}`);
  }
}

const refused = await client.POST("/api/auth/obtain_token/", { body: { username, password: "wrong" } });
expect("a wrong password is refused", refused.response.status === 400 && refused.error !== undefined);
expect("the refusal is told by field", "non_field_errors" in refused.error);

const obtained = await client.POST("/api/auth/obtain_token/", { body: { username, password } });
expect("a token is obtained", obtained.data !== undefined);
const refreshed = await client.POST("/api/auth/refresh_token/", { body: { token: obtained.data.token } });
expect("it is refreshed", refreshed.data !== undefined);
const headers = { Authorization: `JWT ${refreshed.data.token}` };

const account = await client.GET("/api/account/", { headers });
expect("it is the account's own", account.data?.username === username);

const created = await client.POST("/api/posts/", { headers, body: { title: "First", content: "Words" } });
expect("a post is created", created.data !== undefined);
const post: Post = created.data;
const params = { path: { id: post.id } };

const listed = await client.GET("/api/posts/", { headers, params: { query: { ordering: ["-id"], search: "words" } } });
expect("a list without a limit is an array", Array.isArray(listed.data));
expect("it holds the post", listed.data[0]?.id === post.id);
const page = await client.GET("/api/posts/", { headers, params: { query: { limit: 1, title: "First" } } });
expect("a list with a limit is a page", page.data !== undefined && !Array.isArray(page.data));
expect("it counts the post", page.data.count === 1);

const patched = await client.PATCH("/api/posts/{id}/", { headers, params, body: { content: "Others" } });
expect("a field is changed", patched.data?.content === "Others" && patched.data.title === "First");
const replaced = await client.PUT("/api/posts/{id}/", { headers, params, body: { title: "Last", content: "Others" } });
expect("the post is replaced", replaced.data?.title === "Last");

const tooLong = await client.PATCH("/api/posts/{id}/", { headers, params, body: { title: "x".repeat(51) } });
expect("a long title is refused", tooLong.response.status === 400);

const deleted = await client.DELETE("/api/posts/{id}/", { headers, params });
expect("the post is deleted", deleted.response.status === 204);
const gone = await client.GET("/api/posts/{id}/", { headers, params });
expect("it is gone", gone.response.status === 404);

const wanted = { name: "robot", scopes: "posts.view_post", current_password: password };
const made = await client.POST("/api/account/api_keys/", { headers, body: wanted });
expect("a key is made", made.data !== undefined && made.data.key.startsWith("pp_"));
const keys = await client.GET("/api/account/api_keys/", { headers });
expect("it is listed without its secret", keys.data?.[0]?.id === made.data.id && keys.data[0].last_used_at === null);
const ended = await client.DELETE("/api/account/api_keys/{id}/", { headers, params: { path: { id: made.data.id } } });
expect("it is revoked", ended.response.status === 204);
const weak = { current_password: password, new_password: "password" };
const kept = await client.POST("/api/account/password/", { headers, body: weak });
expect("a weak password is refused", kept.error !== undefined && "new_password" in kept.error);
const changed = await client.POST("/api/account/password/", {
  headers,
  body: { current_password: password, new_password: "notes-on-Bernoulli-7" },
});
const next: string | null | undefined = changed.data?.token;
expect("the password is changed, and there is another token", typeof next === "string");
const revoked = await client.POST("/api/auth/revoke_token/", { body: { token: next } });
expect("a token is revoked", revoked.response.status === 204);
const dead = await client.POST("/api/auth/verify_token/", { body: { token: next } });
expect("it is dead", dead.response.status === 400);

// @ts-expect-error: a post without a content is none.
await client.POST("/api/posts/", { headers, body: { title: "First" } });
// @ts-expect-error: there is no such path.
await client.GET("/api/nothing/", { headers });

console.log("done");
