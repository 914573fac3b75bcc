export { downloaderErrors } from './errors.ts';
export { type DownloaderDependencies, DownloaderModule, type DownloaderOptions } from './module.ts';
