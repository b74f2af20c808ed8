import { deviceAddresses } from "../lab-addresses.ts";
import { startDnsServer } from "./dns-server.ts";
import { startHttpServer, startHttpsServer } from "./web-server.ts";

/* Runs inside the server namespace: node main.js <lab name> <number of devices> */

const deviceCount = Number(process.argv[3]);

await startHttpServer(80);
await startHttpServer(8080);
await startHttpsServer(443);
for (let number = 1; number <= deviceCount; number += 1) {
  const { server } = deviceAddresses(number);
  const answers = { v4: server.v4[0] ?? "", v6: server.v6[0] ?? "" };
  await Promise.all(
    [...server.v4, ...server.v6].map((address) => startDnsServer(address, answers)),
  );
}
process.stdout.write("lab server ready\n");

process.on("SIGTERM", () => process.exit(0));
process.on("SIGINT", () => process.exit(0));
