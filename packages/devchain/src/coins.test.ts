import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountOf } from './coins.ts';
import { ChainError } from './context.ts';

const codeOf = (coins: { denom: string; amount: bigint }[]): string => {
  try {
    return String(amountOf(coins));
  } catch (error) {
    assert.ok(error instanceof ChainError);
    return `${error.codespace}/${error.code}`;
  }
};

test('one positive amount of BNB is a sum, everything else is refused', () => {
  assert.equal(codeOf([{ denom: 'BNB', amount: 7n }]), '7');
  assert.equal(codeOf([]), 'sdk/10');
  assert.equal(codeOf([{ denom: 'BNB', amount: 0n }]), 'sdk/10');
  assert.equal(codeOf([{ denom: 'BNB', amount: -1n }]), 'sdk/10');
  assert.equal(codeOf([{ denom: '', amount: 7n }]), 'sdk/10');
  assert.equal(codeOf([{ denom: 'B', amount: 7n }]), 'sdk/10');
  const two = [
    { denom: 'BNB', amount: 1n },
    { denom: 'XYZ', amount: 1n },
  ];
  assert.equal(codeOf(two), 'sdk/10');
  assert.equal(codeOf([{ denom: 'XYZ', amount: 7n }]), 'sdk/5', 'coins of no account');
});
