export { CommandError, type CommandFailure } from "./command/command-error.ts";
export {
  type CommandAnswer,
  type CommandArguments,
  type CommandOptions,
  type CommandPriority,
  CommandSocket,
  type CommandSocketOptions,
  MAX_COMMAND_BYTES,
  type SendCommand,
} from "./command/command-socket.ts";
export {
  type DatasetName,
  type EngineCommands,
  engineCommands,
  type FailedRule,
  type RulesetStats,
} from "./command/engine-commands.ts";
export { EVE_FILE } from "./config/eve-output.ts";
export { inlinePairCommands } from "./config/inline-pair.ts";
export { type EngineConfigOptions, MAX_SOCKET_PATH, renderConfig } from "./config/render-config.ts";
export {
  type ConfigError,
  type ConfigTest,
  type TestConfigOptions,
  testConfig,
} from "./config/test-config.ts";
export {
  type DatasetPlan,
  type DatasetSpec,
  type DatasetType,
  datasetCapacity,
  datasetSpec,
  datasetSpecs,
  datasetStateLine,
  datasetType,
  encodeDatasetValue,
} from "./data-plane/datasets.ts";
export { hashListFile, renderHashList } from "./data-plane/hash-lists.ts";
export { formatAddress, parseAddress } from "./data-plane/ip-address.ts";
export {
  DATASET_KINDS,
  type DatasetKind,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  KINDS,
  type Kind,
  LANES,
  type Lane,
  laneHolds,
  laneVerb,
  MAX_COVERING_LABELS,
  type Verb,
} from "./data-plane/lanes.ts";
export {
  addressHome,
  expandRange,
  MAX_EXPANDED_ADDRESSES,
  parseRange,
  type Range,
  rangeCategory,
  rangeSize,
  renderRangeCategories,
  renderRangeLine,
} from "./data-plane/ranges.ts";
export { type RuleOptions, renderRules } from "./data-plane/render-rules.ts";
export {
  decodeSid,
  isReservedSid,
  NAME_PLACES,
  type NamePlace,
  RULE_ROLES,
  type RuleRole,
  SID_BASE,
  SID_LIMIT,
  type SidMeaning,
  sidOf,
} from "./data-plane/sid-layout.ts";
export {
  isLiveAddress,
  type PutValue,
  putAddress,
  putBase64,
} from "./data-plane/state-lines.ts";
export {
  Engine,
  type EngineExit,
  type EngineLog,
  type EngineOptions,
  type EngineState,
} from "./engine/engine.ts";
export {
  identifyProcess,
  isSameProcess,
  ProcessIdentity,
  stopProcess,
} from "./engine/process-identity.ts";
export { type ReloadOptions, type ReloadResult, reloadRules } from "./engine/reload-rules.ts";
export {
  DEFAULT_RESTART_POLICY,
  type RestartPolicy,
  restartDelay,
} from "./engine/restart-delay.ts";
export {
  EveAlert,
  EveDns,
  EveEvent,
  type EveEventOf,
  EveFileinfo,
  EveHttp,
  type EveLine,
  EveTls,
  EveVerdict,
  parseEveLine,
} from "./eve/eve-event.ts";
export { checkCustomRules } from "./rules/check-custom-rules.ts";
export {
  type ParsedRule,
  type ParsedRules,
  parseRules,
  type RuleOption,
  type RuleProblem,
} from "./rules/parse-rules.ts";
export { HTTP_VERSIONS, type HttpVersion } from "./url/http-version.ts";
export { renderUrlScript } from "./url/render-url-script.ts";
export { urlKey } from "./url/url-key.ts";
export { UrlTable, type UrlTableOptions } from "./url/url-table.ts";
