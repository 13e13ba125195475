import { createSecureServer } from "node:http2";
import { readFileSync } from "node:fs";

const [port, certificate, key, body] = process.argv.slice(2);
const answer = readFileSync(body);
const fields = { ":status": 200, "content-type": "application/json", "content-length": answer.length };
createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) })
  .on("stream", (stream) => {
    stream.respond(fields);
    stream.end(answer);
  })
  .listen(Number(port), "127.0.0.1");
