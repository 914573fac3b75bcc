export { uploaderErrors } from './errors.ts';
export { type UploaderDependencies, UploaderModule, type UploaderOptions } from './module.ts';
