import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { noLog } from "../log.ts";
import { askForServer } from "../testing/server-service.ts";
import { openPostgres } from "./open-postgres.ts";
import { makeFolder, QUICK, query, removeFolder } from "./server-process.test-helper.ts";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

it("keeps several databases on one server of its own", async () => {
  const server = await openPostgres({ dataDir: folder, log: noLog, settings: QUICK });
  const [hub, sms] = await Promise.all([server.database("hub"), server.database("sms")]);
  await server.database("sms");
  await query(hub, "create table only_here (x int)");
  expect(await query(sms, "select to_regclass('only_here') as found")).toEqual([{ found: null }]);
  await server.stop();
});

it("uses the server of DATABASE_URL and leaves it running", async () => {
  const databaseUrl = await askForServer();
  const server = await openPostgres({
    dataDir: join(folder, "unused"),
    log: noLog,
    databaseUrl,
  });
  expect(server.kind).toBe("external");
  const url = await server.database(`external_${process.pid}`);
  await server.stop();
  expect(await query(url, "select current_database() as name")).toEqual([
    { name: `external_${process.pid}` },
  ]);
  await query(databaseUrl, `drop database external_${process.pid}`);
});

it("says which server it cannot reach, but not the password", async () => {
  const databaseUrl = "postgresql://someone:secret@127.0.0.1:1/main";
  const error = await openPostgres({ dataDir: folder, log: noLog, databaseUrl }).catch(String);
  expect(error).toContain("127.0.0.1:1");
  expect(error).not.toContain("secret");
});

it("refuses a database name that would need quoting", async () => {
  const databaseUrl = await askForServer();
  const server = await openPostgres({ dataDir: folder, log: noLog, databaseUrl });
  await expect(server.database('x"; drop table y')).rejects.toMatchObject({
    code: "InvalidRequest",
  });
});
