import type { TagKind } from "@breakwater/protocol";

/** What files call the kinds. */
export const XML_KINDS = {
  text: "text",
  list: "list",
  date: "date",
  "yes-no": "yes-no",
  number: "numeric-range",
} as const satisfies Record<TagKind, string>;
