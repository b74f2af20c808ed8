import {
  type Accounts as AccountsOf,
  appendAudit,
  auditActor,
  authenticateApiKey,
  CredentialChecker,
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
  type Principal,
} from "@breakwater/platform";
import type { Audit } from "./audit.ts";
import type { Db } from "./database.ts";

const HOUR = 3_600_000;

export type Accounts = {
  authenticate: Authenticate;
  /** Whose API key this is; undefined: nobody's now. */
  checkKey: (value: string) => Promise<Principal | undefined>;
  /** For programs that send name and password with every request. */
  credentials: CredentialChecker;
  audit: Audit;
  register: (app: HttpApp) => void;
  /** Of the very first start; shown once, stored nowhere. */
  firstAdministrator: Credentials | null;
  cleanUp: PollLoop;
};

export type AccountsDeps = { db: Db; clock: Clock; log: Log; tls: boolean };

/** Users, sessions, roles, API keys and the audit log. */
export async function openAccounts(deps: AccountsDeps): Promise<Accounts> {
  const accounts: AccountsOf = createAccounts(deps);
  return {
    authenticate: createAuthenticate(accounts),
    checkKey: (value) => authenticateApiKey(accounts, value),
    credentials: new CredentialChecker(accounts),
    audit: (tx, { by, ...entry }) =>
      appendAudit(tx, { ...entry, ...auditActor(by), at: deps.clock.now() }),
    register: (app) => registerAccounts(app, accounts),
    firstAdministrator: await ensureFirstAdministrator(accounts),
    cleanUp: new PollLoop({
      name: "accounts",
      intervalMs: HOUR,
      log: deps.log,
      run: () => cleanUpAccounts(accounts),
    }),
  };
}
