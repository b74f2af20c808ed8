export { type Agent, type AgentDeps, createAgent } from "./agent.ts";
export {
  AgentConfig,
  type AgentConfigInput,
  configFromArguments,
  parseConfig,
  USAGE as AGENT_USAGE,
} from "./config.ts";
