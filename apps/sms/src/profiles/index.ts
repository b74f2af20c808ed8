export { profileNotFound } from "./save-profile.ts";
export { savedFilters } from "./saved-filters.ts";
export { seedDefaultProfile } from "./seed-default-profile.ts";
export {
  defaultProfileId,
  findProfile,
  listProfiles,
  lockProfile,
  markDistributed,
} from "./store.ts";
