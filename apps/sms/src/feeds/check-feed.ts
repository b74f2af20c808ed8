import { X509Certificate } from "node:crypto";
import { AppError, type FeedSettings, invalidField, type Tags } from "@breakwater/protocol";
import { checkTags } from "@breakwater/reputation-set";
import type { Executor } from "../database.ts";
import { tagDefinitions } from "../tag-categories/index.ts";

/** Settings that make sense, with their tags in stored form. Throws AppError naming the field. */
export async function checkFeed(db: Executor, settings: FeedSettings): Promise<FeedSettings> {
  checkAddress(settings);
  checkProxy(settings);
  checkColumns(settings);
  checkCa(settings);
  const tags = await checkedTags(db, settings.defaults.tags);
  return { ...settings, defaults: { ...settings.defaults, tags } };
}

export function checkAddress({ url: text, allowHttp }: FeedSettings): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const remedy = "Write it as https://server.example/path";
    throw invalidField("url", text, "it is no http or https address", remedy);
  }
  if (url.username !== "" || url.password !== "") {
    // The value would show the password.
    const remedy = "Give them as credentials instead";
    throw invalidField("url", url.host, "it holds a user name or password", remedy);
  }
  if (url.protocol === "http:" && !allowHttp) {
    const reason = "anybody on the way could change what it sends";
    throw invalidField("url", text, reason, "Use https, or allow http for this feed");
  }
}

function checkProxy({ proxy }: FeedSettings): void {
  if (proxy === null) return;
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "") {
    const remedy = "Write it as http://proxy.example:3128; user and password have their own fields";
    throw invalidField("proxy.url", url?.host ?? "", "it is no address of a proxy", remedy);
  }
}

function checkColumns({ format, defaults }: FeedSettings): void {
  if (format.format === "csv") {
    const values = format.columns.filter((use) => use === "value").length;
    if (values !== 1) {
      const reason = `${values} columns are the value`;
      throw invalidField("format.columns", String(values), reason, "Choose exactly one");
    }
  }
  if (format.format !== "list" && defaults.type !== null) {
    const reason = "only plain lists take a type for every line";
    throw invalidField("defaults.type", defaults.type, reason, "Leave it out");
  }
}

function checkCa({ ca }: FeedSettings): void {
  if (ca === null) return;
  const certificates = splitPem(ca);
  const remedy = "Paste certificates in PEM, from BEGIN CERTIFICATE to END CERTIFICATE";
  if (certificates.length === 0) throw invalidField("ca", "", "it holds no certificate", remedy);
  for (const [at, pem] of certificates.entries()) {
    try {
      new X509Certificate(pem);
    } catch {
      throw invalidField("ca", "", `certificate ${at + 1} cannot be read`, remedy);
    }
  }
}

export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

async function checkedTags(db: Executor, tags: Tags): Promise<Tags> {
  const checked = checkTags(await tagDefinitions(db), tags);
  if (checked.ok) return checked.value;
  const { reason, remedy } = checked.error;
  throw new AppError("InvalidRequest", `defaults.tags: ${reason}. ${remedy ?? ""}`.trim(), {
    details: [{ ...checked.error, field: `defaults.${checked.error.field ?? "tags"}` }],
  });
}
