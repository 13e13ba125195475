// Shows the OpenAPI document of this server and tries its methods. Nothing is asked of any other host.
"use strict";

const byId = (id) => document.getElementById(id);

// Makes an element; a text is never read as markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

// What a `$ref` points to.
function resolve(api, value) {
  if (!value || !value.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((found, key) => found[key], api);
}

// A schema in a few words.
function words(schema) {
  if (!schema) return "anything";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(words).join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  const type = [].concat(schema.type || "anything").join(" or ");
  return schema.items ? `${type} of ${words(schema.items)}` : type;
}

function table(head, rows) {
  const line = (cells, name) => element("tr", {}, ...cells.map((cell) => element(name, {}, cell)));
  return element("table", {}, line(head, "th"), ...rows.map((row) => line(row, "td")));
}

// The fields of a named schema and of those inside of it, each once.
function types(api, schema, seen = new Set()) {
  const named = schema && (schema.$ref || (schema.items && schema.items.$ref));
  if (!named || seen.has(named)) return [];
  seen.add(named);
  const shape = resolve(api, { $ref: named });
  const fields = Object.entries(shape.properties || {});
  const rows = fields.map(([name, field]) => [
    element("code", {}, name), words(field), (shape.required || []).includes(name) ? "yes" : "",
    field.description || resolve(api, field).description || "",
  ]);
  const here = [element("h4", {}, named.split("/").pop()), element("p", {}, shape.description || "")];
  if (rows.length) here.push(table(["field", "type", "required", ""], rows));
  return [...here, ...fields.flatMap(([, field]) =>
    [field, ...(field.anyOf || [])].flatMap((each) => types(api, each, seen)))];
}

const json = (value) => JSON.stringify(value, null, 2);

// A method's place to be tried in: its fields, and what came of them.
class Trial {
  constructor(api, verb, path, operation) {
    Object.assign(this, { verb, path, operation });
    this.inputs = (operation.parameters || []).map((each) => resolve(api, each))
      .filter((each) => !each["x-beside"])
      .filter((each) => each.in === "path" || (each.in === "query" && each.name !== "ticket" && !each.name.endsWith("_id"))
        || each.name === "idempotency-key")
      .map((each) => ({ ...each, field: element("input", { value: each.example === undefined ? undefined : String(each.example) }) }));
    const body = (operation.requestBody || { content: {} }).content["application/json"];
    this.body = body && element("textarea", { "aria-label": "body", spellcheck: "false" }, json(body.example || {}));
    this.isStream = "text/event-stream" in ((operation.responses["200"] || {}).content || {});
    this.output = element("pre", { hidden: "", tabindex: "0" });
    this.stop = element("button", { type: "button", hidden: "", onclick: () => this.abort && this.abort.abort() }, "Stop");
    this.view = element("form", { onsubmit: (event) => { event.preventDefault(); this.send(); } },
      ...this.inputs.map((each) => element("label", {}, each.name, each.field)), this.body,
      element("button", { class: "send" }, "Send"), this.stop,
      element("button", { type: "button", onclick: () => this.copy() }, "Copy as curl"));
  }

  // Where the request goes, its fields and its body.
  request() {
    const given = this.inputs.filter((each) => each.field.value !== "");
    const value = (each) => encodeURIComponent(each.field.value);
    const path = given.filter((each) => each.in === "path")
      .reduce((path, each) => path.replace(`{${each.name}}`, value(each)), this.path).replace(/^\//, "");
    const query = given.filter((each) => each.in === "query").map((each) => `${each.name}=${value(each)}`).join("&");
    const headers = { accept: this.isStream ? "text/event-stream" : byId("accept").value };
    for (const name of ["x-org-id", "x-user-id", "x-project-id"]) if (byId(name).value) headers[name] = byId(name).value;
    for (const each of given.filter((each) => each.in === "header")) headers[each.name] = each.field.value;
    if (byId("token").value) headers.authorization = `Bearer ${byId("token").value.trim()}`;
    if (this.body) headers["content-type"] = "application/json";
    return { url: new URL(path + (query && `?${query}`), document.baseURI), headers, body: this.body && this.body.value };
  }

  async send() {
    const { url, headers, body } = this.request();
    this.abort = new AbortController();
    this.stop.hidden = false;
    this.output.hidden = false;
    this.output.textContent = "…";
    const began = performance.now();
    try {
      const answer = await fetch(url, { method: this.verb, headers, body, signal: this.abort.signal, credentials: "omit" });
      const head = `${answer.status} in ${Math.round(performance.now() - began)} ms\n`
        + [...answer.headers].map(([name, text]) => `${name}: ${text}`).join("\n") + "\n\n";
      this.output.textContent = head;
      await this.show(answer);
    } catch (error) {
      this.output.textContent += `\n${error.name === "AbortError" ? "stopped" : error.message}`;
    }
    this.stop.hidden = true;
  }

  async show(answer) {
    const type = answer.headers.get("content-type") || "";
    if (type.startsWith("application/cbor")) {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      this.output.textContent += [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    } else if (type.includes("json")) {
      this.output.textContent += json(await answer.json());
    } else {
      const reader = answer.body && answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece; reader && !(piece = await reader.read()).done;) this.output.textContent += piece.value;
    }
  }

  // The same request for a shell; the token stays out of it.
  async copy() {
    const { url, headers, body } = this.request();
    const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
    const fields = Object.entries(headers).map(([name, value]) =>
      name === "authorization" ? `-H "authorization: Bearer $TOKEN"` : `-H ${quoted(`${name}: ${value}`)}`);
    const parts = ["curl --http2 --cacert \"$(switchyard cert path)\"", `-X ${this.verb}`, ...fields];
    if (body) parts.push(`--data ${quoted(body)}`);
    const text = [...parts, quoted(String(url))].join(" \\\n  ");
    this.output.hidden = false;
    this.output.textContent = text;
    if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => {});
  }
}

function method(api, path, verb, operation) {
  const parameters = (operation.parameters || []).map((each) => resolve(api, each));
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const found = resolve(api, answer);
    return [status, found.description, Object.keys(found.content || {}).join(", ")];
  });
  const success = Object.values(operation.responses).map((each) => resolve(api, each)).find((each) => each.content);
  const media = success && Object.values(success.content)[0];
  const body = operation.requestBody && operation.requestBody.content["application/json"];
  const example = media && (media.example || media["x-event-example"]);
  const trial = new Trial(api, verb.toUpperCase(), path, operation);
  return element("details", { id: operation.operationId },
    element("summary", {}, element("b", {}, verb.toUpperCase()), " ", element("code", {}, path), " ", operation.summary),
    element("p", {}, "gRPC ", element("code", {}, operation["x-grpc"]), `; permission: ${operation["x-permission"] || "none"}`),
    parameters.length ? table(["parameter", "in", "type", ""], parameters.map((each) =>
      [element("code", {}, each.name), each.in + (each.required ? ", required" : ""), words(each.schema), each.description])) : null,
    ...(body ? types(api, body.schema) : []), ...(media ? types(api, media["x-event"] || media.schema) : []),
    example ? element("pre", {}, json(example)) : null,
    table(["status", "", "formats"], answers),
    element("h4", {}, "Try it"), trial.view, trial.output);
}

async function start() {
  const api = await (await fetch("api/v1/openapi", { headers: { accept: "application/json" } })).json();
  byId("version").textContent = api.info.version;
  byId("introduction").textContent = api.info.description;
  const sections = api.tags.map(({ name }) => element("section", { id: name }, element("h2", {}, name)));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [verb, operation] of Object.entries(item)) {
      sections.find((section) => section.id === operation.tags[0]).append(method(api, path, verb, operation));
    }
  }
  byId("methods").replaceChildren(...sections);
  byId("find").addEventListener("input", () => {
    const wanted = byId("find").value.toLowerCase();
    for (const each of document.querySelectorAll("details")) each.hidden = !each.textContent.toLowerCase().includes(wanted);
  });
  const named = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (named) named.open = true;
}

byId("caller").addEventListener("submit", (event) => event.preventDefault());
start().catch((error) => byId("methods").replaceChildren(element("p", {}, `The interface could not be read: ${error.message}`)));
