import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@breakwater/platform";
import type { Permission } from "@breakwater/protocol";
import { sql } from "kysely";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";
import { type RawAnswer, rawHttp, rawRequest } from "./raw-http.test-helper.ts";

export const PASSWORD = "s3cret: horse & battery?";

export type StoredEntry = { type: string; value: string; sources: string[]; tags: object };

export type WebApiServer = {
  test: TestSms;
  /** An API key as clients know it, of a superuser. */
  key: string;
  /** Sends a request with that key. */
  call: (line: string, headers?: Record<string, string>, body?: string) => Promise<RawAnswer>;
  /** The same without any credentials of its own. */
  send: (line: string, headers?: Record<string, string>, body?: string) => Promise<RawAnswer>;
  entries: () => Promise<StoredEntry[]>;
  clear: () => Promise<void>;
  audit: () => Promise<{ action: string; object: string; actor: string; after: unknown }[]>;
  /** Everything logged so far. */
  logged: () => Promise<string>;
  addUser: (name: string, permissions: readonly Permission[]) => Promise<void>;
  close: () => Promise<void>;
};

export async function startWebApi(queryCredentials: boolean): Promise<WebApiServer> {
  const folder = await mkdtemp(join(tmpdir(), "bw-web-api-"));
  const file = join(folder, "sms.log");
  const log = createLog({ name: "sms", level: "trace", file });
  const test = await createTestSms({ log }, { webApi: { queryCredentials } });
  const { value: key } = await test.call<{ value: string }>("POST", "/auth/v1/api-keys", {
    name: "client",
    role: "superuser",
    form: "uuid",
  });
  const send: WebApiServer["send"] = (line, headers, body) =>
    rawHttp(test.sms.urls.web, rawRequest(line, headers, body));
  const { db } = test.database;
  return {
    test,
    key,
    send,
    call: (line, headers, body) => send(line, { "X-SMS-API-KEY": key, ...headers }, body),
    entries: async () => {
      const { rows } = await sql<StoredEntry>`
        select e.type, e.value,
          array(select s.name from reputation_source s where s.id = any(e.sources) order by 1)
            as sources,
          e.tags || jsonb_strip_nulls(jsonb_build_object('Trend Micro Severity', e.severity,
            'Trend Micro Scan Action', e.scan_action, 'Reputation Entries TTL',
            to_char(e.expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as tags
        from reputation_entry e order by e.value`.execute(db);
      return rows;
    },
    clear: async () => {
      await sql`delete from reputation_entry`.execute(db);
      await sql`delete from reputation_tally`.execute(db);
    },
    audit: async () => {
      const { rows } = await sql<Awaited<ReturnType<WebApiServer["audit"]>>[number]>`
        select action, object, actor, after from audit_record order by id`.execute(db);
      return rows;
    },
    logged: () => readFile(file, "utf8").catch(() => ""),
    addUser: async (name, permissions) => {
      await test.call("PUT", `/auth/v1/roles/role-of-${name}`, { permissions });
      const role = `role-of-${name}`;
      await test.call("POST", "/auth/v1/users", { name, password: PASSWORD, role });
      await sql`update account set must_change_password = false where name = ${name}`.execute(db);
    },
    close: async () => {
      await test.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function basic(name: string, password = PASSWORD): Record<string, string> {
  const text = Buffer.from(`${name}:${password}`).toString("base64");
  return { Authorization: `Basic ${text}` };
}
