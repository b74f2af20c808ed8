import {
  type Accounts as AccountsOf,
  appendAudit,
  auditActor,
  type Credentials,
  cleanUpAccounts,
  createAccounts,
  createAuthenticate,
  ensureFirstAdministrator,
  registerAccounts,
} from "@breakwater/accounts";
import {
  type Authenticate,
  type Clock,
  type HttpApp,
  type Log,
  PollLoop,
} from "@breakwater/platform";
import type { Audit } from "./audit.ts";
import type { HubDb } from "./database.ts";

const HOUR_MS = 3_600_000;

export type Accounts = {
  authenticate: Authenticate;
  audit: Audit;
  register: (app: HttpApp) => void;
  /** Of the very first start; shown once, stored nowhere. */
  firstAdministrator: Credentials | null;
  stop: () => Promise<void>;
};

export type AccountsDeps = { db: HubDb; clock: Clock; log: Log; tls: boolean };

/** Users, sessions, roles, API keys and the audit log. */
export async function openAccounts(deps: AccountsDeps): Promise<Accounts> {
  const { clock, log } = deps;
  const accounts: AccountsOf = createAccounts(deps);
  const run = () => cleanUpAccounts(accounts);
  const cleanUp = new PollLoop({ name: "accounts", intervalMs: HOUR_MS, log, run });
  const firstAdministrator = await ensureFirstAdministrator(accounts);
  cleanUp.start();
  return {
    authenticate: createAuthenticate(accounts),
    audit: (tx, { by, ...entry }) => {
      const actor = "actor" in by ? { ...by, via: "system" as const } : auditActor(by);
      return appendAudit(tx, { ...entry, ...actor, at: clock.now() });
    },
    register: (app) => registerAccounts(app, accounts),
    firstAdministrator,
    stop: () => cleanUp.stop(),
  };
}
