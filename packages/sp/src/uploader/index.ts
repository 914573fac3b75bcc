export { uploaderErrors } from './errors.ts';
export { type Upload, type UploaderDependencies, UploaderModule, type UploaderOptions } from './module.ts';
