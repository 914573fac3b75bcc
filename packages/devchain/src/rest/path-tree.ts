/** Finds the route of a path: templates such as `/cosmos/bank/v1beta1/balances/{address}` in a tree of their segments. */

interface Node<R> {
  literals: Map<string, Node<R>>;
  /** Any one segment. */
  variable?: Node<R>;
  /** What ends here. */
  route?: Entry<R>;
  /** What takes all remaining segments. */
  rest?: Entry<R>;
}

interface Entry<R> {
  names: string[];
  route: R;
}

export interface Match<R> {
  route: R;
  /** Values of the template's names, decoded. */
  values: Record<string, string>;
}

export class PathTree<R> {
  private readonly root: Node<R> = { literals: new Map() };

  /** A segment `{name}` takes one segment of a path, `{name=**}` at the end all that remain. The first one added stays. */
  add(template: string, route: R): void {
    const names: string[] = [];
    let node = this.root;
    for (const segment of segmentsOf(template)) {
      const [, name, greedy] = /^\{(\w+)(=\*\*)?\}$/.exec(segment) ?? [];
      if (name === undefined) {
        node = child(node.literals, segment);
        continue;
      }
      names.push(name);
      if (greedy) {
        node.rest ??= { names, route };
        return;
      }
      node.variable ??= { literals: new Map() };
      node = node.variable;
    }
    node.route ??= { names, route };
  }

  /** Literal segments go before variable ones. @throws URIError when a segment is not decodable */
  find(path: string): Match<R> | undefined {
    const values: string[] = [];
    const entry = walk(this.root, segmentsOf(path).map(decodeURIComponent), 0, values);
    if (!entry) return undefined;
    return { route: entry.route, values: Object.fromEntries(entry.names.map((name, i) => [name, values[i]!])) };
  }
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

function child<R>(nodes: Map<string, Node<R>>, segment: string): Node<R> {
  const known = nodes.get(segment);
  if (known) return known;
  const made: Node<R> = { literals: new Map() };
  nodes.set(segment, made);
  return made;
}

/** Leaves the variables of the way it found in `values`. */
function walk<R>(node: Node<R>, segments: readonly string[], at: number, values: string[]): Entry<R> | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.route;
  const literal = node.literals.get(segment);
  const found = literal && walk(literal, segments, at + 1, values);
  if (found) return found;
  if (segment === '') return undefined;
  const mark = values.length;
  if (node.variable) {
    values.push(segment);
    const entry = walk(node.variable, segments, at + 1, values);
    if (entry) return entry;
    values.length = mark;
  }
  if (node.rest) values.push(segments.slice(at).join('/'));
  return node.rest;
}
