import { readFile } from "node:fs/promises";
import { AppError } from "@breakwater/protocol";
import { run } from "./run.ts";

export type Account = { name: string; uid: number; gid: number };

/**
 * Under whose identity the server runs. PostgreSQL refuses to run as root.
 * - `self`: we are not root, so as ourselves.
 * - `drop`: root hands over to an unprivileged account.
 * - `namespace`: root inside a user namespace where it has another number; for data folders that
 *   the unprivileged account cannot reach.
 */
export type RunAs = { kind: "self" } | { kind: "drop"; account: Account } | { kind: "namespace" };

/** How to start a program under an identity: what to put in front of it, and ids for `spawn`. */
export type Launch = { prefix: readonly string[]; uid?: number; gid?: number };

const NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"];
const DIE_WITH_PARENT = ["setpriv", "--pdeathsig", "INT", "--"];

/** Chooses the identity for a data folder. `userName` is tried before `postgres` and `nobody`. */
export async function chooseRunAs(dataDir: string, userName?: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { kind: "self" };
  const account = await unprivilegedAccount(userName);
  if (account !== null && (await canEnter(account, dataDir))) return { kind: "drop", account };
  const namespace = await run("unshare", [...NAMESPACE.slice(1), "true"]);
  if (namespace.ok) return { kind: "namespace" };
  throw new AppError("Unavailable", cannotRunAsRoot(dataDir, account));
}

function cannotRunAsRoot(dataDir: string, account: Account | null): string {
  const who =
    account === null
      ? "there is no user postgres or nobody to run it as"
      : `user ${account.name} cannot reach the data folder ${dataDir}`;
  return `PostgreSQL does not run as root, and ${who}. Choose a data folder such as /var/lib/breakwater whose parent folders everyone may enter (mode 0755), or set DATABASE_URL.`;
}

async function unprivilegedAccount(userName: string | undefined): Promise<Account | null> {
  const accounts = parsePasswd(await readFile("/etc/passwd", "utf8").catch(() => ""));
  if (userName !== undefined && !accounts.has(userName)) {
    throw new AppError("InvalidRequest", `There is no user ${userName} on this machine.`);
  }
  for (const name of [userName, "postgres", "nobody"]) {
    const account = name === undefined ? undefined : accounts.get(name);
    if (account !== undefined && account.uid !== 0) return account;
  }
  return null;
}

/** Reads `name:password:uid:gid:...` lines. */
export function parsePasswd(text: string): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of text.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (!name || !uid || !gid) continue;
    accounts.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/** Asks the kernel instead of reading mode bits: that also counts access lists and mounts. */
async function canEnter({ uid, gid }: Account, folder: string): Promise<boolean> {
  return (await run("test", ["-x", folder], { uid, gid })).ok;
}

/**
 * With `dieWithParent` the server gets an interrupt (fast shutdown) when our process is killed.
 * Needs `setpriv` of util-linux; without it the next start takes the orphan over.
 */
export async function launchFor(runAs: RunAs, dieWithParent: boolean): Promise<Launch> {
  const tie = dieWithParent && (await run("setpriv", [...DIE_WITH_PARENT.slice(1), "true"])).ok;
  switch (runAs.kind) {
    case "self":
      return { prefix: tie ? DIE_WITH_PARENT : [] };
    case "namespace":
      // Entering the namespace clears the parent-death signal, so it is set inside.
      return { prefix: tie ? [...NAMESPACE, ...DIE_WITH_PARENT] : NAMESPACE };
    case "drop": {
      const { uid, gid } = runAs.account;
      if (!tie) return { prefix: [], uid, gid };
      // Changing the user clears it too: setpriv does both in the right order.
      const drop = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
      return { prefix: ["setpriv", ...drop, "--pdeathsig", "INT", "--"] };
    }
  }
}

/** Owner the server's files must have, as seen from outside any namespace; null: as created. */
export function fileOwner(runAs: RunAs): { uid: number; gid: number } | null {
  switch (runAs.kind) {
    case "self":
      return null;
    case "namespace":
      return { uid: 0, gid: 0 };
    case "drop":
      return { uid: runAs.account.uid, gid: runAs.account.gid };
  }
}

/** A program with its arguments, started the chosen way. */
export function asCommand(
  { prefix }: Launch,
  program: string,
  programArguments: readonly string[],
): { file: string; args: string[] } {
  const [first, ...rest] = prefix;
  return first === undefined
    ? { file: program, args: [...programArguments] }
    : { file: first, args: [...rest, program, ...programArguments] };
}

export function idsOf({ uid, gid }: Launch): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}
