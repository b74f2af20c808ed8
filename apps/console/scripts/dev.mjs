// Serves a console with hot reload: `npm run dev` (SMS) or `npm run dev:hub`.
// Against a real server: CONSOLE_API=http://127.0.0.1:8080 npm run dev
import { fileURLToPath } from "node:url";
import { createServer, runnerImport } from "vite";

const product = process.argv[2] === "hub" ? "hub" : "sms";
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const api = process.env.CONSOLE_API ?? (await startMock());
const proxied = ["/api", "/auth", "/hub/v1"];
const server = await createServer({
  configFile: path("../vite.config.ts"),
  mode: product,
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(proxied.map((prefix) => [prefix, { target: api, secure: false }])),
  },
});
await server.listen();
server.printUrls();

async function startMock() {
  const { module } = await runnerImport(path("../src/mock-api/mock-server.ts"));
  const consoleRoot = path(`../dist/${product}`);
  const mock = await module.startMockServer({ product, scenario: "filled", consoleRoot });
  console.log(`Mock API at ${mock.baseUrl}: log in as mara, password "correct horse battery"`);
  return mock.baseUrl;
}
