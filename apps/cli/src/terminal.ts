/** What a command sees of the process it runs in. */
export type Terminal = {
  env: NodeJS.ProcessEnv;
  /** Columns; unbounded when the output is not a screen. */
  width: number;
  /** One block of standard output; a line break is added. */
  write: (text: string) => void;
  /** Progress and complaints, on standard error. */
  note: (text: string) => void;
};

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    env: process.env,
    width: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY,
    write: (text) => stdout.write(`${text}\n`),
    note: (text) => stderr.write(`${text}\n`),
  };
}
