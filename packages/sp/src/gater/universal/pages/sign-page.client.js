/**
 * Runs in the browser: lets a wallet sign the text that opens the file, and goes there. What the file is comes from the
 * element `config` (`sign-page.ts` writes it); everything is shown as text, never as HTML.
 */
const config = JSON.parse(document.getElementById('config').textContent);
const buttons = document.getElementById('wallets');
const message = document.getElementById('message');

/** What a wallet answers when its owner says no (EIP-1193). */
const REJECTED = 4001;
/** Some wallets come after the page; without any for so long, it is said how to get one. */
const WALLET_WAIT_MS = 1000;

const wallets = [];

function say(text, isProblem = false) {
  message.textContent = text;
  message.className = isProblem ? 'problem' : '';
}

function add(name, provider) {
  if (wallets.includes(provider)) return;
  wallets.push(provider);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `Sign with ${name}`;
  button.addEventListener('click', () => open(provider));
  buttons.append(button);
  say('');
}

/** Wallets that announce themselves (EIP-6963), else the one that put itself into the window. */
function findWallets() {
  if (wallets.length === 0 && window.ethereum) add('your wallet', window.ethereum);
}

function setBusy(isBusy) {
  for (const button of buttons.children) button.disabled = isBusy;
}

async function open(provider) {
  setBusy(true);
  try {
    say('Choose an account in your wallet…');
    const [account] = await provider.request({ method: 'eth_requestAccounts' });
    if (!account) throw new Error('the wallet gave no account');
    say('Confirm the signature in your wallet…');
    const expiry = expiryText();
    const signature = await provider.request({ method: 'personal_sign', params: [hexOf(textFor(expiry)), account] });
    say(config.isDownload ? 'The download begins…' : 'The file is being opened…');
    const query = new URLSearchParams({ 'X-Gnfd-Expiry-Timestamp': expiry, signature });
    location.assign(`${config.path}?${query}`);
  } catch (error) {
    if (error?.code === REJECTED)
      say('You declined in your wallet, so the file stays closed. You can try again.', true);
    else say(`The wallet could not sign: ${error?.message ?? error}`, true);
  } finally {
    setBusy(false);
  }
}

/** By the provider's clock, which judges it: that of the browser may be wrong. */
function expiryText() {
  const time = config.now + performance.now() + config.validMs;
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

const textFor = (expiry) => config.signedMsg.replace(/\$[12]/g, (place) => (place === '$1' ? config.url : expiry));

const hexOf = (text) =>
  `0x${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

addEventListener('eip6963:announceProvider', ({ detail }) => add(detail.info.name, detail.provider));
addEventListener('ethereum#initialized', findWallets);
dispatchEvent(new Event('eip6963:requestProvider'));
findWallets();
if (wallets.length === 0) {
  say('Looking for your wallet…');
  setTimeout(() => {
    findWallets();
    if (wallets.length === 0) {
      say('There is no wallet in this browser. Install one, MetaMask for example, and reload this page.', true);
    }
  }, WALLET_WAIT_MS);
}
