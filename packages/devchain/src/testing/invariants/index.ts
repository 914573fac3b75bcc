/** What must hold after every block, whatever the transactions in it were. */
import type { AppKeepers } from '../../chain/app.ts';
import { type BlockRecord, parseTime } from '../../chain/block-types.ts';
import { auditPayment } from '../../modules/payment/audit.ts';
import { auditProviders } from '../../modules/sp/audit.ts';
import { auditStorage } from '../../modules/storage/audit.ts';
import { auditVirtualGroups } from '../../modules/virtualgroup/audit.ts';
import { eventsOf } from '../random/observe.ts';
import { CoinLedger } from './coins.ts';
import { lockFindings } from './locks.ts';
import { SequenceLedger } from './sequences.ts';
import { StakeLedger } from './stake.ts';
import { StreamLedger } from './streams.ts';

export class Invariants {
  private readonly keepers: AppKeepers;
  private readonly coins: CoinLedger;
  private readonly streams: StreamLedger;
  private readonly stake: StakeLedger;
  readonly sequences: SequenceLedger;

  /** Of a chain before its first block. */
  constructor(keepers: AppKeepers) {
    this.keepers = keepers;
    this.coins = new CoinLedger(keepers.bank);
    this.streams = new StreamLedger(keepers);
    this.stake = new StakeLedger(keepers);
    const providers = keepers.sp.all().map(({ id }) => BigInt(id));
    this.sequences = new SequenceLedger({ provider: providers.at(-1) ?? 0n });
  }

  /** Every block has to be seen. What its events say is compared with the tables by {@link findings}. */
  observe(record: BlockRecord): void {
    for (const event of eventsOf(record)) {
      this.coins.note(event);
      this.streams.note(event);
      this.stake.note(event);
      this.sequences.note(event);
    }
  }

  /** What does not hold after the last block, a sentence each: coins, streams and ids. */
  findings(record: BlockRecord): string[] {
    const now = parseTime(record.block.block.header.time).seconds;
    return [...this.coins.findings(), ...this.streams.findings(now), ...this.sequences.findings()];
  }

  /** The same of every table there is: this walks all objects and flows. */
  allFindings(record: BlockRecord): string[] {
    const { keepers } = this;
    const now = parseTime(record.block.block.header.time).seconds;
    return [
      ...this.findings(record),
      ...auditPayment(keepers.payment, now),
      ...auditProviders(keepers.sp),
      ...auditVirtualGroups(keepers.virtualGroup),
      ...auditStorage(keepers),
      ...lockFindings(keepers),
      ...this.stake.findings(),
    ];
  }
}
