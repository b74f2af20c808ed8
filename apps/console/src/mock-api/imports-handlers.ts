import {
  EntryId,
  ImportId,
  type ImportOptions,
  type ImportPreview,
  type importsApi,
} from "@breakwater/protocol";
import { recogniseValue } from "../lib/recognise-value.ts";
import { found } from "./accounts-handlers.ts";
import { startJob } from "./mock-jobs.ts";
import type { Handlers } from "./mock-server.ts";
import type { MockEntry, SmsState } from "./sms-state.ts";

type Mapping = ImportOptions["mapping"];
type Upload = { id: ImportId; name: string; text: string };

/** Uploads in memory, read in the simplest way: one value per line, or a column of it. */
export function importsHandlers(state: SmsState): Handlers<typeof importsApi> {
  const uploads: Upload[] = [];
  const upload = (id: string) =>
    found(
      uploads.find((one) => one.id === id),
      "upload",
    );
  return {
    "POST /api/v1/imports": async ({ body, query }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const one = {
        id: ImportId.parse(crypto.randomUUID()),
        name: query.name,
        text: bytes.toString(),
      };
      uploads.push(one);
      const preview = read(one.text, guess(one.text));
      return { id: one.id, name: one.name, bytes: bytes.length, preview };
    },
    "POST /api/v1/imports/{id}/preview": async ({ params, body }) =>
      read(upload(params.id).text, body.mapping),
    "POST /api/v1/imports/{id}/start": async ({ params, body, principal }) => {
      const { name, text } = upload(params.id);
      const { rows } = read(text, body.mapping);
      const taken = rows.filter(({ outcome }) => outcome === "indicator");
      return startJob(state.jobs, {
        kind: "import",
        title: `Import of ${name}`,
        by: principal?.name ?? "",
        total: rows.length,
        unit: "lines",
        rejections: rows
          .filter(({ outcome }) => outcome === "rejected")
          .map(({ line, cells, reason }) => ({
            line,
            value: cells.join(","),
            reason,
            remedy: "Check it for typing errors.",
          })),
        finish: () => {
          state.entries.unshift(...taken.flatMap((row) => entryOf(state, row, body)));
          return { read: rows.length, added: taken.length, rejected: rows.length - taken.length };
        },
        undo: () => {
          const values = new Set(taken.map(({ value }) => value));
          state.entries = state.entries.filter(({ value }) => !values.has(value));
        },
      });
    },
    "DELETE /api/v1/imports/{id}": async () => undefined,
  };
}

function guess(text: string): Mapping {
  const [first = ""] = text.split("\n");
  const names = first.split(",");
  const header = recogniseValue(names[0] ?? "") === undefined;
  return {
    delimiter: ",",
    header,
    columns: names.map((name, index) =>
      index === 0 ? "value" : name.trim() === "severity" ? "severity" : "ignore",
    ),
  };
}

function read(text: string, { header, delimiter, columns }: Mapping): ImportPreview {
  const lines = text.split("\n").map((line) => line.split(delimiter));
  const [names = []] = lines;
  const at = columns.indexOf("value");
  const severityAt = columns.indexOf("severity");
  const rows = lines.slice(header ? 1 : 0).flatMap((cells, index): ImportPreview["rows"] => {
    if (cells.join("").trim() === "") return [];
    const known = recogniseValue(cells[at] ?? "");
    const severity = (["High", "Medium", "Low"] as const).find(
      (one) => one === cells[severityAt]?.trim(),
    );
    return [
      {
        line: index + (header ? 2 : 1),
        cells,
        outcome: known === undefined ? "rejected" : "indicator",
        type: known?.type ?? null,
        value: known?.value ?? "",
        severity: severity ?? null,
        reason: known === undefined ? "This is no address, range, domain, URL or hash." : "",
      },
    ];
  });
  return {
    format: "csv",
    delimiter,
    header,
    columns: columns.map((use, index) => ({
      name: header ? (names[index] ?? "") : `Column ${index + 1}`,
      use,
      samples: [],
    })),
    rows,
  };
}

function entryOf(
  state: SmsState,
  row: ImportPreview["rows"][number],
  { source, defaults }: ImportOptions,
): MockEntry[] {
  if (row.type === null) return [];
  state.nextId += 1;
  return [
    {
      id: EntryId.parse(String(state.nextId)),
      type: row.type,
      value: row.value,
      severity: row.severity ?? defaults.severity,
      scanAction: defaults.scanAction,
      sources: [source],
      tags: defaults.tags,
      description: "",
      created: Date.now(),
      expires: defaults.expires === null ? null : Date.parse(defaults.expires),
      held: null,
    },
  ];
}
