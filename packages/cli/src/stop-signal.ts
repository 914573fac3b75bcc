/** Waits for the end of a command that runs until it is told to stop. */

/** The same Ctrl-C may come twice: from the terminal, and passed on by the npm that started us. */
const SAME_SIGNAL_MS = 1000;

/** Resolves with the first Ctrl-C or termination; another one later ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((done) => {
    let asked: number | undefined;
    const onSignal = () => {
      if (asked !== undefined && performance.now() - asked > SAME_SIGNAL_MS) process.exit(130);
      asked ??= performance.now();
      done();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
