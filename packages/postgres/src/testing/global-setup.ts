import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, readProcess } from "../cluster/processes.ts";
import { noLog } from "../log.ts";
import { type EmbeddedPostgres, startPostgres } from "../server/start-postgres.ts";
import { offerServer } from "./server-service.ts";

const PREFIX = "breakwater-test-";

/**
 * vitest global set-up: one server per run, started when the first test asks for it and stopped at
 * the end. It dies with the run if that is killed.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  let server: Promise<EmbeddedPostgres> | null = null;
  const service = await offerServer(join(folder, "ask"), async () => {
    server ??= startForTests(folder);
    return (await server).url("postgres");
  });
  return async () => {
    await service.close();
    await (await server?.catch(() => null))?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Tests of what is on disk after a crash start servers of their own; these data are thrown away. */
async function startForTests(folder: string): Promise<EmbeddedPostgres> {
  return await startPostgres({
    dataDir: join(folder, "postgres"),
    log: noLog,
    settings: {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      shared_buffers: "128MB",
      max_connections: "200",
    },
  });
}

/** Folders of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!Number.isInteger(pid) || isAlive(await readProcess(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
