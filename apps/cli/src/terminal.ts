/** What a command sees of the process it runs in. */
export type Terminal = {
  env: NodeJS.ProcessEnv;
  /** Columns; unbounded when the output is not a screen. */
  width: number;
  /** One block of standard output; a line break is added. */
  write: (text: string) => void;
  /** A piece of standard output as it is; resolves when the next one may come. */
  writeBytes: (bytes: Uint8Array) => Promise<void>;
  /** Progress and complaints, on standard error. */
  note: (text: string) => void;
};

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads the output has seen enough, as `head` does.
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    env: process.env,
    width: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY,
    write: (text) => stdout.write(`${text}\n`),
    writeBytes: (bytes) =>
      new Promise((resolve) => {
        stdout.write(stdout.isTTY ? withoutControls(bytes) : bytes, () => resolve());
      }),
    note: (text) => stderr.write(`${text}\n`),
  };
}

/** On a screen, an escape character in what strangers wrote could rewrite what is shown. */
function withoutControls(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === 0x7f || (byte < 0x20 && !KEPT.has(byte)) ? 0x3f : byte));
}

/** Tab and line breaks. */
const KEPT = new Set([0x09, 0x0a, 0x0d]);
