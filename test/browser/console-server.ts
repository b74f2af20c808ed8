import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type MockServer,
  type Scenario,
  startMockServer,
} from "../../apps/console/src/mock-api/mock-server.ts";

/** The built console of a product before a server with data in memory. */
export function startConsole(product: "sms" | "hub", scenario: Scenario): Promise<MockServer> {
  const consoleRoot = fileURLToPath(new URL(`../../apps/console/dist/${product}`, import.meta.url));
  if (!existsSync(`${consoleRoot}/index.html`)) {
    throw new Error("The console is not built. Run: npm run build -w @breakwater/console");
  }
  return startMockServer({ product, scenario, consoleRoot });
}
