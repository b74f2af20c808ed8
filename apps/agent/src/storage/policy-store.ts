import { createHash } from "node:crypto";
import { AppError, ProfileBundle, Sha256 } from "@breakwater/protocol";
import { type Disk, replaceFile } from "@breakwater/spool";
import { z } from "zod";

/** What a restart brings back. The previous policy is kept for going back. */
const Active = z.object({ active: Sha256, previous: Sha256.nullable() });
type Active = z.infer<typeof Active>;

const ACTIVE_FILE = "active.json";

export type StoredBundle = { readonly sha256: Sha256; readonly bundle: ProfileBundle };

/** Policy bundles on disk, by their hash, and which one is in force. */
export class PolicyStore {
  readonly #disk: Disk;
  #active: Active | undefined;

  private constructor(disk: Disk, active: Active | undefined) {
    this.#disk = disk;
    this.#active = active;
  }

  static async open(disk: Disk): Promise<PolicyStore> {
    const names = await disk.list();
    if (!names.includes(ACTIVE_FILE)) return new PolicyStore(disk, undefined);
    const bytes = await disk.read(ACTIVE_FILE, 0, await disk.size(ACTIVE_FILE));
    const parsed = Active.safeParse(jsonOf(bytes));
    return new PolicyStore(disk, parsed.success ? parsed.data : undefined);
  }

  /** The policy in force, or, when its file is damaged, the one before it. */
  async active(): Promise<StoredBundle | undefined> {
    const known = [this.#active?.active, this.#active?.previous];
    for (const sha256 of known) {
      if (sha256 === undefined || sha256 === null) continue;
      const bundle = await this.read(sha256).catch(() => undefined);
      if (bundle !== undefined) return { sha256, bundle };
    }
    return undefined;
  }

  async read(sha256: Sha256): Promise<ProfileBundle> {
    const name = fileName(sha256);
    return parseBundle(sha256, await this.#disk.read(name, 0, await this.#disk.size(name)));
  }

  /** @throws AppError when the bytes are not what the hash says, or not a policy */
  async store(sha256: Sha256, bytes: Buffer): Promise<ProfileBundle> {
    const bundle = parseBundle(sha256, bytes);
    await replaceFile(this.#disk, fileName(sha256), bytes);
    return bundle;
  }

  /** From now on a restart brings this one back. Older ones are deleted. */
  async commit(sha256: Sha256): Promise<void> {
    const previous = this.#active?.active;
    const kept =
      previous === undefined || previous === sha256 ? (this.#active?.previous ?? null) : previous;
    const next: Active = { active: sha256, previous: kept };
    await replaceFile(this.#disk, ACTIVE_FILE, Buffer.from(JSON.stringify(next)));
    this.#active = next;
    const wanted = [next.active, next.previous].flatMap((one) =>
      one === null ? [] : fileName(one),
    );
    for (const name of await this.#disk.list()) {
      if (name.startsWith("bundle-") && !wanted.includes(name)) await this.#disk.remove(name);
    }
  }
}

function fileName(sha256: Sha256): string {
  return `bundle-${sha256}.json`;
}

function parseBundle(sha256: Sha256, bytes: Buffer): ProfileBundle {
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new AppError(
      "Unprocessable",
      "The policy that arrived is not the one that was offered (its hash differs).",
    );
  }
  const parsed = ProfileBundle.safeParse(jsonOf(bytes));
  if (parsed.success) return parsed.data;
  throw new AppError(
    "Unprocessable",
    "The policy cannot be read by this agent version. Update the agent.",
    {
      cause: parsed.error,
    },
  );
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
