export { managerErrors, virtualGroupErrors } from './errors.ts';
export { defaultGcSettings, type GcSettings } from './gc/settings.ts';
export { type ManagerDependencies, ManagerModule, type ManagerOptions } from './module.ts';
export {
  type FamilyCandidate,
  FreeSpacePicker,
  type GroupCandidate,
  type SpaceOfCandidate,
  type VirtualGroupPicker,
} from './picker.ts';
