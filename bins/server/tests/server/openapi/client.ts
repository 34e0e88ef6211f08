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

// @ts-expect-error: a post without a content is none.
await client.POST("/api/posts/", { headers, body: { title: "First" } });
// @ts-expect-error: there is no such path.
await client.GET("/api/nothing/", { headers });

console.log("done");
