import { join } from "node:path";
import { messageOf } from "@breakwater/protocol";
import { SimulatedAgent } from "./simulated-agent.ts";
import { SimulatedCopies } from "./simulated-copies.ts";
import {
  type Acknowledgement,
  type DeltaContent,
  FleetOrder,
  type FromFleet,
} from "./simulated-fleet-messages.ts";

/* The fleet's process, started by `SimulatedFleet`. It ends when its parent closes the channel. */

/** News are sent together this often: they carry their own times. */
const NEWS_MS = 20;

class FleetProcess {
  readonly #agents: SimulatedAgent[] = [];
  readonly #settled = new Map<number, Acknowledgement>();
  readonly #wanted: number;
  #deltas: DeltaContent[] = [];
  #acknowledgements: Acknowledgement[] = [];
  #newest = 0;
  #newsDue = false;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  async start({ tokens, folder, parallel, copies }: FleetOrder): Promise<void> {
    const sets = new SimulatedCopies(copies);
    const queue = tokens.entries();
    const work = async () => {
      for (const [agent, token] of queue) {
        const own = { agent, token, folder: join(folder, `agent-${agent}`), copies: sets };
        const enrolled = await SimulatedAgent.enroll(own, this.#eventsOf(agent));
        this.#agents.push(enrolled);
        void enrolled.run();
        this.#progress();
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }

  #eventsOf(agent: number) {
    return {
      delta: (content: DeltaContent) => {
        if (content.version <= this.#newest) return;
        this.#newest = content.version;
        this.#deltas.push(content);
      },
      acknowledged: (done: Acknowledgement) => {
        this.#acknowledgements.push(done);
        this.#sendSoon();
        if (this.#settled.has(agent)) return;
        this.#settled.set(agent, done);
        this.#progress();
      },
      trouble: (message: string) => tell({ t: "trouble", agent, message }),
    };
  }

  #progress(): void {
    const settled = this.#settled.size;
    tell({ t: "progress", enrolled: this.#agents.length, settled });
    if (settled === this.#wanted) tell({ t: "settled" });
  }

  #sendSoon(): void {
    if (this.#newsDue) return;
    this.#newsDue = true;
    setTimeout(() => this.#sendNews(), NEWS_MS);
  }

  #sendNews(): void {
    this.#newsDue = false;
    const [deltas, acknowledgements] = [this.#deltas, this.#acknowledgements];
    this.#deltas = [];
    this.#acknowledgements = [];
    tell({ t: "news", deltas, acknowledgements });
  }
}

function tell(message: FromFleet): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

process.once("disconnect", () => process.exit(0));
process.once("message", (raw) => {
  const order = FleetOrder.parse(raw);
  new FleetProcess(order.tokens.length).start(order).catch((error: unknown) => {
    tell({ t: "failed", message: messageOf(error) });
  });
});
