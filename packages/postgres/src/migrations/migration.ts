/** One step of a schema; its text never changes once it was applied anywhere. */
export type Migration = { id: string; sql: string };
