// Starts the reader on the document of this server, and logs in to it with what the reader itself obtains.
"use strict";

const SAFE = ["GET", "HEAD", "OPTIONS", "TRACE"];

function cookie(name) {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return pair === undefined ? undefined : decodeURIComponent(pair.slice(name.length + 1));
}

const reader = SwaggerUIBundle({
  url: new URL("../schema/?format=json", document.baseURI).href,
  dom_id: "#reader",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // It would ask another host.
  validatorUrl: null,
  requestInterceptor(request) {
    const csrf = cookie("csrftoken");
    if (csrf !== undefined && !SAFE.includes((request.method || "GET").toUpperCase())) {
      request.headers["X-CSRFToken"] = csrf;
    }
    return request;
  },
  responseInterceptor(response) {
    if (response.ok && /\/auth\/(obtain|refresh)_token\/$/.test(new URL(response.url, document.baseURI).pathname)) {
      try {
        reader.preauthorizeApiKey("jwt", "JWT " + JSON.parse(response.text).token);
      } catch {
        // Not a token: nothing to log in with.
      }
    }
    return response;
  },
});
