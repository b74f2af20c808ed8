import { type CommandResult, runCommand } from "./run-command.ts";

/** What became of a request: answered in full, silently dropped, or refused by a reset. */
export type ProbeResult = "passed" | "blocked" | "reset";

export type RequestOptions = {
  url: string;
  /** Sent as given, after curl's own. */
  headers?: Readonly<Record<string, string>>;
  /** Connect here instead of resolving the URL's host. */
  connectTo?: string;
  method?: string;
  timeoutMs?: number;
  /** Further curl arguments. */
  args?: readonly string[];
};
export type RequestResult = { result: ProbeResult; status: number; bytes: number; code: number };

export type ResolveOptions = {
  name: string;
  server: string;
  type?: "A" | "AAAA" | "TXT";
  tcp?: boolean;
  timeoutMs?: number;
};
export type ResolveResult = { result: ProbeResult; answers: string[] };

const CURL = { partialFile: 18, couldNotConnect: 7, timedOut: 28, tlsConnect: 35, receive: 56 };

/** Arguments of curl for one request; certificates are not verified, the name is bound to `connectTo`. */
export function curlArguments(options: RequestOptions): string[] {
  const { url, headers = {}, connectTo, method, timeoutMs = 2000, args = [] } = options;
  const address = connectTo?.includes(":") ? `[${connectTo}]` : connectTo;
  return [
    "--silent",
    "--insecure",
    "--globoff",
    "--path-as-is",
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code} %{size_download}",
    "--max-time",
    String(timeoutMs / 1000),
    ...(method === undefined ? [] : ["--request", method]),
    ...(address === undefined ? [] : ["--connect-to", `::${address}:`]),
    ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...args,
    url,
  ];
}

/** @throws Error when curl failed for a reason that says nothing about the engine, such as a malformed URL. */
export async function requestFrom(
  namespace: string,
  options: RequestOptions,
): Promise<RequestResult> {
  const run = await runCommand("ip", [
    "netns",
    "exec",
    namespace,
    "curl",
    ...curlArguments(options),
  ]);
  const [status = "0", bytes = "0"] = run.stdout.trim().split(" ");
  return {
    result: curlResult(run, options.url),
    status: Number(status),
    bytes: Number(bytes),
    code: run.code ?? -1,
  };
}

function curlResult({ code, stderr }: CommandResult, url: string): ProbeResult {
  switch (code) {
    case 0:
      return "passed";
    case CURL.timedOut:
    case CURL.partialFile:
      return "blocked";
    case CURL.couldNotConnect:
    case CURL.tlsConnect:
    case CURL.receive:
      return "reset";
    default:
      throw new Error(`curl ${url} failed with code ${code ?? "none"}: ${stderr.trim()}`);
  }
}

export async function resolveFrom(
  namespace: string,
  options: ResolveOptions,
): Promise<ResolveResult> {
  const { name, server, type = "A", tcp = false, timeoutMs = 1000 } = options;
  const seconds = Math.max(1, Math.round(timeoutMs / 1000));
  const dig = ["dig", `@${server}`, name, type, "+noall", "+answer", "+comments"];
  const limits = [`+time=${seconds}`, "+tries=1", tcp ? "+tcp" : "+notcp"];
  const run = await runCommand("ip", ["netns", "exec", namespace, ...dig, ...limits]);
  const text = `${run.stdout}${run.stderr}`;
  return { result: digResult(run.code, text), answers: digAnswers(run.stdout) };
}

function digResult(code: number | null, text: string): ProbeResult {
  if (code === 0) return "passed";
  if (/connection refused|connection reset|end of file/i.test(text)) return "reset";
  if (code === 9) return "blocked";
  throw new Error(`dig failed with code ${code ?? "none"}: ${text.trim()}`);
}

function digAnswers(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(";"))
    .map((line) => line.split(/\s+/).at(-1) ?? "");
}
