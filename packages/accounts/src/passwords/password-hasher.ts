import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { createSemaphore } from "./semaphore.ts";

// OWASP ASVS 5, appendix C: argon2id with 19 MiB and two passes. The number stands for argon2id,
// whose name is in a const enum that a separately compiled module cannot use.
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export type PasswordHasher = {
  hash(password: string): Promise<string>;
  /** Takes as long when there is nothing to compare with, so it does not tell who exists. */
  verify(stored: string | null, password: string): Promise<boolean>;
};

/** Hashing costs memory and time on purpose; two at a time keep logins from stopping the server. */
export function createPasswordHasher(): PasswordHasher {
  const limited = createSemaphore(2, 100);
  let dummy: Promise<string> | null = null;
  const hashNow = (password: string) => limited(() => hash(password, ARGON2ID));
  return {
    hash: hashNow,
    async verify(stored, password) {
      dummy ??= hashNow(randomBytes(16).toString("hex"));
      const against = stored ?? (await dummy);
      const matches = await limited(() => verify(against, password));
      return stored !== null && matches;
    },
  };
}
