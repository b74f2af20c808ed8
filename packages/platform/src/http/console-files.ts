import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, resolve, sep } from "node:path";
import type { FastifyReply } from "fastify";
import type { HttpApp } from "./http-app.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * Serves a built console from `folder`: hashed assets for ever, `index.html` for every other path that
 * no API answers, always under the strict content security policy.
 */
export function serveConsole(app: HttpApp, folder: string): void {
  const root = resolve(folder);
  app.routes.push({ method: "GET", path: "/*", permission: "public" });
  app.fastify.get(
    "/*",
    { schema: { hide: true }, config: { permission: "public" } },
    async (request, reply) => {
      // Where the router ended the path: it has decoded it already, so this cannot fail.
      const path = decodeURIComponent(request.url.split(/[?#]/)[0] ?? "/");
      const file = join(root, normalize(path));
      if (file.startsWith(root + sep) && extname(file) !== "") {
        const info = await stat(file).catch(() => undefined);
        if (info?.isFile()) {
          return consoleHeaders(reply, file, path.startsWith("/assets/")).send(
            createReadStream(file),
          );
        }
        return reply.callNotFound();
      }
      if (/^\/(api|auth|hub\/v1|v3\.0|agent|product|\.well-known)(\/|$)/.test(path))
        return reply.callNotFound();
      const index = await readFile(join(root, "index.html")).catch(() => undefined);
      if (index === undefined) {
        return reply
          .code(503)
          .type("text/plain")
          .send("The console is not built. Run: npm run build\n");
      }
      return consoleHeaders(reply, "index.html", false).send(index);
    },
  );
}

function consoleHeaders(reply: FastifyReply, file: string, immutable: boolean): FastifyReply {
  return reply
    .type(TYPES[extname(file)] ?? "application/octet-stream")
    .header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-store")
    .header("content-security-policy", CONTENT_SECURITY_POLICY)
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer");
}
