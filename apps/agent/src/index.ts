export { type Agent, type AgentDeps, createAgent } from "./agent.ts";
export { AgentConfig, type AgentConfigInput, configFromArguments, parseConfig } from "./config.ts";
