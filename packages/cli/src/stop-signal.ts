/** Waits for the end of a command that runs until it is told to stop. */

/** The same Ctrl-C may come twice: from the terminal, and passed on by the npm that started us. */
const SAME_SIGNAL_MS = 1000;

/** Resolves with the first of `signals`; another one later ends the process at once. Default: Ctrl-C and termination. */
export function stopSignal(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']): Promise<void> {
  return new Promise((done) => {
    let asked: number | undefined;
    const onSignal = () => {
      if (asked !== undefined && performance.now() - asked > SAME_SIGNAL_MS) process.exit(130);
      asked ??= performance.now();
      done();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
