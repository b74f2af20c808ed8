const PATH = "/api/v1/reputation/entries";

/** The search as a request that a shell sends. The key stays in the environment. */
export function apiCall(q: string, origin: string): string {
  const url = `${origin}${PATH}${queryOf(q)}`;
  return `curl -H "Authorization: Bearer $BREAKWATER_API_KEY" ${shellQuoted(url)}`;
}

/** The search as a command of our own. */
export function cliCall(q: string): string {
  const base = "breakwater sms reputation-entries list";
  return q.trim() === "" ? `${base} --all` : `${base} --q ${shellQuoted(q.trim())} --all`;
}

/** Address of all entries found, as a file. */
export function csvAddress(q: string): string {
  return `${PATH}.csv${queryOf(q)}`;
}

function queryOf(q: string): string {
  return q.trim() === "" ? "" : `?${new URLSearchParams({ q: q.trim() }).toString()}`;
}

/** Nothing in single quotation marks means anything to a shell. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
