export { profileNotFound } from "./save-profile.ts";
export { seedDefaultProfile } from "./seed-default-profile.ts";
export {
  defaultProfileId,
  findProfile,
  listProfiles,
  lockProfile,
  markDistributed,
} from "./store.ts";
