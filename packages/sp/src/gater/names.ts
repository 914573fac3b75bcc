import { bucketNameProblem, objectNameProblem } from '@prairie/chain';
import { gatewayErrors } from './errors.ts';

/** @throws gateway 50010 */
export function requireBucketName(name: string): void {
  const problem = bucketNameProblem(name);
  if (problem) throw gatewayErrors.invalidQuery(`invalid bucket name: ${problem}`);
}

/** @throws gateway 50010 */
export function requireObjectName(name: string): void {
  const problem = objectNameProblem(name);
  if (problem) throw gatewayErrors.invalidQuery(`invalid object name: ${problem}`);
}
