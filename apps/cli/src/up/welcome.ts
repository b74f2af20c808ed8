import type { Credentials } from "@breakwater/accounts";

export type Welcome = {
  hubUrl: string;
  smsUrl: string;
  /** Shown once, on the run that created them. */
  hubAdministrator: Credentials | null;
  smsAdministrator: Credentials | null;
  /** What keeps the lab from running; empty when it runs. */
  labProblems: readonly string[];
  labWanted: boolean;
  dataFolder: string;
  /** How the CLI is called from the present folder. */
  command: string;
  seconds: number;
};

/** An address of the lab's server that no sample blocks, and its neighbour. */
export const TRIAL_ADDRESS = "198.51.100.7";

/** What `breakwater up` says when everything runs. */
export function welcomeText(welcome: Welcome): string {
  return [
    `Breakwater is ready (${welcome.seconds.toFixed(1)} s).`,
    "",
    `  Hub console   ${welcome.hubUrl}`,
    ...credentials(welcome.hubAdministrator),
    `  SMS console   ${welcome.smsUrl}`,
    ...credentials(welcome.smsAdministrator),
    "",
    ...(welcome.hubAdministrator === null && welcome.smsAdministrator === null
      ? []
      : ["These passwords are shown this once and must be changed at the first login.", ""]),
    ...labLines(welcome),
    ...trials(welcome),
    "",
    `Everything is kept in ${welcome.dataFolder}. Stop with Ctrl-C.`,
  ].join("\n");
}

function credentials(administrator: Credentials | null): string[] {
  if (administrator === null) return [];
  return [`                user ${administrator.name}, password ${administrator.password}`];
}

function labLines({ labProblems, labWanted }: Welcome): string[] {
  if (!labWanted || labProblems.length === 0) return [];
  return ["The lab does not run here:", ...labProblems.map((problem) => `  ${problem}`), ""];
}

function trials(welcome: Welcome): string[] {
  const { command } = welcome;
  const lab = welcome.labWanted && welcome.labProblems.length === 0;
  const steps = lab ? labTrials(command) : serverTrials(command);
  return [
    "Three things to try, in another terminal:",
    ...steps.flatMap(([what, ...commands], index) => [
      `  ${index + 1}. ${what}`,
      ...commands.map((line) => `       ${line}`),
    ]),
    `     (and in a browser: ${welcome.smsUrl})`,
  ];
}

function labTrials(command: string): string[][] {
  return [
    [
      "Block an address on the hub and see the inline engine drop it:",
      `${command} lab curl http://${TRIAL_ADDRESS}/`,
      `${command} hub objects create --value ${TRIAL_ADDRESS}`,
      `${command} lab curl http://${TRIAL_ADDRESS}/`,
    ],
    [
      "Find the event on the SMS, and on the hub:",
      `${command} sms events list --limit 5`,
      `${command} hub detections list --limit 5`,
    ],
    [
      "Take the address off the list and see it pass again:",
      `${command} hub objects delete --type ip --value ${TRIAL_ADDRESS}`,
      `${command} lab curl http://${TRIAL_ADDRESS}/`,
    ],
  ];
}

function serverTrials(command: string): string[][] {
  return [
    ["Put an address on the hub's list:", `${command} hub objects create --value ${TRIAL_ADDRESS}`],
    [
      "See it arrive in the SMS's reputation database, with its tags:",
      `${command} sms reputation-entries list --q ${TRIAL_ADDRESS}`,
    ],
    ["Ask what else can be done:", `${command} sms`, `${command} hub`],
  ];
}
