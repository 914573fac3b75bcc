/** Shown by `--version`, and by providers in their status. */
export const VERSION = '0.1.0';
