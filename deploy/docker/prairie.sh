#!/bin/sh
# The command takes the place of this shell: it gets the signals, and its exit code is the container's.
exec node "${PRAIRIE_HOME:-/prairie}/packages/cli/src/main.ts" "$@"
